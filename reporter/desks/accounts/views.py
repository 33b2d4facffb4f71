"""Sign in and out, open an account, change the password."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from reporter.accounts.commands import change_password, open_account
from reporter.accounts.queries import user_who_signs_in
from reporter.desks.accounts.forms import ChangePasswordForm, OpenAccountForm, SignInForm
from reporter.desks.accounts.guessing import slowed, was_right, was_wrong
from reporter.desks.dates import plain_moment
from reporter.desks.errors import blame, limiter, refuse_until
from reporter.desks.guard import allow, me
from reporter.desks.incoming import safe_path
from reporter.desks.tokens import own_token_check, valid
from reporter.kernel.errors import ReporterError, TooMany
from reporter.kernel.policy import Permission, may

bp = Blueprint("accounts", __name__)
checks_its_own_token = own_token_check(bp)

# The first desk that opens to a person is where the sign-in leads.
HOMES = (
    (Permission.DESK_TRIAGE, "triage.queue"),
    (Permission.DESK_UNIT, "unit.inbox"),
    (Permission.DESK_INSPECTION, "inspection.queue"),
    (Permission.DESK_EDITOR, "editor.queue"),
    (Permission.DESK_ADMIN, "admin.home"),
    (Permission.DESK_SECURITY, "admin.home"),
    (Permission.DESK_AUDIT, "admin.home"),
    (Permission.DESK_RESIDENT, "resident.mine"),
)


def home() -> str:
    """Return the address of the first desk that is open to whoever is signed in."""
    return next(url_for(endpoint) for permission, endpoint in HOMES if may(me(), permission))


def typed(form: FlaskForm, *names: str) -> list[str]:
    """Return what stands in the fields called `names`."""
    return [form[name].data or "" for name in names]


def own_page(target: str | None) -> str:
    """Return `target` when it is a page of this site, else the person's desk."""
    path = safe_path(target)
    try:
        current_app.url_map.bind(request.host).match(path.partition("?")[0], method="GET")
    except MethodNotAllowed:  # what a form was sent to is no page
        return home()
    except HTTPException:
        pass
    return path or home()


@bp.get("/sign-in")
@allow(Permission.DESK_PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Show the sign-in; it remembers the page that was wanted."""
    wanted = request.args.get("next", "")
    if current_user.is_authenticated:
        return redirect(own_page(wanted))
    return render_template("accounts/sign_in.html", form=SignInForm(data={"next": wanted}))


@bp.post("/sign-in")
@checks_its_own_token
@limiter.limit("60 per minute; 600 per hour", on_breach=refuse_until)
@allow(Permission.DESK_PUBLIC)
def enter() -> ResponseReturnValue:
    """Sign a person in and lead them on; whoever guesses has to wait."""
    form = SignInForm()
    if not valid(form):
        return render_template("accounts/sign_in.html", form=form), 422
    login, password = typed(form, "login", "password")
    if until := slowed(login):
        form.password.errors = [
            _(
                "Too many wrong passwords from here. Please try again after %(time)s. Your account is not locked: it works from any other device.",
                time=plain_moment(until),
            )
        ]
        return render_template("accounts/sign_in.html", form=form), TooMany.status
    user = user_who_signs_in(login, password)
    if user is None:
        was_wrong(login)
        form.password.errors = [_("Address and password do not belong together.")]
        return render_template("accounts/sign_in.html", form=form), 422
    was_right(login)
    login_user(user)
    return redirect(own_page(form.next.data))


@bp.post("/sign-out")
@allow(Permission.DESK_PUBLIC)
def sign_out() -> ResponseReturnValue:
    """Sign the person out."""
    logout_user()
    flash(_("You have signed out."))
    return redirect(url_for("public.home"))


@bp.get("/register")
@allow(Permission.DESK_PUBLIC)
def register() -> ResponseReturnValue:
    """Show the form for a new account."""
    return render_template("accounts/register.html", form=OpenAccountForm())


@bp.post("/register")
@checks_its_own_token
@limiter.limit("10 per hour")
@allow(Permission.DESK_PUBLIC)
def join() -> ResponseReturnValue:
    """Open a resident's account and sign them in."""
    form = OpenAccountForm()
    if valid(form):
        try:
            login_user(open_account(*typed(form, "name", "login", "password"), by=me()))
        except ReporterError as error:
            blame(form, error)
        else:
            return redirect(home())
    return render_template("accounts/register.html", form=form), 422


@bp.get("/account")
@allow(Permission.DESK_SIGNED_IN)
def account() -> ResponseReturnValue:
    """Show the person's own account."""
    return render_template("accounts/account.html", form=ChangePasswordForm())


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
            flash(_("Your password has been changed."))
            return redirect(url_for("accounts.account"))
    return render_template("accounts/account.html", form=form), 422
