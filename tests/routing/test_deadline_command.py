"""`flask deadline` says when a limit is over and how it was counted; `flask calendar` fills what it counts by."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from reporter.cities.queries import calendar_years


def told(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=list(args))


def test_a_limit_over_the_national_holiday_is_counted_in_words(app: Flask) -> None:
    told(app, "calendar", "seed", "2026")

    answer = told(app, "deadline", "2026-09-30T16:00", "12wh")

    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [
        "2026-10-09T12:00+08:00",
        "12 working hours from 2026-09-30 16:00, on the calendar of 集宁区 (Asia/Shanghai)",
        "  2026-09-30 16:00 to 2026-09-30 17:00  counts 1.00 h",
        "  2026-09-30 17:00 to 2026-10-08 09:00  does not count: 国庆节",
        "  2026-10-08 09:00 to 2026-10-08 17:00  counts 8.00 h",
        "  2026-10-08 17:00 to 2026-10-09 09:00  does not count: outside working time",
        "  2026-10-09 09:00 to 2026-10-09 12:00  counts 3.00 h",
    ]
    assert answer.stderr == ""


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        (["30m"], "2026-11-27T16:30"),
        (["4h"], "2026-11-27T20:00"),
        (["4h", "--clock", "natural_hour"], "2026-11-27T20:00"),
        (["4", "--clock", "natural_hour"], "2026-11-27T20:00"),
        (["4", "--clock", "working_hour"], "2026-11-30T12:00"),
        (["4h", "--clock", "working_hour"], "2026-11-30T12:00"),
        (["4wh", "--clock", "working_hour"], "2026-11-30T12:00"),
        (["1wd"], "2026-11-30T16:00"),
        (["1", "--clock", "working_day"], "2026-11-30T16:00"),
        (["1d", "--clock", "working_day"], "2026-11-30T16:00"),
    ],
)
def test_each_clock_may_be_named_in_the_limit_or_beside_it(app: Flask, limit: list[str], due: str) -> None:
    answer = told(app, "deadline", "2026-11-27T16:00", *limit)

    assert answer.stdout.startswith(f"{due}+08:00\n")


def test_a_start_in_another_zone_is_put_on_the_citys_clock(app: Flask) -> None:
    assert "from 2026-11-27 16:00" in told(app, "deadline", "2026-11-27T08:00Z", "1h").stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["tomorrow", "4h"], "tomorrow is no time"),
        (["2026-11-27", "4x"], "4x is no limit"),
        (["2026-11-27", "30m", "--clock", "working_day"], "30m is no limit of working_days"),
        (["2026-11-27", "0h"], "0h is no limit"),
        (["2026-11-27", "4h", "--city", "nowhere"], "Name one city with --city: "),
    ],
)
def test_what_cannot_be_counted_is_said(app: Flask, args: list[str], words: str) -> None:
    answer = told(app, "deadline", *args)

    assert answer.exit_code != 0
    assert words in answer.stderr


def test_a_year_the_calendar_does_not_know_is_said(app: Flask) -> None:
    assert "names no day of 2026, 2027" in told(app, "deadline", "2026-12-31T16:00", "2wd").stderr
    assert told(app, "deadline", "2026-12-31T16:00", "48h").stderr == ""


def test_the_calendar_is_seeded_listed_and_overridden_by_a_file(app: Flask, tmp_path: Path) -> None:
    assert "39 days, 39 of them new or changed" in told(app, "calendar", "seed", "2026").stdout
    file = tmp_path / "days.csv"
    file.write_text("day,working,name\n2026-10-08,no,苏木节\n", encoding="utf-8")

    assert "1 days, 1 of them new or changed" in told(app, "calendar", "import", str(file)).stdout

    listed = told(app, "calendar", "list", "2026")
    assert "2026-10-08 off 苏木节" in listed.stdout
    assert "2026-10-10 working 国庆节" in listed.stdout
    assert "The days of 2027 are not in the calendar yet." in listed.stderr


def test_what_the_package_does_not_know_and_a_broken_file_change_nothing(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("day,working\n2027-01-01,no\nsoon,no\n", encoding="utf-8")

    unknown, broken = told(app, "calendar", "seed", "2990"), told(app, "calendar", "import", str(file))

    assert unknown.exit_code == broken.exit_code == 1
    assert "does not know 2990" in unknown.stderr
    assert "Line 3" in broken.stderr
    assert calendar_years() == []
