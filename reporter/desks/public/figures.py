"""Rates, sums and times as the public pages show them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.desks.dates import roughly
from reporter.desks.words import thousands
from reporter.insight.queries import Period, Sums, month_of
from reporter.insight.rates import FEW, Rate, Rates, rates_of
from reporter.insight.times import SCALE, Times, times_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHARTED = ("reported", "registered", "closed")


@dataclass(frozen=True)
class Figure:
    """A share with what it counts; `few`: of so little that it says little."""

    name: str
    counts: str
    of: str
    percent: float | None
    few: bool


def figures_of(rates: Rates) -> list[Figure]:
    """Return the three rates in words, each with its numerator and denominator."""
    rated = rates.satisfaction
    people = _(
        "%(rated)s people rated, %(silent)s did not",
        rated=thousands(rated.denominator),
        silent=thousands(rates.unrated),
    )
    return [
        _figure(_("Response rate"), _("Taken over in time"), rates.response),
        _figure(_("Resolution rate"), _("Confirmed as put right, of those that ended"), rates.resolution),
        Figure(_("Satisfaction rate"), _("Only of residents who rated"), people, rated.percent, rated.few),
    ]


def on_time_of(rates: Rates) -> Figure:
    """Return in words how many were put right before their deadline."""
    return _figure(_("On-time rate"), _("Put right before the deadline, of those that ended"), rates.on_time)


def _figure(name: str, counts: str, rate: Rate) -> Figure:
    part, whole = thousands(int(rate.numerator)), thousands(rate.denominator)
    cases = _("%(part)s / %(whole)s cases", part=part, whole=whole)
    return Figure(name, counts, cases, rate.percent, rate.few)


@dataclass(frozen=True)
class Row:
    """What is counted of one kind, area or month. `strip`: where each step of the times begins and how wide it is, in percent."""

    name: str
    n: Sums
    resolution: Rate
    on_time: Rate
    times: Times
    half: str
    few: bool
    strip: Sequence[tuple[float, float]]


def row_of(name: str, n: Sums) -> Row:
    """Return the row of what is called `name`."""
    rates, times = rates_of(n), times_of(n)
    return Row(
        name, n, rates.resolution, rates.on_time, times, half_of(times), 0 < times.n < FEW, _strip(times)
    )


def rows_of(named: Iterable[tuple[int, str]], sums: Mapping[int, Sums]) -> list[Row]:
    """Return one row for each id and name, in their order: never by what is counted."""
    return [row_of(name, sums.get(number, {})) for number, name in named]


def _strip(times: Times) -> list[tuple[float, float]]:
    widths = [100 * n / times.n if times.n else 0.0 for n in times.counts]
    return list(zip((0.0, *accumulate(widths)), widths, strict=False))


def half_of(times: Times) -> str:
    """Return within what time half was put right, in words and roughly; "" of nothing."""
    if not times.n:
        return ""
    if times.half is None:
        return _("longer than %(time)s", time=roughly(SCALE[-2].within or DAY))
    return _("about %(time)s", time=roughly(times.half))


def scale_words() -> list[str]:
    """Return the steps of the times in words."""
    return [
        _("within %(time)s", time=_exactly(step.within)) if step.within else _("longer") for step in SCALE
    ]


def _exactly(length: timedelta) -> str:
    if length < DAY:
        return ngettext("%(num)d hour", "%(num)d hours", round(length / HOUR))
    return ngettext("%(num)d day", "%(num)d days", round(length / DAY))


@dataclass(frozen=True)
class Chosen:
    """What a page of figures shows: a month by its first day, or the last thirty days; `wrong`: what was asked for is not there."""

    month: date | None
    period: Period
    wrong: bool = False


def chosen(asked: str, months: Iterable[date], otherwise: Period) -> Chosen:
    """Return what `asked` (`2026-11`, or "") stands for."""
    known = {f"{month:%Y-%m}": month for month in months}
    if asked in known:
        return Chosen(known[asked], month_of(known[asked]))
    return Chosen(None, otherwise, wrong=bool(asked))


@dataclass(frozen=True)
class Column:
    """One month of a chart: what stands below it, and how high each bar is, in percent of the highest of all."""

    name: str
    heights: Sequence[float]


def columns_of(by_month: Mapping[date, Sums]) -> list[Column]:
    """Return the columns of a chart of `CHARTED` over the months."""
    most = max((sums.get(measure, 0) for sums in by_month.values() for measure in CHARTED), default=0) or 1
    return [
        Column(f"{month.month}", [100 * sums.get(measure, 0) / most for measure in CHARTED])
        for month, sums in by_month.items()
    ]
