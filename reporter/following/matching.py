"""Which new posts somebody is told of. Pure.

The posts are sorted once, by kind, by area and by squares of the map, each heap a number with one bit for each post:
what a subscription finds is then a few operations on numbers, however many posts there are, and only the posts of
the squares that a circle touches are measured one by one.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reporter.following.rules import What
from reporter.places.geometry import Box, distance_m

CELLS = 50  # squares for each degree: about two kilometres wide
ROUNDED = 80.0  # metres by which a post's place may lie beside the one that is shown of it


@dataclass(frozen=True)
class NewPost:
    """A post as it is matched. `mark`: its place in the order in which posts came on show.

    `lon`, `lat`: in degrees WGS 84, as the public is shown them. `areas`: the area it lies in and all around that.
    """

    mark: int
    post_id: int
    kind: str
    areas: frozenset[int]
    lon: float
    lat: float


@dataclass(frozen=True)
class Wanted:
    """What a subscription is about. `kind`: a slug, "" for every kind; `place`: (lon, lat), None when it cannot be read."""

    what: What
    kind: str = ""
    area_id: int | None = None
    place: tuple[float, float] | None = None
    radius_m: int = 0


class News:
    """Posts on show in the order in which they came there, to be asked what is new for whom."""

    def __init__(self, posts: Sequence[NewPost], *, after: int, up_to: int) -> None:
        """Sort `posts`, which must be in the order of their marks.

        Args:
            posts: all that came on show after the mark `after`, up to the mark `up_to`.
            after: nobody who was told less can be answered from here.
            up_to: the mark up to which everybody knows everything afterwards.
        """
        self.posts, self.after, self.up_to = posts, after, up_to
        self._marks = [post.mark for post in posts]
        self._all = (1 << len(posts)) - 1
        self._kinds: dict[str, int] = defaultdict(int)
        self._areas: dict[int, int] = defaultdict(int)
        self._cells: dict[tuple[int, int], int] = defaultdict(int)
        for place, post in enumerate(posts):
            bit = 1 << place
            self._kinds[post.kind] |= bit
            self._cells[_cell(post.lon), _cell(post.lat)] |= bit
            for area_id in post.areas:
                self._areas[area_id] |= bit
        self._since: dict[int, int] = {}

    def found(self, wanted: Wanted, *, after: int) -> int:
        """Return what is new for a subscription that was told everything up to the mark `after`, a bit for each post."""
        heap = self._newer(after)
        if wanted.kind:
            heap &= self._kinds.get(wanted.kind, 0)
        if wanted.what is What.AREA:
            heap &= self._areas.get(wanted.area_id or 0, 0)
        return self._around(heap, wanted) if wanted.what is What.PLACE else heap

    def newest(self, heap: int, *, most: int) -> list[int]:
        """Return the ids of the newest posts of a heap, the newest first."""
        found: list[int] = []
        while heap and len(found) < most:
            last = heap.bit_length() - 1
            found.append(self.posts[last].post_id)
            heap ^= 1 << last
        return found

    def _newer(self, after: int) -> int:
        if after not in self._since:
            known = bisect_right(self._marks, after)
            self._since[after] = self._all >> known << known
        return self._since[after]

    def _around(self, heap: int, wanted: Wanted) -> int:
        if wanted.place is None:
            return 0
        (lon, lat), reach = wanted.place, wanted.radius_m + ROUNDED
        near = 0
        for cell in _touched(Box.around(lon, lat, radius_m=reach)):
            near |= self._cells.get(cell, 0)
        return sum(bit for bit in _bits(heap & near) if self._is_near(bit, lon, lat, reach))

    def _is_near(self, bit: int, lon: float, lat: float, reach: float) -> bool:
        post = self.posts[bit.bit_length() - 1]
        return distance_m(lon, lat, post.lon, post.lat) <= reach


def _bits(heap: int) -> Iterator[int]:
    while heap:
        bit = heap & -heap
        yield bit
        heap ^= bit


def _cell(degrees: float) -> int:
    return math.floor(degrees * CELLS)


def _touched(box: Box) -> Iterable[tuple[int, int]]:
    columns = range(_cell(box.west), _cell(box.east) + 1)
    rows = range(_cell(box.south), _cell(box.north) + 1)
    return ((column, row) for column in columns for row in rows)
