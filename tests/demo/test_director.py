"""The demo's past fits together at whatever hour it is loaded."""

from datetime import UTC, datetime
from random import Random

import pytest

from reporter.demo.commands import SEED
from reporter.demo.director import Director
from reporter.demo.stories import STORIES
from reporter.ports.clock import FixedClock


@pytest.mark.parametrize("hour", range(24))
def test_what_joins_a_case_is_told_after_it(hour: int) -> None:
    now = datetime(2026, 11, 29, hour, 1, tzinfo=UTC)
    director = Director({}, FixedClock(now), now=now, seed=SEED, stories=STORIES)
    starts = {
        story: director._start(story, Random(f"{SEED}:{number}"))  # noqa: S311, SLF001 - as it plays them
        for number, story in enumerate(STORIES)
    }

    for story, start in starts.items():
        others = [
            one
            for one in STORIES
            if one is not story and (one.kind, one.road) == (story.kind, story.road) and one.goal != "merged"
        ]
        if story.goal == "merged":
            assert min(starts[one] for one in others) < start
        assert start <= now
