"""The instants of GeoReport v2 as clients of many kinds write them. Pure."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SHAPE = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,]\d{1,9})?)?\s*(Z|z|[+\- ]?\d\d:?\d\d)?", re.ASCII
)
_DAY = timedelta(days=1) - timedelta(seconds=1)


def instant_of(text: str, zone: str, *, ends: bool = False) -> datetime:
    """Return the instant that a client means, in UTC and whole seconds.

    Taken is the W3C's profile of ISO 8601 with an offset or `Z`; also without seconds, with parts of a second, which
    are cut, with an offset without its colon or whose plus became a blank on the way, and without any: then it is
    read on the clock of `zone`.

    Args:
        ends: a mere date means the end of that day, else its beginning.

    Raises:
        ValueError: it is none of these, or no such moment exists.
    """
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    day, clock, seconds, offset = found.groups()
    if clock is None and offset:
        raise ValueError(text)
    written = datetime.fromisoformat(f"{day}T{clock or '00:00'}{seconds or ':00'}{_offset(offset)}")
    moment = written if written.tzinfo else written.replace(tzinfo=ZoneInfo(zone))
    try:
        return moment.astimezone(UTC) + (_DAY if ends and clock is None else timedelta(0))
    except OverflowError as error:
        raise ValueError(text) from error


def _offset(given: str | None) -> str:
    """Return an offset as Python reads it."""
    if given is None or given in "Zz":
        return "+00:00" if given else ""
    sign, digits = ("-" if given[0] == "-" else "+"), given.lstrip("+- ").replace(":", "")
    return f"{sign}{digits[:2]}:{digits[2:]}"
