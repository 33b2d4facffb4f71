"""The lists people work from: a unit's, the inspectors', the supervisors'; and when a running clock began."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select

from reporter.cases.lifecycle import OPEN, PAUSED, Action, State
from reporter.cases.models import Case, CaseRequest
from reporter.cases.queries import by_due
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import current_city_id, db
from reporter.kernel.pages import Page, page_of, read_key

MOST = 100  # what a tab counts to; above it stands "100+"
NONE: ColumnElement[int] = literal_column(
    "0"
)  # spelt out: an index of some rows only is not taken for a value that is handed in
ENDED = (State.CLOSED, State.CLOSED_UNFIXED, State.ARCHIVED)


class AtUnit(StrEnum):
    """The lists of a unit."""

    CLAIM = "claim"
    WORK = "work"
    CHECK = "check"
    REWORK = "rework"


class AtInspection(StrEnum):
    """The lists of those who inspect and supervise."""

    CHECK = "check"
    OVERDUE = "overdue"
    SUPERVISED = "supervised"


class AtCentre(StrEnum):
    """The lists of those who dispatch and of those who approve."""

    DISPATCH = "dispatch"
    PAUSED = "paused"
    FOLLOW_UP = "follow_up"
    REQUESTS = "requests"
    CHECK = "check"


def unit_list(which: AtUnit, unit_id: int, *, after: str = "", size: int = 30) -> Page[Case]:
    """Return a list of a unit's cases, the soonest due first."""
    return by_due(_at_unit(which, unit_id), after=after, size=size)


def _at_unit(which: AtUnit, unit_id: int) -> Select[Case]:
    own = select(Case).where(Case.lead_unit_id == unit_id)
    again = or_(Case.rework_count > 0, Case.reopen_count > 0)
    paused = Case.state.in_(PAUSED)
    conditions = {
        AtUnit.CLAIM: Case.state == State.DISPATCHED,
        AtUnit.WORK: or_(paused, and_(Case.state == State.HANDLING, ~again)),
        AtUnit.CHECK: Case.state == State.HANDLED,
        AtUnit.REWORK: and_(Case.state == State.HANDLING, again),
    }
    return own.where(Case.state.in_(OPEN), conditions[which])


def inspection_list(which: AtInspection, *, now: datetime, after: str = "", size: int = 30) -> Page[Case]:
    """Return a list of the city's cases, the soonest due first."""
    return by_due(_at_inspection(which, now), after=after, size=size)


def _at_inspection(which: AtInspection, now: datetime) -> Select[Case]:
    conditions = {
        AtInspection.CHECK: Case.state == State.HANDLED,
        AtInspection.OVERDUE: and_(Case.due_at <= now, Case.state.in_(OPEN)),
        AtInspection.SUPERVISED: and_(Case.supervise_count > NONE, Case.state.in_(OPEN)),
    }
    return select(Case).where(conditions[which])


def centre_list(which: AtCentre, *, after: str = "", size: int = 30) -> Page[Case]:
    """Return a list of the city's cases, the soonest due first."""
    return by_due(_at_centre(which), after=after, size=size)


def _at_centre(which: AtCentre) -> Select[Case]:
    asked = select(CaseRequest.case_id).where(
        CaseRequest.city_id == current_city_id(), CaseRequest.decision == "open"
    )
    conditions = {
        AtCentre.DISPATCH: Case.state == State.REGISTERED,
        AtCentre.PAUSED: Case.state.in_(PAUSED),
        AtCentre.REQUESTS: Case.id.in_(asked),
        AtCentre.CHECK: Case.state == State.HANDLED,
        AtCentre.FOLLOW_UP: Case.follow_up_due_at.is_not(None),
    }
    return select(Case).where(conditions[which])


def last_claimed(unit_id: int) -> Case | None:
    """Return the open case that a unit claimed last, else None."""
    own = select(Case).where(Case.lead_unit_id == unit_id, Case.state.in_(OPEN), Case.claimed_at.is_not(None))
    return db.session.scalar(own.order_by(Case.claimed_at.desc(), Case.id.desc()).limit(1))


def unit_counts(unit_id: int) -> dict[AtUnit, int]:
    """Return how many cases are on each list of a unit, counted to `MOST` + 1 at most; in one statement."""
    return dict(zip(AtUnit, _counts(_at_unit(which, unit_id) for which in AtUnit), strict=True))


def inspection_counts(now: datetime) -> dict[AtInspection, int]:
    """Return how many cases are on each list of the inspectors, counted to `MOST` + 1 at most."""
    return dict(zip(AtInspection, _counts(_at_inspection(which, now) for which in AtInspection), strict=True))


def centre_counts() -> dict[AtCentre, int]:
    """Return how many cases are on each list of the centre, counted to `MOST` + 1 at most."""
    return dict(zip(AtCentre, _counts(_at_centre(which) for which in AtCentre), strict=True))


def _counts(lists: Iterable[Select[Case]]) -> Sequence[int]:
    here = Case.city_id == current_city_id()  # said aloud: nobody adds it to a count of a subquery
    some = [cases.where(here).with_only_columns(Case.id).limit(MOST + 1).subquery() for cases in lists]
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in some]
    return list(db.session.execute(select(*counts)).one())


def ended_cases(*, unit_id: int | None = None, after: str = "", size: int = 30) -> Page[Case]:
    """Return closed cases, the last closed first; of one unit when it is named."""
    ended = select(Case).where(Case.state.in_(ENDED), Case.closed_at.is_not(None))
    if unit_id is not None:
        ended = ended.where(Case.lead_unit_id == unit_id)
    if key := read_key(after, datetime, int):
        closed, last = key
        ended = ended.where(or_(Case.closed_at < closed, and_(Case.closed_at == closed, Case.id < last)))
    newest = ended.order_by(Case.closed_at.desc(), Case.id.desc()).limit(size + 1)
    return page_of(
        db.session.scalars(newest).all(), size=size,
        key=lambda case: (case.closed_at.isoformat() if case.closed_at else "", case.id),
    )  # fmt: skip


_STARTS = (
    Action.REGISTER, Action.APPROVE_SEND_BACK, Action.DISPATCH, Action.REASSIGN, Action.SUBMIT_RESULT, Action.BRING_OVER,
)  # fmt: skip
_HALVES = (Action.INSPECT_FAIL, Action.REOPEN)
_PAUSES = (Action.APPROVE_SHELVE, Action.APPROVE_DEFER, Action.ASK_REPORTER)
_GOES_ON = (Action.RESUME, Action.ANSWER)


def clocks_began(cases: Sequence[Case]) -> dict[int, datetime]:
    """Return when the clock that runs for each case began; in one query.

    The handling clock begins when the case is dispatched, and again at a rework or a reopening. Time that was
    paused does not count: after a pause the beginning moves by its length.
    """
    turns = (*_STARTS, *_HALVES, *_PAUSES, *_GOES_ON)
    entries = select(TrailEntry.subject_id, TrailEntry.action, TrailEntry.at).where(
        TrailEntry.subject == Case.trail_subject,
        TrailEntry.subject_id.in_([case.id for case in cases]),
        TrailEntry.action.in_(turns),
    )
    began = {case.id: case.registered_at for case in cases}
    paused: dict[int, datetime] = {}
    for case_id, action, at in db.session.execute(entries.order_by(TrailEntry.subject_id, TrailEntry.seq)):
        if action in _PAUSES:
            paused[case_id] = at
        elif action in _GOES_ON:
            began[case_id] += at - paused.pop(case_id, at)
        else:
            began[case_id] = at
    return began
