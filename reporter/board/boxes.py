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

    def __post_init__(self) -> None:
        """Raise `BadInput` when the box is not inside the picture, has no area, or is of no known kind."""
        sides = (self.x, self.y, self.w, self.h)
        inside = all(map(math.isfinite, sides)) and min(self.x, self.y) >= 0 and min(self.w, self.h) > 0
        if not inside or max(self.x, self.y) >= 1 or max(self.x + self.w, self.y + self.h) > 1 + SLACK:
            raise BadInput("A box lies outside the picture; please draw it again.", field="boxes")
        if self.kind not in set(BoxKind):
            raise BadInput("Please choose what the box hides.", field="boxes")

    def as_dict(self) -> dict[str, Any]:
        """Return the box as it is stored."""
        sides = {name: round(float(getattr(self, name)), PLACES) for name in "xywh"}
        return sides | {"kind": str(self.kind), "judged": self.judged}

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

    The order of the boxes and what they hide do not matter: the burnt picture is the same.
    """
    places = sorted([box["x"], box["y"], box["w"], box["h"]] for box in boxes)
    return hashlib.sha256(json.dumps([source_sha256, places]).encode()).hexdigest()
