"""The model as plain numbers: what it says, why, and when it keeps silent."""

import json

import pytest

from reporter.learning.rules import (
    Model,
    Tried,
    by_kind,
    calibration,
    pieces_of,
    silent_kinds,
    softmax,
    threshold_of,
)
from tests.learning.lessons import a_small_model

pytestmark = pytest.mark.pure


def test_a_text_consists_of_pieces_of_one_to_three_characters() -> None:
    assert list(pieces_of("占 盲道！")) == ["占", "盲", "道", "占盲", "盲道", "占盲道"]


def test_the_likeliest_kind_comes_with_the_words_that_speak_for_it_and_how_many_such_reports_there_were() -> (
    None
):
    model = a_small_model()

    guess = model.guess("车停在盲道上")

    assert guess is not None
    assert (guess.category_id, list(guess.because)) == (4, ["盲道"])
    assert guess.sure > 0.95
    assert model.how_many("盲道", 4) == (37, 40)


@pytest.mark.parametrize("words", ["", "！！！", "hello", "没有关系"])
def test_words_that_nobody_wrote_before_say_nothing(words: str) -> None:
    assert a_small_model().guess(words) is None


def test_one_known_word_among_many_strange_ones_makes_less_sure() -> None:
    model = a_small_model()

    plain, strange = model.guess("盲道"), model.guess("昨天下午我们一家人散步走过盲道旁边那家新开的书店")

    assert plain is not None
    assert strange is not None
    assert (plain.sure > 0.99, strange.sure < 0.9) == (True, True)


def test_a_warmer_model_is_less_sure_and_says_the_same() -> None:
    cold = a_small_model()
    warm = Model(**vars(cold) | {"temperature": 8.0})

    colder, warmer = cold.guess("盲道和摊"), warm.guess("盲道和摊")

    assert colder is not None
    assert warmer is not None
    assert colder.category_id == warmer.category_id
    assert 0.5 < warmer.sure < colder.sure


def test_what_is_kept_is_json_and_says_the_same_again() -> None:
    model = a_small_model()

    again = Model.of(json.loads(json.dumps(model.kept())))

    assert again.guess("盲道") == model.guess("盲道")
    assert again.how_many("摆摊", 9) == (12, 12)


def test_a_very_long_text_is_read_to_its_thousandth_character() -> None:
    assert a_small_model().guess("没" * 1000 + "盲道") is None


def test_shares_of_large_scores_sum_to_one() -> None:
    assert sum(softmax([900.0, -900.0, 899.0])) == pytest.approx(1)


def tried(number: int, sure: float, *, right: bool, kind: int = 1) -> list[Tried]:
    return [Tried(kind, sure, kind if right else kind + 1)] * number


def test_the_threshold_is_where_nine_of_ten_are_right() -> None:
    some = [*tried(90, 0.85, right=True), *tried(10, 0.85, right=False), *tried(50, 0.6, right=False)]

    assert threshold_of(some) == pytest.approx(0.61)


@pytest.mark.parametrize(
    "some", [[], tried(19, 0.99, right=True), tried(100, 0.9, right=False) + tried(100, 0.9, right=True)]
)
def test_without_enough_that_are_right_there_is_none(some: list[Tried]) -> None:
    assert threshold_of(some) is None


def test_a_kind_that_is_guessed_badly_or_seldom_is_silent() -> None:
    some = [
        *tried(20, 0.9, right=True, kind=1), *tried(5, 0.9, right=False, kind=3), *tried(5, 0.9, right=True, kind=3),
        *tried(4, 0.9, right=True, kind=7),
    ]  # fmt: skip

    assert silent_kinds(some, 0.8) == [3, 4, 7]


def test_the_table_says_how_often_it_was_right_where_it_was_so_sure() -> None:
    some = [*tried(3, 0.92, right=True), *tried(1, 0.92, right=False), *tried(2, 0.3, right=False)]

    lines = calibration(some)

    assert [(line["from"], line["reports"], line["right"]) for line in lines] == [
        (0.0, 2, 0.0),
        (0.9, 4, 0.75),
    ]
    assert lines[1]["sure"] == pytest.approx(0.92)


def test_each_kind_has_its_line() -> None:
    some = [
        *tried(3, 0.9, right=True, kind=1),
        *tried(1, 0.9, right=False, kind=1),
        *tried(2, 0.4, right=True, kind=2),
    ]

    assert by_kind(some, 0.8) == [
        {"kind": 1, "reports": 3, "recognised": 3, "suggested": 4, "rightly": 3},
        {"kind": 2, "reports": 3, "recognised": 2, "suggested": 0, "rightly": 0},
    ]
