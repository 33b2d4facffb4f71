"""A guess of the kind is made only where words or place are clear."""

import pytest

from reporter.cases.guess import By, Guess, guess_by_place, guess_by_words
from reporter.cases.lifecycle import State
from reporter.cases.models import Category
from reporter.cases.queries import categories, kinds_around
from reporter.ports import ports
from tests.make import HERE, a_case, a_category


def two_kinds() -> tuple[Category, Category]:
    parking = a_category("乱停乱放", slug="illegal_parking", subtypes=["占盲道", "压绿"])
    rubbish = a_category("乱扔乱倒", slug="littering_dumping", subtypes=["暴露垃圾", "偷倒建筑垃圾"])
    return parking, rubbish


@pytest.mark.parametrize(
    ("words", "kind", "sub"),
    [
        ("有车一直占盲道，盲人走不了", 0, "占盲道"),
        ("违停一整天", 0, None),
        ("有人偷倒建筑垃圾", 1, "偷倒建筑垃圾"),
        ("Rubbish everywhere", 1, None),
    ],
)
def test_clear_words_name_their_kind_and_sub_type(words: str, kind: int, sub: str | None) -> None:
    kinds = two_kinds()

    found = guess_by_words(words, categories())

    sub_id = next((one.id for one in kinds[kind].subcategories if one.name_zh == sub), None)
    assert found == Guess(By.WORDS, kinds[kind].id, sub_id)


@pytest.mark.parametrize("words", ["", "这里不太好，请来看看", "违停，还偷倒"])
def test_silence_and_words_that_name_two_kinds_alike_guess_nothing(words: str) -> None:
    two_kinds()

    assert guess_by_words(words, categories()) is None


def test_the_name_of_the_kind_for_everything_else_is_no_word() -> None:
    a_category("其他", slug="other", name_en="Other")

    assert guess_by_words("其他地方也有, other places too", categories()) is None


def test_a_place_has_a_history_from_four_reports_of_which_three_quarters_agree() -> None:
    assert guess_by_place([(1, 7)] * 3) is None
    assert guess_by_place([(1, 7)] * 4) == Guess(By.PLACE, 1, 7)
    assert guess_by_place([(1, 7), (1, 8), (1, None), (2, 9)]) == Guess(By.PLACE, 1, None)
    assert guess_by_place([(1, 7), (1, 7), (2, 9), (2, 9)]) is None


def test_what_was_reported_around_a_place_leaves_out_what_is_far_old_and_void() -> None:
    kind = a_category()
    a_case(State.HANDLING, category=kind)
    a_case(State.HANDLING, category=kind, lon=HERE[0] + 0.01)
    now = ports.clock.now()

    assert kinds_around(*HERE, metres=100, since=now.replace(year=now.year - 1)) == [(kind.id, None)]
    assert kinds_around(*HERE, metres=100, since=now.replace(year=now.year + 1)) == []
