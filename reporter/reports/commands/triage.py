"""What the centre does with a report: accept, merge, ask, decline."""

from dataclasses import dataclass
from typing import Any

from reporter.cases import commands as cases
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.models import Case
from reporter.cases.queries import get_category, get_subcategory, history, step_behind
from reporter.kernel import events
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import Actor, Role, require
from reporter.places.geometry import Point
from reporter.places.moved import Spotted, moved
from reporter.places.queries import area_for, get_area
from reporter.reports.commands.door import move, say
from reporter.reports.commands.holding import Hold, as_it_is, hold_back
from reporter.reports.events import DecisionStands
from reporter.reports.lifecycle import Action, step_for
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of
from reporter.routing.commands import dispatch, unit_for


@dataclass(frozen=True)
class Judgement:
    """What the moderator settles when accepting; None keeps what the resident said.

    Where `spot` puts the place right, the area is the one in which it lies, unless `area_id` names one.
    """

    category_id: int | None = None
    subcategory_id: int | None = None
    area_id: int | None = None
    title: str = ""
    unit_id: int | None = None
    address: str | None = None
    spot: Spotted | None = None


@command
def accept(
    report: Report,
    judgement: Judgement,
    *,
    by: Actor,
    seen: int | None = None,
    hold: Hold | None = None,
    **because: Any,
) -> Case:
    """Accept, register and dispatch in one step; return the new case.

    A person who may not dispatch leaves the case registered for the dispatcher. What is held is dispatched once it
    stands, and whoever reported it is told then.

    Args:
        because: facts for the trail, where no person decided.

    Raises:
        WrongStep, NotAllowed, Conflict: as the tables say.
        BadInput: the place lies in no area and none was chosen, or outside the city.
    """
    if seen is not None and seen != report.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    before, taken = as_it_is(report), {"category_id": report.category_id, "area_id": report.area_id}
    place = _apply(report, judgement, by=by)
    if report.area_id is None:
        raise BadInput("The place lies in no area; please choose one.", field="area_id")
    case = cases.register(
        cases.Finding(
            category_id=report.category_id, subcategory_id=report.subcategory_id, area_id=report.area_id,
            lon=report.lon, lat=report.lat, address=report.address, words=report.words,
            title=judgement.title.strip() or title_of(report), photo_ids=photo_ids_of(report.id),
            reported_at=report.submitted_at, urgent=report.urgent, source=report.source,
        ), by=by, held=True, **place,
    )  # fmt: skip
    now = {"category_id": report.category_id, "area_id": report.area_id}
    entry = move(
        report, Action.ACCEPT, by=by, held=bool(hold), case_id=case.id,
        taken_for=None if now == taken else taken, **place, **because,
    )  # fmt: skip
    report.case_id = case.id
    _give_out(report, case, entry, before, judgement.unit_id, hold, by=by)
    return case


def _give_out(
    report: Report, case: Case, entry: TrailEntry, before: dict[str, Any], unit_id: int | None, hold: Hold | None, *, by: Actor
) -> None:  # fmt: skip
    """Tell of a new case and dispatch it, at once or when the decision stands."""
    registered, dispatches = history(case)[-1], Role.DISPATCHER in by.roles
    if hold:
        unit = unit_for(case, unit_id).id if dispatches else None
        hold_back(report, entry, before, hold, by=by, case_entry=registered, unit=unit)
        return
    events.publish(DecisionStands(None, step_behind(registered)))
    if dispatches:
        dispatch(case, by=by, unit_id=unit_id)


def _apply(report: Report, judgement: Judgement, *, by: Actor) -> dict[str, Any]:
    """Write what was settled into the report; return what the trail keeps of a place that was put right."""
    require(by, step_for(report.state, Action.ACCEPT).who, report)
    reported = report.category_id, report.subcategory_id
    if judgement.category_id and judgement.category_id != report.category_id:
        report.category_id, report.subcategory_id = judgement.category_id, None
    if judgement.subcategory_id:
        report.subcategory_id = judgement.subcategory_id
    if reported != (report.category_id, report.subcategory_id):
        subcategory = get_subcategory(report.subcategory_id)
        report.urgent = bool(subcategory and subcategory.urgent)  # the resident's own sub-type said it before
    if judgement.area_id:
        report.area_id = get_area(judgement.area_id).id
    return _put_right(report, judgement)


def _put_right(report: Report, judgement: Judgement) -> dict[str, Any]:
    before, address = Point(report.lon, report.lat), report.address
    if judgement.address is not None:
        report.address = judgement.address.strip()
    spot = judgement.spot
    if spot is not None and spot.point != before:
        report.area_id = area_for(spot.point, judgement.area_id)
        report.lon, report.lat = spot.point.lon, spot.point.lat
        report.accuracy, report.place_source = spot.accuracy, spot.source
    after = Point(report.lon, report.lat)
    if (before, address) == (after, report.address):
        return {}
    return {"moved": moved(before, after, address=address, now=report.address)}


def title_of(report: Report) -> str:
    """Return a plain title made of place and kind, in Chinese: the register's language."""
    subcategory = get_subcategory(report.subcategory_id)
    kind = subcategory.name_zh if subcategory else get_category(report.category_id).name_zh
    return f"{report.address[:40]}{kind}"


@command
def merge(
    report: Report, case: Case, *, by: Actor, seen: int | None = None, hold: Hold | None = None
) -> Case:
    """Join `report` to an open case; its reporter is told like the first.

    Raises:
        WrongStep: the case has ended, or the report is settled.
    """
    if not case.is_open:
        raise WrongStep("This case has ended; a report can only join an open one.")
    before, held = as_it_is(report), bool(hold)
    entry = move(report, Action.MERGE, by=by, seen=seen, held=held, case_id=case.id)
    report.case_id = case.id
    hung = cases.attach_photos(case, photo_ids_of(report.id), stage="before")
    joined = cases.advance(case, CaseAction.JOIN, by=by, held=held, report_id=report.id, photo_ids=hung)
    hold_back(report, entry, before, hold, by=by, case_entry=joined, photos=hung)
    return case


@command
def request_info(
    report: Report, question: str, *, by: Actor, seen: int | None = None, hold: Hold | None = None
) -> None:
    """Ask the reporter something. Raises `BadInput` without a question."""
    before = as_it_is(report)
    entry = move(report, Action.REQUEST_INFO, by=by, reason=question, seen=seen, held=bool(hold))
    report.due_at = None
    asked = say(report, question, by=by, from_centre=True)
    db.session.flush()
    hold_back(report, entry, before, hold, by=by, message=asked.id)


@command
def decline(
    report: Report, reason: str, *, by: Actor, seen: int | None = None, hold: Hold | None = None
) -> None:
    """Decline with a reason that the reporter reads."""
    before = as_it_is(report)
    entry = move(report, Action.DECLINE, by=by, reason=reason, seen=seen, held=bool(hold))
    report.due_at = None
    hold_back(report, entry, before, hold, by=by)
