"""Areas: a file is looked at first and imported then."""

from uuid import uuid4

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from reporter.desks.admin.door import bp
from reporter.desks.admin.forms import AreaFileForm, AreaImportForm
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.places.commands import import_areas, preview_areas
from reporter.places.geometry import Datum
from reporter.places.queries import areas as every_area
from reporter.ports import ports


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
            form.file.errors = [*form.file.errors, words_of(error)]
    return render_template("admin/areas.html", areas=every_area(active=False), form=form), 422


def _content(upload: FileStorage) -> bytes:
    with upload.stream:
        return upload.read()


def _preview(content: bytes, datum: Datum) -> ResponseReturnValue:
    preview, upload = preview_areas(content, datum), uuid4().hex
    ports.storage.put_if_absent(_key(upload), content)
    form = AreaImportForm(formdata=None, upload=upload, datum=str(datum), edition=preview.edition)
    doubts, problems = ([words_of(one) for one in some] for some in (preview.doubts, preview.problems))
    return render_template(
        "admin/area_preview.html", preview=preview, form=form, doubts=doubts, problems=problems
    )


def _key(upload: str) -> str:
    return f"imports/{upload}.geojson"


@bp.post("/areas/import")
@allow(Permission.DESK_ADMIN)
def take_areas() -> ResponseReturnValue:
    """Import the file that was looked at."""
    form = AreaImportForm()
    if not form.validate_on_submit() or not ports.storage.exists(_key(form.upload.data or "")):
        raise BadInput("The file is no longer there. Please choose it again.", field="file")
    key, datum = _key(form.upload.data or ""), Datum(str(form.datum.data))
    content = ports.storage.open(key)
    try:
        done = import_areas(content, datum, by=me(), confirmed=form.confirmed.data, seen=form.edition.data)
    except BadInput as error:
        flash(words_of(error), "bad")
        return _preview(content, datum)
    ports.storage.delete(key)
    flash(_("%(number)s areas have been imported.", number=len(done.changes)), "ok")
    return redirect(url_for("admin.areas"))
