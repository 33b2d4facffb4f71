"""What is asked of a large city over HTTP: every page with who asks for it, and what else is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from sqlalchemy import func, select

from bench.client import NEVER
from bench.queue import deep_place
from reporter.board.models import Exposure
from reporter.board.shown import Filter, post_keys
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.kernel.db import current_city_id, db
from reporter.reports.lifecycle import State
from reporter.reports.models import Report

ACCEPTOR, INSPECTOR, NOBODY = "acceptor", "inspector", ""
QUARTER, BOARD = 0.25, 0.40  # of a bare page's rate
DIFFERENT = 30  # cases and points that are asked for in turn
SPREADS = {"city": (10, 0.06), "town": (13, 0.02), "street": (16, 0.004)}  # zoom, degrees around the centre
DEEP = 12_000  # posts before the page of the board that lies deep, or half of what is there


@dataclass(frozen=True)
class Look:
    """A page that is measured.

    Attributes:
        paths: asked for in turn; the rate is that of the first one.
        goal: which part of a bare page's rate it shall have, 0 where there is none.
        counted: askers are counted there, so that every request comes from another address.
        kept_by_address: the application keeps it by its address, so that it is drawn for one that was never asked.
    """

    name: str
    paths: Sequence[str]
    who: str = NOBODY
    goal: float = QUARTER
    counted: bool = False
    kept_by_address: bool = False

    def path(self, n: int, *, anew: bool) -> str:
        """Return the `n`th address."""
        path = self.paths[n % len(self.paths)]
        more = "&" if "?" in path else "?"
        return f"{path}{more}never={NEVER}" if anew and self.kept_by_address else path


def looks() -> list[Look]:
    """Return what is asked of the current city."""
    area_id, kind_id = _where_most_waits()
    narrow = f"kind={kind_id}&area={area_id}"
    cases, waiting = _some_cases(), _waiting()
    slugs = {kind.id: kind.slug for kind in categories()}
    near = [f"/report/nearby?lon={case.lon}&lat={case.lat}&kind={slugs[case.category_id]}" for case in cases]
    outside = f"/{current_city().slug}/open311/v2"
    words, deep = quote("解放"), post_keys(Filter(), size=min(DEEP, _posts() // 2)).after
    return [
        Look("queue", ["/triage/"], ACCEPTOR),
        Look("queue, nine tenths down", [f"/triage/?after={deep_place()}"], ACCEPTOR),
        Look("queue of a kind and area", [f"/triage/?{narrow}"], ACCEPTOR),
        Look("what may be a report's double", [f"/triage/{one}" for one in waiting], ACCEPTOR),
        Look("case", [f"/triage/cases/{case.id}" for case in cases], ACCEPTOR),
        Look("inspection", ["/inspection/"], INSPECTOR),
        Look("reported nearby", near, counted=True),
        Look("board", ["/board"], goal=BOARD, kept_by_address=True),
        Look("board, deep", [f"/board?after={deep}"], goal=BOARD, kept_by_address=True),
        Look("board searched", [f"/board?q={words}"], goal=BOARD, kept_by_address=True),
        *(Look(f"map, {name}", [_box(*around)], kept_by_address=True) for name, around in SPREADS.items()),
        Look("figures", ["/figures"], kept_by_address=True),
        Look("Open311, 100 requests", [f"{outside}/requests.json?page_size=100"], counted=True),
        Look("Open311 of a kind, closed", [f"{outside}/requests.json?page_size=100&status=closed&service_code={slugs[kind_id]}"], counted=True),
    ]  # fmt: skip


def _where_most_waits() -> tuple[int | None, int]:
    """Return the area and the kind of which most reports wait."""
    place = Report.area_id, Report.category_id
    waits = select(*place).where(Report.state == State.SUBMITTED, Report.area_id.is_not(None))
    most = db.session.execute(waits.group_by(*place).order_by(func.count().desc()).limit(1)).one()
    return most[0], most[1]


def _some_cases() -> Sequence[Case]:
    """Return cases from all over the past, and as many that are open."""
    dice, most = Random(DIFFERENT), db.session.scalar(select(func.max(Case.id))) or 1  # noqa: S311 - no secrets
    ids = {dice.randint(1, most) for _ in range(DIFFERENT // 2)}
    old = db.session.scalars(select(Case).where(Case.id.in_(ids))).all()
    open_ones = (
        select(Case).where(Case.state == CaseState.HANDLING).order_by(Case.due_at).limit(DIFFERENT // 2)
    )
    return [*old, *db.session.scalars(open_ones)]


def _waiting() -> Sequence[int]:
    waits = select(Report.id).where(Report.state == State.SUBMITTED).order_by(Report.id).limit(DIFFERENT)
    return db.session.scalars(waits).all()


def _posts() -> int:
    shown = select(func.count(Exposure.id)).where(Exposure.on_show, Exposure.city_id == current_city_id())
    return db.session.scalar(shown) or 0


def _box(zoom: int, spread: float) -> str:
    city = current_city()
    edges = city.lon - spread, city.lat - spread, city.lon + spread, city.lat + spread
    return f"/map/posts.json?box={','.join(f'{edge:.3f}' for edge in edges)}&zoom={zoom}"
