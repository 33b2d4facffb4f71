"""What a resident hides before sending is kept nowhere: not in a copy, not in the original, not in a row."""

import pytest
from PIL import Image
from sqlalchemy import select

from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotFound, WrongStep
from reporter.kernel.policy import ANYONE
from reporter.photos.commands.intake import discard, hide_parts, keep, take_in
from reporter.photos.models import PhoneClaims, Photo
from reporter.photos.pixels import LARGE, SMALL, Flag
from reporter.photos.queries import by_token
from reporter.ports import Ports
from tests.cuts import due
from tests.photos import pictures

SECRET = (250, 30, 40)
BOX = {"x": 0.25, "y": 0.25, "w": 0.25, "h": 0.25}


def a_photo() -> Photo:
    """Take in a picture with a red square where `BOX` lies."""
    image = pictures.street(3, (640, 480))
    image.paste(SECRET, (160, 120, 320, 240))
    upload = pictures.jpeg(
        image, exif=pictures.exif_block(taken="2026:11:23 13:05:06", make="Make", model="One")
    )
    return take_in(upload, by=ANYONE, uploader_key="phone", phone=PhoneClaims(in_app=True))


def reds(picture: Image.Image) -> int:
    """Return how many pixels are about as red as the square where it was."""
    width, height = picture.size
    there = picture.crop((width // 4, height // 4, width // 2, height // 2))
    return sum(count for count, colour in there.getcolors(10**6) or () if is_red(colour))


def is_red(colour: object) -> bool:
    assert isinstance(colour, tuple)
    return bool(colour[0] > 180 and colour[1] < 90 and colour[2] < 90)


def test_what_is_hidden_is_in_no_file_any_more(fakes: Ports) -> None:
    seen = a_photo()
    assert reds(pictures.opened(fakes.storage.open(seen.staff_key(LARGE)))) > 10_000
    old, claims = seen.token, (seen.taken_at, seen.camera, seen.sha256, seen.in_app, seen.bands)

    hidden = hide_parts(old, [BOX], uploader_key="phone")
    due()

    assert set(fakes.storage.iterate()) == {hidden.staff_key(LARGE), hidden.staff_key(SMALL)}
    assert list(fakes.originals.iterate()) == []
    for side in (LARGE, SMALL):
        assert reds(pictures.opened(fakes.storage.open(hidden.staff_key(side)))) == 0
    assert (hidden.taken_at, hidden.camera, hidden.sha256, hidden.in_app, hidden.bands) == claims
    assert hidden.original_gone_at == fakes.clock.now()
    assert Flag.PARTS_HIDDEN in hidden.flags
    assert [photo.token for photo in db.session.scalars(select(Photo))] == [hidden.token] != [old]


def test_more_can_be_hidden_and_the_picture_given_up_or_sent(fakes: Ports) -> None:
    once = hide_parts(a_photo().token, [BOX], uploader_key="phone")
    twice = hide_parts(once.token, [{"x": 0, "y": 0, "w": 0.1, "h": 0.1}], uploader_key="phone")

    assert twice.flags.count(Flag.PARTS_HIDDEN) == 1
    [kept] = keep([twice.id])
    assert kept.used
    other = hide_parts(a_photo().token, [BOX], uploader_key="phone")
    discard(other.token, uploader_key="phone")
    due()
    assert len(list(fakes.storage.iterate())) == 2


def test_only_its_sender_may_hide_and_only_before_it_is_sent(fakes: Ports) -> None:
    photo = a_photo()
    with pytest.raises(NotFound):
        hide_parts(photo.token, [BOX], uploader_key="another")
    keep([photo.id])
    with pytest.raises(WrongStep):
        hide_parts(photo.token, [BOX], uploader_key="phone")


@pytest.mark.parametrize("boxes", [[], [BOX | {"x": 1.2}], [BOX | {"w": 0}], [BOX] * 101])
def test_what_is_no_box_is_refused_and_changes_nothing(boxes: list[dict[str, float]], fakes: Ports) -> None:
    photo = a_photo()
    files = {key: fakes.storage.open(key) for key in fakes.storage.iterate()}

    with pytest.raises(BadInput) as refused:
        hide_parts(photo.token, boxes, uploader_key="phone")

    assert refused.value.field == "boxes"
    assert {key: fakes.storage.open(key) for key in fakes.storage.iterate()} == files
    assert by_token(photo.token).original_gone_at is None
