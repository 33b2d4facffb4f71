"""In which order a unit's list stands: by the light, or by how far each case is from where the person is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from flask import session
from flask_babel import gettext as _

from reporter.cases.models import Case
from reporter.cases.worklists import AtUnit, clocks_began, last_claimed, unit_list
from reporter.desks.dates import countdown
from reporter.desks.guard import city
from reporter.desks.words import named
from reporter.kernel.errors import BadInput
from reporter.kernel.pages import Page, page_of, read_key
from reporter.places.geometry import distance_m, parse_point
from reporter.places.queries import get_area
from reporter.ports import ports
from reporter.routing.queries import rules

ORDERED = 200  # of the soonest due are put in order; the others follow, the soonest due first
HELD_FOR = timedelta(hours=1)  # somebody in the street is elsewhere an hour later
SHARPNESS = 4  # decimals of a degree that are kept of a person's place: about 10 metres
KEPT_AS = "near"
GRAVEST_FIRST = ("bad", "warn", "ok")


class Order(StrEnum):
    """How a list is ordered."""

    LIGHT = "light"
    NEAR = "near"

    @classmethod
    def read(cls, text: str) -> "Order":
        """Return the order called `text`; by light when it is empty. Raises `BadInput`."""
        if text and text not in list(cls):
            raise BadInput("There is no such order.")
        return cls(text or cls.LIGHT)


@dataclass(frozen=True)
class Start:
    """From where distances are measured: WGS 84 degrees, and what it is in words. `own`: the person's own place."""

    lon: float
    lat: float
    words: str
    own: bool = False

    def metres_to(self, case: Case) -> float:
        """Return the metres to a case in a straight line."""
        return distance_m(self.lon, self.lat, case.lon, case.lat)


def keep_place(lon: object, lat: object) -> None:
    """Keep where the person is, to about 10 metres, for an hour, in the cookie of their own browser and nowhere else.

    Raises:
        BadInput: no point (WGS 84 degrees).
    """
    point = parse_point(lon, lat)
    session[KEPT_AS] = [
        round(point.lon, SHARPNESS), round(point.lat, SHARPNESS), ports.clock.now().timestamp(),
    ]  # fmt: skip


def forget_place() -> None:
    """Forget where the person is."""
    session.pop(KEPT_AS, None)


def start_of(unit_id: int) -> Start:
    """Return from where distances are measured for a member of a unit.

    The person's own place while it is fresh; else the case that the unit claimed last and still works on; else the
    first area that the rules give to the unit; else the middle of the city.
    """
    own = _own_place()
    if own:
        return own
    if case := last_claimed(unit_id):
        return Start(
            case.lon, case.lat, _("the case claimed last (%(place)s)", place=case.address or case.number)
        )
    return _middle_of_ground(unit_id)


def _own_place() -> Start | None:
    lon, lat, at = session.get(KEPT_AS) or (0.0, 0.0, 0.0)
    if ports.clock.now() - datetime.fromtimestamp(at, UTC) > HELD_FOR:
        return None
    return Start(lon, lat, _("where you are"), own=True)


def _middle_of_ground(unit_id: int) -> Start:
    ruled = next((rule.area_id for rule in rules() if rule.lead_unit_id == unit_id and rule.area_id), None)
    if ruled:
        area = get_area(ruled)
        return Start(area.lon, area.lat, _("the middle of %(place)s", place=named(area)))
    here = city()
    return Start(here.lon, here.lat, _("the middle of %(place)s", place=named(here)))


def ordered(
    which: AtUnit, unit_id: int, *, order: Order, start: Start, after: str = "", size: int
) -> Page[Case]:
    """Return a page of a unit's list in `order`: of the `ORDERED` soonest due; behind them the others as they are due.

    Raises:
        BadInput: `after` is no address of a page.
    """
    begin = _position(after)
    if begin is None:
        return unit_list(which, unit_id, after=after, size=size)
    soonest = unit_list(which, unit_id, size=ORDERED)
    rows = sorted(soonest.rows, key=_rank(soonest.rows, order, start))
    page = page_of(rows[begin : begin + size + 1], size=size, key=lambda _: (begin + size,))
    return page if page.after else Page(page.rows, soonest.after)


def _position(after: str) -> int | None:
    """Return at which place of what is in order the page begins, None when it lies behind that."""
    try:
        (begin,) = read_key(after, int) or (0,)
    except BadInput:
        return None
    return int(begin)


def _rank(cases: Sequence[Case], order: Order, start: Start) -> Callable[[Case], tuple[float, ...]]:
    if order is Order.NEAR:
        return lambda case: (start.metres_to(case), case.id)
    began = clocks_began(cases)

    def by_light(case: Case) -> tuple[float, ...]:
        if case.due_at is None:
            return (len(GRAVEST_FIRST), 0.0, case.id)
        level = countdown(began[case.id], case.due_at).level
        return (GRAVEST_FIRST.index(level), case.due_at.timestamp(), case.id)

    return by_light
