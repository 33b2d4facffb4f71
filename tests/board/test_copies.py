"""Public copies: only of judged masks on the judged bytes, made after commit, safe to repeat, gone at the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from reporter.board.boxes import Box
from reporter.board.burning import MaskMismatch
from reporter.board.commands.copies import burn_pictures, drop_pictures
from reporter.board.commands.exposures import hide, pass_first, publish, submit, withdraw
from reporter.board.commands.masks import draft_mask
from reporter.board.editing import masked_preview, masked_thumb
from reporter.board.lifecycle import State
from reporter.board.queries import get_exposure
from reporter.board.shown import picture_bytes, public_picture
from reporter.kernel.db import db
from reporter.kernel.errors import Gone, NotFound
from reporter.kernel.policy import Role
from reporter.photos.queries import get_photo
from reporter.ports import Ports
from reporter.ports.queue import run_next
from reporter.ports.storage import MemoryStorage, Storage
from tests.board.copies import NAMES, accepted, doctor, public_files
from tests.board.posts import PLATE, an_exposure, editors, finish
from tests.make import a_user


def _middle(content: bytes, box: Box) -> tuple[int, ...]:
    with Image.open(BytesIO(content)) as image:
        place = (int((box.x + box.w / 2) * image.width), int((box.y + box.h / 2) * image.height))
        found: Any = image.convert("RGB").getpixel(place)
    return tuple(found)


def test_the_copies_of_every_used_picture_are_made_in_every_size_and_form() -> None:
    exposure = accepted()

    burn_pictures(exposure.id)

    pictures = get_exposure(exposure.id).pictures
    assert all(set(picture.copies) == NAMES and picture.ready for picture in pictures)


def test_a_copy_knows_the_size_of_its_largest_form() -> None:
    picture = an_exposure(State.PUBLISHED).pictures[0]

    with Image.open(BytesIO(picture_bytes(picture, picture.file("1600.jpeg")))) as largest:
        assert (picture.width, picture.height) == largest.size


def test_what_lies_under_a_box_is_gone() -> None:
    exposure = accepted()

    burn_pictures(exposure.id)

    picture = get_exposure(exposure.id).pictures[0]
    for name in NAMES:
        assert max(_middle(picture_bytes(picture, picture.file(name)), PLATE)) < 50


def test_the_queue_makes_them_after_the_publication() -> None:
    exposure = accepted()

    while run_next():
        pass

    assert all(picture.ready for picture in get_exposure(exposure.id).pictures)


def test_making_them_twice_changes_nothing(fakes: Ports) -> None:
    exposure = accepted()
    burn_pictures(exposure.id)
    files = {key: fakes.storage.open(key) for key in public_files(fakes)}
    version = get_exposure(exposure.id).version

    burn_pictures(exposure.id)

    assert {key: fakes.storage.open(key) for key in public_files(fakes)} == files
    assert get_exposure(exposure.id).version == version


class Disturbed(MemoryStorage):
    """Keeps what `inner` keeps, and lets something happen before each file is written."""

    def __init__(self, inner: Storage, happens: Callable[[], None]) -> None:
        super().__init__()
        self.inner, self.happens = inner, happens

    def open(self, key: str) -> bytes:
        return self.inner.open(key)

    def put_if_absent(self, key: str, content: bytes) -> bool:
        self.happens()
        return self.inner.put_if_absent(key, content)

    def iterate(self, prefix: str = "") -> Iterator[str]:
        return self.inner.iterate(prefix)

    def delete(self, key: str) -> None:
        self.inner.delete(key)


@contextmanager
def disturbed(app: Flask, happens: Callable[[], None]) -> Iterator[None]:
    """Let `happens` run before each file that is written inside the block."""
    fakes: Ports = app.extensions["ports"]
    app.extensions["ports"] = replace(fakes, storage=Disturbed(fakes.storage, happens))
    try:
        yield
    finally:
        app.extensions["ports"] = fakes


def killed_after(files: int) -> Callable[[], None]:
    """Return what dies before the next file, as a killed process would."""
    left = iter(range(files))

    def die() -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return die


@pytest.mark.parametrize("files", [0, 1, 5, 6, 11])
def test_what_was_killed_midway_is_finished_by_the_next_run(app: Flask, fakes: Ports, files: int) -> None:
    exposure = accepted()

    with disturbed(app, killed_after(files)), pytest.raises(KeyboardInterrupt):
        burn_pictures(exposure.id)
    unfinished = [picture.ready for picture in get_exposure(exposure.id).pictures]
    burn_pictures(exposure.id)

    assert unfinished[-1] is False
    assert all(picture.ready for picture in get_exposure(exposure.id).pictures)
    assert len(public_files(fakes)) == 12


def test_nothing_is_made_from_other_bytes(fakes: Ports) -> None:
    exposure = accepted()
    key = get_photo(exposure.pictures[0].photo_id).staff_key(1600)
    swapped = fakes.storage.open(get_photo(exposure.pictures[1].photo_id).staff_key(1600))
    fakes.storage.delete(key)
    fakes.storage.put_if_absent(key, swapped)

    with pytest.raises(MaskMismatch):
        burn_pictures(exposure.id)

    assert not get_exposure(exposure.id).pictures[0].ready
    assert public_files(fakes) == []


@pytest.mark.parametrize("state", [State.REDACTING, State.FIRST_REVIEW, State.SECOND_REVIEW])
def test_nothing_is_made_before_the_publication(fakes: Ports, state: State) -> None:
    exposure = an_exposure(state)

    while run_next():
        pass
    burn_pictures(exposure.id)

    assert public_files(fakes) == []


def test_an_unjudged_mask_is_never_burnt_even_when_a_row_was_doctored(fakes: Ports) -> None:
    exposure = accepted()
    token = doctor(exposure.id, {"confirmed_at": None}).token

    burn_pictures(exposure.id)

    assert not any(key.startswith(f"public/{token}") for key in public_files(fakes))


def test_copies_of_another_mask_do_not_count_as_made() -> None:
    exposure = accepted()
    burn_pictures(exposure.id)

    moved = doctor(exposure.id, {"boxes": [Box(0.6, 0.1, 0.2, 0.2).as_dict()]})

    assert not moved.ready


def test_a_copy_that_comes_too_late_leaves_nothing_behind(app: Flask, fakes: Ports) -> None:
    team = editors()
    exposure = accepted(team)

    def withdraw_once() -> None:
        if get_exposure(exposure.id).state is State.PUBLISHED:
            withdraw(get_exposure(exposure.id), "看不清", by=team.leader.actor)

    with disturbed(app, withdraw_once):
        burn_pictures(exposure.id)

    assert public_files(fakes) == []
    assert not any(picture.copies for picture in get_exposure(exposure.id).pictures)


def test_what_a_killed_run_left_of_a_post_that_was_hidden_meanwhile_goes(app: Flask, fakes: Ports) -> None:
    exposure = accepted()
    with disturbed(app, killed_after(3)), pytest.raises(KeyboardInterrupt):
        burn_pictures(exposure.id)
    left = public_files(fakes)
    hide(get_exposure(exposure.id), objection_id=1)

    burn_pictures(exposure.id)

    assert len(left) == 3
    assert public_files(fakes) == []


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.EXPIRED])
def test_the_copies_go_when_a_post_ends(fakes: Ports, state: State) -> None:
    exposure = an_exposure(state)
    made = public_files(fakes)

    while run_next():
        pass

    assert made
    assert public_files(fakes) == []
    assert not any(picture.copies for picture in get_exposure(exposure.id).pictures)


def test_dropping_twice_changes_nothing_and_a_post_on_show_keeps_its_copies(fakes: Ports) -> None:
    shown = an_exposure(State.PUBLISHED)
    ended = an_exposure(State.WITHDRAWN)

    for exposure in (shown, ended, ended):
        drop_pictures(exposure.id)

    assert len(public_files(fakes)) == 12
    assert all(picture.ready for picture in get_exposure(shown.id).pictures)


def test_the_public_gets_a_picture_only_while_its_post_is_shown() -> None:
    exposure = an_exposure(State.PUBLISHED)
    token = exposure.pictures[0].token
    shown = public_picture(token)

    withdraw(get_exposure(exposure.id), "不再适宜", by=a_user(Role.LEADER).actor)

    assert shown.token == token
    with pytest.raises(Gone):
        public_picture(token)


@pytest.mark.parametrize(
    "state", [State.PROPOSED, State.REDACTING, State.FIRST_REVIEW, State.SECOND_REVIEW, State.REJECTED]
)
def test_the_public_never_gets_a_picture_of_what_was_not_published(state: State) -> None:
    exposure = an_exposure(state)

    with pytest.raises(NotFound):
        public_picture(exposure.pictures[0].token)


def test_a_size_that_was_not_made_is_not_found() -> None:
    picture = an_exposure(State.PUBLISHED).pictures[0]

    with pytest.raises(NotFound):
        picture_bytes(picture, "9999.webp")


def test_the_preview_shows_the_boxes_burnt_in_and_later_the_very_copy() -> None:
    team = editors()
    exposure = an_exposure(team=team)
    draft_mask(exposure, exposure.pictures[0].id, [PLATE], by=team.redactor.actor)
    early = masked_preview(get_exposure(exposure.id).pictures[0])

    finish(get_exposure(exposure.id), team)
    submit(get_exposure(exposure.id), by=team.redactor.actor)
    pass_first(get_exposure(exposure.id), by=team.first.actor)
    reviewed = masked_preview(get_exposure(exposure.id).pictures[0])
    publish(get_exposure(exposure.id), by=team.second.actor)
    burn_pictures(exposure.id)
    db.session.expire_all()

    made = get_exposure(exposure.id).pictures[0]
    assert max(_middle(early, PLATE)) < 50
    assert early == reviewed == masked_preview(made) == picture_bytes(made, made.file("1600.jpeg"))


def test_the_preview_of_boxes_that_are_not_kept_is_what_they_would_become() -> None:
    team = editors()
    exposure = an_exposure(team=team)
    drawn = masked_preview(exposure.pictures[0], [PLATE])

    bare = masked_preview(get_exposure(exposure.id).pictures[0])
    draft_mask(get_exposure(exposure.id), exposure.pictures[0].id, [PLATE], by=team.redactor.actor)

    assert bare != drawn
    assert drawn == masked_preview(get_exposure(exposure.id).pictures[0])


def test_a_thumbnail_of_a_list_is_masked_too() -> None:
    exposure = an_exposure(State.FIRST_REVIEW)

    thumb = masked_thumb(exposure.pictures[0])

    assert max(_middle(thumb, PLATE)) < 50
