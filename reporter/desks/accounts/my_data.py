"""What is kept about somebody: shown in words, handed over, put right, erased."""

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from reporter.accounts.commands.own import (
    Changed,
    Proof,
    Proving,
    Sent,
    ask_for_new_contact,
    ask_to_erase,
    change_contact,
    proved_by_code,
    ways_to_prove,
)
from reporter.accounts.models import OneTimeCode, Purpose
from reporter.accounts.queries import get_user, living_code, real_name_of
from reporter.desks.accounts.codes import asking, shown_code, wrong_words
from reporter.desks.accounts.door import bp, checks_its_own_token
from reporter.desks.accounts.exporting import export_of
from reporter.desks.accounts.forms import ContactForm, EraseForm, NewContactForm
from reporter.desks.accounts.guessing import slowed, slowed_words, was_right, was_wrong
from reporter.desks.downloads import handed_out
from reporter.desks.errors import blame, limiter, refuse_until, words_of
from reporter.desks.guard import allow, me
from reporter.desks.images import UNKEPT
from reporter.desks.tokens import holds_token, valid
from reporter.desks.words import masked
from reporter.following.queries import follows_of
from reporter.kernel.errors import BadInput, ReporterError, TooMany
from reporter.kernel.policy import Permission
from reporter.notices.commands.leaving import erase_account
from reporter.ports import ports
from reporter.reports.queries import reports_of

NEW_CONTACT, PROVE, ERASE = "new contact", "prove", "erase"  # in the session: the code that was sent


@bp.get("/my/data")
@allow(Permission.DESK_SIGNED_IN)
def my_data() -> ResponseReturnValue:
    """Say what is kept about the person who asks."""
    return _page(_contact_form(formdata=None))


def _contact_form(**filled: None) -> NewContactForm:
    """Return the form; which contact gets the code that proves the account is asked only where there are two."""
    form, ways = NewContactForm(**filled), ways_to_prove(current_user)
    form.own.choices = [(column, masked(contact)) for column, contact in ways.items()]
    if len(ways) < len(("phone", "email")):
        del form.own
    return form


def _page(form: NewContactForm) -> str:
    return render_template(
        "accounts/my_data.html", form=form, named=real_name_of(current_user.id) is not None,
        reports=bool(reports_of(current_user.id, size=1).rows), followed=len(follows_of(current_user.id)),
    )  # fmt: skip


@bp.get("/my/data.zip")
@limiter.limit("20 per hour", on_breach=refuse_until)
@allow(Permission.DESK_SIGNED_IN)
def export() -> ResponseReturnValue:
    """Hand over what is kept, with the pictures; nothing on the way keeps a copy."""
    name = _("My data")
    headers = {"Cache-Control": UNKEPT, "Content-Disposition": handed_out(f"{name}.zip")}
    pieces = export_of(current_user, after=request.args.get("after", ""))
    return Response(pieces, mimetype="application/zip", headers=headers)


@bp.post("/my/data/contact")
@checks_its_own_token
@limiter.limit("20 per hour", on_breach=refuse_until)
@allow(Permission.DESK_SIGNED_IN)
def new_contact() -> ResponseReturnValue:
    """Send a code to the contact that is to take the place of the old one, and one to the old one where that is the proof."""
    form = _contact_form()
    if not valid(form):
        return _page(form), BadInput.status
    contact = form.contact.data or ""
    try:
        sent = ask_for_new_contact(current_user, contact, asking(contact), _proving(form))
    except (BadInput, TooMany) as error:
        form.contact.errors = [words_of(error)]
        return _page(form), error.status
    session[NEW_CONTACT], session[PROVE] = sent.new.id, sent.own and sent.own.id
    return redirect(url_for("accounts.confirm_contact"))


def _proving(form: NewContactForm) -> Proving | None:
    ways = ways_to_prove(current_user)
    if not ways:
        return None
    own = ways[str(form.own.data)] if "own" in form else next(iter(ways.values()))
    return Proving(own, asking(own))


def _sent(what: str, purpose: Purpose) -> OneTimeCode | None:
    """Return the code that was sent to this person for this, None when it holds no more."""
    number = session.get(what)
    row = living_code(number, ports.clock.now(), purpose) if isinstance(number, int) else None
    return row if row is not None and row.user_id == current_user.id and row.can_be_tried else None


def _both_sent() -> Sent | None:
    """Return what was sent for another contact, None when what has to be typed holds no more."""
    new, own = _sent(NEW_CONTACT, Purpose.NEW_CONTACT), _sent(PROVE, Purpose.PROVE)
    if new is None or (own is None and proved_by_code(current_user)):
        return None
    return Sent(new, own if proved_by_code(current_user) else None)


def _proof_form(**filled: None) -> ContactForm:
    """Return the form with the proof that this account has, and no other."""
    form = ContactForm(**filled)
    if not current_user.password_hash:
        del form.password
    if not proved_by_code(current_user):
        del form.own_code
    return form


@bp.get("/my/data/contact")
@allow(Permission.DESK_SIGNED_IN)
def confirm_contact() -> ResponseReturnValue:
    """Ask for the code that was sent to the new contact, and for the proof that the account is the person's."""
    sent = _both_sent()
    if sent is None:
        return redirect(url_for("accounts.my_data"))
    return _contact_page(sent, _proof_form(formdata=None))


@bp.post("/my/data/contact/enter")
@checks_its_own_token
@limiter.limit("60 per hour", on_breach=refuse_until)
@allow(Permission.DESK_SIGNED_IN)
def enter_contact() -> ResponseReturnValue:
    """Take the new contact when the code and the proof are right."""
    form, sent = _proof_form(), _both_sent()
    if sent is None and holds_token(form):
        return _over("accounts.my_data")
    if not valid(form) or sent is None:
        return _contact_page(sent, form), BadInput.status
    login = current_user.contact
    changed, status = _tried(form, sent, login)
    if changed is None:
        return _contact_page(sent, form), status
    if not changed.wrong:
        return _with_new_contact(login)
    if not all(changed.wrong.values()):
        return _over("accounts.my_data")
    for name, left in changed.wrong.items():
        form[name].errors = [wrong_words(left)]
    return _contact_page(sent, form), BadInput.status


def _tried(form: ContactForm, sent: Sent, login: str) -> tuple[Changed | None, int]:
    """Return what became of it, None with the status when the form says why not; whoever guesses passwords waits."""
    if "password" in form and (until := slowed(login)):
        form.password.errors = [slowed_words(until)]
        return None, TooMany.status
    try:
        return change_contact(current_user, sent.new.id, form.code.data or "", _proof(form, sent), by=me()), 0
    except BadInput as error:
        if error.field == "password":
            was_wrong(login)
        blame(form, error)
        return None, error.status


def _proof(form: ContactForm, sent: Sent) -> Proof:
    password = form.password.data or "" if "password" in form else ""
    own = form.own_code.data or "" if "own_code" in form else ""
    return Proof(password, sent.own.id if sent.own else 0, own)


def _with_new_contact(login: str) -> ResponseReturnValue:
    session.pop(NEW_CONTACT, None)
    session.pop(PROVE, None)
    user = get_user(current_user.id)
    if user.password_hash:
        was_right(login)
    login_user(user)
    flash(_("Your contact has been changed. Other devices are signed out."), "ok")
    return redirect(url_for("accounts.my_data"))


def _over(endpoint: str) -> ResponseReturnValue:
    flash(_("This code does not hold any more. Please ask for a new one."), "warn")
    return redirect(url_for(endpoint))


def _contact_page(sent: Sent | None, form: ContactForm) -> str:
    return render_template("accounts/contact.html", form=form, sent=sent, shown_code=shown_code)


@bp.get("/my/data/erase")
@allow(Permission.DESK_SIGNED_IN)
def erasing() -> ResponseReturnValue:
    """Say what erasing takes away, what stays, and ask for a proof."""
    return _erase_page(EraseForm(formdata=None))


def _erase_page(form: EraseForm) -> str:
    row = _sent(ERASE, Purpose.ERASE)
    form.password.flags.required = form.code.flags.required = True  # whichever of the two is shown
    return render_template("accounts/erase.html", form=form, sent=row, shown=shown_code(row) if row else "")


@bp.post("/my/data/erase/code")
@limiter.limit("20 per hour", on_breach=refuse_until)
@allow(Permission.DESK_SIGNED_IN)
def code_to_erase() -> ResponseReturnValue:
    """Send the code by which the account is erased."""
    try:
        session[ERASE] = ask_to_erase(current_user, asking(current_user.contact)).id
    except (BadInput, TooMany) as error:
        flash(words_of(error), "warn")
    return redirect(url_for("accounts.erasing"))


@bp.post("/my/data/erase")
@checks_its_own_token
@limiter.limit("20 per hour", on_breach=refuse_until)
@allow(Permission.DESK_SIGNED_IN)
def erase() -> ResponseReturnValue:
    """Erase the account for good, and sign the person out."""
    form, row = EraseForm(), _sent(ERASE, Purpose.ERASE)
    if not valid(form):
        return _erase_page(form), BadInput.status
    proof = Proof(form.password.data or "", row.id if row else 0, form.code.data or "")
    try:
        erased = erase_account(current_user, proof, by=me())
    except ReporterError as error:
        blame(form, error)
        return _erase_page(form), error.status
    if not erased.done:
        left = erased.left
        form.code.errors = [_("Please type the code that was sent.") if not left else wrong_words(left)]
        return _erase_page(form), BadInput.status
    logout_user()
    session.clear()
    flash(
        _("Your account is erased. Your reports go on without you; their query codes still show how."), "ok"
    )
    return redirect(url_for("public.home"))
