"""The mark as a picture, for a phone's start screen: drawn from the same numbers as `static/icons/favicon.svg`."""

import io
from functools import cache

from PIL import Image, ImageDraw

from reporter.desks.site.assets import Asset, asset
from reporter.kernel.errors import NotFound

GROUND, CELL, DONE = "#0a3a3f", "#9fd3cf", "#f2d493"
CELLS = ((1, 1), (13, 1), (25, 1), (1, 13), (25, 13), (1, 25), (13, 25))  # left and top of each, of 36
LAST = (25, 25)  # the one that is put right
SIDE, ROUND = 10, 3  # of a cell
RING, STROKE, LENS = 6.5, 2.6, 1.6  # radii around the middle, and the width of the ring
WHOLE = 36  # units of the drawing's side
CORNER = 8  # where they are round
FINE = 4  # drawn so many times larger and made smaller: Pillow draws no soft edges

# name: side in pixels, share of it that the mark takes, radius of the ground's corners in units of the drawing
ICONS = {
    "icon-180": (180, 0.75, 0),  # iOS cuts the corners itself
    "icon-192": (192, 0.75, CORNER),
    "icon-512": (512, 0.75, CORNER),
    "icon-maskable": (512, 0.56, 0),  # any shape may be cut out: the mark stays within the safe circle
}


@cache
def icon(name: str) -> Asset:
    """Return the icon called `name`, a PNG. Raises `NotFound`."""
    if name not in ICONS:
        raise NotFound("There is nothing at this address.")
    written = io.BytesIO()
    _drawn(*ICONS[name]).save(written, "PNG", optimize=True)
    return asset(written.getvalue(), f"{name}.png")


def _drawn(side: int, share: float, corner: int) -> Image.Image:
    large = side * FINE
    picture = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, large - 1, large - 1), large * corner / WHOLE, fill=GROUND)
    scale, edge = large * share / WHOLE, large * (1 - share) / 2

    def at(*units: float) -> tuple[float, ...]:
        return tuple(edge + unit * scale for unit in units)

    for left, top in (*CELLS, LAST):
        colour = DONE if (left, top) == LAST else CELL
        draw.rounded_rectangle(at(left, top, left + SIDE, top + SIDE), ROUND * scale, fill=colour)
    low, high = WHOLE / 2 - RING, WHOLE / 2 + RING
    draw.ellipse(at(low, low, high, high), outline=CELL, width=round(STROKE * scale))
    draw.ellipse(at(WHOLE / 2 - LENS, WHOLE / 2 - LENS, WHOLE / 2 + LENS, WHOLE / 2 + LENS), fill=CELL)
    return picture.resize((side, side), Image.Resampling.LANCZOS)
