"""Times fall into the step they belong to, and the middle lies where half of them are over."""

from datetime import UTC, datetime, timedelta

import pytest

from reporter.insight.rates import FEW, Rate
from reporter.insight.times import SCALE, Times, measure_of

pytestmark = pytest.mark.pure
BEGAN = datetime(2026, 11, 23, 6, 0, 0, 900_000, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("step", [step for step in SCALE if step.within])
def test_a_time_counts_up_to_the_last_second_of_its_step(step: object) -> None:
    within = step.within  # type: ignore[attr-defined]

    assert measure_of(BEGAN, BEGAN + within) == step.measure  # type: ignore[attr-defined]
    assert measure_of(BEGAN, BEGAN + within + SECOND) != step.measure  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("counts", "half"),
    [
        ((0, 0, 0, 0, 0, 0), None),
        ((10, 0, 0, 0, 0, 0), timedelta(hours=2)),
        ((5, 5, 0, 0, 0, 0), timedelta(hours=4)),
        ((0, 0, 4, 0, 0, 0), timedelta(days=2)),
        ((1, 0, 0, 2, 0, 0), timedelta(days=4)),
        ((1, 0, 0, 0, 0, 2), None),
    ],
)
def test_the_middle_is_reckoned_within_its_step(counts: tuple[int, ...], half: timedelta | None) -> None:
    assert Times(counts).half == half


def test_a_share_of_fewer_than_ten_says_little_and_one_of_nothing_says_nothing() -> None:
    assert [Rate(1, n).few for n in (0, 1, FEW - 1, FEW)] == [False, True, True, False]
    assert Rate(0, 0).percent is None
