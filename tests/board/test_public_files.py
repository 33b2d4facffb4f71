"""Public files: named by their content, there only while the post is shown, nothing in them of what is hidden."""

import math
import re
from hashlib import sha256

import pytest

from reporter.board.boxes import Box, BoxKind
from reporter.board.commands.copies import burn_pictures, drop_pictures
from reporter.board.commands.exposures import hide, pass_first, publish, show_again, submit
from reporter.board.commands.masks import confirm_mask
from reporter.board.commands.words import word
from reporter.board.lifecycle import State
from reporter.board.models import PublicPicture
from reporter.board.queries import get_exposure, picture_of
from reporter.board.shown import Filter, Numbers, numbers_shown, picture_bytes, post, posts, public_picture
from reporter.kernel.db import command
from reporter.kernel.errors import Conflict, NotFound
from reporter.photos.queries import get_photo
from reporter.ports import Ports
from reporter.ports.queue import run_next
from tests.board.copies import NAMES, accepted, doctor, public_files
from tests.board.posts import GOOD, an_exposure, editors
from tests.photos.pictures import grain, jpeg


def test_a_name_is_the_digest_of_what_lies_under_it(fakes: Ports) -> None:
    an_exposure(State.PUBLISHED)

    for key in public_files(fakes):
        digest = sha256(fakes.storage.open(key)).hexdigest()[:32]
        assert key.rpartition("/")[2].partition("-")[0] == digest


def test_an_address_says_nothing_of_the_photo_the_case_or_the_post() -> None:
    exposure = an_exposure(State.PUBLISHED)
    picture = exposure.pictures[0]
    photo = get_photo(picture.photo_id)

    addresses = [f"{picture.token}/{file}" for file in picture.files]

    known = (photo.token, photo.sha256[:16], photo.staff_sha256[:16], exposure.public_id)
    assert not [word for word in known for address in addresses if word in address]
    assert re.fullmatch(r"[0-9a-f]{32}", picture.token)


def test_a_post_is_shown_when_its_pictures_are_made_and_not_before() -> None:
    exposure = accepted()
    with pytest.raises(NotFound):
        post(exposure.public_id)
    early = [one.id for one in posts(Filter()).rows], numbers_shown()

    burn_pictures(exposure.id)

    assert early == ([], Numbers(0, {}, {}, {}))
    assert [one.id for one in posts(Filter()).rows] == [exposure.id]
    assert numbers_shown().kinds == {exposure.kind_slug: 1}
    assert post(exposure.public_id).id == exposure.id


def test_nothing_is_published_from_a_file_that_was_changed(fakes: Ports) -> None:
    team = editors()
    exposure = an_exposure(State.SECOND_REVIEW, team=team)
    key = get_photo(exposure.pictures[0].photo_id).staff_key(1600)
    changed = fakes.storage.open(key) + b"\0"
    fakes.storage.delete(key)
    fakes.storage.put_if_absent(key, changed)

    with pytest.raises(Conflict):
        publish(exposure, by=team.second.actor)

    assert get_exposure(exposure.id).state is State.SECOND_REVIEW


def test_copies_go_when_a_post_is_hidden_and_come_back_under_other_addresses(fakes: Ports) -> None:
    exposure = an_exposure(State.PUBLISHED)
    before, token = public_files(fakes), exposure.pictures[0].token
    hide(get_exposure(exposure.id), objection_id=1)
    while run_next():
        pass
    hidden = public_files(fakes)

    show_again(get_exposure(exposure.id), objection_id=1)
    while run_next():
        pass

    assert (len(before), hidden, len(public_files(fakes))) == (12, [], 12)
    assert not set(before) & set(public_files(fakes))
    assert post(exposure.public_id).pictures[0].ready
    with pytest.raises(NotFound):
        public_picture(token)


@pytest.mark.parametrize(
    "order", [("drop", "drop", "burn"), ("burn", "drop", "drop"), ("drop", "burn", "drop")]
)
def test_hidden_and_shown_again_before_anything_was_deleted(fakes: Ports, order: tuple[str, ...]) -> None:
    exposure = an_exposure(State.PUBLISHED)
    old = [picture.token for picture in exposure.pictures]
    hide(get_exposure(exposure.id), objection_id=1)
    show_again(get_exposure(exposure.id), objection_id=1)
    drops = iter([[], old])

    for job in order:
        if job == "burn":
            burn_pictures(exposure.id)
        else:
            drop_pictures(exposure.id, next(drops))

    pictures = get_exposure(exposure.id).pictures
    assert sorted(public_files(fakes)) == sorted(
        key for picture in pictures for key in picture.copies.values()
    )
    assert len(public_files(fakes)) == 12


def test_copies_that_do_not_have_their_digest_in_the_name_are_made_anew(fakes: Ports) -> None:
    exposure = an_exposure(State.PUBLISHED)
    picture = exposure.pictures[0]
    old = {name: f"{picture.folder}/{name}" for name in picture.copies}
    for name, key in picture.copies.items():
        fakes.storage.put_if_absent(old[name], fakes.storage.open(key))
        fakes.storage.delete(key)
    doctor(exposure.id, {"copies": old})
    opened = picture_bytes(get_exposure(exposure.id).pictures[0], "960.webp")

    burn_pictures(exposure.id)

    made = get_exposure(exposure.id).pictures[0]
    assert picture_bytes(made, made.file("960.webp")) == opened
    assert not set(old.values()) & set(public_files(fakes))
    assert len(public_files(fakes)) == 12


@command
def _give(fakes: Ports, picture: PublicPicture, content: bytes) -> None:
    """Let `content` be the clean copy of the picture's photo."""
    photo = get_photo(picture.photo_id)
    fakes.storage.delete(photo.staff_key(1600))
    fakes.storage.put_if_absent(photo.staff_key(1600), content)
    photo.staff_sha256, photo.width, photo.height = sha256(content).hexdigest(), 1203, 901


@pytest.mark.parametrize("kind", BoxKind)
def test_what_is_hidden_is_in_no_byte_that_is_kept_for_thepublic_files(fakes: Ports, kind: BoxKind) -> None:
    ground, box, made = grain((1203, 901)), Box(0.25, 0.5, 0.2, 0.1, kind), []
    for _time in range(2):
        team = editors()
        exposure = an_exposure(team=team)
        photo = ground.copy()
        photo.paste(grain((239, 89)), (math.ceil(0.25 * 1203), math.ceil(0.5 * 901)))
        for picture_id in [picture.id for picture in exposure.pictures]:
            _give(fakes, picture_of(get_exposure(exposure.id), picture_id), jpeg(photo, quality=85))
            confirm_mask(get_exposure(exposure.id), picture_id, [box], checked=True, by=team.redactor.actor)
        word(get_exposure(exposure.id), GOOD, by=team.redactor.actor)
        submit(get_exposure(exposure.id), by=team.redactor.actor)
        pass_first(get_exposure(exposure.id), by=team.first.actor)
        publish(get_exposure(exposure.id), by=team.second.actor)
        burn_pictures(exposure.id)
        copies = [picture.copies for picture in get_exposure(exposure.id).pictures]
        made.append([fakes.storage.open(one[name]) for one in copies for name in sorted(NAMES)])

    assert len(made[0]) == 12
    assert made[0] == made[1]
