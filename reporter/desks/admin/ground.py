"""Areas: a file is looked at first and imported then; every import is a version to go back to."""

from collections.abc import Sequence
from typing import BinaryIO, cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.desks.admin.door import bp
from reporter.desks.admin.ground_forms import AreaBackForm, AreaFileForm, AreaImportForm
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.kernel.errors import BadInput, Conflict, ReporterError, WrongStep
from reporter.kernel.pages import page_of, read_key
from reporter.kernel.policy import Permission
from reporter.places.commands import go_back, import_areas, preview_areas
from reporter.places.geometry import Datum
from reporter.places.preview import AreaChange
from reporter.places.queries import areas_after, edition, numbers_by_level
from reporter.places.uploads import drop_upload, keep_upload, kept_upload
from reporter.places.versions import changes_back, latest_version, versions

ROWS = 100
SHOWN = 200  # lines of what would change; a file may hold tens of thousands


@bp.get("/areas")
@allow(Permission.DESK_ADMIN)
def areas() -> ResponseReturnValue:
    """Show the areas on a map and in a list, the versions, and the form for a file."""
    return _page(AreaFileForm())


def _page(form: AreaFileForm) -> str:
    key = read_key(request.args.get("after", ""), int)
    rows = areas_after(key[0] if key else 0, most=ROWS + 1)
    known = versions()
    return render_template(
        "admin/areas.html", page=page_of(rows, size=ROWS, key=lambda area: (area.id,)), numbers=numbers_by_level(),
        versions=known, latest=known[0].number if known else 0, form=form, edition=edition(),
        names=names_of([version.by_id for version in known]),
    )  # fmt: skip


@bp.post("/areas/preview")
@allow(Permission.DESK_ADMIN)
def look_at_areas() -> ResponseReturnValue:
    """Show what importing a file would do; the file is kept for the second step."""
    form = AreaFileForm()
    if form.validate_on_submit():
        upload = form.file.data
        try:
            with upload.stream:
                return _preview(cast(BinaryIO, upload.stream), Datum(form.datum.data), upload.filename or "")
        except ReporterError as error:
            return _choose_again(form, error)
    return _choose_again(form)


def _choose_again(form: AreaFileForm, error: ReporterError | None = None) -> ResponseReturnValue:
    form.file.errors = [*form.file.errors, *([words_of(error)] if error else [])]
    return _page(form), 422


def _preview(file: BinaryIO, datum: Datum, name: str, status: int = 200) -> ResponseReturnValue:
    """Show what the file would do; one with problems cannot be imported, so it is not kept."""
    preview = preview_areas(file, datum)
    upload = "" if preview.problems else keep_upload(file)
    form = AreaImportForm(
        formdata=None, upload=upload, datum=str(datum), edition=preview.edition, name=name[:200]
    )
    doubts, problems, notes = (
        [words_of(one) for one in some] for some in (preview.doubts, preview.problems, preview.notes)
    )
    page = render_template(
        "admin/area_preview.html", changes=preview.affected, shown=SHOWN, form=form, doubts=doubts,
        problems=problems, notes=notes, unchanged=len(preview.changes) - len(preview.affected), datum=datum, file=name,
        to=url_for("admin.take_areas"),
    )  # fmt: skip
    return page, BadInput.status if problems else status


@bp.post("/areas/import")
@allow(Permission.DESK_ADMIN)
def take_areas() -> ResponseReturnValue:
    """Import the file that was looked at."""
    form = AreaImportForm()
    try:
        with kept_upload(str(form.upload.data) if form.validate_on_submit() else "") as file:
            return _import(form, file)
    except BadInput as error:
        return _choose_again(AreaFileForm(formdata=None), error)


def _import(form: AreaImportForm, file: BinaryIO) -> ResponseReturnValue:
    datum, name = Datum(str(form.datum.data)), form.name.data or ""
    try:
        done = import_areas(
            file, datum, by=me(), confirmed=form.confirmed.data, seen=form.edition.data, file=name
        )
    except (BadInput, Conflict) as error:
        flash(words_of(error), "bad")
        return _preview(file, datum, name, error.status)
    drop_upload(str(form.upload.data))
    flash(_("%(number)s areas have been imported.", number=len(done.changes)), "ok")
    return redirect(url_for("admin.areas"))


@bp.post("/areas/back/look")
@allow(Permission.DESK_ADMIN)
def look_back() -> ResponseReturnValue:
    """Show what going back to a version would change."""
    form = AreaBackForm()
    if form.number.data is None:
        return _choose_again(AreaFileForm(formdata=None), BadInput("Please choose the version again."))
    if form.number.data == latest_version():
        return _choose_again(AreaFileForm(formdata=None), WrongStep("This version is in force already."))
    return _way_back(form.number.data)


def _way_back(number: int, status: int = 200) -> ResponseReturnValue:
    changes: Sequence[AreaChange] = changes_back(number)
    form = AreaBackForm(formdata=None, number=number, edition=edition())
    page = render_template(
        "admin/area_preview.html", changes=changes, shown=SHOWN, form=form, doubts=(), problems=(), notes=(), unchanged=0,
        back_to=number, to=url_for("admin.take_back"),
    )  # fmt: skip
    return page, status


@bp.post("/areas/back")
@allow(Permission.DESK_ADMIN)
def take_back() -> ResponseReturnValue:
    """Go back to the version that was looked at."""
    form = AreaBackForm()
    if not form.validate_on_submit() or form.number.data is None:
        return _choose_again(AreaFileForm(formdata=None), BadInput("Please choose the version again."))
    try:
        version = go_back(form.number.data, by=me(), seen=form.edition.data)
    except (Conflict, WrongStep) as error:
        return _choose_again(AreaFileForm(formdata=None), error)
    flash(_("The areas are again those of version %(number)s.", number=version.back_to), "ok")
    return redirect(url_for("admin.areas"))
