"""What makes handling limits longer or shorter: grades of areas, and periods in which something is guarded."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.admin.door import bp
from reporter.desks.admin.forms import FactorForm
from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.desks.words import named
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.places.queries import area_names
from reporter.ports import ports
from reporter.routing.commands import add_limit_factor, drop_limit_factor
from reporter.routing.queries import limit_factors


@bp.get("/factors")
@allow(Permission.DESK_ADMIN)
def factors() -> ResponseReturnValue:
    """Show the factors that hold or will hold, and how to add one."""
    return _page(FactorForm(formdata=None))


def _page(form: FactorForm, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    form.offer()
    found = limit_factors()
    places = area_names(one.area_id for one in found if one.area_id)
    named_places = {area_id: named(place) for area_id, place in places.items()}
    return (
        render_template(
            "admin/factors.html", factors=found, places=named_places, form=form, now=ports.clock.now()
        ),
        status,
    )


@bp.post("/factors")
@allow(Permission.DESK_ADMIN)
def add_factor() -> ResponseReturnValue:
    """Add one; cases registered from now on have limits by it."""
    form = FactorForm()
    form.offer()
    if not form.validate_on_submit():
        return _page(form, BadInput.status)
    try:
        made = add_limit_factor(form.facts, by=me())
    except ReporterError as error:
        if error.field not in form:
            raise
        blame(form, error)
        return _page(form, error.status)
    flash(_("“%(name)s” holds for cases registered from now on.", name=made.name), "ok")
    return redirect(url_for("admin.factors"))


@bp.post("/factors/<int:factor_id>/drop")
@allow(Permission.DESK_ADMIN)
def drop_factor(factor_id: int) -> ResponseReturnValue:
    """Let one go."""
    drop_limit_factor(factor_id, by=me())
    flash(_("Taken out. Cases registered before keep their limits."), "ok")
    return redirect(url_for("admin.factors"))
