"""The inspector's and the supervisor's desk: look at what was done, pass it or send it back; urge, supervise."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action
from reporter.cases.queries import case_by_number, get_case
from reporter.desks.guard import allow, me
from reporter.desks.inspection.check import form_of
from reporter.desks.inspection.pages import at_list, back_to_list, case_page, list_page, move_on
from reporter.desks.ready import count_use
from reporter.desks.tokens import own_token_check, sent, valid
from reporter.kernel.errors import Conflict, NotFound, WrongStep
from reporter.kernel.policy import Permission

bp = Blueprint("inspection", __name__, url_prefix="/inspection")
checks_its_own_token = own_token_check(bp)
bp.register_error_handler(Conflict, move_on)
bp.register_error_handler(WrongStep, move_on)


@bp.get("/")
@allow(Permission.DESK_INSPECTION)
def queue() -> ResponseReturnValue:
    """Show a list and its first case."""
    return list_page(request.args.get("after", ""))


@bp.get("/find")
@allow(Permission.DESK_INSPECTION)
def find() -> ResponseReturnValue:
    """Open the case with a number; without one, the page that asks for it."""
    number = request.args.get("number", "").strip()
    if not number:
        return redirect(url_for("inspection.queue", _anchor="number"))
    found = case_by_number(number)
    if found is None:
        missing = _("There is no case with this number. Please check it figure by figure.")
        return list_page(asked=number, missing=missing), NotFound.status
    return redirect(url_for("inspection.case", case_id=found.id))


@bp.get("/<int:case_id>")
@allow(Permission.DESK_INSPECTION)
def case(case_id: int) -> ResponseReturnValue:
    """Show one case beside its list."""
    return case_page(get_case(case_id))


@bp.post("/<int:case_id>/pass")
@checks_its_own_token
@allow(Permission.DESK_INSPECTION)
def pass_it(case_id: int) -> ResponseReturnValue:
    """Pass the work: the case is closed."""
    case = get_case(case_id)
    form = form_of("inspect_pass", case)
    if not valid(form):
        return case_page(case, "inspect_pass", form), 422
    advance(
        case, Action.INSPECT_PASS, by=me(), reason=form.note.data or "", seen=sent(Action.INSPECT_PASS, form)
    )
    flash(_("Passed. The case is closed."))
    return back_to_list()


@bp.post("/<int:case_id>/rework")
@checks_its_own_token
@allow(Permission.DESK_INSPECTION)
def rework(case_id: int) -> ResponseReturnValue:
    """Send the work back to be done again, in half the time."""
    case = get_case(case_id)
    form = form_of("inspect_fail", case)
    if not valid(form):
        return case_page(case, "inspect_fail", form), 422
    code, reason, seen = form.code.data, form.reason.data, sent(Action.INSPECT_FAIL, form)
    advance(case, Action.INSPECT_FAIL, by=me(), reason=reason, seen=seen, code=code)
    flash(_("Sent to rework. The unit has half the time."))
    return back_to_list()


@bp.post("/<int:case_id>/unfixed")
@checks_its_own_token
@allow(Permission.DESK_INSPECTION)
def close_unfixed(case_id: int) -> ResponseReturnValue:
    """End the case without repair; whoever reported it is told why."""
    case = get_case(case_id)
    form = form_of("close_unfixed", case)
    if not valid(form):
        return case_page(case, "close_unfixed", form), 422
    advance(
        case, Action.CLOSE_UNFIXED, by=me(), reason=form.reason.data, seen=sent(Action.CLOSE_UNFIXED, form)
    )
    count_use(form)
    flash(_("Closed without repair. Whoever reported it is told why."))
    return back_to_list()


@bp.post("/<int:case_id>/urge")
@checks_its_own_token
@allow(Permission.DESK_INSPECTION)
def urge(case_id: int) -> ResponseReturnValue:
    """Remind the unit."""
    case = get_case(case_id)
    form = form_of("urge", case)
    if not valid(form):
        return case_page(case, "urge", form), 422
    advance(case, Action.URGE, by=me(), reason=form.note.data or "", seen=sent(Action.URGE, form))
    flash(_("Urged. The unit is told."))
    return redirect(url_for("inspection.case", case_id=case_id, at=at_list()))


@bp.post("/<int:case_id>/supervise")
@checks_its_own_token
@allow(Permission.DESK_INSPECTION)
def supervise(case_id: int) -> ResponseReturnValue:
    """Put the case under supervision; the unit and its head are told."""
    case = get_case(case_id)
    form = form_of("supervise", case)
    if not valid(form):
        return case_page(case, "supervise", form), 422
    advance(case, Action.SUPERVISE, by=me(), reason=form.reason.data, seen=sent(Action.SUPERVISE, form))
    flash(_("Under supervision. The unit and its head are told."))
    return redirect(url_for("inspection.case", case_id=case_id, at=at_list()))


@bp.post("/<int:case_id>/reopen")
@checks_its_own_token
@allow(Permission.DESK_INSPECTION)
def reopen(case_id: int) -> ResponseReturnValue:
    """Open a closed case again: it goes back to its unit with half the time."""
    case = get_case(case_id)
    form = form_of("reopen", case)
    if not valid(form):
        return case_page(case, "reopen", form), 422
    advance(case, Action.REOPEN, by=me(), reason=form.reason.data, seen=sent(Action.REOPEN, form))
    flash(_("Reopened. The unit has half the time."))
    return redirect(url_for("inspection.case", case_id=case_id, at=at_list()))
