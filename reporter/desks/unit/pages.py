"""The pages of the unit's desk, as they stand after whatever happened."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from reporter.cases.lifecycle import Action, step_for
from reporter.cases.models import Case
from reporter.cases.worklists import clocks_began
from reporter.desks.dossier import moved_on
from reporter.desks.errors import show, wants_json
from reporter.desks.forms import CaseForm
from reporter.desks.guard import me
from reporter.desks.unit.cards import light_words
from reporter.desks.unit.forms import ResultForm
from reporter.desks.unit.inbox import inbox_of, list_of
from reporter.desks.unit.results import drop, pictures_before, shown, take_along, together, waiting
from reporter.desks.unit.work import case_for, work_on
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import require


def case_page(case: Case, wrong: CaseForm | None = None, said: str = "") -> str:
    """Return the page of a case.

    Args:
        wrong: the form that came back with something wrong; it stays as it was filled in.
        said: why what was sent did not happen.
    """
    lists = inbox_of(me(), list_of(case))
    work = work_on(case, me(), wrong)
    return render_template("unit/inbox.html", lists=lists, work=work, chosen=True, said=said)


def move_on(error: ReporterError) -> ResponseReturnValue:
    """Return the fresh page of the case that was not what the person saw, and say so."""
    case_id = (request.view_args or {}).get("case_id")
    if case_id is None or wants_json():
        return show(error)
    case = case_for(me(), case_id)
    return case_page(case, said=moved_on(error, case, me())), error.status


def case_to_finish(case_id: int) -> Case:
    """Return a case whose result may be handed in now.

    Raises:
        NotFound, NotAllowed: it is not the person's to finish.
        WrongStep: it is not being handled.
    """
    case = case_for(me(), case_id)
    require(me(), step_for(case.state, Action.SUBMIT_RESULT).who, case)
    return case


def result_form(case: Case) -> ResultForm:
    """Return the form of a result; the pictures that came with it are taken in, those taken away are gone."""
    form = ResultForm(version=case.version)
    form.offer(case.nature)
    if form.is_submitted():
        form.takes_away = request.form.get("drop", "")
        if form.takes_away:
            drop(form.takes_away, me())
            form.tokens.data = [token for token in form.tokens.data if token != form.takes_away]
        take_along(form, request.files.getlist(form.photos.name), me())
    return form


def result_page(case: Case, form: ResultForm) -> ResponseReturnValue:
    """Return the form of a result beside what the place looked like before."""
    pictures = [shown(photo, case) for photo in waiting(form, me())]
    page = render_template(
        "unit/result.html", case=case, form=form, before=pictures_before(case), pictures=pictures,
        checks=together(pictures), since=clocks_began([case])[case.id], light=light_words(case),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def the_upload() -> FileStorage:
    """Return the one picture of the request. Raises `BadInput` when there is none."""
    upload = request.files.get("photo")
    if upload is None or not upload.filename:
        raise BadInput("Please choose a photo.", field="photos")
    return upload
