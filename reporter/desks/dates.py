"""Times and lengths as people say them, in the reader's language and on the city's clock."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask_babel import get_locale, get_timezone, gettext, ngettext, pgettext
from markupsafe import Markup

from reporter.ports import ports

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
SECONDS_SHOWN_BELOW = 5 * MINUTE
AGES_UP_TO_DAYS = 30
AMBER_BELOW = 50  # percent of the time left


def zone() -> ZoneInfo:
    """Return the zone of the city that is served."""
    return ZoneInfo(str(get_timezone()))


def _local(at: datetime) -> datetime:
    return at.astimezone(zone())


def _write(at: datetime, pattern: str) -> str:
    return str(format_datetime(at, pattern, tzinfo=zone(), locale=get_locale()))


def _tagged(at: datetime, text: str) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), full_moment(at), text)


def full_moment(at: datetime) -> str:
    """Return `at` with year, weekday and seconds."""
    return _write(at, pgettext("date pattern", "EEEE d MMMM yyyy, HH:mm:ss"))


def plain_moment(at: datetime) -> str:
    """Return day and time (11月23日 14:05); with the year when it is another one."""
    if _local(at).year != _local(ports.clock.now()).year:
        return _write(at, pgettext("date pattern", "d MMM yyyy HH:mm"))
    return _write(at, pgettext("date pattern", "d MMM HH:mm"))


def moment(at: datetime) -> Markup:
    """Return day and time as a `<time>` whose title is the full moment."""
    return _tagged(at, plain_moment(at))


def plain_clock(at: datetime) -> str:
    """Return the time alone (14:05) when `at` is today, else day and time."""
    today = _local(at).date() == _local(ports.clock.now()).date()
    return _write(at, "HH:mm") if today else plain_moment(at)


def seconds(at: datetime) -> str:
    """Return the time of day to the second (14:05:09)."""
    return _write(at, "HH:mm:ss")


def clock(at: datetime) -> Markup:
    """Return the time alone when `at` is today, else day and time; as a `<time>`."""
    return _tagged(at, plain_clock(at))


def day(at: datetime | date) -> Markup:
    """Return the day (11月23日), with the year when it is another one; as a `<time>`."""
    on = _local(at).date() if isinstance(at, datetime) else at
    same = on.year == _local(ports.clock.now()).year
    pattern = pgettext("date pattern", "d MMM") if same else pgettext("date pattern", "d MMM yyyy")
    return Markup('<time datetime="{}">{}</time>').format(
        on.isoformat(), format_date(on, pattern, locale=get_locale())
    )


def weekday(on: date) -> str:
    """Return a day with its weekday (10月1日周四)."""
    return str(format_date(on, pgettext("date pattern", "EEE d MMM"), locale=get_locale()))


def hour(at: datetime) -> str:
    """Return day and hour without minutes: as exact as a public page may be."""
    return _write(at, pgettext("date pattern", "d MMM, HH:00"))


def month(on: date | datetime) -> str:
    """Return year and month."""
    return str(format_date(on, pgettext("date pattern", "MMMM yyyy"), locale=get_locale()))


def ago(at: datetime) -> Markup:
    """Return how long ago `at` was, up to thirty days; then the day. As a `<time>`."""
    seconds = (ports.clock.now() - at).total_seconds()
    if seconds >= AGES_UP_TO_DAYS * DAY:
        return day(at)
    if seconds < MINUTE:
        text = gettext("just now")
    elif seconds < HOUR:
        text = ngettext("%(num)d minute ago", "%(num)d minutes ago", int(seconds // MINUTE))
    elif seconds < DAY:
        text = ngettext("%(num)d hour ago", "%(num)d hours ago", int(seconds // HOUR))
    else:
        text = ngettext("%(num)d day ago", "%(num)d days ago", int(seconds // DAY))
    return _tagged(at, text)


def span(length: timedelta | float) -> str:
    """Return a length of time in its two largest units: 26 分钟, 3 小时 10 分, 4 天.

    Args:
        length: a timedelta, or minutes.
    """
    seconds = length.total_seconds() if isinstance(length, timedelta) else length * MINUTE
    minutes = round(abs(seconds) / MINUTE)
    days, rest = divmod(minutes, DAY // MINUTE)
    hours, minutes = divmod(rest, HOUR // MINUTE)
    if days:
        text = ngettext("%(num)d day", "%(num)d days", days)
        return f"{text} {ngettext('%(num)d hour', '%(num)d hours', hours)}" if hours else text
    if not hours:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if not minutes:
        return ngettext("%(num)d hour", "%(num)d hours", hours)
    return gettext("%(hours)d h %(minutes)d min", hours=hours, minutes=minutes)


def _short_span(seconds: float) -> str:
    """Return a length for narrow places: 12 分, 1 时 05 分, 3 天."""
    whole = int(abs(seconds))
    if whole >= DAY:
        return ngettext("%(num)d day", "%(num)d days", whole // DAY)
    hours, minutes = whole // HOUR, whole % HOUR // MINUTE
    if hours:
        return gettext("%(hours)d h %(minutes)02d", hours=hours, minutes=minutes)
    return gettext("%(minutes)d min", minutes=max(minutes, 1))


def until(due: datetime) -> str:
    """Return the time left or over: 剩 12 分, 超 2 时 05 分."""
    left = (due - ports.clock.now()).total_seconds()
    if left < 0:
        return gettext("%(time)s over", time=_short_span(left))
    return gettext("%(time)s left", time=_short_span(left))


@dataclass(frozen=True)
class Countdown:
    """What a clock says now. `level` is ok above half of the time, warn below, bad when it is over.

    Attributes:
        percent: of the time that is left; 100 when overdue, so that the red bar is full.
        text: what stands beside the bar. short: the same for a queue row. late: the light's word when overdue.
    """

    level: str
    percent: float
    text: str
    short: str
    late: str
    spoken: str


def countdown(since: datetime, due: datetime) -> Countdown:
    """Return what the clock from `since` to `due` says now."""
    now = ports.clock.now()
    left = (due - now).total_seconds()
    late = gettext("Overdue by %(time)s", time=_short_span(left))
    if left < 0:
        text = gettext("was due %(time)s", time=plain_clock(due))
        return Countdown("bad", 100, text, until(due), late, late)
    whole = max((due - since).total_seconds(), 1)
    percent = min(100.0, 100 * left / whole)
    text = until(due)
    if left < SECONDS_SHOWN_BELOW:
        minutes, seconds = divmod(int(left), MINUTE)
        text = gettext(
            "%(time)s left", time=gettext("%(minutes)d min %(seconds)02d s", minutes=minutes, seconds=seconds)
        )
    spoken = gettext("%(percent)d%% of the time left", percent=round(percent))
    return Countdown("ok" if percent > AMBER_BELOW else "warn", percent, text, until(due), late, spoken)


def js_words() -> dict[str, str]:
    """Return the server's time and the sentences that js/*.js fills in itself; `{…}` are its places."""
    return {
        "now": ports.clock.now().isoformat(),
        "left": gettext("%(time)s left", time="{time}"),
        "over": gettext("%(time)s over", time="{time}"),
        "late": gettext("Overdue by %(time)s", time="{time}"),
        "days": gettext("{num} days"),
        "hours": gettext("{hours} h {minutes}"),
        "minutes": gettext("{minutes} min"),
        "seconds": gettext("{minutes} min {seconds} s"),
        "percent": gettext("%(percent)s%% of the time left", percent="{percent}"),
        "keys": gettext("Keyboard shortcuts"),
        "keys_none": gettext("This page has no shortcuts of its own."),
        "close": gettext("Close"),
        "side": gettext("Side by side"),
        "slide": gettext("One over the other"),
        "sending": gettext("Sending …"),
        "pin": gettext("The place. Move it with the arrow keys."),
        "zoom_in": gettext("Closer"),
        "zoom_out": gettext("Farther"),
        "whole": gettext("Show everything"),
        "cluster": gettext("{number} things here"),
        "picked": gettext("Place set: {lat}, {lon}"),
    }


def roughly(length: timedelta) -> str:
    """Return a length of time to the hour, or to the day from two days on: what an average is good for."""
    seconds = length.total_seconds()
    if seconds < 2 * DAY:
        return ngettext("%(num)d hour", "%(num)d hours", max(1, round(seconds / HOUR)))
    return ngettext("%(num)d day", "%(num)d days", round(seconds / DAY))
