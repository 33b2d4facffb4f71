"""Units, kinds and their limits: for system administrators."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.editing import save_category, save_subcategory, start_with_default_kinds
from reporter.cases.models import Category
from reporter.cases.queries import categories, get_category
from reporter.cases.questions import questions_of
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.forms import KindForm, NewKindForm, NewUnitForm, SubtypeForm, UnitForm
from reporter.desks.admin.members import lines_of
from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.routing.commands import save_unit
from reporter.routing.models import Unit
from reporter.routing.queries import get_unit


@bp.get("/units/new")
@allow(Permission.DESK_ADMIN)
def new_unit() -> ResponseReturnValue:
    """Show the form for a new unit."""
    return _unit_page(None, NewUnitForm())


def _unit_page(row: Unit | None, form: NewUnitForm) -> str:
    lines = lines_of([row]) if row else []
    form.offer(row.family if row else "")
    return render_template("admin/unit.html", form=form, unit=row, line=lines[0] if lines else None)


@bp.post("/units/new")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def add_unit() -> ResponseReturnValue:
    """Create a unit."""
    return _save_unit(None)


@bp.get("/units/<int:unit_id>")
@allow(Permission.DESK_ADMIN)
def unit(unit_id: int) -> ResponseReturnValue:
    """Show one unit."""
    row = get_unit(unit_id)
    return _unit_page(row, UnitForm(obj=row))


@bp.post("/units/<int:unit_id>")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def change_unit(unit_id: int) -> ResponseReturnValue:
    """Change one unit."""
    return _save_unit(get_unit(unit_id))


def _save_unit(row: Unit | None) -> ResponseReturnValue:
    form, status = (UnitForm().offer(row.family) if row else NewUnitForm().offer()), BadInput.status
    if valid(form):
        try:
            save_unit(row, form.facts, by=me())
        except ReporterError as error:
            status = form.blame(error, row.version if row else None)
        else:
            flash(_("The unit has been saved."), "ok")
            return redirect(url_for("admin.units"))
    return _unit_page(row, form), status


@bp.get("/kinds")
@allow(Permission.DESK_ADMIN)
def kinds() -> ResponseReturnValue:
    """List the kinds with their limits."""
    return render_template("admin/kinds.html", kinds=categories(active=False))


@bp.post("/kinds/start")
@allow(Permission.DESK_ADMIN)
def start_kinds() -> ResponseReturnValue:
    """Add the default kinds that are missing."""
    added = start_with_default_kinds(by=me())
    flash(_("%(number)s kinds have been added.", number=added), "ok")
    return redirect(url_for("admin.kinds"))


@bp.get("/kinds/new")
@allow(Permission.DESK_ADMIN)
def new_kind() -> ResponseReturnValue:
    """Show the form for a new kind."""
    return _kind_page(None, NewKindForm(), None)


def _kind_page(row: Category | None, form: NewKindForm, subtype: SubtypeForm | None) -> str:
    asked = questions_of(row.id, active=False) if row else ()
    return render_template("admin/kind.html", form=form, kind=row, subtype=subtype, asked=asked)


@bp.post("/kinds/new")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def add_kind() -> ResponseReturnValue:
    """Create a kind."""
    return _save_kind(None)


@bp.get("/kinds/<int:kind_id>")
@allow(Permission.DESK_ADMIN)
def kind(kind_id: int) -> ResponseReturnValue:
    """Show one kind with its sub-types and questions."""
    row = get_category(kind_id)
    return _kind_page(row, KindForm(obj=row), SubtypeForm())


@bp.post("/kinds/<int:kind_id>")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def change_kind(kind_id: int) -> ResponseReturnValue:
    """Change one kind; cases registered before keep their limits."""
    return _save_kind(get_category(kind_id))


def _save_kind(row: Category | None) -> ResponseReturnValue:
    form, status = KindForm() if row else NewKindForm(), BadInput.status
    if valid(form):
        try:
            saved = save_category(row, form.facts, by=me())
        except ReporterError as error:
            status = form.blame(error, row.version if row else None)
        else:
            flash(_("The kind has been saved. Cases that are under way keep their limits."), "ok")
            return redirect(url_for("admin.kind", kind_id=saved.id))
    return _kind_page(row, form, SubtypeForm(formdata=None)), status


@bp.post("/kinds/<int:kind_id>/subtypes")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def add_subtype(kind_id: int) -> ResponseReturnValue:
    """Add a sub-type to a kind."""
    row, form = get_category(kind_id), SubtypeForm()
    if valid(form):
        try:
            save_subcategory(row, None, form.facts | {"sort": len(row.subcategories) + 1}, by=me())
            return redirect(url_for("admin.kind", kind_id=kind_id))
        except ReporterError as error:
            blame(form, error)
    return _kind_page(row, KindForm(formdata=None, obj=row), form), BadInput.status
