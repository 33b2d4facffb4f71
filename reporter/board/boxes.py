"""The boxes of a mask, and the digest that ties a public copy to the bytes and boxes it was made from. Pure."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from reporter.kernel.errors import BadInput

MOST_BOXES = 100
PLACES = 5  # decimals kept of a fraction: finer than a pixel of any picture
SLACK = 0.001  # what rounding in a browser may add to a box that touches the edge


class BoxKind(StrEnum):
    """What a box hides."""

    FACE = "face"
    PLATE = "plate"
    TEXT = "text"
    OTHER = "other"


class How(StrEnum):
    """In which way a box hides; only faces may be blurred, see `photos.pixels.burn`."""

    SOLID = "solid"
    BLUR = "blur"


@dataclass(frozen=True)
class Box:
    """A part of a picture to burn out, in fractions 0..1 of its width and height, from the upper left corner.

    Attributes:
        judged: a person has said that this is to be hidden; a proposed box waits for that.
    """

    x: float
    y: float
    w: float
    h: float
    kind: str = BoxKind.OTHER
    judged: bool = True
    how: str = How.SOLID

    def __post_init__(self) -> None:
        """Raise `BadInput` when the box is not inside the picture, has no area, or is of no known kind."""
        sides = (self.x, self.y, self.w, self.h)
        inside = all(map(math.isfinite, sides)) and min(self.x, self.y) >= 0 and min(self.w, self.h) > 0
        if not inside or max(self.x, self.y) >= 1 or max(self.x + self.w, self.y + self.h) > 1 + SLACK:
            raise BadInput("A box lies outside the picture; please draw it again.", field="boxes")
        if self.kind not in set(BoxKind):
            raise BadInput("Please choose what the box hides.", field="boxes")
        if self.how not in set(How):
            raise BadInput("Please choose how the box hides.", field="boxes")
        if self.how == How.BLUR and self.kind != BoxKind.FACE:
            raise BadInput("Only faces may be blurred: whatever can be read is filled.", field="boxes")

    def as_dict(self) -> dict[str, Any]:
        """Return the box as it is stored."""
        sides = {name: round(float(getattr(self, name)), PLACES) for name in "xywh"}
        return sides | {"kind": str(self.kind), "judged": self.judged, "how": str(self.how)}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Return the box that `as_dict` wrote."""
        return cls(**stored)


def refuse_too_many(boxes: Sequence[Box]) -> None:
    """Raise `BadInput` when there are more boxes than a mask may have."""
    if len(boxes) > MOST_BOXES:
        raise BadInput("There are more than %(limit)s boxes.", field="boxes", limit=MOST_BOXES)


def mask_digest(source_sha256: str, boxes: Sequence[Mapping[str, Any]]) -> str:
    """Return the SHA-256, hexadecimal, of the judged bytes' digest and of where the stored boxes lie.

    The order of the boxes and what they hide do not matter: the burnt picture is the same. That a box blurs does.
    """
    places = sorted([*(box[side] for side in "xywh"), *_unlike(box)] for box in boxes)
    return hashlib.sha256(json.dumps([source_sha256, places]).encode()).hexdigest()


def _unlike(box: Mapping[str, Any]) -> list[str]:
    """Return what a digest says of a box that is not filled."""
    how = box.get("how", How.SOLID)
    return [] if how == How.SOLID else [how]
