"""Lessons: kept with their figures, used or laid aside, silent below their threshold."""

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from reporter.cities.queries import current_city
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db
from reporter.kernel.errors import NotAllowed
from reporter.kernel.policy import Actor, Role
from reporter.learning.commands.lessons import KEPT, keep_lesson, use_lesson
from reporter.learning.models import Lesson
from reporter.learning.queries import decided_reports, lesson_in_use, lessons, suggested_kind
from reporter.learning.rules import Learnt, Model, Tried
from reporter.reports.commands.triage import Judgement, accept
from tests.learning.lessons import a_small_model
from tests.make import a_category, a_moderator, a_report, a_user, the_fallback


def taught(
    *,
    model: Model | None = None,
    learnt: int = 300,
    settled: Sequence[Tried] | None = None,
    held: Sequence[Tried] | None = None,
) -> Learnt:
    """Return what came of learning: nine of ten are right about kind 4, too few of kind 9."""
    return Learnt(
        model=model or a_small_model(), learnt=learnt,
        settled=[Tried(4, 0.95, 4)] * 60 + [Tried(9, 0.95, 9)] * 3 if settled is None else settled,
        held=[Tried(4, 0.95, 4)] * 45 + [Tried(4, 0.95, 9)] * 5 if held is None else held,
    )  # fmt: skip


@pytest.fixture
def admin() -> Actor:
    """Return a system administrator."""
    return a_user(Role.SYSTEM_ADMIN).actor


def test_a_lesson_is_kept_with_the_figures_of_what_was_held_back_and_is_used(admin: Actor) -> None:
    lesson = keep_lesson(taught(), by=admin)

    assert (lesson.learnt, lesson.settled, lesson.held, lesson.right) == (300, 63, 50, 45)
    assert (lesson.suggested, lesson.rightly, lesson.silent) == (50, 45, [9])
    assert lesson_in_use() == lesson
    assert trail_of(current_city())[-1].action == "learn"


def test_what_the_words_speak_for_is_suggested_with_its_reason(admin: Actor) -> None:
    keep_lesson(taught(), by=admin)

    found = suggested_kind("盲道上停了车")

    assert found is not None
    assert (found.category_id, list(found.because), found.of_kind, found.of_all) == (4, ["盲道"], 37, 40)


@pytest.mark.parametrize("words", ["", "  ", "没有关系", "摆摊"])
def test_it_keeps_silent_where_it_is_not_sure_or_the_kind_is_guessed_badly(admin: Actor, words: str) -> None:
    keep_lesson(taught(), by=admin)

    assert suggested_kind(words) is None


def test_a_lesson_that_is_never_sure_enough_says_nothing(admin: Actor) -> None:
    lesson = keep_lesson(taught(settled=[Tried(4, 0.9, 9)] * 50), by=admin)

    assert (lesson.threshold, lesson.suggested) == (None, 0)
    assert suggested_kind("盲道上停了车") is None


def test_without_a_lesson_nothing_is_suggested() -> None:
    assert suggested_kind("盲道上停了车") is None


def test_an_administrator_lays_it_aside_and_takes_an_earlier_one(admin: Actor) -> None:
    first, second = keep_lesson(taught(learnt=1), by=admin), keep_lesson(taught(learnt=2), by=admin)

    use_lesson(second, on=False, by=admin)
    nothing = suggested_kind("盲道上停了车")
    use_lesson(first, on=True, by=admin)

    assert nothing is None
    assert lesson_in_use() == first
    with pytest.raises(NotAllowed):
        use_lesson(second, on=True, by=a_moderator().actor)


def test_only_the_newest_are_kept(admin: Actor) -> None:
    for number in range(KEPT + 3):
        keep_lesson(taught(learnt=number), by=admin)

    assert db.session.scalar(select(func.count(Lesson.id))) == KEPT
    assert lessons()[0].learnt == KEPT + 2


def test_it_is_learnt_from_the_kind_that_was_decided_not_from_the_one_that_was_chosen() -> None:
    the_fallback()
    chosen, right, by = a_category("乱扔乱倒"), a_category("乱停乱放"), a_moderator().actor
    report = a_report(category=chosen, words="盲道上停了车")
    a_report(category=chosen, words="还没有人看过")
    accept(a_report(category=chosen, words=""), Judgement(), by=by)

    accept(report, Judgement(category_id=right.id), by=by)

    assert [(one.words, one.category_id) for one in decided_reports()] == [("盲道上停了车", right.id)]
