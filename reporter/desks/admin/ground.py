"""Areas: a file is looked at first and imported then."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from reporter.desks.admin.door import bp
from reporter.desks.admin.forms import AreaFileForm, AreaImportForm
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.kernel.errors import BadInput, Conflict, ReporterError
from reporter.kernel.policy import Permission
from reporter.places.commands import import_areas, preview_areas
from reporter.places.geometry import Datum
from reporter.places.queries import areas as every_area
from reporter.places.uploads import drop_upload, keep_upload, kept_upload


@bp.get("/areas")
@allow(Permission.DESK_ADMIN)
def areas() -> ResponseReturnValue:
    """Show the areas on a map and in a list, and the form for a file."""
    return render_template("admin/areas.html", areas=every_area(active=False), form=AreaFileForm())


@bp.post("/areas/preview")
@allow(Permission.DESK_ADMIN)
def look_at_areas() -> ResponseReturnValue:
    """Show what importing a file would do; the file is kept for the second step."""
    form = AreaFileForm()
    if form.validate_on_submit():
        try:
            return _preview(_content(form.file.data), Datum(form.datum.data))
        except ReporterError as error:
            return _choose_again(form, error)
    return _choose_again(form)


def _choose_again(form: AreaFileForm, error: ReporterError | None = None) -> ResponseReturnValue:
    form.file.errors = [*form.file.errors, *([words_of(error)] if error else [])]
    return render_template("admin/areas.html", areas=every_area(active=False), form=form), 422


def _content(upload: FileStorage) -> bytes:
    with upload.stream:
        return upload.read()


def _preview(content: bytes, datum: Datum, status: int = 200) -> ResponseReturnValue:
    """Show what the file would do; one with problems cannot be imported, so it is not kept."""
    preview = preview_areas(content, datum)
    upload = "" if preview.problems else keep_upload(content)
    form = AreaImportForm(formdata=None, upload=upload, datum=str(datum), edition=preview.edition)
    doubts, problems = ([words_of(one) for one in some] for some in (preview.doubts, preview.problems))
    page = render_template(
        "admin/area_preview.html", preview=preview, form=form, doubts=doubts, problems=problems
    )
    return page, BadInput.status if problems else status


@bp.post("/areas/import")
@allow(Permission.DESK_ADMIN)
def take_areas() -> ResponseReturnValue:
    """Import the file that was looked at."""
    form = AreaImportForm()
    try:
        content = kept_upload(str(form.upload.data) if form.validate_on_submit() else "")
    except BadInput as error:
        return _choose_again(AreaFileForm(formdata=None), error)
    return _import(form, content)


def _import(form: AreaImportForm, content: bytes) -> ResponseReturnValue:
    datum = Datum(str(form.datum.data))
    try:
        done = import_areas(content, datum, by=me(), confirmed=form.confirmed.data, seen=form.edition.data)
    except (BadInput, Conflict) as error:
        flash(words_of(error), "bad")
        return _preview(content, datum, error.status)
    drop_upload(str(form.upload.data))
    flash(_("%(number)s areas have been imported.", number=len(done.changes)), "ok")
    return redirect(url_for("admin.areas"))
