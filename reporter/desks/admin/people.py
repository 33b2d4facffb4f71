"""Users and their roles: for security administrators."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.accounts.commands import appoint, change_roles
from reporter.accounts.queries import get_user, people
from reporter.desks.admin.door import bp
from reporter.desks.admin.forms import NewUserForm, RolesForm
from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import Permission, Role
from reporter.routing.queries import units, units_by_id


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
    form = NewUserForm()
    form.offer(units())
    return render_template("admin/user.html", form=form, user=None)


@bp.post("/users/new")
@allow(Permission.DESK_SECURITY)
def add_user() -> ResponseReturnValue:
    """Appoint a new person."""
    form = NewUserForm()
    form.offer(units())
    if form.validate_on_submit():
        try:
            who = [str(form[name].data) for name in ("name", "login", "password")]
            appoint(*who, roles=_roles(form), unit_id=form.unit_id.data or None, by=me())
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
        data={name: getattr(person, name) for name in ("roles", "active", "version")}
        | {"unit_id": person.unit_id or 0}
    )
    form.offer(units())
    return render_template("admin/user.html", form=form, user=person)


@bp.post("/users/<int:user_id>")
@allow(Permission.DESK_SECURITY)
def save_user(user_id: int) -> ResponseReturnValue:
    """Change a person's roles."""
    person, form = get_user(user_id), RolesForm()
    form.offer(units())
    if form.validate_on_submit():
        try:
            change_roles(
                person, roles=_roles(form), unit_id=form.unit_id.data or None, active=form.active.data, by=me(),
                seen=form.version.data,
            )  # fmt: skip
            return _done(_("The roles have been changed."))
        except ReporterError as error:
            blame(form, error)
    return render_template("admin/user.html", form=form, user=get_user(user_id)), 422


def _roles(form: RolesForm) -> list[Role]:
    return [Role(role) for role in form.roles.data or ()]


def _done(words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for("admin.users"))
