"""Sign in with a password and out, change the password and what one is called."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from reporter.accounts.commands.identity import call_me, keep_real_name
from reporter.accounts.commands.people import change_password, end_sessions
from reporter.accounts.queries import get_user, real_name_of, user_who_signs_in
from reporter.desks.accounts import codes, my_data
from reporter.desks.accounts.door import bp, checks_its_own_token, own_page, typed
from reporter.desks.accounts.forms import AboutMeForm, AskForm, ChangePasswordForm, SignInForm
from reporter.desks.accounts.guessing import slowed, slowed_words, was_right, was_wrong
from reporter.desks.errors import blame, limiter, refuse_until
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, ReporterError, TooMany
from reporter.kernel.policy import Permission
from reporter.reports.commands.locking import leave_all

__all__ = ["bp", "codes", "my_data"]


@bp.get("/sign-in")
@allow(Permission.DESK_PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Show the sign-in; it remembers the page that was wanted."""
    wanted = request.args.get("next", "")
    if current_user.is_authenticated:
        return redirect(own_page(wanted))
    form, asking = SignInForm(data={"next": wanted}), AskForm(prefix="by-code-", data={"next": wanted})
    return render_template("accounts/sign_in.html", form=form, asking=asking, staff=codes.for_staff(wanted))


@bp.post("/sign-in")
@checks_its_own_token
@limiter.limit("60 per minute; 600 per hour", on_breach=refuse_until)
@allow(Permission.DESK_PUBLIC)
def enter() -> ResponseReturnValue:
    """Sign a person in and lead them on; whoever guesses has to wait."""
    form = SignInForm()
    if not valid(form):
        return _password_page(form), BadInput.status
    login, password = typed(form, "login", "password")
    if until := slowed(login):
        form.password.errors = [slowed_words(until)]
        return _password_page(form), TooMany.status
    user = user_who_signs_in(login, password)
    if user is None:
        was_wrong(login)
        form.password.errors = [_("The address or the password is wrong.")]
        return _password_page(form), BadInput.status
    was_right(login)
    login_user(user)
    return redirect(own_page(form.next.data))


def _password_page(form: SignInForm) -> str:
    asking = AskForm(prefix="by-code-", formdata=None, data={"next": form.next.data})
    return render_template("accounts/sign_in.html", form=form, asking=asking, staff=True)


@bp.post("/sign-out")
@allow(Permission.DESK_PUBLIC)
def sign_out() -> ResponseReturnValue:
    """Sign the person out; what they held at the desk is free."""
    leave_all(by=me())
    logout_user()
    flash(_("You have signed out."))
    return redirect(url_for("public.home"))


@bp.post("/account/sign-out-everywhere")
@allow(Permission.DESK_SIGNED_IN)
def sign_out_everywhere() -> ResponseReturnValue:
    """Sign the person out in every browser, this one too."""
    leave_all(by=me())
    end_sessions(current_user, by=me())
    logout_user()
    flash(_("You have signed out on all devices."))
    return redirect(url_for("public.home"))


@bp.get("/register")
@allow(Permission.DESK_PUBLIC)
def register() -> ResponseReturnValue:
    """Lead to the sign-in: the first code opens an account."""
    return redirect(url_for("accounts.sign_in"))


@bp.get("/account")
@allow(Permission.DESK_SIGNED_IN)
def account() -> ResponseReturnValue:
    """Show the person's own account."""
    return _account_page(
        ChangePasswordForm(formdata=None), AboutMeForm(formdata=None, data={"name": current_user.name})
    )


@bp.post("/account/me")
@checks_its_own_token
@limiter.limit("30 per hour")
@allow(Permission.DESK_SIGNED_IN)
def about_me() -> ResponseReturnValue:
    """Keep what a resident wants to be called, and their real name."""
    form = AboutMeForm()
    if valid(form):
        try:
            call_me(current_user, form.name.data or "", by=me())
            if form.real_name.data or form.without.data:
                keep_real_name(current_user, "" if form.without.data else form.real_name.data or "", by=me())
        except ReporterError as error:
            blame(form, error)
        else:
            flash(_("Kept."), "ok")
            return redirect(url_for("accounts.account"))
    return _account_page(ChangePasswordForm(formdata=None), form), 422


@bp.post("/account/password")
@checks_its_own_token
@limiter.limit("10 per hour")
@allow(Permission.DESK_SIGNED_IN)
def password() -> ResponseReturnValue:
    """Change the person's own password."""
    form = ChangePasswordForm()
    if valid(form):
        try:
            old, new = typed(form, "old", "password")
            change_password(current_user, old=old, new=new, by=me())
        except ReporterError as error:
            blame(form, error)
        else:
            login_user(get_user(current_user.id))
            flash(_("Your password has been changed. Other devices are signed out."))
            return redirect(url_for("accounts.account"))
    return _account_page(form, AboutMeForm(formdata=None, data={"name": current_user.name})), 422


def _account_page(form: ChangePasswordForm, about: AboutMeForm) -> str:
    kept = None if current_user.is_staff else real_name_of(current_user.id)
    return render_template("accounts/account.html", form=form, about=about, named=kept is not None)
