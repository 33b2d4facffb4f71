"""Users and their roles: for security administrators."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.accounts.commands.people import appoint
from reporter.accounts.models import User
from reporter.accounts.queries import get_user, people
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.forms import NewUserForm, RolesForm
from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission, Role
from reporter.routing.queries import units, units_by_id
from reporter.routing.staffing import change_person


@bp.get("/users")
@allow(Permission.DESK_SECURITY)
def users() -> ResponseReturnValue:
    """List the city's people."""
    search = request.args.get("q", "")[:60]
    page = people(search=search, after=request.args.get("after", ""))
    return render_template("admin/users.html", page=page, search=search, units=units_by_id())


@bp.get("/users/new")
@allow(Permission.DESK_SECURITY)
def new_user() -> ResponseReturnValue:
    """Show the form for a new person."""
    form = NewUserForm().offer(units())
    return render_template("admin/user.html", form=form, user=None)


@bp.post("/users/new")
@checks_its_own_token
@allow(Permission.DESK_SECURITY)
def add_user() -> ResponseReturnValue:
    """Appoint a new person."""
    form = NewUserForm().offer(units())
    if valid(form):
        try:
            who = [str(form[name].data) for name in ("name", "login", "password")]
            where, mobile = form.unit_id.data or None, form.mobile.data or ""
            appoint(*who, roles=_roles(form), unit_id=where, mobile=mobile, by=me())
            return _done(_("The account has been opened."))
        except ReporterError as error:
            blame(form, error)
    return render_template("admin/user.html", form=form, user=None), 422


@bp.get("/users/<int:user_id>")
@allow(Permission.DESK_SECURITY)
def user(user_id: int) -> ResponseReturnValue:
    """Show a person's roles."""
    person = get_user(user_id)
    form = RolesForm(
        data={name: getattr(person, name) for name in ("roles", "active", "mobile", "version")}
        | {"unit_id": person.unit_id or 0}
    )
    return render_template("admin/user.html", form=form.offer(units()), user=person)


@bp.post("/users/<int:user_id>")
@checks_its_own_token
@allow(Permission.DESK_SECURITY)
def save_user(user_id: int) -> ResponseReturnValue:
    """Change a person's roles."""
    person, form = get_user(user_id), RolesForm().offer(units())
    status = BadInput.status
    if valid(form):
        try:
            _change(person, form)
            return _done(_("The roles have been changed."))
        except ReporterError as error:
            status = form.blame(error, person.version)
    return render_template("admin/user.html", form=form, user=person), status


def _change(person: User, form: RolesForm) -> None:
    unit_id, active = form.unit_id.data or None, form.active.data
    change_person(
        person, roles=_roles(form), unit_id=unit_id, active=active, mobile=form.mobile.data or "", by=me(),
        seen=form.version.data,
    )  # fmt: skip


def _roles(form: RolesForm) -> list[Role]:
    return [Role(role) for role in form.roles.data or ()]


def _done(words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for("admin.users"))
