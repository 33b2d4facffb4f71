"""English beside the Chinese of what editors write: whole or not at all, and released as the Chinese is."""

from typing import Any

import pytest

from reporter.editorial.commands.articles import edit_article, write_article
from reporter.editorial.commands.honours import write_honour
from reporter.editorial.commands.pictures import Caption, add_picture, caption_picture
from reporter.editorial.commands.service_notices import write_service_notice
from reporter.editorial.lifecycle import State
from reporter.editorial.queries import articles, get_article
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.policy import Role
from tests.editorial.pieces import a_deed, a_service_notice, a_text, an_appeal, an_article, an_honour, pens
from tests.make import a_photo, a_user

ENGLISH: dict[str, Any] = {
    "title_en": "Roads mended",
    "standfirst_en": "Twenty estates.",
    "body_en": "## What",
}
WAYS: list[Any] = [
    (write_article, a_text, ENGLISH),
    (write_honour, a_deed, {"name_en": "Team one", "deed_en": "Cleared two roads of snow."}),
    (write_service_notice, an_appeal, {"title_en": "Park well", "sentence_en": "Give way."}),
]


@pytest.mark.parametrize(("write", "words", "english"), WAYS)
def test_a_piece_is_kept_with_its_english_version_or_without_one(
    write: Any, words: Any, english: dict[str, str]
) -> None:
    writer = a_user(Role.REDACTOR).actor

    with_it, without = write(words(**english), by=writer), write(words(), by=writer)

    assert (with_it.has_english, without.has_english) == (True, False)
    assert {name: getattr(with_it, name) for name in english} == english


@pytest.mark.parametrize(("write", "words", "english"), WAYS)
def test_half_an_english_version_is_refused_at_what_is_missing(
    write: Any, words: Any, english: dict[str, str]
) -> None:
    for missing in english:
        with pytest.raises(BadInput, match="all of its parts") as refused:
            write(words(**english | {missing: " "}), by=a_user(Role.REDACTOR).actor)

        assert refused.value.field == missing


@pytest.mark.parametrize(
    ("write", "words", "name", "text"),
    [
        (write_article, a_text, "title_en", "x" * 181),
        (write_article, a_text, "body_en", "Call 13847400001"),
        (write_honour, a_deed, "name_en", "x" * 121),
        (write_honour, a_deed, "deed_en", "She lives in apartment 12"),
        (write_service_notice, an_appeal, "sentence_en", "x" * 301),
    ],
)
def test_english_words_that_must_not_stand_there_are_refused_at_their_field(
    write: Any, words: Any, name: str, text: str
) -> None:
    english = next(found for way, _words, found in WAYS if way is write)

    with pytest.raises(BadInput) as refused:
        write(words(**english | {name: text}), by=a_user(Role.REDACTOR).actor)

    assert refused.value.field == name


def test_another_english_text_takes_a_released_article_back_to_its_release() -> None:
    team = pens()
    one = an_article(State.PUBLISHED, team=team, **ENGLISH)

    edit_article(one, a_text(**ENGLISH | {"body_en": "Other words"}), by=team.writer.actor)

    assert get_article(one.id).state is State.DRAFT
    assert articles().rows == []


def test_an_english_version_is_taken_away_again() -> None:
    team = pens()
    one = an_article(team=team, **ENGLISH)

    edit_article(one, a_text(), by=team.writer.actor)

    assert not get_article(one.id).has_english


def test_another_caption_is_another_release_and_the_boxes_stay_judged() -> None:
    team = pens()
    one = an_article(State.PUBLISHED, team=team, pictures=1)

    caption_picture(one, one.pictures[0].id, Caption(" 新路 ", "A new road"), by=team.writer.actor)

    picture = get_article(one.id).pictures[0]
    assert get_article(one.id).state is State.DRAFT
    assert (picture.caption, picture.caption_en) == ("新路", "A new road")
    assert picture.confirmed


def test_a_caption_that_cannot_be_is_refused_at_its_field() -> None:
    one, writer = an_article(pictures=1), a_user(Role.REDACTOR).actor
    for caption, field in ((Caption(""), "caption"), (Caption("路", "x" * 181), "caption_en")):
        with pytest.raises(BadInput) as refused:
            caption_picture(one, one.pictures[0].id, caption, by=writer)
        assert refused.value.field == field

    with pytest.raises(BadInput):
        add_picture(one, a_photo().id, Caption("路", "Call 13847400001"), by=writer)
    with pytest.raises(NotFound):
        caption_picture(an_article(), one.pictures[0].id, Caption("路"), by=writer)


@pytest.mark.parametrize("make", [an_honour, a_service_notice])
def test_an_entry_and_a_notice_come_to_the_public_with_their_english_version(make: Any) -> None:
    english = next(
        found for _way, words, found in WAYS if words is (a_deed if make is an_honour else an_appeal)
    )

    assert make(State.PUBLISHED, **english).has_english
