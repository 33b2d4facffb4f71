"""The pages of the unit's desk, as they stand after whatever happened."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.commands import revoke_penalty, submit_result
from reporter.cases.lifecycle import Action, step_for
from reporter.cases.models import Case, Revocation
from reporter.cases.queries import actions_open_to
from reporter.cases.ready import Purpose
from reporter.cases.worklists import clocks_began
from reporter.desks.dossier import moved_on
from reporter.desks.errors import blame, show
from reporter.desks.forms import CaseForm
from reporter.desks.guard import me, wants_json
from reporter.desks.ready import locale_of
from reporter.desks.tokens import holds_token, look_again, sent
from reporter.desks.unit.cards import light_words
from reporter.desks.unit.forms import ResultForm, RevocationForm
from reporter.desks.unit.inbox import inbox_of, list_of
from reporter.desks.unit.results import (
    drop,
    outcome_of,
    pictures_before,
    shown,
    take_along,
    together,
    waiting,
)
from reporter.desks.unit.work import banners_of, case_for, work_on
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import require


def case_page(case: Case, wrong: CaseForm | None = None, said: str = "") -> str:
    """Return the page of a case.

    Args:
        wrong: the form that came back; it stays as it was filled in.
        said: why what was sent did not happen.
    """
    lists = inbox_of(me(), list_of(case))
    work = work_on(case, me(), wrong)
    return render_template("unit/inbox.html", lists=lists, work=work, chosen=True, said=said)


def move_on(error: ReporterError) -> ResponseReturnValue:
    """Return the fresh page of the case that was not what the person saw, say so, and keep what was typed."""
    case_id = (request.view_args or {}).get("case_id")
    if case_id is None or wants_json():
        return show(error)
    case = case_for(me(), case_id)
    action, form = g.get("sent", (None, None))
    said = moved_on(error, case, me(), action)
    if form is not None:
        look_again(form, case.version)
    if isinstance(form, ResultForm) and Action.SUBMIT_RESULT in actions_open_to(me(), case):
        return result_page(case, form, said), error.status
    return case_page(case, form, said), error.status


def case_to_finish(case_id: int) -> Case:
    """Return a case whose result may be handed in now.

    Raises:
        NotFound, NotAllowed: it is not the person's to finish.
        WrongStep: it is not being handled.
    """
    case = case_for(me(), case_id)
    g.sent = (Action.SUBMIT_RESULT, None)
    require(me(), step_for(case.state, Action.SUBMIT_RESULT).who, case)
    return case


def result_form(case: Case) -> ResultForm:
    """Return the form of a result; the pictures that came with it are taken in, those taken away are gone.

    Without the token of the browser's session nothing is.
    """
    form = ResultForm(version=case.version)
    form.offer(case.nature)
    form.offer_ready(Purpose.LETTER, case, locale=locale_of(case.id))
    if not form.is_submitted():
        return form
    uploads = [one for one in request.files.getlist(form.photos.name) if one.filename]
    if not holds_token(form):
        again = _("Some photos could not be kept, because the session had ended. Please add them again.")
        form.refused = [again] if uploads else []
        return form
    form.takes_away = request.form.get("drop", "")
    if form.takes_away:
        drop(form.takes_away, me())
        form.tokens.data = [token for token in form.tokens.data if token != form.takes_away]
    take_along(form, uploads, me())
    return form


def result_page(case: Case, form: ResultForm, said: str = "") -> str:
    """Return the form of a result beside what the place looked like before.

    Args:
        said: why what was sent did not happen.
    """
    pictures = [shown(photo, case) for photo in waiting(form, me())]
    return render_template(
        "unit/result.html", case=case, form=form, before=pictures_before(case), pictures=pictures, said=said,
        banners=banners_of(case), checks=together(pictures), since=clocks_began([case])[case.id],
        light=light_words(case),
    )  # fmt: skip


def submitted(case: Case, form: ResultForm) -> bool:
    """Hand the result in; False when something has to be put right, which the form then says."""
    seen = sent(Action.SUBMIT_RESULT, form)
    try:
        submit_result(case, outcome_of(form, me()), by=me(), seen=seen)
    except BadInput as error:
        blame(form, error)
    return not form.errors


def written_off(case: Case, form: RevocationForm) -> bool:
    """Write down what became of the penalty; False when something has to be put right, which the form then says."""
    seen, how = sent(Action.REVOKE_PENALTY, form), Revocation(form.how.data)
    try:
        revoke_penalty(case, how, on=form.day, words=form.reason.data or "", by=me(), seen=seen)
    except BadInput as error:
        blame(form, error)
    return not form.errors
