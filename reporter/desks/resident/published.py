"""Before and after, once the masked pictures were published; never anybody else's unmasked ones."""

from dataclasses import dataclass

from flask import url_for

from reporter.board.models import PublicPicture
from reporter.desks.resident.story import Story

WIDTHS = (480, 960, 1600)
MIDDLE = 960


@dataclass(frozen=True)
class Masked:
    """A published picture: one address, and the smaller format in its sizes."""

    url: str
    webp: str


@dataclass(frozen=True)
class Pair:
    """What to compare. `before` is the masked picture, else the address of the reporter's own first one."""

    before: Masked | str
    after: Masked
    href: str


def pair_of(story: Story) -> Pair | None:
    """Return what to compare, or None while nothing taken after the work is public."""
    shown = story.exposure
    after = _masked(shown.after) if shown else None
    if shown is None or after is None:
        return None
    own = story.pictures(story.photo_ids[:1])
    before = _masked(shown.before) or (own[0].href if own else None)
    href = url_for("public.exposure", public_id=shown.public_id)
    return Pair(before, after, href) if before else None


def _masked(picture: PublicPicture | None) -> Masked | None:
    if picture is None or not picture.ready:
        return None

    def address(width: int, form: str) -> str:
        return url_for("public.picture", token=picture.token, name=picture.file(f"{width}.{form}"))

    sizes = [f"{address(width, 'webp')} {width}w" for width in WIDTHS if f"{width}.webp" in picture.copies]
    return Masked(address(MIDDLE, "jpeg"), ", ".join(sizes))
