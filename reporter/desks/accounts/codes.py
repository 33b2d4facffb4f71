"""Sign in by a code, or by the link in the letter that carries it."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_login import login_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException

from reporter.accounts.commands.codes import (
    Asking,
    ask_for_code,
    code_of_link,
    enter_by_link,
    enter_code,
    sends_to,
)
from reporter.accounts.models import OneTimeCode, Purpose
from reporter.accounts.queries import living_code
from reporter.accounts.rules import known_as
from reporter.desks.accounts.door import bp, checks_its_own_token, own_page
from reporter.desks.accounts.forms import AskForm, CodeForm, SignInForm
from reporter.desks.device import device_id, knows, remember
from reporter.desks.errors import limiter, words_of
from reporter.desks.guard import allow
from reporter.desks.origin import origins
from reporter.desks.tokens import holds_token, valid
from reporter.kernel.errors import BadInput, Gone, NotAllowed, TooMany
from reporter.kernel.policy import ANYONE, Permission, may
from reporter.ports import ports

CODE = "code"  # in the session: the code that was sent to this browser's person


def for_staff(wanted: str) -> bool:
    """Tell whether a page that was wanted opens to staff only."""
    try:
        endpoint, _values = current_app.url_map.bind(request.host).match(
            wanted.partition("?")[0], method="GET"
        )
    except HTTPException:
        return False
    needed = getattr(current_app.view_functions[endpoint], "permission", Permission.DESK_PUBLIC)
    return needed is not Permission.DESK_SIGNED_IN and not may(ANYONE, needed)


def asking(contact: str) -> Asking:
    """Return who asks for a code; a browser in which the same contact signed in before is counted by itself."""
    known = knows(known_as(contact))
    own = [ports.seals.digest(f"device {device_id()}")] if known else origins()
    return Asking(own, str(get_locale()), known)


@bp.post("/sign-in/code")
@checks_its_own_token
@limiter.limit("10 per minute; 60 per hour")
@allow(Permission.DESK_PUBLIC)
def ask() -> ResponseReturnValue:
    """Send a code; what is answered says nothing of whether anybody is known by the contact."""
    form, status = AskForm(prefix="by-code-"), BadInput.status
    if valid(form):
        try:
            row = ask_for_code(form.contact.data or "", asking(form.contact.data or ""))
        except (BadInput, TooMany) as error:
            form.contact.errors, status = [words_of(error)], error.status
        else:
            session[CODE] = row.id
            return redirect(url_for("accounts.code", next=form.next.data or None))
    password = SignInForm(formdata=None, data={"next": form.next.data})
    return render_template("accounts/sign_in.html", form=password, asking=form, staff=False), status


@bp.get("/sign-in/code")
@allow(Permission.DESK_PUBLIC)
def code() -> ResponseReturnValue:
    """Ask for the code that was sent."""
    row = _sent()
    if row is None:
        return redirect(url_for("accounts.sign_in", next=request.args.get("next")))
    return _code_page(row, CodeForm(data={"next": request.args.get("next", "")}))


@bp.post("/sign-in/code/enter")
@checks_its_own_token
@limiter.limit("20 per minute; 100 per hour")
@allow(Permission.DESK_PUBLIC)
def enter_by_code() -> ResponseReturnValue:
    """Sign in whoever typed the code that was sent."""
    form, row = CodeForm(), _sent()
    if row is None and holds_token(form):
        return _over(form)
    if not valid(form) or row is None:
        return _code_page(row, form), 422
    entered = enter_code(row.id, form.code.data or "")
    if entered.user is None:
        if not entered.left:
            return _over(form)
        form.code.errors = [wrong_words(entered.left)]
        return _code_page(row, form), 422
    session.pop(CODE, None)
    remember(known_as(entered.user.contact))
    login_user(entered.user)
    return redirect(own_page(form.next.data))


def wrong_words(left: int) -> str:
    """Return what is said about a wrong code that may be tried again."""
    return ngettext(
        "This is not the code. You can try once more.", "This is not the code. You can try %(num)d more times.",
        left,
    )  # fmt: skip


def _sent() -> OneTimeCode | None:
    """Return the code that was sent for this browser, None when it is used up or its time is over."""
    number = session.get(CODE)
    row = living_code(number, ports.clock.now(), Purpose.SIGN_IN) if isinstance(number, int) else None
    return row if row is not None and row.can_be_tried else None


def _over(form: CodeForm) -> ResponseReturnValue:
    session.pop(CODE, None)
    flash(_("This code does not hold any more. Please ask for a new one."), "warn")
    return redirect(url_for("accounts.sign_in", next=form.next.data or None))


def _code_page(row: OneTimeCode | None, form: CodeForm) -> str:
    contact, shown = (row.contact, shown_code(row)) if row else ("", "")
    return render_template("accounts/code.html", form=form, contact=contact, shown=shown)


def shown_code(row: OneTimeCode) -> str:
    """Return the code itself where nothing is sent because the city is a demonstration, else ""."""
    return "" if sends_to(row.contact) else row.code


@bp.get("/sign-in/by/<token>")
@limiter.limit("60 per hour")
@allow(Permission.DESK_PUBLIC)
def by_link(token: str) -> ResponseReturnValue:
    """Show the button behind the link of a letter. Whatever only looks, as mail scanners do, uses up nothing."""
    return _link_page(token, FlaskForm())


@bp.post("/sign-in/by/<token>")
@checks_its_own_token
@limiter.limit("20 per minute; 100 per hour")
@allow(Permission.DESK_PUBLIC)
def enter_by_letter(token: str) -> ResponseReturnValue:
    """Sign in whoever pressed the button."""
    form = FlaskForm()
    if not valid(form):
        return _link_page(token, form)
    try:
        user = enter_by_link(token)
    except (Gone, NotAllowed) as error:
        return render_template(
            "accounts/link.html", form=form, contact="", said=words_of(error)
        ), error.status
    remember(known_as(user.contact))
    login_user(user)
    return redirect(own_page(""))


def _link_page(token: str, form: FlaskForm) -> ResponseReturnValue:
    try:
        contact = code_of_link(token).contact
    except Gone as error:
        return render_template(
            "accounts/link.html", form=form, contact="", said=words_of(error)
        ), error.status
    page = render_template("accounts/link.html", form=form, contact=contact, said="")
    return page, 422 if form.errors else 200
