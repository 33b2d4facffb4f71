"""How alike two pictures look: a 64-bit difference hash in four bands, and the hashes a picture is looked for by. Pure.

Two hashes that differ in at most three bits agree in at least one of their four bands, so four equality
indexes find every such pair without reading the table; pairs that differ in up to eight are mostly found.
"""

from collections.abc import Sequence

from PIL import Image, ImageOps

Bands = tuple[int, int, int, int]
Sides = tuple[float, float, float, float]  # left, top, right, bottom, in fractions of the picture

BITS, BAND_BITS = 64, 16
NEAR = 8  # bits; different scenes differ in 14 or more, see docs/decisions/0020-many-looks-and-one-shot.md
_GREYS = (144, 128)  # sixteen pixels for each of the hash's own
_WHOLE: Sides = (0, 0, 0, 0)
# What may have been cut off an older picture to make this one: nothing, a rim, or two sides of it.
_CUT_OFF: Sequence[Sides] = (
    _WHOLE, (0.03, 0.03, 0.03, 0.03), (0.04, 0.04, 0.015, 0.015), (0.015, 0.015, 0.04, 0.04),
    (0.04, 0.015, 0.015, 0.04), (0.015, 0.04, 0.04, 0.015),
)  # fmt: skip
_RIM: Sides = (0.03, 0.03, 0.03, 0.03)


def difference_hash(image: Image.Image) -> int:
    """Return 64 bits, one per pair of neighbours on an 8 x 9 grid of greys: is the right one lighter?"""
    greys = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS, reducing_gap=2.0).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (greys[at] < greys[at + 1])
    return bits


def looks(image: Image.Image) -> list[int]:
    """Return the hashes by which a picture is found that `image` is the same as, thirteen of them.

    They are those of the picture as it is; with up to 5 % of each side given back that may have been cut off, its
    edge mirrored outwards standing for what is not known; without its own rim, should the other be cut; and all
    but the last once more with left and right exchanged.
    """
    greys = image.convert("L").resize(_GREYS, Image.Resampling.LANCZOS, reducing_gap=2.0)
    turned = ImageOps.mirror(greys)
    grown = [difference_hash(_grown(one, sides)) for one in (greys, turned) for sides in _CUT_OFF]
    return [*grown, difference_hash(ImageOps.crop(greys, _pixels(greys, _RIM)))]


def _pixels(image: Image.Image, sides: Sides) -> tuple[int, int, int, int]:
    left, top, right, bottom = sides
    return (
        round(image.width * left), round(image.height * top),
        round(image.width * right), round(image.height * bottom),
    )  # fmt: skip


def _grown(image: Image.Image, sides: Sides) -> Image.Image:
    """Return `image` with as much more on each side, its edges mirrored outwards."""
    left, top, right, bottom = _pixels(image, sides)
    width, height = image.width + left + right, image.height + top + bottom
    grown = Image.new(image.mode, (width, height))
    grown.paste(image, (left, top))
    grown.paste(ImageOps.mirror(grown.crop((left, 0, 2 * left, height))), (0, 0))
    grown.paste(
        ImageOps.mirror(grown.crop((width - 2 * right, 0, width - right, height))), (width - right, 0)
    )
    grown.paste(ImageOps.flip(grown.crop((0, top, width, 2 * top))), (0, 0))
    grown.paste(
        ImageOps.flip(grown.crop((0, height - 2 * bottom, width, height - bottom))), (0, height - bottom)
    )
    return grown


def bands(bits: int) -> Bands:
    """Return the hash as four unsigned 16-bit numbers, highest first."""
    mask = (1 << BAND_BITS) - 1
    return bits >> 48 & mask, bits >> 32 & mask, bits >> 16 & mask, bits & mask


def whole(parts: Sequence[int]) -> int:
    """Return the 64 bits that `bands` took apart."""
    return parts[0] << 48 | parts[1] << 32 | parts[2] << 16 | parts[3]


def distance(one: Bands, other: Bands) -> int:
    """Return in how many of the 64 bits the two hashes differ."""
    return (whole(one) ^ whole(other)).bit_count()


def plain(band: int) -> bool:
    """Tell whether a band says little: in both its rows the greys rise or fall with one turn at most, as any sky's do."""
    return all(_turns(row) <= 1 for row in (band >> 8, band & 0xFF))


def _turns(row: int) -> int:
    """Return how often neighbouring bits of the eight of a row differ."""
    return ((row ^ row >> 1) & 0x7F).bit_count()
