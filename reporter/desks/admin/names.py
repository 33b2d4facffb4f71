"""Named roads and places: a file takes the place of the list, the lists before it are kept for the way back."""

from typing import BinaryIO, cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.desks.admin.door import bp
from reporter.desks.admin.ground_forms import NamesBackForm, NamesFileForm
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.kernel.errors import BadInput, NotFound, ReporterError, WrongStep
from reporter.kernel.policy import Permission
from reporter.places.finding import gazetteers
from reporter.places.gazetteer import import_names, take_names_up_again, weigh_names
from reporter.places.geometry import Datum
from reporter.places.names import DRAWN_KINDS


@bp.get("/names")
@allow(Permission.DESK_ADMIN)
def names() -> ResponseReturnValue:
    """Show the lists that are kept, and the form for a file."""
    return _page(NamesFileForm())


def _page(form: NamesFileForm, problems: list[str] | None = None) -> str:
    kept = gazetteers()
    return render_template(
        "admin/names.html", form=form, kept=kept, problems=problems or [],
        people=names_of([one.by_id for one in kept]), kinds="kind: " + ", ".join(DRAWN_KINDS),
    )  # fmt: skip


@bp.post("/names")
@allow(Permission.DESK_ADMIN)
def take_names() -> ResponseReturnValue:
    """Import a file whole, or say of each entry that cannot be used which field is to be mended."""
    form = NamesFileForm()
    if not form.validate_on_submit():
        return _page(form), BadInput.status
    file = form.file.data
    try:
        with file.stream:
            return _import(form, cast(BinaryIO, file.stream), file.filename or "")
    except ReporterError as error:
        form.file.errors = [*form.file.errors, words_of(error)]
        return _page(form), error.status


def _import(form: NamesFileForm, file: BinaryIO, name: str) -> ResponseReturnValue:
    datum = Datum(form.datum.data)
    problems = [words_of(problem) for problem in weigh_names(file, datum).problems]
    if problems:
        form.file.errors = [_("Nothing was imported: please mend the file first.")]
        return _page(form, problems), BadInput.status
    done = import_names(file, datum, by=me(), file=name)
    flash(_("%(number)s names have been imported, crossings included.", number=done.names), "ok")
    return redirect(url_for("admin.names"))


@bp.post("/names/back")
@allow(Permission.DESK_ADMIN)
def take_names_back() -> ResponseReturnValue:
    """Let an earlier list be searched again."""
    form = NamesBackForm()
    if form.number.data is None:
        flash(_("Please choose the list again."), "bad")
        return _page(NamesFileForm(formdata=None)), BadInput.status
    try:
        done = take_names_up_again(form.number.data, by=me())
    except (NotFound, WrongStep) as error:
        flash(words_of(error), "bad")
        return _page(NamesFileForm(formdata=None)), error.status
    flash(_("The names are again those of list %(number)s.", number=done.number), "ok")
    return redirect(url_for("admin.names"))
