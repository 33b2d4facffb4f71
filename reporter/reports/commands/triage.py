"""What the centre does with a report: accept, merge, ask, decline."""

from dataclasses import dataclass

from reporter.cases import commands as cases
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.models import Case
from reporter.cases.queries import get_category, get_subcategory
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import Actor, Role, require
from reporter.places.queries import get_area
from reporter.reports.commands.door import move, say
from reporter.reports.lifecycle import Action, step_for
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of
from reporter.routing.commands import dispatch


@dataclass(frozen=True)
class Judgement:
    """What the moderator settles when accepting; None keeps what the resident said."""

    category_id: int | None = None
    subcategory_id: int | None = None
    area_id: int | None = None
    title: str = ""
    unit_id: int | None = None


@command
def accept(report: Report, judgement: Judgement, *, by: Actor, seen: int | None = None) -> Case:
    """Accept, register and dispatch in one step; return the new case.

    A person who may not dispatch leaves the case registered for the dispatcher.

    Raises:
        WrongStep, NotAllowed, Conflict: as the tables say.
        BadInput: the place lies in no area and none was chosen.
    """
    if seen is not None and seen != report.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    before = {"category_id": report.category_id, "area_id": report.area_id}
    _apply(report, judgement, by=by)
    if report.area_id is None:
        raise BadInput("The place lies in no area; please choose one.", field="area_id")
    case = cases.register(
        cases.Finding(
            category_id=report.category_id, subcategory_id=report.subcategory_id, area_id=report.area_id,
            lon=report.lon, lat=report.lat, address=report.address, words=report.words,
            title=judgement.title.strip() or title_of(report), photo_ids=photo_ids_of(report.id),
            reported_at=report.submitted_at, urgent=report.urgent,
        ), by=by,
    )  # fmt: skip
    now = {"category_id": report.category_id, "area_id": report.area_id}
    move(report, Action.ACCEPT, by=by, case_id=case.id, taken_for=None if now == before else before)
    report.case_id = case.id
    if Role.DISPATCHER in by.roles:
        dispatch(case, by=by, unit_id=judgement.unit_id)
    return case


def _apply(report: Report, judgement: Judgement, *, by: Actor) -> None:
    require(by, step_for(report.state, Action.ACCEPT).who, report)
    if judgement.category_id and judgement.category_id != report.category_id:
        report.category_id, report.subcategory_id = judgement.category_id, None
    if judgement.subcategory_id:
        report.subcategory_id = judgement.subcategory_id
    if judgement.area_id:
        report.area_id = get_area(judgement.area_id).id


def title_of(report: Report) -> str:
    """Return a plain title made of place and kind, in Chinese: the register's language."""
    subcategory = get_subcategory(report.subcategory_id)
    kind = subcategory.name_zh if subcategory else get_category(report.category_id).name_zh
    return f"{report.address[:40]}{kind}"


@command
def merge(report: Report, case: Case, *, by: Actor, seen: int | None = None) -> Case:
    """Join `report` to an open case; its reporter is told like the first.

    Raises:
        WrongStep: the case has ended, or the report is settled.
    """
    if not case.is_open:
        raise WrongStep("This case has ended; a report can only join an open one.")
    move(report, Action.MERGE, by=by, seen=seen, case_id=case.id)
    report.case_id = case.id
    cases.attach_photos(case, photo_ids_of(report.id), stage="before")
    cases.advance(case, CaseAction.JOIN, by=by, report_id=report.id)
    return case


@command
def request_info(report: Report, question: str, *, by: Actor, seen: int | None = None) -> None:
    """Ask the reporter something. Raises `BadInput` without a question."""
    move(report, Action.REQUEST_INFO, by=by, reason=question, seen=seen)
    report.due_at = None
    say(report, question, by=by, from_centre=True)


@command
def decline(report: Report, reason: str, *, by: Actor, seen: int | None = None) -> None:
    """Decline with a reason that the reporter reads."""
    move(report, Action.DECLINE, by=by, reason=reason, seen=seen)
    report.due_at = None
