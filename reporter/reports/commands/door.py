"""What every way of changing a report shares: the one door, its pictures, what was said."""

from collections.abc import Sequence
from typing import Any

from reporter.cases.models import Category
from reporter.cases.queries import get_category
from reporter.kernel import events
from reporter.kernel.audit import TrailEntry, record
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import Actor, require
from reporter.ports import ports
from reporter.reports.events import ReportMoved
from reporter.reports.lifecycle import Action, State, Step, step_for
from reporter.reports.models import Report, ReportMessage, ReportPhoto
from reporter.routing.deadlines import Limit, due_at
from reporter.routing.ladder import reminder_at
from reporter.routing.queries import calendar

WORDS_AT_MOST = 1000
PARTNER_WORDS = 4000  # that GeoReport v2 promises to other systems
PHOTOS_AT_MOST = 9
URGENT_REGISTER = "15m"


def move(
    report: Report, action: Action, *, by: Actor, reason: str = "", seen: int | None = None,
    step: Step | None = None, held: bool = False, **facts: Any,
) -> TrailEntry:  # fmt: skip
    """Move `report` one step: the only door. `held`: nobody is told yet, see `ReportMoved`."""
    if seen is not None and seen != report.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    step = step or step_for(report.state, action)
    require(by, step.who, report)
    if step.reason and not reason.strip():
        raise BadInput("Please give a reason.", field="reason")
    report.state = step.target
    if report.state is not State.SUBMITTED:
        report.ring_at = None
    entry = record(
        report, action, by=by, at=ports.clock.now(), source=step.source or "", target=step.target,
        reason=reason.strip(), facts=facts,
    )  # fmt: skip
    events.publish(ReportMoved(report.id, entry.id, action, step.effect, held=held))
    return entry


def run_clock(report: Report, kind: Category | None = None) -> None:
    """Let the register clock run from now on: as long as the kind says, a quarter of an hour where it is urgent.

    Args:
        kind: of the report, when it was read before.
    """
    ordinary = (kind or get_category(report.category_id)).register_limit
    limit = Limit.parse(URGENT_REGISTER if report.urgent else ordinary)
    now, days = ports.clock.now(), calendar()
    report.due_at = due_at(now, limit, days)
    report.ring_at = reminder_at(now, report.due_at, days, working=limit.working)


def hang(report: Report, photo_ids: Sequence[int]) -> None:
    start = report.photo_count
    db.session.add_all(
        ReportPhoto(report_id=report.id, photo_id=photo_id, sort=place)
        for place, photo_id in enumerate(photo_ids, start=start)
    )
    report.photo_count = start + len(photo_ids)
    if report.cover_photo_id is None and photo_ids:
        report.cover_photo_id = photo_ids[0]


def say(
    report: Report, words: str, *, by: Actor, from_centre: bool, photo_ids: Sequence[int] = ()
) -> ReportMessage:
    said = ReportMessage(
        report_id=report.id, from_centre=from_centre, words=words.strip(), photo_ids=list(photo_ids),
        author_id=by.id, at=ports.clock.now(),
    )  # fmt: skip
    db.session.add(said)
    return said
