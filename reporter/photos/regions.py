"""What in a picture may have to be hidden: proposals of a program, on which a person decides. Pure.

The rules and figures are those that did best on the photos they were chosen on; see docs/decisions/0015.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

RULES = "1"  # changes whenever what follows would propose something else
MOST_CANDIDATES = 2000  # of faces, before those are thrown out that mean the same face
MOST_REGIONS = 100  # of a picture; a mask has no more boxes
SAME = 0.3  # shared part from which two boxes mean the same face
PHONE_DIGITS = 7
PLATE_SIGNS = range(5, 10)
PLATE_DIGITS = 2
TWO_ROWS = 3.5  # length : height below which a plate is the lower of two rows
PLACES = 5  # decimals kept of a fraction: finer than a pixel of any picture

_PROVINCES = frozenset("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领")
_ALSO_ON_PLATES = frozenset("港澳学警挂")
_BETWEEN = re.compile(r"[\s·•・‧∙.:\-_]")
_ENDS_IN_DIGITS = re.compile(r"\d{2}[\s\-).]*$", re.ASCII)
_ONLY_DIGITS = re.compile(r"[\s\-(.]*\d(?:[\s\-).]*\d)+[\s\-).]*", re.ASCII)
_PLATE_BEGINS = re.compile(rf"[{''.join(sorted(_PROVINCES))}]?[A-Z]?")


class RegionKind(StrEnum):
    """What a region seems to show, in the order in which they are proposed."""

    FACE = "face"
    PLATE = "plate"
    PHONE = "phone"  # text with as many digits as a phone number
    TEXT = "text"  # any other


GROWTH = {RegionKind.FACE: 0.15, RegionKind.PLATE: 0.15, RegionKind.PHONE: 0.1, RegionKind.TEXT: 0.1}


class Rect(NamedTuple):
    """A part of a picture in pixels, its sides along the picture's."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        """Return width times height, 0 when there is nothing between the sides."""
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)


@dataclass(frozen=True)
class Found:
    """Something a program saw, `score` of 1 sure of it."""

    kind: RegionKind
    rect: Rect
    score: float


@dataclass(frozen=True)
class Line:
    """A line of text, its corners in pixels: where the first letter is above, clockwise from there."""

    corners: Sequence[tuple[float, float]]
    words: str
    score: float

    @property
    def rect(self) -> Rect:
        """Return what holds all four corners."""
        across, down = zip(*self.corners, strict=True)
        return Rect(min(across), min(down), max(across), max(down))

    @property
    def length(self) -> float:
        """Return how long the line is, in pixels, however it is turned."""
        return math.dist(*(_middle(self.corners[i], self.corners[j]) for i, j in ((0, 3), (1, 2))))

    @property
    def height(self) -> float:
        """Return how high its letters are, in pixels, however it is turned."""
        return math.dist(*(_middle(self.corners[i], self.corners[j]) for i, j in ((0, 1), (3, 2))))


def _middle(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def proposals(found: Iterable[Found], size: tuple[int, int]) -> list[dict[str, Any]]:
    """Return kind, x, y, w, h and score of at most 100 regions, faces first and any other text last.

    Args:
        found: what `faces` and `texts` returned.
        size: width and height of the picture in pixels; x, y, w and h are fractions of them.
    """
    kinds = list(RegionKind)
    likeliest = sorted(found, key=lambda one: (kinds.index(one.kind), -one.score))
    regions = [_in_fractions(one, size) for one in likeliest]
    return [region for region in regions if region["w"] > 0 and region["h"] > 0][:MOST_REGIONS]


def _in_fractions(one: Found, size: tuple[int, int]) -> dict[str, Any]:
    left, right = (_within(side / size[0]) for side in (one.rect.left, one.rect.right))
    top, bottom = (_within(side / size[1]) for side in (one.rect.top, one.rect.bottom))
    sides = {"x": left, "y": top, "w": round(right - left, PLACES), "h": round(bottom - top, PLACES)}
    return {"kind": str(one.kind), **sides, "score": round(min(1.0, max(0.0, one.score)), 3)}


def _within(fraction: float) -> float:
    return round(min(1.0, max(0.0, fraction)), PLACES)


def faces(candidates: Iterable[tuple[Rect, float]]) -> list[Found]:
    """Return each face once, the surest first, its box grown to hold hair and chin.

    Args:
        candidates: boxes and scores, many of them of the same face.
    """
    surest = sorted(candidates, key=lambda candidate: -candidate[1])[:MOST_CANDIDATES]
    kept: list[tuple[Rect, float]] = []
    for rect, score in surest:
        if rect.area and all(overlap(rect, other) <= SAME for other, _ in kept):
            kept.append((rect, score))
    return [Found(RegionKind.FACE, grown(rect, GROWTH[RegionKind.FACE]), score) for rect, score in kept]


def overlap(one: Rect, other: Rect) -> float:
    """Return which part of what two boxes cover both of them cover: 0 nothing, 1 all."""
    shared = Rect(*map(max, one[:2], other[:2]), *map(min, one[2:], other[2:])).area
    return shared / (one.area + other.area - shared) if shared else 0.0


def grown(rect: Rect, share: float, *, up: float = 0.0) -> Rect:
    """Return `rect` with `share` of its width and height added at each side, and above it `up` times its height."""
    across, down = (rect.right - rect.left) * share, (rect.bottom - rect.top) * share
    higher = (rect.bottom - rect.top) * up
    return Rect(rect.left - across, rect.top - down - higher, rect.right + across, rect.bottom + down)


def texts(lines: Iterable[Line]) -> list[Found]:
    """Return a region for each line, pieces of one number or plate put together. What they say stays here."""
    return [_text(line) for line in joined(lines)]


def _text(line: Line) -> Found:
    kind = kind_of(line.words)
    second_row = kind is RegionKind.PLATE and line.height <= line.length < TWO_ROWS * line.height
    return Found(kind, grown(line.rect, GROWTH[kind], up=1.0 if second_row else 0.0), line.score)


def kind_of(words: str) -> RegionKind:
    """Return whether `words` may be a number plate, may hold a phone number, or are any other text."""
    if may_be_plate(words):
        return RegionKind.PLATE
    return RegionKind.PHONE if may_hold_phone(words) else RegionKind.TEXT


def may_be_plate(words: str) -> bool:
    """Tell whether `words` look somewhat like a number plate. Its province is misread too often to ask for it."""
    signs = _BETWEEN.sub("", _plain(words))
    digits = sum(_is_digit(sign) for sign in signs)
    letters = sum("A" <= sign <= "Z" or sign in _PROVINCES for sign in signs)
    others = len(signs) - digits - letters - sum(sign in _ALSO_ON_PLATES for sign in signs)
    return len(signs) in PLATE_SIGNS and digits >= PLATE_DIGITS and letters >= 1 and others <= 1


def may_hold_phone(words: str) -> bool:
    """Tell whether there are as many digits in `words` as a phone number has."""
    return sum(map(_is_digit, _plain(words))) >= PHONE_DIGITS


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).upper()


def _is_digit(sign: str) -> bool:
    return "0" <= sign <= "9"


def joined(lines: Iterable[Line]) -> list[Line]:
    """Return the lines from left to right, those put together that are pieces of one number or plate."""
    left = sorted(lines, key=lambda line: line.rect.left)
    whole: list[Line] = []
    while left:
        line = left.pop(0)
        while (after := next((other for other in left if _goes_on(line, other)), None)) is not None:
            left.remove(after)
            line = _together(line, after)
        whole.append(line)
    return whole


def _goes_on(one: Line, other: Line) -> bool:
    """Tell whether a number or plate that begins in `one` goes on in `other`."""
    first, second = _plain(one.words), _plain(other.words)
    number = _ENDS_IN_DIGITS.search(first) and _ONLY_DIGITS.fullmatch(second) and not may_be_plate(first)
    plate = _PLATE_BEGINS.fullmatch(_BETWEEN.sub("", first)) and may_be_plate(first + second)
    return bool(number or plate) and _stands_beside(one, other)


def _stands_beside(one: Line, other: Line) -> bool:
    """Tell whether `other` begins where `one` ends: letters of one height, a gap of at most that, on one level."""
    low, high = sorted((one.height, other.height))
    end, begin = _middle(one.corners[1], one.corners[2]), _middle(other.corners[0], other.corners[3])
    gap, step = begin[0] - end[0], begin[1] - end[1]
    return high <= 1.5 * low and -0.5 * low <= gap <= high and abs(step) <= 0.5 * low


def _together(one: Line, other: Line) -> Line:
    corners = (one.corners[0], other.corners[1], other.corners[2], one.corners[3])
    return Line(corners, one.words + other.words, min(one.score, other.score))
