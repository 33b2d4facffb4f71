"""How alike two pictures look: a 64-bit difference hash in four bands. Pure.

Two hashes that differ in at most three bits agree in at least one of their four bands, so four equality
indexes find every such pair without reading the table.
"""

from PIL import Image

Bands = tuple[int, int, int, int]

BAND_BITS = 16
NEAR = 3  # bits; more than re-compressing or scaling changes


def difference_hash(image: Image.Image) -> int:
    """Return 64 bits, one per pair of neighbours on an 8 x 9 grid of greys: is the right one lighter?"""
    greys = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS, reducing_gap=2.0).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (greys[at] < greys[at + 1])
    return bits


def bands(bits: int) -> Bands:
    """Return the hash as four unsigned 16-bit numbers, highest first."""
    mask = (1 << BAND_BITS) - 1
    return bits >> 48 & mask, bits >> 32 & mask, bits >> 16 & mask, bits & mask


def distance(one: Bands, other: Bands) -> int:
    """Return in how many of the 64 bits the two hashes differ."""
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))


def whole(parts: Bands) -> int:
    """Return the 64 bits that `bands` took apart."""
    return parts[0] << 48 | parts[1] << 32 | parts[2] << 16 | parts[3]
