"""When a notice goes out: at once, after the quiet hours, or in the mail of the day. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from reporter.notices.table import Kind

MOST_A_DAY = 10
MOST_AT_MOST = 100
QUIET_FROM, QUIET_TO = time(22), time(7)
DIGEST_HOUR = 8
LONGEST_HELD = timedelta(hours=26)  # a day, and what a change of clocks can add


@dataclass(frozen=True)
class Wishes:
    """What one person wants.

    Attributes:
        off: pairs of kind and channel, such as `progress.mail`.
        quiet_from, quiet_to: on the city's clock; the same moment twice means no quiet hours.
        digest_hour: 0 to 23, when the mail of the day is written.
        most: sent at once on one day; the rest goes into the mail of the day.
    """

    off: frozenset[str] = frozenset()
    quiet_from: time = QUIET_FROM
    quiet_to: time = QUIET_TO
    digest_hour: int = DIGEST_HOUR
    most: int = MOST_A_DAY

    def wants(self, kind: Kind, channel: str) -> bool:
        """Tell whether notices of `kind` may come by `channel`."""
        return f"{kind}.{channel}" not in self.off


@dataclass(frozen=True)
class Plan:
    """When, and whether together with others."""

    at: datetime
    digest: bool = False


def plan(
    now: datetime, wishes: Wishes, *, digest: bool = False, urgent: bool = False, sent_today: int = 0
) -> Plan:
    """Return when a notice goes out.

    Args:
        now: on the city's clock, aware.
        wishes: of whoever is told.
        digest: it belongs into the mail of the day.
        urgent: neither quiet hours nor the limit of the day hold.
        sent_today: how many went to the same person today.
    """
    if digest:
        return Plan(following(now, time(wishes.digest_hour)), digest=True)
    if urgent:
        return Plan(now)
    if sent_today >= wishes.most:
        return Plan(following(now, time(wishes.digest_hour)), digest=True)
    if is_quiet(now.time(), wishes.quiet_from, wishes.quiet_to):
        return Plan(following(now, wishes.quiet_to))
    return Plan(now)


def is_quiet(moment: time, begin: time, end: time) -> bool:
    """Tell whether `moment` lies from `begin` until before `end`, over midnight where `end` is the earlier."""
    if begin <= end:
        return begin <= moment < end
    return moment >= begin or moment < end


def following(now: datetime, moment: time) -> datetime:
    """Return the next time that the clock of `now` shows `moment`, always after `now`."""
    today = datetime.combine(now.date(), moment, now.tzinfo)
    return today if today > now else datetime.combine(now.date() + timedelta(days=1), moment, now.tzinfo)
