"""Cases: those without a unit, those with requests, any case by its address; what the centre does with them."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.desks.own_pages import kept_own
from reporter.desks.states import action_word
from reporter.desks.tokens import valid
from reporter.desks.triage.case_pages import (
    APPROVALS,
    DISPATCH,
    act_form,
    back_to_work,
    case_for_me,
    case_page,
    listed_page,
    offer_ready,
    unit_form,
    weigh_place,
)
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.forms import ActForm, CorrectForm, UnitForm
from reporter.desks.triage.lookups import look_up
from reporter.desks.triage.offers import ACTS, form_name
from reporter.desks.triage.pages import sent
from reporter.desks.triage.place_forms import PLACE
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import Permission
from reporter.reports.commands.asking import follow_up
from reporter.routing.commands import dispatch, reassign
from reporter.routing.correcting import correct
from reporter.routing.refusals import approve_send_back
from reporter.routing.whistles import call_together, conclude

Taken = Callable[[Case, Any, str], object]


def _take(case: Case, step: Action, form: ActForm) -> None:
    """Take the step: by the command of its own where it sets off more than the table says, and tell what did not follow."""
    reason = form.reason.data or ""
    if own := _OWN.get(step):
        left_out = own(case, form, reason)
        if isinstance(left_out, WrongStep):
            flash(
                _("It is written down, but the case was not opened again: %(why)s", why=words_of(left_out)),
                "warn",
            )
    else:
        advance(case, step, by=me(), reason=reason, seen=form.seen)


_OWN: Mapping[Action, Taken] = {
    Action.APPROVE_SEND_BACK: lambda case, form, reason: approve_send_back(
        case, by=me(), reason=reason, seen=form.seen
    ),
    Action.FOLLOW_UP: lambda case, form, words: follow_up(
        case, form.outcome.data, words, by=me(), seen=form.seen
    ),
    Action.WHISTLE: lambda case, form, reason: call_together(
        case, form.unit_ids.data, reason=reason, level=form.level.data, by=me(), seen=form.seen
    ),
    Action.CONCLUDE: lambda case, form, words: conclude(
        case, words, by=me(), without=form.without.data, seen=form.seen
    ),
    Action.CORRECT: lambda case, form, reason: correct(
        case, form.correction, reason=reason, by=me(), seen=form.seen
    ),
}
OFFERED = ", ".join(f'"{action}"' for action in ACTS)


@bp.get("/dispatch")
@allow(Permission.DESK_TRIAGE)
@kept_own
def waiting_cases() -> ResponseReturnValue:
    """Show the cases that wait for a unit, or whose clock stands still, and the first of them."""
    return listed_page(DISPATCH)


@bp.get("/dispatch/<int:case_id>")
@allow(Permission.DESK_TRIAGE)
@kept_own
def waiting_case(case_id: int) -> ResponseReturnValue:
    """Show one case beside that list."""
    return case_page(get_case(case_id), DISPATCH)


@bp.get("/requests")
@allow(Permission.DESK_APPROVALS)
def approvals() -> ResponseReturnValue:
    """Show what waits for the shift leader, and the first of it."""
    return listed_page(APPROVALS)


@bp.get("/requests/<int:case_id>")
@allow(Permission.DESK_APPROVALS)
def approval(case_id: int) -> ResponseReturnValue:
    """Show one case beside that list."""
    return case_page(get_case(case_id), APPROVALS)


@bp.get("/cases/<int:case_id>")
@allow(Permission.DESK_STAFF)
@kept_own
def case(case_id: int) -> ResponseReturnValue:
    """Show a case to those of the staff who have to do with it: its pictures are not masked."""
    return case_page(case_for_me(case_id))


@bp.post("/cases/<int:case_id>/dispatch")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def dispatch_case(case_id: int) -> ResponseReturnValue:
    """Give a registered case to a unit, or one that lies with a unit to another."""
    case, found = get_case(case_id), look_up()
    form = sent("unit", unit_form(found, request.form))
    offer_ready(form, "unit", case)
    if not valid(form):
        return case_page(case, request.args.get("beside", "")), 422
    _give(case, form)
    name = found.unit_name(case.lead_unit_id)
    return back_to_work(case, _("Case %(number)s was given to %(unit)s.", number=case.number, unit=name))


def _give(case: Case, form: UnitForm) -> None:
    """Dispatch a registered case, reassign another one; what the person saw decides nothing by itself."""
    unit_id, reason = form.unit_id.data, form.reason.data or ""
    if form.seen != case.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    if case.state is State.REGISTERED:
        dispatch(case, by=me(), unit_id=unit_id, reason=reason, seen=form.seen)
    elif unit_id is None:
        raise BadInput("Please choose the unit that takes the case.", field="unit_id")
    else:
        reassign(case, unit_id=unit_id, reason=reason, by=me(), seen=form.seen)


@bp.post(f"/cases/<int:case_id>/<any({OFFERED}):action>")
@checks_its_own_token
@allow(Permission.DESK_STAFF)
def act(case_id: int, action: str) -> ResponseReturnValue:
    """Take one step of the table; the table knows who may and whether a reason is needed."""
    case, step = case_for_me(case_id), Action(action)
    form = sent(form_name(step), act_form(form_name(step), case, look_up(), request.form))
    offer_ready(form, form_name(step), case)
    if not valid(form):
        return case_page(case, request.args.get("beside", "")), 422
    if isinstance(form, CorrectForm) and request.form.get("act") == PLACE:
        return weigh_place(case, form)
    _take(case, step, form)
    words = _("Done: %(what)s, case %(number)s.", what=action_word("case", step), number=case.number)
    return back_to_work(case, words)
