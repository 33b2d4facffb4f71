"""Days that differ from the week's rhythm: holidays, and the Saturdays and Sundays worked for them (调休). Pure.

China's State Council announces the days of a year in the November before. `known_days` are those that the package
chinesecalendar has; `read_days` takes a file for whatever came later or holds in one city alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chinese_calendar import constants

from reporter.kernel.csvfile import Line, read_csv
from reporter.kernel.errors import BadInput

ANNOUNCED_IN = 11  # the month in which the next year's days are due
COLUMNS = ("day", "working", "name")
LONGEST_NAME, MOST_DAYS = 40, 2000
_SATURDAY = 5
_YES, _NO = frozenset({"yes", "true", "1", "是", "班"}), frozenset({"no", "false", "0", "否", "休"})


@dataclass(frozen=True, order=True)
class SpecialDay:
    """A day off, or one that is worked although the week says otherwise."""

    day: date
    working: bool
    name: str = ""

    @property
    def usual(self) -> bool:
        """Tell whether the week says the same: a Sunday off within a holiday."""
        return self.working == (self.day.weekday() < _SATURDAY)


def known_days(year: int) -> list[SpecialDay]:
    """Return the holidays and make-up days of China in `year`; empty when the package does not know it."""
    names = {kind.value: kind.chinese for kind in constants.Holiday}
    return sorted(
        SpecialDay(day, working, names[kind])
        for working, named in ((False, constants.holidays), (True, constants.workdays))
        for day, kind in named.items()
        if day.year == year
    )


def read_days(content: bytes) -> list[SpecialDay]:
    """Return the days of a CSV file with the columns day (2027-02-05), working (yes or no) and name.

    Raises:
        BadInput: not such a file; field "file", the message names the line.
    """
    columns, lines = read_csv(content)
    if not set(COLUMNS[:2]) <= columns:
        raise BadInput("The first line must name the columns: day, working, name.", field="file")
    days = list(_days(lines))
    if not days:
        raise BadInput("There is no day in this file.", field="file")
    if len(days) > MOST_DAYS:
        raise BadInput("There are more than %(most)s days in this file.", field="file", most=MOST_DAYS)
    return days


def _days(lines: Iterable[Line]) -> Iterator[SpecialDay]:
    seen: dict[date, int] = {}
    for number, cells in lines:
        one = _day(cells, number)
        if one.day in seen:
            raise BadInput(
                "Lines %(one)s and %(other)s are about the same day, %(day)s.",
                field="file", one=seen[one.day], other=number, day=one.day.isoformat(),
            )  # fmt: skip
        seen[one.day] = number
        yield one


def _day(cells: dict[str, str], line: int) -> SpecialDay:
    try:
        day = date.fromisoformat(cells["day"])
    except ValueError as error:
        raise BadInput(
            "Line %(line)s: “%(text)s” is no day. Write it like 2027-02-05.",
            field="file", line=line, text=cells["day"][:20],
        ) from error  # fmt: skip
    said = cells.get("working", "").lower()
    if said not in _YES | _NO:
        raise BadInput(
            "Line %(line)s: in the column working “%(text)s” must be yes or no.",
            field="file",
            line=line,
            text=said[:20],
        )
    return SpecialDay(day, said in _YES, cells.get("name", "")[:LONGEST_NAME])


def missing_year(years: Sequence[int], today: date) -> int | None:
    """Return the year whose days are due and not among `years`: this one, or from November the next; else None."""
    due = [today.year, *([today.year + 1] if today.month >= ANNOUNCED_IN else [])]
    return next((year for year in due if year not in years), None)
