"""The months by which the board is narrowed, on the city's clock."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from reporter.kernel.errors import BadInput


def month_window(month: str, zone: str) -> tuple[datetime, datetime]:
    """Return the instants, UTC, at which `month` begins and ends in `zone`. Raises `BadInput`."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=ZoneInfo(zone))
        following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        return first.astimezone(UTC), following.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput("Please choose a month from the list.", field="month") from error


def month_of(moment: datetime, zone: str) -> str:
    """Return the month on the clock of `zone`, written 2026-11."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m}"


def months_between(first: datetime, last: datetime, zone: str) -> Iterator[tuple[str, datetime]]:
    """Yield each month from that of `first` to that of `last`, and when it ends."""
    begins = first
    while begins <= last:
        month = month_of(begins, zone)
        _, begins = month_window(month, zone)
        yield month, begins
