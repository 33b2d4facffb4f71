"""The pictures of an article: hung on it, masked by hand for the very bytes, taken off again."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from reporter.board.boxes import Box, refuse_too_many
from reporter.board.burning import looked_at, refuse_unjudged
from reporter.editorial.commands.door import edit, tidy
from reporter.editorial.models import Article, ArticlePicture
from reporter.editorial.queries import picture_of
from reporter.editorial.wording import ENGLISH_LONGER, refuse_words
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor
from reporter.photos.commands.intake import keep, let_go
from reporter.ports import ports

PICTURES_AT_MOST, CAPTION_AT_MOST = 9, 60
CAPTION_EN_AT_MOST = ENGLISH_LONGER * CAPTION_AT_MOST


@dataclass(frozen=True)
class Caption:
    """What a picture shows, as it was written; in English too, or not."""

    caption: str
    caption_en: str = ""


@command
def add_picture(
    article: Article, photo_id: int, caption: Caption, *, by: Actor, seen: int | None = None
) -> ArticlePicture:
    """Hang a picture that was taken in on an article; nobody has judged it yet.

    Raises:
        BadInput: no caption, a picture that hangs on something else, or more than nine.
    """
    _refuse(caption)
    if len(article.pictures) >= PICTURES_AT_MOST:
        raise BadInput("An article has %(most)s pictures at most.", field="photos", most=PICTURES_AT_MOST)
    edit(article, by=by, seen=seen, facts={"picture": True})
    keep([photo_id])
    picture = ArticlePicture(photo_id=photo_id, token=uuid4().hex, boxes=[], copies={}, **tidy(caption))
    article.pictures.append(picture)
    db.session.flush()
    return picture


@command
def caption_picture(
    article: Article, picture_id: int, caption: Caption, *, by: Actor, seen: int | None = None
) -> None:
    """Say in other words what a picture shows; its boxes stay judged.

    Raises:
        NotFound: the picture is not of this article.
        BadInput: no caption, or one that is too long.
    """
    _refuse(caption)
    picture = picture_of(article, picture_id)
    edit(article, by=by, seen=seen, facts={"words": True})
    for name, value in tidy(caption).items():
        setattr(picture, name, value)


def _refuse(caption: Caption) -> None:
    refuse_words("caption", caption.caption, CAPTION_AT_MOST)
    refuse_words("caption_en", caption.caption_en, CAPTION_EN_AT_MOST, needed=False)


@command
def remove_picture(article: Article, picture_id: int, *, by: Actor, seen: int | None = None) -> None:
    """Take a picture off an article; its files go within a day.

    Raises:
        NotFound: the picture is not of this article.
    """
    picture = picture_of(article, picture_id)
    edit(article, by=by, seen=seen, facts={"picture": False})
    article.pictures.remove(picture)
    db.session.flush()
    let_go(picture.photo_id)


@command
def judge_mask(
    article: Article, picture_id: int, boxes: Sequence[Box], *,
    checked: bool, by: Actor, seen: int | None = None, sha256: str | None = None,
) -> ArticlePicture:  # fmt: skip
    """Keep the boxes that a person has judged to be all there are, for the very bytes they looked at.

    Args:
        checked: the person says that they looked for faces, plates, people under age and names.
        sha256: of the picture the person looked at, hexadecimal; None when they look at it right now.

    Raises:
        NotFound: the picture is not of this article.
        BadInput: the picture was not checked, a box still waits to be judged, or there are too many.
        Conflict: the picture in the store is not the one that was looked at.
    """
    refuse_unjudged(boxes, checked=checked)
    picture = _redrawn(article, picture_id, boxes, by=by, seen=seen, judged=True)
    picture.source_sha256 = looked_at(picture, sha256)
    picture.confirmed_by, picture.confirmed_at = by.id, ports.clock.now()
    return picture


@command
def draft_mask(
    article: Article, picture_id: int, boxes: Sequence[Box], *, by: Actor, seen: int | None = None
) -> ArticlePicture:
    """Keep boxes that are not finished; the picture counts as not judged.

    Raises:
        NotFound, BadInput: as `judge_mask`.
    """
    return _redrawn(article, picture_id, boxes, by=by, seen=seen, judged=False)


def _redrawn(
    article: Article, picture_id: int, boxes: Sequence[Box], *, by: Actor, seen: int | None, judged: bool
) -> ArticlePicture:
    refuse_too_many(boxes)
    picture = picture_of(article, picture_id)
    mask = [box.as_dict() for box in boxes]
    facts = {"photo_id": picture.photo_id, "boxes": len(mask), "mask": mask, "confirmed": judged}
    edit(article, by=by, seen=seen, facts=facts)
    picture.redraw(mask)
    return picture
