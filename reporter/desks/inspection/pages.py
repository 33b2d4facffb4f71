"""The pages of the inspection desk, as they stand after whatever happened."""

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.cases.worklists import AtInspection
from reporter.desks.dossier import moved_on
from reporter.desks.errors import show
from reporter.desks.forms import CaseForm
from reporter.desks.guard import me, wants_json
from reporter.desks.inspection.check import checking_of
from reporter.desks.inspection.queue import CLOSED, queue_of
from reporter.desks.tokens import look_again
from reporter.kernel.errors import ReporterError


def at_list() -> str:
    """Return the list that the person came from; beside a form that was sent a wrong one is as good as none."""
    at = request.args.get("at", "")
    return "" if request.method == "POST" and at not in {*AtInspection, CLOSED} else at


def list_page(after: str = "", asked: str = "", missing: str = "") -> str:
    """Return the page of a list and its first case.

    Args:
        asked: the number that was looked for, and `missing`: why it led nowhere.
    """
    queue = queue_of(at_list(), after)
    check = checking_of(get_case(queue.rows[0].id), me()) if queue.rows else None
    return render_template(
        "inspection/queue.html", queue=queue, check=check, chosen=False, asked=asked, missing=missing
    )


def case_page(case: Case, wrong: str = "", form: CaseForm | None = None, said: str = "") -> str:
    """Return the page of a case beside its list.

    Args:
        wrong: the action whose form came back; `form` stays as it was filled in.
        said: why what was sent did not happen.
    """
    queue = queue_of(at_list())
    check = checking_of(case, me(), wrong, form)
    return render_template("inspection/queue.html", queue=queue, check=check, chosen=True, said=said)


def move_on(error: ReporterError) -> ResponseReturnValue:
    """Return the fresh page of the case that was not what the person saw, say so, and keep what was typed."""
    case_id = (request.view_args or {}).get("case_id")
    if case_id is None or wants_json():
        return show(error)
    case = get_case(case_id)
    action, form = g.get("sent", (None, None))
    if form is not None:
        look_again(form, case.version)
    return case_page(case, action or "", form, said=moved_on(error, case, me(), action)), error.status


def back_to_list() -> ResponseReturnValue:
    """Go on with the list that the person came from."""
    return redirect(url_for("inspection.queue", at=at_list() or AtInspection.CHECK))
