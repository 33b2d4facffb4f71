"""Every read of cases and kinds. Returns rows or frozen records, never a query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import lazyload

from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import OPEN, Action, Move, State, step_for
from reporter.cases.models import Case, CasePhoto, CaseRequest, CaseResult, Category, Subcategory
from reporter.kernel.audit import TrailEntry, trail_of
from reporter.kernel.db import db
from reporter.kernel.errors import NotFound, WrongStep
from reporter.kernel.pages import Page, page_of, read_key
from reporter.kernel.policy import Actor, may
from reporter.places.near import lies_near
from reporter.ports import ports


def get_case(case_id: int) -> Case:
    """Return the case. Raises `NotFound`."""
    case = db.session.scalar(select(Case).where(Case.id == case_id))
    if case is None:
        raise NotFound("There is no such case.")
    return case


def case_by_number(number: str) -> Case | None:
    """Return the case with this number, else None."""
    return db.session.scalar(select(Case).where(Case.number == number.strip()))


def cases_by_ids(ids: Sequence[int]) -> dict[int, Case]:
    """Return the cases with these ids, in one query."""
    if not ids:
        return {}
    return {case.id: case for case in db.session.scalars(select(Case).where(Case.id.in_(ids)))}


def categories(*, active: bool = True, subtypes: bool = True) -> Sequence[Category]:
    """Return the kinds in their fixed order, with their sub-types unless told otherwise; the inactive too if asked."""
    kinds = select(Category).order_by(Category.sort, Category.id)
    if not subtypes:
        kinds = kinds.options(lazyload(Category.subcategories))
    return db.session.scalars(kinds.where(Category.active) if active else kinds).all()


def kinds_changed_at() -> datetime | None:
    """Return when a kind was changed last, None when none ever was."""
    return db.session.scalar(
        select(func.max(TrailEntry.at)).where(TrailEntry.subject == Category.trail_subject)
    )


def get_category(category_id: int) -> Category:
    """Return the kind. Raises `NotFound`."""
    kind = db.session.scalar(select(Category).where(Category.id == category_id))
    if kind is None:
        raise NotFound("There is no such kind.")
    return kind


def category_by_slug(slug: str) -> Category | None:
    """Return the active kind called `slug`, else None."""
    return db.session.scalar(select(Category).where(Category.slug == slug, Category.active))


def get_subcategory(subcategory_id: int | None) -> Subcategory | None:
    """Return the sub-type, else None."""
    if subcategory_id is None:
        return None
    return db.session.scalar(select(Subcategory).where(Subcategory.id == subcategory_id))


def step_behind(entry: TrailEntry) -> CaseMoved:
    """Return what was announced when an entry of a case's trail was written, held back no longer."""
    before, action = State(entry.source) if entry.source else None, Action(entry.action)
    return CaseMoved(
        entry.subject_id, entry.id, action, step_for(before, action).effect, before, State(entry.target),
        escalates=bool(entry.facts.get("escalates")),
    )  # fmt: skip


def history(case: Case) -> list[TrailEntry]:
    """Return the trail of `case`, oldest first."""
    return trail_of(case)


@dataclass(frozen=True)
class Pictured:
    """A photo's id and whether it shows the place before or after the work."""

    photo_id: int
    stage: str


def photos_of(case_id: int) -> list[Pictured]:
    """Return the pictures of a case: before first, each in its order."""
    own = select(CasePhoto).where(CasePhoto.case_id == case_id)
    rows = db.session.scalars(own.order_by(CasePhoto.stage.desc(), CasePhoto.sort, CasePhoto.id))
    return [Pictured(row.photo_id, row.stage) for row in rows]


def photos_of_each(case_ids: Sequence[int]) -> dict[int, list[Pictured]]:
    """Return the pictures of each case, in one query."""
    found: dict[int, list[Pictured]] = {case_id: [] for case_id in case_ids}
    own = select(CasePhoto).where(CasePhoto.case_id.in_(case_ids))
    for row in db.session.scalars(own.order_by(CasePhoto.stage.desc(), CasePhoto.sort, CasePhoto.id)):
        found[row.case_id].append(Pictured(row.photo_id, row.stage))
    return found


def requests_of(case_id: int) -> Sequence[CaseRequest]:
    """Return what was asked for in this case, oldest first."""
    own = select(CaseRequest).where(CaseRequest.case_id == case_id)
    return db.session.scalars(own.order_by(CaseRequest.id)).all()


def open_requests(*, limit: int = 50) -> Sequence[CaseRequest]:
    """Return the oldest requests that wait for a decision."""
    waiting = select(CaseRequest).where(CaseRequest.decision == "open")
    return db.session.scalars(waiting.order_by(CaseRequest.id).limit(limit)).all()


def result_of(case_id: int) -> CaseResult | None:
    """Return the last result handed in, else None."""
    own = select(CaseResult).where(CaseResult.case_id == case_id)
    return db.session.scalar(own.order_by(CaseResult.id.desc()).limit(1))


def actions_open_to(actor: Actor, case: Case) -> frozenset[Action]:
    """Return the actions that the table and the policy leave to `actor` now; templates show only these."""
    open_now = set()
    for action in Action:
        try:
            step = step_for(case.state, action)
        except WrongStep:
            continue
        if may(actor, step.who, case):
            open_now.add(action)
    return frozenset(open_now)


def obstacle(case: Case, action: Action, *, by: Actor) -> str:
    """Return why the table's guards are against `action` now, even if all it asks for is handed in; else ""."""
    now = ports.clock.now()
    given = {
        "record": True,
        "after_photos": 1,
        "reports": 1,
        "penalty": True,
        "review_at": now + timedelta(days=1),
    }
    move = Move(by=by, at=now, facts=given)
    problems = (guard(case, move) for guard in step_for(case.state, action).guards)
    return next((problem for problem in problems if problem), "")


def cases_of_unit(unit_id: int, states: Sequence[State], *, after: str = "", size: int = 30) -> Page[Case]:
    """Return a unit's cases in `states`, the soonest due first."""
    own = select(Case).where(Case.lead_unit_id == unit_id, Case.state.in_(states))
    return by_due(own, after=after, size=size)


def cases_in(states: Sequence[State], *, after: str = "", size: int = 30) -> Page[Case]:
    """Return the city's cases in `states`, the soonest due first."""
    return by_due(select(Case).where(Case.state.in_(states)), after=after, size=size)


def by_due(cases: Select[Case], *, after: str, size: int) -> Page[Case]:
    """Return a page of `cases`, the soonest due first; those whose clock stands still come last."""
    if key := read_key(after, None, int):
        cases = cases.where(_later_than(*key))
    ordered = cases.order_by(Case.due_at.is_(None), Case.due_at, Case.id).limit(size + 1)
    return page_of(
        db.session.scalars(ordered).all(), size=size,
        key=lambda case: (case.due_at.isoformat() if case.due_at else "", case.id),
    )  # fmt: skip


def _later_than(due: datetime | None, case_id: int) -> ColumnElement[bool]:
    if due is None:
        return and_(Case.due_at.is_(None), Case.id > case_id)
    return or_(Case.due_at.is_(None), Case.due_at > due, and_(Case.due_at == due, Case.id > case_id))


def open_cases_near(
    lon: float, lat: float, *, metres: int = 50, category_ids: Sequence[int] = (), limit: int = 5
) -> Sequence[Case]:
    """Return open cases within about `metres` of a WGS 84 point, newest first; of these kinds, when some are named."""
    near = select(Case).where(lies_near(Case, lon, lat, metres=metres), Case.state.in_(OPEN))
    if category_ids:
        near = near.where(Case.category_id.in_(category_ids))
    return db.session.scalars(near.order_by(Case.id.desc()).limit(limit)).all()


def kinds_around(
    lon: float, lat: float, *, metres: int = 50, since: datetime, limit: int = 50
) -> list[tuple[int, int | None]]:
    """Return (kind, sub-type) by id of the newest cases within about `metres` of a WGS 84 point, ended ones too."""
    kinds = select(Category.id).where(Category.active).scalar_subquery()
    near = select(Case.category_id, Case.subcategory_id).where(
        Case.category_id.in_(kinds),
        lies_near(Case, lon, lat, metres=metres),
        Case.reported_at >= since,
        Case.state != State.VOID,
    )
    rows = db.session.execute(near.order_by(Case.id.desc()).limit(limit))
    return [(row.category_id, row.subcategory_id) for row in rows]


def ringing_ids(now: datetime, *, limit: int = 200) -> Sequence[int]:
    """Return ids of the cases for which time has set something off, the longest due first."""
    ringing = select(Case.id).where(Case.ring_at <= now)
    return db.session.scalars(ringing.order_by(Case.ring_at).limit(limit)).all()
