"""Who said that a case is not put right: since it ended last, and since the centre looked at it last."""

from dataclasses import dataclass

import pytest

from reporter.cases.lifecycle import Action
from reporter.reports.unfixed import said_unfixed, unheard

pytestmark = pytest.mark.pure


@dataclass(frozen=True)
class Step:
    """A step of a trail."""

    action: str
    who: str = ""


PASSED, LOOKED, REOPENED = Step(Action.INSPECT_PASS), Step(Action.FOLLOW_UP), Step(Action.REOPEN)
ONE, OTHER = Step(Action.SAY_UNFIXED, "one"), Step(Action.SAY_UNFIXED, "other")


def test_what_the_centre_has_looked_at_was_said_and_is_heard() -> None:
    trail = [PASSED, ONE, LOOKED, OTHER]

    assert said_unfixed(trail) == [ONE, OTHER]
    assert unheard(trail) == [OTHER]


def test_a_new_end_begins_anew() -> None:
    trail = [PASSED, ONE, LOOKED, REOPENED, Step(Action.CLOSE_UNFIXED)]

    assert said_unfixed(trail) == unheard(trail) == []


def test_nothing_is_said_of_a_case_that_never_ended() -> None:
    assert said_unfixed([Step(Action.CLAIM)]) == []
