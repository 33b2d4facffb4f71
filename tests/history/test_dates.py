"""Dates of other systems."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from reporter.history.dates import read_moment

pytestmark = pytest.mark.pure
BOSTON = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "text",
    [
        "2019-06-02T09:51:00-04:00",
        "2019-06-02T13:51:00Z",
        "2019-06-02T13:51:00.000z",
        "2019-06-02T13:51Z",
        "2019-06-02T21:51:00+0800",
        "2019-06-02T21:51:00 08:00",
        " 2019-06-02 09:51:00 ",
        "2019-06-02T09:51",
    ],
)
def test_the_ways_in_which_dates_are_written(text: str) -> None:
    assert read_moment(text, BOSTON) == datetime(2019, 6, 2, 13, 51, tzinfo=UTC)


def test_a_day_alone_begins_on_the_clock_of_its_city() -> None:
    assert read_moment("2019-06-02", BOSTON) == datetime(2019, 6, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2019-13-02", "2019-02-30T00:00:00Z", "06/02/2019", "2019-06-02T25:00Z", "0001-01-01T00:00+08:00",
     "2019-06-02T09:51:00-99:00", "1559483504"],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
        read_moment(text, BOSTON)
