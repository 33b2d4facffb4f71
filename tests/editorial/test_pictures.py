"""Pictures of articles: masked by hand for the very bytes, burnt after the release, gone with the article."""

from datetime import timedelta

import pytest
from flask import Flask

from reporter.board.shown import picture_bytes
from reporter.editorial.commands.articles import edit_article
from reporter.editorial.commands.copies import burn_pictures
from reporter.editorial.commands.pictures import (
    Caption,
    add_picture,
    draft_mask,
    judge_mask,
    remove_picture,
)
from reporter.editorial.commands.pieces import hand_in, release, withdraw
from reporter.editorial.lifecycle import State
from reporter.editorial.models import Article, Rubric
from reporter.editorial.queries import article, articles, get_article, public_picture
from reporter.editorial.worklists import history
from reporter.kernel.errors import BadInput, Conflict, Gone, NotFound, WrongStep
from reporter.kernel.policy import Role
from reporter.photos.commands.intake import drop_unused
from reporter.photos.models import Photo
from reporter.photos.queries import get_photo, photos_by_ids
from reporter.ports import Ports, ports
from reporter.ports.queue import run_next
from tests.board.test_copies import disturbed
from tests.editorial.pieces import FACE, Pens, a_text, an_article, pens
from tests.make import a_photo, a_picture, a_user


def work() -> None:
    while run_next():
        pass


def on_show(team: Pens, pictures: int = 1) -> Article:
    """Return an article that was released a moment ago; its copies are still to be made."""
    return an_article(State.PUBLISHED, team=team, pictures=pictures, burn=False)


def public_files(fakes: Ports) -> list[str]:
    return list(fakes.storage.iterate("public/"))


def test_an_article_is_shown_from_when_its_copies_are_made(fakes: Ports) -> None:
    one = on_show(pens(), pictures=2)

    assert articles().rows == []
    with pytest.raises(NotFound, match="still being made"):
        article(Rubric.PROGRESS, one.public_id)
    assert public_files(fakes) == []
    work()

    shown = article(Rubric.PROGRESS, one.public_id)
    assert [row.id for row in articles().rows] == [one.id]
    assert all(picture.ready and picture.width for picture in shown.pictures)
    assert len(public_files(fakes)) == sum(len(picture.copies) for picture in shown.pictures)


def test_a_picture_that_nobody_judged_is_not_released() -> None:
    one, writer = an_article(), a_user(Role.REDACTOR).actor
    picture = add_picture(one, a_photo().id, Caption("路口"), by=writer)

    with pytest.raises(WrongStep, match="judged"):
        hand_in(one, by=writer)
    draft_mask(one, picture.id, [FACE], by=writer)

    with pytest.raises(WrongStep, match="judged"):
        hand_in(one, by=writer)


def test_a_judgement_is_of_the_very_bytes_that_were_looked_at() -> None:
    one, writer = an_article(), a_user(Role.REDACTOR).actor
    picture = add_picture(one, a_photo().id, Caption("路口"), by=writer)

    with pytest.raises(Conflict):
        judge_mask(one, picture.id, [FACE], checked=True, by=writer, sha256="0" * 64)
    with pytest.raises(BadInput) as refused:
        judge_mask(one, picture.id, [FACE], checked=False, by=writer)

    assert refused.value.field == "checked"
    assert not get_article(one.id).pictures[0].confirmed


def test_bytes_that_changed_since_are_not_released(fakes: Ports) -> None:
    team = pens()
    one = an_article(State.IN_REVIEW, team=team, pictures=1)
    photo = get_photo(one.pictures[0].photo_id)
    fakes.storage.delete(photo.staff_key(1600))
    fakes.storage.put_if_absent(photo.staff_key(1600), a_picture("another"))

    with pytest.raises(Conflict):
        release(one, by=team.releaser.actor)

    assert get_article(one.id).state is State.IN_REVIEW


@pytest.mark.parametrize("how", ["withdraw", "edit"])
def test_what_is_taken_down_leaves_no_public_file_and_no_address(fakes: Ports, how: str) -> None:
    team = pens()
    one = an_article(State.PUBLISHED, team=team, pictures=2)
    tokens = [picture.token for picture in one.pictures]
    assert public_files(fakes)

    if how == "withdraw":
        withdraw(one, "有人认出了自己", by=team.releaser.actor)
    else:
        edit_article(one, a_text(), by=team.writer.actor)

    with pytest.raises(Gone):
        article(Rubric.PROGRESS, one.public_id)
    for token in tokens:
        with pytest.raises(NotFound):
            public_picture(token)
    work()
    assert public_files(fakes) == []


def test_an_article_that_is_released_again_has_pictures_under_new_addresses(fakes: Ports) -> None:
    team = pens()
    one = an_article(State.PUBLISHED, team=team, pictures=1)
    old = one.pictures[0].token
    edit_article(one, a_text(title="改过"), by=team.writer.actor)
    hand_in(one, by=team.writer.actor)
    release(one, by=team.releaser.actor)

    work()

    picture = article(Rubric.PROGRESS, one.public_id).pictures[0]
    assert picture.token != old
    assert public_files(fakes) == sorted(picture.copies.values())
    assert picture_bytes(public_picture(picture.token), picture.file("480.jpeg"))


def test_copies_that_a_late_run_makes_of_a_withdrawn_article_are_deleted(fakes: Ports) -> None:
    team = pens()
    one = on_show(team)
    tokens = [picture.token for picture in one.pictures]
    withdraw(one, "撤下", by=team.releaser.actor)
    fakes.storage.put_if_absent(f"public/{tokens[0]}/left/by-a-killed-run.jpeg", b"x")

    burn_pictures(one.id, tokens)

    assert public_files(fakes) == []
    assert get_article(one.id).pictures[0].copies == {}


def test_an_article_that_is_withdrawn_while_its_copies_are_made_gets_none(app: Flask, fakes: Ports) -> None:
    team = pens()
    one = on_show(team)
    tokens, left = [picture.token for picture in one.pictures], iter([True])

    def step_in() -> None:
        if next(left, False):
            withdraw(get_article(one.id), "撤下", by=team.releaser.actor)

    with disturbed(app, step_in):
        burn_pictures(one.id, tokens)

    assert public_files(fakes) == []
    assert [(picture.copies, picture.width) for picture in get_article(one.id).pictures] == [({}, 0)]


def test_making_the_copies_twice_changes_nothing(fakes: Ports) -> None:
    one = an_article(State.PUBLISHED, pictures=1)
    before = public_files(fakes)

    burn_pictures(one.id, [picture.token for picture in one.pictures])

    assert public_files(fakes) == before
    assert get_article(one.id).pictures[0].ready


def test_a_picture_that_is_added_or_drawn_anew_makes_the_article_a_draft_again() -> None:
    team = pens()
    one = an_article(State.IN_REVIEW, team=team, pictures=1)

    judge_mask(one, one.pictures[0].id, [], checked=True, by=team.writer.actor)
    assert get_article(one.id).state is State.DRAFT
    hand_in(one, by=team.writer.actor)
    add_picture(one, a_photo().id, Caption("另一处"), by=team.writer.actor)

    assert get_article(one.id).state is State.DRAFT
    assert "photo_id" in history(one)[-3].facts


def test_a_picture_that_is_taken_off_goes_for_good(fakes: Ports) -> None:
    one, writer = an_article(pictures=1), a_user(Role.REDACTOR).actor
    photo: Photo = get_photo(one.pictures[0].photo_id)
    key = photo.staff_key(1600)

    remove_picture(one, one.pictures[0].id, by=writer)
    ports.clock.move(timedelta(days=2))  # type: ignore[attr-defined]
    drop_unused()
    work()

    assert get_article(one.id).pictures == []
    assert photos_by_ids([photo.id]) == {}
    assert key not in list(fakes.storage.iterate("staff/"))


@pytest.mark.parametrize("caption", ["", "长" * 61, "车牌蒙J12345"])
def test_a_picture_says_what_it_shows(caption: str) -> None:
    one = an_article()

    with pytest.raises(BadInput) as refused:
        add_picture(one, a_photo().id, Caption(caption), by=a_user(Role.REDACTOR).actor)

    assert refused.value.field == "caption"


def test_a_picture_of_something_else_is_not_taken_and_nine_are_the_most() -> None:
    one, writer = an_article(pictures=9), a_user(Role.REDACTOR).actor
    other = an_article()

    with pytest.raises(BadInput, match="at most"):
        add_picture(one, a_photo().id, Caption("第十张"), by=writer)
    with pytest.raises(BadInput, match="sent before"):
        add_picture(other, one.pictures[0].photo_id, Caption("别处的"), by=writer)
