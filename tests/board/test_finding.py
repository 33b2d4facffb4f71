"""The board narrowed and searched, page after page, on both databases."""

from datetime import timedelta

import pytest

from reporter.board.commands.exposures import hide
from reporter.board.lifecycle import Outcome, State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure
from reporter.board.shown import Filter, post_keys, posts, quickest
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput
from reporter.ports import ports
from tests.board.counters import another
from tests.board.posts import an_exposure
from tests.make import a_unit


def found(**narrow: object) -> list[int]:
    return [one.id for one in posts(Filter(**narrow)).rows]  # type: ignore[arg-type]


def several(number: int) -> list[Exposure]:
    """Return posts, oldest first, two at each instant."""
    made = []
    for place in range(number):
        made.append(an_exposure(State.PUBLISHED))
        if place % 2:
            ports.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock
    return made


@pytest.mark.parametrize("words", ["占道", "大街占", "整改 解放", "解放大街占道，已整改", "PERSON"])
def test_two_characters_are_enough_and_all_words_must_be_there(words: str) -> None:
    exposure = an_exposure(State.PUBLISHED, unit=a_unit(name_zh="一中队", name_en="Person squad"))

    assert found(words=words) == [exposure.id]


@pytest.mark.parametrize("words", ["占用", "解放 停车", "道路解放"])
def test_what_lacks_one_of_them_is_not_found(words: str) -> None:
    an_exposure(State.PUBLISHED)

    assert found(words=words) == []


@pytest.mark.parametrize("words", ["街", "a b", "……"])
def test_less_than_two_letters_in_a_row_is_said_to_be_too_little(words: str) -> None:
    with pytest.raises(BadInput) as error:
        found(words=words)

    assert error.value.field == "words"


def test_what_is_hidden_is_not_found() -> None:
    exposure = an_exposure(State.PUBLISHED)
    before = found(words="占道")

    hide(get_exposure(exposure.id), objection_id=1)

    assert (before, found(words="占道")) == ([exposure.id], [])


def test_pages_of_a_search_follow_each_other_without_a_gap() -> None:
    made = several(7)
    seen: list[int] = []
    after, pages = "", 0

    while after or not pages:
        page = post_keys(Filter(words="占道"), after=after, size=3)
        seen += [key.id for key in page.rows]
        after, pages = page.after, pages + 1

    assert pages == 3
    assert seen == [one.id for one in sorted(made, key=lambda one: (one.published_at, one.id), reverse=True)]


def test_unit_state_and_search_narrow_together() -> None:
    unit = a_unit()
    own, other = an_exposure(State.PUBLISHED, unit=unit), an_exposure(State.PUBLISHED)
    late(other.id)

    assert found(unit_id=unit.id) == [own.id]
    assert found(outcome=Outcome.OVERDUE) == [other.id]
    assert found(unit_id=unit.id, outcome=Outcome.OVERDUE) == []
    assert found(unit_id=unit.id, outcome=Outcome.PUT_RIGHT, words="占道") == [own.id]


@command
def late(exposure_id: int) -> None:
    """Say of a post that its unit owes the work."""
    get_exposure(exposure_id).outcome = Outcome.OVERDUE


def test_the_quickest_are_of_the_newest_that_were_put_right_and_stand_there_now() -> None:
    first = an_exposure(State.PUBLISHED)
    for minutes, outcome in ((30, Outcome.PUT_RIGHT), (5, Outcome.DEALT_WITH), (10, Outcome.PUT_RIGHT)):
        ports.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock
        another(first, minutes_taken=minutes, outcome=outcome)
    another(first, minutes_taken=1, outcome=Outcome.PUT_RIGHT)
    hide(posts(Filter()).rows[0], objection_id=1)
    shown = {one.id: one.minutes_taken for one in posts(Filter()).rows}

    assert [shown[key.id] for key in quickest(limit=2)] == [0, 10]
    assert [shown[key.id] for key in quickest(among=2, limit=2)] == [10]
