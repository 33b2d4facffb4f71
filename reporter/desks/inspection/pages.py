"""The pages of the inspection desk, as they stand after whatever happened."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.cases.worklists import AtInspection
from reporter.desks.dossier import moved_on
from reporter.desks.errors import show, wants_json
from reporter.desks.forms import CaseForm
from reporter.desks.guard import me
from reporter.desks.inspection.check import checking_of
from reporter.desks.inspection.queue import queue_of
from reporter.kernel.errors import ReporterError


def at_list() -> str:
    """Return the list that the person came from."""
    return request.args.get("at", "")


def case_page(case: Case, wrong: str = "", form: CaseForm | None = None, said: str = "") -> str:
    """Return the page of a case beside its list.

    Args:
        wrong: the action whose form came back with something wrong; `form` stays as it was filled in.
        said: why what was sent did not happen.
    """
    queue = queue_of(at_list())
    check = checking_of(case, me(), wrong, form)
    return render_template("inspection/queue.html", queue=queue, check=check, chosen=True, said=said)


def move_on(error: ReporterError) -> ResponseReturnValue:
    """Return the fresh page of the case that was not what the person saw, and say so."""
    case_id = (request.view_args or {}).get("case_id")
    if case_id is None or wants_json():
        return show(error)
    case = get_case(case_id)
    return case_page(case, said=moved_on(error, case, me())), error.status


def back_to_list() -> ResponseReturnValue:
    """Go on with the list that the person came from."""
    return redirect(url_for("inspection.queue", at=at_list() or AtInspection.CHECK))
