"""Give points for what was registered, and take them back when it is none any more."""

from collections.abc import Mapping

from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.queries import get_case
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import db
from reporter.points.commands import Award, give, take_back
from reporter.points.terms import Occasion
from reporter.reports.events import DecisionStands, ReportMoved
from reporter.reports.lifecycle import Action
from reporter.reports.queries import first_report_of, get_report

GIVEN: Mapping[Action, Occasion] = {Action.ACCEPT: Occasion.REGISTERED, Action.MERGE: Occasion.JOINED}
TAKEN: Mapping[CaseAction, tuple[Occasion, ...]] = {
    CaseAction.VOID: tuple(Occasion),
    CaseAction.REOPEN: (Occasion.PUT_RIGHT,),
}


def reward_report(event: ReportMoved) -> None:
    """Give points when a report becomes a case, or joins one. Running it twice changes nothing."""
    occasion = GIVEN.get(event.action)
    if occasion is None or event.held:
        return
    report, entry = get_report(event.report_id), db.session.get_one(TrailEntry, event.entry_id)
    give(Award(occasion, report, entry.facts["case_id"], report.category_id, entry.id))


def reward_what_stands(event: DecisionStands) -> None:
    """Give the points that were held back while the decision could be undone."""
    if event.report:
        reward_report(event.report)


def reward_case(event: CaseMoved) -> None:
    """Give points when a case ends put right; take back what a void or reopened case gave."""
    if event.action is CaseAction.INSPECT_PASS:
        case = get_case(event.case_id)
        if report := first_report_of(case.id):
            give(Award(Occasion.PUT_RIGHT, report, case.id, case.category_id, event.entry_id))
    elif event.action is CaseAction.LEAVE:
        cause = db.session.get_one(TrailEntry, event.entry_id)
        if report_id := cause.facts.get("report_id"):
            take_back(get_case(event.case_id), (Occasion.JOINED,), cause=cause, report_id=report_id)
    elif event.action in TAKEN:
        cause = db.session.get_one(TrailEntry, event.entry_id)
        take_back(get_case(event.case_id), TAKEN[event.action], cause=cause)
