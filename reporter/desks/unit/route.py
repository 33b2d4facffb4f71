"""A tour through a unit's cases: in which order, how far, and how a phone is led there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.cases.worklists import AtUnit, unit_list
from reporter.desks.sketch import Sketch, sketch_of
from reporter.desks.unit.order import Start, start_of
from reporter.desks.words import metres
from reporter.kernel.errors import BadInput
from reporter.places.geometry import Datum, from_wgs84
from reporter.places.tour import legs, tour
from reporter.ports import ports

MOST = 40  # stops on one sheet
DIGITS = 12  # of the number of a case
AMAP = "https://uri.amap.com/marker"


@dataclass(frozen=True)
class Stop:
    """A case on the tour. `far`: from the stop before it. `geo`: an address in WGS 84; `amap`: one in GCJ-02."""

    case: Case
    number: int
    far: str
    late: bool
    geo: str
    amap: str

    @property
    def due(self) -> datetime | None:
        """Return when the clock that runs is over."""
        return self.case.due_at


@dataclass(frozen=True)
class Offered:
    """A case in hand that may be on the tour."""

    case: Case
    chosen: bool


@dataclass(frozen=True)
class Route:
    """The page: what may be chosen, the tour, and its map."""

    offered: Sequence[Offered]
    stops: Sequence[Stop]
    whole: str
    start: Start
    urgent_first: bool
    sketch: Sketch | None
    more: bool


def route_of(unit_id: int, chosen: Collection[str], *, urgent_first: bool) -> Route:
    """Return the tour through the chosen cases in a unit's hands, through all of them when none is chosen.

    Args:
        chosen: ids of cases, as they stand in an address; those that are not in hand (any more) are left out.
        urgent_first: urgent and overdue cases come before the others.

    Raises:
        BadInput: what is chosen is no number.
    """
    wanted, (in_hand, more) = _numbers(chosen), _in_hand(unit_id)
    cases = [case for case in in_hand if case.id in wanted or not wanted]
    start, points = start_of(unit_id), [(case.lon, case.lat) for case in cases]
    before = {place for place, case in enumerate(cases) if urgent_first and (case.urgent or _late(case))}
    order = tour(points, start=(start.lon, start.lat), before=before)
    far = legs(points, order, start=(start.lon, start.lat))
    stops = [
        _stop(cases[place], number, length)
        for number, (place, length) in enumerate(zip(order, far, strict=True), 1)
    ]
    return Route(
        offered=[Offered(case, case in cases) for case in in_hand], stops=stops, whole=metres(sum(far)), start=start,
        urgent_first=urgent_first, sketch=sketch_of([points[place] for place in order], numbered=True), more=more,
    )  # fmt: skip


def _numbers(chosen: Collection[str]) -> set[int]:
    if not all(text.isascii() and text.isdecimal() and len(text) <= DIGITS for text in chosen):
        raise BadInput("Please choose cases from the list.")
    return {int(text) for text in chosen}


def _in_hand(unit_id: int) -> tuple[list[Case], bool]:
    """Return the cases that are being handled, the soonest due first, and whether there are more than a sheet holds."""
    pages = [unit_list(which, unit_id, size=MOST) for which in (AtUnit.REWORK, AtUnit.WORK)]
    rows = [case for page in pages for case in page.rows if case.state is State.HANDLING]
    rows.sort(key=lambda case: (case.due_at is None, case.due_at or case.registered_at, case.id))
    return rows[:MOST], len(rows) > MOST or any(page.after for page in pages)


def _late(case: Case) -> bool:
    return case.due_at is not None and case.due_at < ports.clock.now()


def _stop(case: Case, number: int, length: float) -> Stop:
    lon, lat = from_wgs84(case.lon, case.lat, Datum.GCJ02)
    name = case.address or case.number
    pointed = urlencode(
        {"position": f"{lon:.6f},{lat:.6f}", "name": name, "coordinate": "gaode", "callnative": 1}
    )
    geo = f"geo:{case.lat:.6f},{case.lon:.6f}?" + urlencode({"q": f"{case.lat:.6f},{case.lon:.6f}"})
    return Stop(case, number, metres(length), _late(case), geo, f"{AMAP}?{pointed}")
