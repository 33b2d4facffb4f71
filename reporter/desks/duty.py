"""Rosters in words: the stretches in which nobody is on, hours of shifts, and the families of units."""

from collections.abc import Sequence
from datetime import UTC, datetime

from babel.dates import format_datetime
from flask_babel import get_locale, gettext, lazy_gettext, ngettext

from reporter.accounts.models import User
from reporter.desks.dates import zone
from reporter.routing.families import Family, family_of
from reporter.routing.models import Shift
from reporter.routing.pairings import pairings_at
from reporter.routing.roster import Days, Span, Turn, clock_of

FAMILIES = {
    Family.SANITATION: lazy_gettext("Sanitation"),
    Family.ENFORCEMENT: lazy_gettext("Enforcement"),
    Family.FACILITIES: lazy_gettext("Facilities"),
    Family.TRAFFIC: lazy_gettext("Traffic police"),
    Family.STREETS: lazy_gettext("Streets and communities"),
    Family.FIRM: lazy_gettext("Firms outside"),
    Family.CENTRE: lazy_gettext("Command centre"),
    Family.OTHER: lazy_gettext("Others"),
}
DAYS = {
    Days.EVERY: lazy_gettext("Every day"),
    Days.WORKING: lazy_gettext("Working days"),
    Days.OFF: lazy_gettext("Weekends and holidays"),
}
SHOWN = 3  # gaps that are named; the others are counted


def family_word(written: str) -> str:
    """Return what a unit's family is called; words from before there were families as they are."""
    known = family_of(written)
    return str(FAMILIES[known]) if known else written


def _local(at: datetime) -> datetime:
    return at.astimezone(zone())


def _weekday(at: datetime) -> str:
    return str(format_datetime(_local(at), "EEEE", tzinfo=zone(), locale=get_locale()))


def span_words(span: Span) -> str:
    """Return a stretch of time of the coming days: 星期三 03:00–05:00, 星期五 22:00 – 星期六 06:00."""
    begins, ends = _local(span.begins), _local(span.ends)
    if begins.date() == ends.date():
        return f"{_weekday(begins)} {begins:%H:%M}–{ends:%H:%M}"
    if ends.hour == ends.minute == 0 and (ends.date() - begins.date()).days == 1:
        return f"{_weekday(begins)} {begins:%H:%M}–24:00"
    return f"{_weekday(begins)} {begins:%H:%M} – {_weekday(ends)} {ends:%H:%M}"


def gap_words(free: Sequence[Span]) -> str:
    """Return when nobody is on duty, as one sentence; "" when there is no such time."""
    if not free:
        return ""
    said = gettext(
        "Nobody is on duty: %(times)s", times=gettext(", ").join(span_words(one) for one in free[:SHOWN])
    )
    more = len(free) - SHOWN
    if more <= 0:
        return said
    counted = ngettext("and once more", "and %(num)d times more", more)
    return f"{said} {counted}"


def hours_words(shift: Shift) -> str:
    """Return from when to when a shift runs: 20:00–08:00 of the next day."""
    starts, ends = clock_of(shift.starts), clock_of(shift.ends)
    if shift.ends > shift.starts:
        return f"{starts}–{ends}"
    return gettext("%(starts)s to %(ends)s of the next day", starts=starts, ends=ends)


def weekday_word(number: int) -> str:
    """Return a day of the week; 0 is Monday."""
    monday = datetime(2024, 1, 1 + number, 12, tzinfo=UTC)
    return str(format_datetime(monday, "EEE", locale=get_locale()))


def days_words(shift: Shift) -> str:
    """Return on which days a shift runs."""
    said = str(DAYS[shift.days])
    if not shift.weekdays:
        return said
    return gettext("%(days)s: %(which)s", days=said, which=" ".join(map(weekday_word, shift.weekdays)))


def names_on(turns: Sequence[Turn], members: Sequence[User], at: datetime) -> list[str]:
    """Return the names of those who are on at an instant, each once."""
    names = {user.id: user.name for user in members}
    on = (one for turn in turns if turn.begins <= at < turn.ends for one in turn.user_ids)
    return [names[one] for one in dict.fromkeys(on) if one in names]


def paired_words(area_id: int | None) -> str:
    """Return who looks after an area, with whom to call; "" when nobody does."""
    said = []
    for one in pairings_at(area_id):
        whom = " ".join(part for part in (one.contact, one.phone) if part)
        said.append(gettext("%(organ)s (%(contact)s)", organ=one.organ, contact=whom) if whom else one.organ)
    return gettext(", ").join(said)
