"""What is kept about somebody: shown in words, handed over, put right, erased."""

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from reporter.accounts.commands.own import (
    Proof,
    ask_for_new_contact,
    ask_to_erase,
    change_contact,
)
from reporter.accounts.models import OneTimeCode, Purpose
from reporter.accounts.queries import get_user, living_code, real_name_of
from reporter.desks.accounts.codes import asking, shown_code, wrong_words
from reporter.desks.accounts.door import bp, checks_its_own_token
from reporter.desks.accounts.exporting import export_of
from reporter.desks.accounts.forms import AskForm, CodeForm, EraseForm
from reporter.desks.downloads import handed_out
from reporter.desks.errors import blame, limiter, refuse_until, words_of
from reporter.desks.guard import allow, me
from reporter.desks.images import UNKEPT
from reporter.desks.tokens import holds_token, valid
from reporter.following.queries import follows_of
from reporter.kernel.errors import BadInput, ReporterError, TooMany
from reporter.kernel.policy import Permission
from reporter.notices.commands.leaving import erase_account
from reporter.ports import ports
from reporter.reports.queries import reports_of

NEW_CONTACT, ERASE = "new contact", "erase"  # in the session: the code that was sent


@bp.get("/my/data")
@allow(Permission.DESK_SIGNED_IN)
def my_data() -> ResponseReturnValue:
    """Say what is kept about the person who asks."""
    return _page(AskForm(formdata=None))


def _page(form: AskForm) -> str:
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
    """Send a code to the contact that is to take the place of the old one."""
    form = AskForm()
    if not valid(form):
        return _page(form), BadInput.status
    contact = form.contact.data or ""
    try:
        session[NEW_CONTACT] = ask_for_new_contact(current_user, contact, asking(contact)).id
    except (BadInput, TooMany) as error:
        form.contact.errors = [words_of(error)]
        return _page(form), error.status
    return redirect(url_for("accounts.confirm_contact"))


def _sent(what: str, purpose: Purpose) -> OneTimeCode | None:
    """Return the code that was sent to this person for this, None when it holds no more."""
    number = session.get(what)
    row = living_code(number, ports.clock.now(), purpose) if isinstance(number, int) else None
    return row if row is not None and row.user_id == current_user.id and row.can_be_tried else None


@bp.get("/my/data/contact")
@allow(Permission.DESK_SIGNED_IN)
def confirm_contact() -> ResponseReturnValue:
    """Ask for the code that was sent to the new contact."""
    row = _sent(NEW_CONTACT, Purpose.NEW_CONTACT)
    if row is None:
        return redirect(url_for("accounts.my_data"))
    return _contact_page(row, CodeForm(formdata=None))


@bp.post("/my/data/contact/enter")
@checks_its_own_token
@limiter.limit("60 per hour", on_breach=refuse_until)
@allow(Permission.DESK_SIGNED_IN)
def enter_contact() -> ResponseReturnValue:
    """Take the new contact when the code is right."""
    form, row = CodeForm(), _sent(NEW_CONTACT, Purpose.NEW_CONTACT)
    if row is None and holds_token(form):
        return _over("accounts.my_data")
    if not valid(form) or row is None:
        return _contact_page(row, form), BadInput.status
    try:
        entered = change_contact(current_user, row.id, form.code.data or "", by=me())
    except BadInput as error:
        blame(form, error)
        return _contact_page(row, form), error.status
    if entered.user is None:
        if not entered.left:
            return _over("accounts.my_data")
        form.code.errors = [wrong_words(entered.left)]
        return _contact_page(row, form), BadInput.status
    session.pop(NEW_CONTACT, None)
    login_user(get_user(current_user.id))
    flash(_("Your contact has been changed. Other devices are signed out."), "ok")
    return redirect(url_for("accounts.my_data"))


def _over(endpoint: str) -> ResponseReturnValue:
    flash(_("This code does not hold any more. Please ask for a new one."), "warn")
    return redirect(url_for(endpoint))


def _contact_page(row: OneTimeCode | None, form: CodeForm) -> str:
    return render_template(
        "accounts/contact.html",
        form=form,
        contact=row.contact if row else "",
        shown=shown_code(row) if row else "",
    )


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
