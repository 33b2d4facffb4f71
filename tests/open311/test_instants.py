"""Times as clients write them are read, and nothing else is."""

from datetime import UTC, datetime

import pytest

from reporter.open311.instants import instant_of

pytestmark = pytest.mark.pure
ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T06:00:00Z",
        "2026-11-23T14:00:00+08:00",
        "2026-11-23T14:00:00+0800",
        "2026-11-23T14:00:00 08:00",  # the plus became a blank on its way
        "2026-11-23T06:00Z",
        "2026-11-23T06:00:00.999Z",
        "2026-11-23T01:00:00-05:00",
        "2026-11-23T14:00:00",
        "2026-11-23 14:00",
        " 2026-11-23t06:00:00z ".upper(),
    ],
)
def test_one_moment_is_read_in_all_the_ways_it_is_written(text: str) -> None:
    assert instant_of(text, ZONE) == datetime(2026, 11, 23, 6, tzinfo=UTC)


def test_a_mere_date_begins_and_ends_on_the_citys_clock() -> None:
    begins, ends = instant_of("2026-11-23", ZONE), instant_of("2026-11-23", ZONE, ends=True)

    assert begins == datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert ends == datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-11-31", "2026-11-23T25:00", "23.11.2026", "2026-11-23Z", "\uff12026-11-23", "2026-11-23T06:00:00+99:99",
     "0001-01-01", "20261123T060000Z", "2026-11-23T06:00:00Z; DROP"],
)  # fmt: skip
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of it
        instant_of(text, ZONE)
