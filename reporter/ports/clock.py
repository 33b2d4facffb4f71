"""What time it is. No other module calls `datetime.now`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self


class Clock(Protocol):
    """Tells the current instant."""

    def now(self) -> datetime:
        """Return the current instant, aware, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the clock; it has no settings."""
        return cls()

    def now(self) -> datetime:
        """Return the current instant, aware, UTC."""
        return datetime.now(UTC)


class FixedClock(SystemClock):
    """Stands still until it is moved: for tests, and for the demo city's two months of history."""

    def __init__(self, instant: datetime = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)) -> None:
        self.instant = instant  # a Monday, 14:00 in the first city

    def now(self) -> datetime:
        """Return the instant the clock was set to."""
        return self.instant

    def move(self, by: timedelta) -> None:
        """Let `by` pass."""
        self.instant += by

    def set(self, instant: datetime) -> None:
        """Set the clock to `instant`, aware."""
        self.instant = instant
