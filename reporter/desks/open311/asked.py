"""What a client asks for, read from the arguments: every fault is named at once, and an empty argument is none."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from flask import request

from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.desks.georeport import Faults
from reporter.kernel.errors import ReporterError
from reporter.open311.instants import instant_of
from reporter.open311.progress import Status
from reporter.open311.queries import Circle, Span, Wanted
from reporter.places.geometry import Box
from reporter.ports import ports

DAYS = timedelta(days=90)  # between the first and the last request that are asked for together
MOST, MOST_DEEP = 1000, 10_000  # rows of one answer, and down to which pages reach
SIZE = 50  # rows of a page when pages are asked for and their size is not
RADIUS, RADIUS_MOST = 1000.0, 50_000.0  # metres
YES = frozenset({"true", "1", "yes", "v1"})

Read = TypeVar("Read")


class Arguments:
    """The arguments of one request. `refuse` raises all that was wrong with those that were read."""

    def __init__(self) -> None:
        self.faults: list[ReporterError] = []

    def refuse(self) -> None:
        """Raise `Faults` when an argument could not be read."""
        if self.faults:
            raise Faults(*self.faults)

    def text(self, *names: str) -> str:
        """Return the argument under the first of `names` that has one, "" when none has."""
        return next((found for name in names if (found := request.args.get(name, "").strip())), "")

    def words(self, name: str) -> list[str] | None:
        """Return what is listed, with commas or by saying the argument again; None when nothing is."""
        given = [word.strip() for one in request.args.getlist(name) for word in one.split(",")]
        return [word for word in given if word] or None

    def read(
        self, name: str, read: Callable[[str], Read], message: str, default: Read | None = None
    ) -> Read | None:
        """Return what `read` makes of an argument; `message` is the fault when it raises `ValueError`."""
        given = self.text(name)
        try:
            return read(given) if given else default
        except ValueError:
            self.faults.append(ReporterError(message, field=name, name=name, given=given[:100]))
            return default

    def number(self, name: str, *, least: float, most: float) -> float | None:
        """Return a number between two others, None when none was given."""
        given = self.text(name)
        try:
            found = float(given) if given else None
        except ValueError:
            found = math.nan
        if found is not None and not least <= found <= most:
            self.fault(
                "The argument %(name)s must be a number from %(least)s to %(most)s.",
                name,
                least=least,
                most=most,
            )
            return None
        return found

    def fault(self, message: str, name: str, **values: object) -> None:
        """Note a fault of the argument called `name`."""
        self.faults.append(ReporterError(message, field=name, name=name, **values))

    def instant(self, name: str, *, ends: bool = False) -> datetime | None:
        """Return an instant; `ends`: a mere date means its end."""
        zone = current_city().zone
        return self.read(
            name,
            lambda given: instant_of(given, zone, ends=ends),
            "The argument %(name)s is no time such as 2026-11-23T06:00:00Z: %(given)s.",
        )


def wanted() -> Wanted:
    """Return which requests are asked for. Raises `Faults`."""
    asked = Arguments()
    if (numbers := asked.words("service_request_id")) is not None:
        if len(numbers) > MOST:
            asked.fault(
                "The argument %(name)s names more than %(most)s requests.", "service_request_id", most=MOST
            )
        asked.refuse()
        return Wanted(numbers=numbers)
    changed = _changed(asked)
    since = changed != Span()
    found = Wanted(
        category_ids=_category_ids(asked), statuses=_statuses(asked), changed=changed,
        requested=_requested(asked, bounded=not since), box=_box(asked), circle=_circle(asked),
    )  # fmt: skip
    asked.refuse()
    return found


def _category_ids(asked: Arguments) -> list[int] | None:
    """Return the kinds that are asked for, those too that are not offered any more; an unknown code is nobody's."""
    codes = asked.words("service_code")
    if codes is None:
        return None
    return [kind.id for kind in categories(active=False, subtypes=False) if kind.slug in codes]


def _statuses(asked: Arguments) -> set[Status] | None:
    given = asked.words("status")
    if given is None:
        return None
    try:
        return {Status(word.lower()) for word in given}
    except ValueError:
        asked.fault(
            "The argument %(name)s must be open, closed, or both with a comma between them.", "status"
        )
        return None


def _changed(asked: Arguments) -> Span:
    """Return between which instants something changed, at most 90 days apart: a longer span would be looked through whole."""
    after, before = asked.instant("updated_after"), asked.instant("updated_before", ends=True)
    if after is None and before is None:
        return Span()
    bound(asked, ("updated_after", after), ("updated_before", before))
    if after:
        return Span(after, before or _shifted(after, DAYS))
    return Span(_shifted(before, -DAYS) if before else None, before)


def bound(asked: Arguments, first: tuple[str, datetime | None], last: tuple[str, datetime | None]) -> None:
    """Note a fault when two instants are the wrong way round, or too far apart."""
    (name, start), (other, end) = first, last
    if start and end and start > end:
        asked.fault("The argument %(name)s is later than %(other)s.", name, other=other)
    elif start and end and end - start > DAYS + timedelta(days=1):
        asked.fault(
            "The argument %(name)s and %(other)s are more than %(days)s days apart.",
            name,
            other=other,
            days=DAYS.days,
        )


def _requested(asked: Arguments, *, bounded: bool) -> Span:
    """Return between which instants; together at most 90 days, unless the changes are bounded."""
    start, end = asked.instant("start_date"), asked.instant("end_date", ends=True)
    bound(asked, ("start_date", start), ("end_date", end))
    if not bounded:
        return Span(start, end)
    if start:
        return Span(start, end or _shifted(start, DAYS))
    return Span(_shifted(end or ports.clock.now(), -DAYS), end)


def _shifted(moment: datetime, span: timedelta) -> datetime | None:
    """Return a moment so much later; None beyond the ends of the calendar."""
    try:
        return moment + span
    except OverflowError:
        return None


def _box(asked: Arguments) -> Box | None:
    def read(given: str) -> Box:
        west, south, east, north = map(float, given.split(","))
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004 - degrees
            raise ValueError(given)
        return Box(west, south, east, north)

    return asked.read(
        "bbox", read, "The argument %(name)s must be west,south,east,north in degrees: %(given)s."
    )


def _circle(asked: Arguments) -> Circle | None:
    lon, lat = asked.number("long", least=-180, most=180), asked.number("lat", least=-90, most=90)
    radius = asked.number("radius", least=1, most=RADIUS_MOST)
    given = [bool(asked.text(name)) for name in ("lat", "long")]
    if any(given) != all(given) or (asked.text("radius") and not any(given)):
        asked.fault("The arguments %(name)s, long and radius belong together.", "lat")
    if lon is None or lat is None:
        return None
    return Circle(lon, lat, radius or RADIUS)


def page_asked() -> tuple[int, int]:
    """Return how many rows, and how many before them are passed over. Raises `Faults`."""
    asked = Arguments()
    sized = asked.text("page_size", "per_page")
    page = asked.number("page", least=0, most=MOST_DEEP)
    size = asked.number("page_size" if asked.text("page_size") else "per_page", least=1, most=MOST)
    rows = int(size) if size else SIZE if asked.text("page") and not sized else MOST
    before = rows * (max(int(page or 1), 1) - 1)
    if not asked.faults and before + rows > MOST_DEEP:
        asked.fault(
            "The argument %(name)s reaches beyond %(most)s rows: ask for fewer days.", "page", most=MOST_DEEP
        )
    asked.refuse()
    return rows, before


def wants_extensions() -> bool:
    """Tell whether more is asked for than the standard has."""
    return Arguments().text("extensions").lower() in YES
