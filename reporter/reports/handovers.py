"""Every read of handovers: what would be left to the next shift now, what was left, and what nobody has received."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, Select, func, or_, select, union_all

from reporter.accounts.models import User
from reporter.cases.lifecycle import OPEN
from reporter.cases.models import Case
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.kernel.pages import Page, page_of, read_key
from reporter.ports import ports
from reporter.reports.desk_models import Handover, Note, ReportLock
from reporter.reports.handing import AHEAD, MOST, RECEIVED_WITHIN, SHIFT, SHOWN, Heap, Stand, Thing
from reporter.reports.lifecycle import WAITING
from reporter.reports.models import Report
from reporter.reports.risk import CALM
from reporter.reports.worklists import ORDER, REPORTS, STATE_ON, AtTriage, triage_counts

STEPS_LOOKED_AT = 5000  # newest steps and notes of everybody, among which one's own are looked for
WAITING_SHOWN = 9  # handovers that wait, counted to one more
CASES = Case.__table__
LISTS = {Heap.URGENT: AtTriage.URGENT, Heap.ASKED: AtTriage.ASKED, Heap.ASIDE: AtTriage.ASIDE}


def standing(user_id: int) -> list[Stand]:
    """Return what somebody who goes now leaves behind, heap by heap; in a fixed number of statements.

    First on a heap is what is due first; on the lists of the moderators what stands first there.
    """
    due = ports.clock.now() + AHEAD
    counts, mine, cases = triage_counts(), _mine(user_id), _cases(due)
    own, late, open_cases = _numbers(mine, _late(due), cases)
    numbers = {heap: counts[which] for heap, which in LISTS.items()}
    numbers |= {Heap.MINE: own, Heap.DUE: late, Heap.CASES: open_cases}
    firsts = {heap: _firsts(_listed(which).order_by(*ORDER)) for heap, which in LISTS.items()}
    firsts |= {
        Heap.MINE: _firsts(mine.order_by(*ORDER)), Heap.DUE: _firsts(_soonest(due)),
        Heap.CASES: _firsts(cases.order_by(CASES.c.due_at, CASES.c.id)),
    }  # fmt: skip
    reports = _things(REPORTS, {one for heap, ids in firsts.items() if heap is not Heap.CASES for one in ids})
    known = _things(CASES, firsts[Heap.CASES])
    return [
        Stand(heap, numbers[heap], _in_order(firsts[heap], known if heap is Heap.CASES else reports))
        for heap in Heap
    ]


def _numbers(*some: Select[Any]) -> tuple[int, ...]:
    """Return how many rows each statement finds, counted to `MOST` + 1; in one statement."""
    bounded = [one.limit(MOST + 1).subquery() for one in some]
    counts = [select(func.count()).select_from(one).scalar_subquery() for one in bounded]
    return tuple(db.session.execute(select(*counts)).one())


def _firsts(ids: Select[Any]) -> list[int]:
    return list(db.session.scalars(ids.limit(SHOWN)))


def _things(table: FromClause, ids: Collection[int]) -> dict[int, Thing]:
    """Return the reports or cases with these ids, by id; in one statement."""
    columns = [table.c[one.name] for one in fields(Thing) if one.name != "is_case"]
    found = select(*columns).where(table.c.city_id == current_city_id(), table.c.id.in_(ids))
    return {row[0]: replace(Thing(*row), is_case=table is CASES) for row in db.session.execute(found)}


def _in_order(ids: Sequence[int], known: Mapping[int, Thing]) -> list[Thing]:
    return [known[one] for one in ids if one in known]


def _listed(which: AtTriage) -> Select[Any]:
    only = [REPORTS.c.risk == 0] if which is AtTriage.URGENT else []
    here = REPORTS.c.city_id == current_city_id()
    return select(REPORTS.c.id).where(here, REPORTS.c.state == STATE_ON[which], *only)


def _mine(user_id: int) -> Select[Any]:
    """Return the ids of what waits and somebody is at, or did something to or noted something at within the shift."""
    city_id = current_city_id()
    newest = (
        select(TrailEntry.subject, TrailEntry.subject_id, TrailEntry.actor_id)
        .where(TrailEntry.city_id == city_id, TrailEntry.at > ports.clock.now() - SHIFT)
        .order_by(TrailEntry.at.desc())
        .limit(STEPS_LOOKED_AT)
        .subquery()
    )
    done = select(newest.c.subject_id).where(
        newest.c.subject == Report.trail_subject, newest.c.actor_id == user_id
    )
    held = select(ReportLock.report_id).where(ReportLock.city_id == city_id, ReportLock.user_id == user_id)
    own_notes = select(Note.report_id).where(
        Note.city_id == city_id, Note.author_id == user_id, Note.at > ports.clock.now() - SHIFT, Note.report_id.is_not(None)
    )  # fmt: skip
    noted = own_notes.order_by(Note.at.desc()).limit(STEPS_LOOKED_AT)
    touched = or_(*(REPORTS.c.id.in_(some) for some in (done, held, noted)))
    return select(REPORTS.c.id).where(REPORTS.c.city_id == city_id, REPORTS.c.state.in_(WAITING), touched)


def _late(due: datetime) -> Select[Any]:
    """Return the ids of the reports that wait and are due until then; each risk is one run of the queue's index."""
    return _listed(AtTriage.WAITING).where(REPORTS.c.risk.in_(range(CALM + 1)), REPORTS.c.due_at <= due)


def _soonest(due: datetime) -> Select[Any]:
    """Return the ids of those that are due first: the first of each risk, and of these the first."""
    runs = [
        _listed(AtTriage.WAITING)
        .where(REPORTS.c.risk == risk, REPORTS.c.due_at <= due)
        .add_columns(REPORTS.c.due_at)
        .order_by(REPORTS.c.due_at, REPORTS.c.id)
        .limit(SHOWN)
        .subquery()
        for risk in range(CALM + 1)
    ]
    some = union_all(*map(select, runs)).subquery()
    return select(some.c.id).order_by(some.c.due_at, some.c.id)


def _cases(due: datetime) -> Select[Any]:
    here = CASES.c.city_id == current_city_id()
    return select(CASES.c.id).where(here, CASES.c.due_at <= due, CASES.c.state.in_(OPEN))


# ── What was left ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Waiting:
    """A handover that nobody has received yet."""

    id: int
    given_by_id: int
    name: str
    given_at: datetime


def get_handover(handover_id: int) -> Handover:
    """Return the handover. Raises `NotFound`."""
    found = db.session.scalar(select(Handover).where(Handover.id == handover_id))
    if found is None:
        raise NotFound("There is no such handover.")
    return found


def handovers(*, after: str = "", size: int = 20) -> Page[Handover]:
    """Return the handovers, the newest first."""
    newest = select(Handover).where(Handover.city_id == current_city_id())
    if key := read_key(after, int):
        newest = newest.where(Handover.id < key[0])
    rows = db.session.scalars(newest.order_by(Handover.id.desc()).limit(size + 1)).all()
    return page_of(rows, size=size, key=lambda one: (one.id,))


def waiting_handovers() -> list[Waiting]:
    """Return what can still be received, the newest first, `WAITING_SHOWN` + 1 at most."""
    open_ones = (
        select(Handover.id, Handover.given_by_id, User.name, Handover.given_at)
        .join(User, User.id == Handover.given_by_id)
        .where(
            Handover.city_id == current_city_id(),
            Handover.received_at.is_(None),
            Handover.given_at > ports.clock.now() - RECEIVED_WITHIN,
        )
    )
    newest = open_ones.order_by(Handover.id.desc()).limit(WAITING_SHOWN + 1)
    return [Waiting(*row) for row in db.session.execute(newest)]


def last_handover_of(user_id: int) -> Handover | None:
    """Return what somebody handed over last, else None."""
    own = select(Handover).where(Handover.city_id == current_city_id(), Handover.given_by_id == user_id)
    return db.session.scalar(own.order_by(Handover.id.desc()).limit(1))
