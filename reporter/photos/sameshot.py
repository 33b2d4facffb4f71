"""Whether two pictures are one and the same shot, or two shots of the same place. Pure.

A difference hash cannot tell: a heap of rubbish that is gone changes few of its bits. So the greys of both are laid over
one another, cut as they fit best, and the block that differs most decides. Figures: docs/decisions/0020-many-looks-and-one-shot.md.
"""

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from itertools import product

from PIL import Image, ImageChops, ImageOps, ImageStat

from reporter.photos.dhash import Sides

SAME = 14.0  # of 255; how much the block that differs most may differ
_GREYS, _SIDE, _BLOCKS = (192, 192), 48, (8, 8)
_COARSE, _FINE = (0.0, 0.025, 0.05), (0.0125, 0.006)
_MOST_CUT = 0.07
_WHOLE: Sides = (0.0, 0.0, 0.0, 0.0)
_SPREAD, _LEAST_SPREAD = 40, 8


def same_shot(one: bytes, other: bytes) -> bool:
    """Tell whether one picture was made from the other: sent again, scaled, mirrored, cut by up to 5 % a side.

    Args:
        one: a clean copy, JPEG.
        other: a clean copy, JPEG.
    """
    mine, theirs = _greys(one), _greys(other)
    pairs = ((mine, theirs), (theirs, mine), (ImageOps.mirror(mine), theirs), (theirs, ImageOps.mirror(mine)))
    return any(_apart(larger, smaller) <= SAME for larger, smaller in pairs)


def _greys(picture: bytes) -> Image.Image:
    with Image.open(BytesIO(picture), formats=("JPEG",)) as image:
        return image.convert("L").resize(_GREYS, Image.Resampling.BOX)


def _apart(larger: Image.Image, smaller: Image.Image) -> float:
    """Return how much the worst block differs, once `larger` is cut as it fits `smaller` best."""
    seen = _even(smaller, _WHOLE)

    @cache
    def misfit(sides: Sides) -> float:
        mean: float = ImageStat.Stat(ImageChops.difference(_even(larger, sides), seen)).mean[0]
        return mean

    best = min(product(_COARSE, _COARSE, _COARSE, _COARSE), key=misfit)
    for step in _FINE:
        while (better := min(_around(best, step), key=misfit)) != best and misfit(better) < misfit(best):
            best = better
    return _worst(_even(larger, best), seen)


def _around(sides: Sides, step: float) -> Iterator[Sides]:
    for side, change in product(range(4), (-step, step)):
        moved = list(sides)
        moved[side] = min(_MOST_CUT, max(0.0, moved[side] + change))
        left, top, right, bottom = moved
        yield left, top, right, bottom


def _even(greys: Image.Image, sides: Sides) -> Image.Image:
    """Return what is left of `greys` without `sides`, small, and as light and as rich as any other."""
    width, height = greys.size
    left, top, right, bottom = sides
    box = (width * left, height * top, width * (1 - right), height * (1 - bottom))
    cut = greys.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box=box)
    of = ImageStat.Stat(cut)
    mean, spread = of.mean[0], max(of.stddev[0], _LEAST_SPREAD)
    return cut.point([max(0, min(255, round(128 + (grey - mean) * _SPREAD / spread))) for grey in range(256)])


def _worst(one: Image.Image, other: Image.Image) -> float:
    blocks = ImageChops.difference(one, other).resize(_BLOCKS, Image.Resampling.BOX)
    return float(max(blocks.tobytes()))
