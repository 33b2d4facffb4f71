"""The cells of the public map: squares in degrees, on each level half as wide as on the one before.

Points are whole micro-degrees, so that what was added to a cell can be taken away again to the last digit.
"""

import math

MICRO = 1_000_000  # of a degree
WIDEST = 90 * MICRO  # a cell of level 0: what 64 pixels show at zoom 0
HALF_TURN = 180 * MICRO  # makes every longitude and latitude positive
LEVELS = range(
    2, 18
)  # from 153 cells of the globe to those that hold one of the places posts are rounded to (0.001°)

Edges = tuple[float, float, float, float]  # west, south, east, north in degrees WGS 84


def micro(degrees: float) -> int:
    """Return whole micro-degrees."""
    return round(degrees * MICRO)


def place_of(point: int, level: int) -> int:
    """Return the column in which a longitude lies, or the row in which a latitude does; both in micro-degrees."""
    return ((point + HALF_TURN) << level) // WIDEST


def edges_of(level: int, x: int, y: int) -> Edges:
    """Return where the cell in column `x` and row `y` ends."""
    wide = width_of(level)
    west, south = (place * wide - HALF_TURN / MICRO for place in (x, y))
    return west, south, west + wide, south + wide


def width_of(level: int) -> float:
    """Return how many degrees a cell is wide and high."""
    return math.ldexp(WIDEST / MICRO, -level)


def level_of(zoom: int, edges: Edges, *, most: int) -> int:
    """Return the level that suits `zoom`; a coarser one where a box of that size may touch more than `most` cells."""
    level = min(max(zoom, LEVELS[0]), LEVELS[-1])
    while level > LEVELS[0] and _touched_at_most(level, edges) > most:
        level -= 1
    return level


def _touched_at_most(level: int, edges: Edges) -> int:
    west, south, east, north = edges
    return math.prod(math.floor(side / width_of(level)) + 2 for side in (east - west, north - south))
