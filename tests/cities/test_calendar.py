"""Holidays and the days worked for them: read from a file, known from a package, kept over one another."""

from datetime import date

import pytest

from reporter.cities.commands import forget_day, keep_days
from reporter.cities.holidays import MOST_DAYS, SpecialDay, known_days, missing_year, read_days
from reporter.cities.queries import calendar_years, current_city, day_kinds, day_names, special_days
from reporter.kernel.audit import trail_of
from reporter.kernel.errors import BadInput, NotAllowed, NotFound
from reporter.kernel.policy import SYSTEM
from tests.make import a_moderator

OFF, WORKED = (
    SpecialDay(date(2027, 2, 8), working=False, name="春节"),
    SpecialDay(date(2027, 2, 6), working=True, name="春节"),
)


@pytest.mark.pure
def test_what_is_known_of_2026_is_what_the_state_council_announced() -> None:
    days = {one.day: one for one in known_days(2026)}

    assert [day.day for day, one in days.items() if day.month == 10 and not one.working] == [
        1,
        2,
        3,
        4,
        5,
        6,
        7,
    ]
    assert days[date(2026, 10, 1)].name == "国庆节"
    assert days[date(2026, 10, 10)].working
    assert days[date(2026, 10, 10)].day.weekday() == 5
    assert known_days(1990) == []


@pytest.mark.pure
def test_a_sunday_within_a_holiday_is_what_the_week_says() -> None:
    assert SpecialDay(date(2026, 10, 4), working=False).usual
    assert not SpecialDay(date(2026, 10, 1), working=False).usual
    assert not SpecialDay(date(2026, 10, 10), working=True).usual


@pytest.mark.pure
def test_a_file_is_read_with_blank_lines_and_in_chinese() -> None:
    file = "\ufeffday,working,name\r\n2027-02-06,是,春节\r\n\r\n 2027-02-08 , no ,春节\r\n"

    assert read_days(file.encode()) == [WORKED, OFF]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("day,name\n2027-02-08,x\n", "The first line must name the columns"),
        ("", "The first line must name the columns"),
        ("day,working\n", "There is no day in this file."),
        ("day,working\n2027-02-08,no\nFebruary,no\n", "Line 3: “February” is no day."),
        ("day,working\n2027-02-30,no\n", "Line 2: “2027-02-30” is no day."),
        ("day,working\n2027-02-08,maybe\n", "Line 2: in the column working “maybe”"),
        ("day,working\n2027-02-08\n", "Line 2: in the column working “”"),
        ("day,working\n2027-02-08,no\n2027-02-08,yes\n", "Lines 2 and 3 are about the same day, 2027-02-08."),
        ('day,working,name\n2027-02-08,no,"' + "x" * 200_000, "This is not a CSV file"),
        (
            "day,working\n" + "".join(f"{date.fromordinal(738000 + n)},no\n" for n in range(MOST_DAYS + 1)),
            "more than 2000 days",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_line(file: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_days(file.encode())

    assert refused.value.field == "file"
    assert words in str(refused.value)


@pytest.mark.pure
def test_a_file_in_another_coding_is_refused() -> None:
    with pytest.raises(BadInput, match="UTF-8"):
        read_days("day,working,name\n2027-02-08,no,春节\n".encode("gbk"))


@pytest.mark.pure
@pytest.mark.parametrize(
    ("years", "today", "missing"),
    [
        ([2026], date(2026, 10, 31), None),
        ([2026], date(2026, 11, 1), 2027),
        ([2026, 2027], date(2026, 12, 31), None),
        ([], date(2026, 3, 1), 2026),
        ([2025], date(2026, 12, 1), 2026),
    ],
)
def test_next_years_days_are_missed_from_november_on(
    years: list[int], today: date, missing: int | None
) -> None:
    assert missing_year(years, today) == missing


def test_days_are_kept_over_what_was_said_of_them_and_told_in_the_trail() -> None:
    assert keep_days([OFF, WORKED], by=SYSTEM) == 2
    assert keep_days([OFF, SpecialDay(WORKED.day, working=False, name="休")], by=SYSTEM) == 1

    assert day_kinds() == {OFF.day: False, WORKED.day: False}
    assert day_names()[WORKED.day] == "休"
    assert [one.day for one in special_days(2027)] == [WORKED.day, OFF.day]
    assert calendar_years() == [2027]
    assert special_days(2026) == []
    told = [entry.facts["days"] for entry in trail_of(current_city()) if entry.action == "calendar"]
    assert told == [["2027-02-08 off 春节", "2027-02-06 working 春节"], ["2027-02-06 off 休"]]


def test_a_day_is_forgotten_and_the_week_holds_again() -> None:
    keep_days([OFF], by=SYSTEM)

    forget_day(OFF.day, by=SYSTEM)

    assert day_kinds() == {}
    with pytest.raises(NotFound):
        forget_day(OFF.day, by=SYSTEM)


def test_only_a_system_administrator_keeps_the_calendar() -> None:
    with pytest.raises(NotAllowed):
        keep_days([OFF], by=a_moderator().actor)
    with pytest.raises(NotAllowed):
        forget_day(OFF.day, by=a_moderator().actor)
