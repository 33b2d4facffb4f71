"""Ready sentences: what is delivered, what may stand in braces, how it is filled in, and how a city changes its own."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from reporter.cases.editing import default_kinds
from reporter.cases.models import ReadySentence
from reporter.cases.ready import (
    EXAMPLES,
    LABEL_AT_MOST,
    PLACEHOLDERS,
    TEXT_AT_MOST,
    Purpose,
    delivered,
    example,
    filled,
    offered,
    unknown_in,
)
from reporter.cases.rewording import Words, drop_sentence, note_use, save_sentence
from reporter.cases.sentences import get_sentence, own_sentence, sentences
from reporter.cities.queries import current_city
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db, enter_city
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from reporter.kernel.policy import Actor, Role
from tests.make import a_category, a_city, a_moderator, a_user

SEASON = Words("节日摊点", "", "{place}的摊点为节日临时设置，{date}后撤除。", "")


@pytest.fixture
def admin() -> Actor:
    """Return somebody who edits the city's words."""
    return a_user(Role.SYSTEM_ADMIN).actor


# ── What is delivered ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.pure
def test_every_purpose_has_delivered_sentences_in_both_languages_with_known_placeholders() -> None:
    every = delivered().values()

    assert {one.purpose for one in every} == set(Purpose)
    assert all(one.text_zh and one.text_en and one.label_zh and one.label_en for one in every)
    assert [one.key for one in every if unknown_in(one.text_zh + one.text_en)] == []
    assert max(len(one.text_en) for one in every) <= TEXT_AT_MOST
    assert max(len(one.label_en) for one in every) <= LABEL_AT_MOST


@pytest.mark.pure
def test_every_kind_has_a_question_of_its_own() -> None:
    known = {kind["slug"] for kind in default_kinds()}

    asked = {slug for one in delivered().values() if one.purpose is Purpose.ASK for slug in one.kinds}

    assert asked == known
    assert {slug for one in delivered().values() for slug in one.kinds} == known


# ── Filling in ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.pure
def test_a_value_that_is_missing_has_a_word_and_never_a_gap() -> None:
    text = "".join(f"[{{{name}}}]" for name in PLACEHOLDERS)

    chinese, english = filled(text, {"place": "  "}, "zh_Hans_CN"), filled(text, {}, "en")

    assert "[]" not in chinese + english
    assert "[该处]" in chinese
    assert "[the unit in charge]" in english


@pytest.mark.pure
def test_what_a_value_says_in_braces_is_not_filled_in_again() -> None:
    said = filled("{place}，{unit}", {"place": "{phone}<b>", "unit": "二中队"}, "zh_Hans_CN")

    assert said == "{phone}<b>，二中队"


@pytest.mark.pure
def test_an_example_has_a_value_for_every_placeholder() -> None:
    text = " ".join(f"{{{name}}}" for name in PLACEHOLDERS)

    assert set(EXAMPLES) == set(PLACEHOLDERS)
    assert "{" not in example(text, "zh_Hans_CN") + example(text, "en")


# ── A city's own ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sentence_of_the_city_is_offered_for_its_kinds_only(admin: Actor) -> None:
    vending, parking = a_category(), a_category()
    row = save_sentence("", replace(SEASON, category_ids=[vending.id]), purpose=Purpose.DECLINE, by=admin)

    at_vending = [one.key for one in offered(sentences(), Purpose.DECLINE, vending.id)]
    at_parking = [one.key for one in offered(sentences(), Purpose.DECLINE, parking.id)]

    assert row.key in at_vending
    assert row.key not in at_parking
    assert row.key not in [one.key for one in offered(sentences(), Purpose.ASK, vending.id)]


def test_what_was_sent_most_stands_first(admin: Actor) -> None:
    before = [one.key for one in offered(sentences(), Purpose.ASK)]

    for _ in range(2):
        note_use("ask-when")
    note_use("ask-still")
    note_use("nonsense")

    after = offered(sentences(), Purpose.ASK)
    assert [one.key for one in after[:3]] == ["ask-when", "ask-still", before[0]]
    assert [one.used for one in after[:3]] == [2, 1, 0]


def test_a_delivered_sentence_is_changed_and_taken_up_again_and_the_trail_keeps_both_texts(
    admin: Actor,
) -> None:
    old = get_sentence("decline-outside")

    row = save_sentence("decline-outside", SEASON, purpose=Purpose.ASK, by=admin)
    changed = get_sentence("decline-outside")
    drop_sentence("decline-outside", by=admin, seen=row.version)

    assert (changed.text_zh, changed.purpose, changed.own) == (SEASON.text_zh, Purpose.DECLINE, True)
    assert get_sentence("decline-outside") == old
    change, reset = trail_of(current_city())[-2:]
    assert (change.action, reset.action) == ("change_sentence", "reset_sentence")
    assert change.facts["before"]["text_zh"] == old.text_zh
    assert reset.facts["before"]["text_zh"] == SEASON.text_zh
    assert change.actor_id == admin.id


def test_an_unknown_placeholder_is_named_with_those_there_are(admin: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        save_sentence("", Words("坏的", "", "在{plaza}的{kind}", ""), purpose=Purpose.ASK, by=admin)

    assert refused.value.field == "text_zh"
    assert refused.value.values["unknown"] == "{plaza}"
    assert "{place}" in str(refused.value.values["known"])
    assert db.session.scalars(select(ReadySentence)).all() == []


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words(" ", "", "正文", ""), "label_zh"),
        (Words("名称", "", "\n ", ""), "text_zh"),
        (Words("名" * (LABEL_AT_MOST + 1), "", "正文", ""), "label_zh"),
        (Words("名称", "", "正文", "x" * (TEXT_AT_MOST + 1)), "text_en"),
        (Words("名称", "", "正文", "", [99_999]), "category_ids"),
    ],
)
def test_what_is_no_sentence_is_refused_by_its_field(admin: Actor, words: Words, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        save_sentence("", words, purpose=Purpose.ASK, by=admin)

    assert refused.value.field == field


def test_two_administrators_have_one_winner(admin: Actor) -> None:
    save_sentence("ask-when", SEASON, purpose=Purpose.ASK, by=admin)

    with pytest.raises(Conflict):
        save_sentence("ask-when", Words("另一个", "", "别的", ""), purpose=Purpose.ASK, by=admin, seen=0)
    with pytest.raises(Conflict):
        drop_sentence("ask-when", by=admin, seen=7)

    assert get_sentence("ask-when").text_zh == SEASON.text_zh


def test_only_an_administrator_changes_the_words_of_the_city() -> None:
    moderator = a_moderator().actor

    with pytest.raises(NotAllowed):
        save_sentence("", SEASON, purpose=Purpose.ASK, by=moderator)
    with pytest.raises(NotAllowed):
        drop_sentence("ask-when", by=moderator, seen=0)


def test_what_is_not_there_cannot_be_changed_or_given_up(admin: Actor) -> None:
    with pytest.raises(NotFound):
        save_sentence("own-nothing", SEASON, purpose=Purpose.ASK, by=admin)
    with pytest.raises(NotFound):
        drop_sentence("ask-when", by=admin, seen=0)


def test_another_city_has_the_delivered_words(admin: Actor) -> None:
    save_sentence("ask-when", SEASON, purpose=Purpose.ASK, by=admin)
    note_use("ask-when")

    enter_city(a_city("another").id)

    assert own_sentence("ask-when") is None
    assert (get_sentence("ask-when").own, get_sentence("ask-when").used) == (False, 0)
