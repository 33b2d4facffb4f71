"""Dates as other systems write them. Pure.

The standard asks for ISO 8601 with a zone. Met besides: no seconds, fractions of them, `+0800`, a `+` that became a blank
on its way through an address, a day alone, and no zone at all.
"""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,](?P<fraction>\d{1,9}))?"
    r"\s?(?:(?P<utc>[Zz])|(?P<sign>[+-]?)(?P<hours>\d{2}):?(?P<minutes>\d{2}))?)?"
)


def read_moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the instant that `text` names, in UTC.

    Args:
        text: as another system wrote it.
        zone: that of its city; holds where `text` says none.

    Raises:
        ValueError: it is no date, or there is no such day.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    day = date.fromisoformat(match["day"])
    clock = time.fromisoformat(match["time"]) if match["time"] else time()
    micro = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    written = datetime.combine(day, clock.replace(microsecond=micro))
    try:
        return _with_zone(written, match, zone).astimezone(UTC)
    except OverflowError as error:  # at the edge of what a calendar holds
        raise ValueError(text) from error


def _with_zone(written: datetime, match: re.Match[str], zone: ZoneInfo) -> datetime:
    if match["utc"]:
        return written.replace(tzinfo=UTC)
    if match["hours"] is None:
        return written.replace(tzinfo=zone)
    sign = match["sign"] or "+"
    return datetime.fromisoformat(f"{written.isoformat()}{sign}{match['hours']}:{match['minutes']}")
