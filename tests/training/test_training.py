"""Learning with scikit-learn: better than chance, honest about how sure, judged by the newest reports."""

import pytest
from flask import Flask

from reporter.learning import training
from reporter.learning.queries import Decided, lesson_in_use, suggested_kind
from reporter.learning.rules import threshold_of
from reporter.learning.training import LEAST, TooFew, learn
from reporter.reports.commands.triage import Judgement, accept
from tests.learning.lessons import decided_by_hand
from tests.make import a_category, a_moderator, a_report, the_fallback


def test_what_was_learnt_is_mostly_right_about_reports_it_never_saw() -> None:
    learnt = learn(decided_by_hand())

    right = sum(one.right for one in learnt.held)
    assert (learnt.learnt, len(learnt.held)) == (280, 60)
    assert right / len(learnt.held) > 0.85
    assert threshold_of(learnt.settled) is not None


def test_the_words_that_speak_for_a_kind_are_those_a_person_would_name() -> None:
    model = learn(decided_by_hand()).model

    guess = model.guess("小区门口的盲道又被占了")

    assert guess is not None
    assert guess.category_id == 1
    assert any("盲道" in piece or piece in "盲道" for piece in guess.because)


def test_how_sure_it_is_is_how_often_it_is_right() -> None:
    learnt = learn(decided_by_hand(1200, doubt=0.3))

    sure = sum(one.sure for one in learnt.held) / len(learnt.held)
    right = sum(one.right for one in learnt.held) / len(learnt.held)
    assert abs(sure - right) < 0.12


def test_words_without_any_sense_are_never_sure_enough() -> None:
    shuffled = [Decided(one.words, place % 3) for place, one in enumerate(decided_by_hand(400))]

    assert threshold_of(learn(shuffled).settled) is None


def test_of_two_kinds_one_is_told_from_the_other() -> None:
    two = [one for one in decided_by_hand(600, doubt=0) if one.category_id != 3]

    learnt = learn(two)

    assert sum(one.right for one in learnt.held) == len(learnt.held)


@pytest.mark.parametrize("decided", [[], decided_by_hand(LEAST - 1), [Decided("盲道", 1)] * 500])
def test_too_few_reports_or_kinds_teach_nothing(decided: list[Decided]) -> None:
    with pytest.raises(TooFew):
        learn(decided)


def test_the_operator_lets_the_city_learn_from_its_own_reports(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    the_fallback()
    kinds, by = {number: a_category(f"kind{number}") for number in (1, 2, 3)}, a_moderator().actor
    monkeypatch.setattr(training, "LEAST", 40)
    for one in decided_by_hand(42, doubt=0):
        accept(a_report(category=kinds[one.category_id], words=one.words), Judgement(), by=by)

    done = app.test_cli_runner().invoke(args=["suggest", "train"])

    lesson = lesson_in_use()
    assert done.exit_code == 0, done.output
    assert lesson is not None
    assert f"learnt from {lesson.learnt}" in done.output
    found = suggested_kind("盲道上又停满了车")
    assert lesson.threshold is None or found is None or found.category_id == kinds[1].id


def test_a_city_with_few_reports_is_told_so(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["suggest", "train"])

    assert done.exit_code == 0
    assert "nothing learnt" in done.output
