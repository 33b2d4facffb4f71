"""Files that would cost minutes if every area were held against every other: answered soon, in bounded memory."""

import json
from resource import RUSAGE_SELF, getrusage
from time import process_time

import pytest
from sqlalchemy import text

from reporter.kernel.db import db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import SYSTEM
from reporter.places.commands import import_areas, preview_areas
from reporter.places.geometry import Datum
from reporter.places.preview import MOST_REMARKS, AreaPreview
from tests.places.files import Ring, collection, feature, square

MANY = 4_990
SOON = 20  # seconds of the processor: other work on the machine counts for nothing
MEMORY = 300 * 1024 * 1024


def sliver(number: int) -> Ring:
    """Return a slanting strip: its box lies over those of all the others, itself over none."""
    west = 113 + number * 1e-5
    return [(west, 41.0), (west + 0.1, 41.1), (west + 0.100005, 41.1), (west + 0.000005, 41.0), (west, 41.0)]


def comb(teeth: int, *, turned: bool) -> Ring:
    """Return an outline of so many narrow teeth, upright or lying."""
    wide = 0.1 / (2 * teeth)
    ring: Ring = [(0.0, 0.0)]
    for tooth in range(teeth):
        left, right = 2 * tooth * wide, (2 * tooth + 1) * wide
        ring += [(left, 0.1), (right, 0.1), (right, 0.001), (right + wide, 0.001)]
    ring = [*ring[:-1], (ring[-2][0], 0.0), (0.0, 0.0)]
    return [(113 + y, 41 + x) if turned else (113 + x, 41 + y) for x, y in ring]


def file_of(*rings: Ring) -> str:
    return collection(*(feature(f"{150902000 + place}", ring=ring) for place, ring in enumerate(rings)))


def highest_memory() -> int:
    return getrusage(RUSAGE_SELF).ru_maxrss * 1024


def weighed(file: str) -> AreaPreview:
    began, before = process_time(), highest_memory()
    preview = preview_areas(file, Datum.WGS84)
    assert highest_memory() - before < MEMORY
    assert process_time() - began < SOON
    return preview


def test_five_thousand_squares_over_each_other_are_answered_soon_with_ten_remarks() -> None:
    file = json.loads(file_of(*[square(113 + place * 1e-6) for place in range(MANY)]))
    for entry in file["features"]:
        entry["properties"] |= {"code": f"x{entry['properties']['code']}", "level": "street"}

    preview = weighed(json.dumps(file))

    assert len(preview.doubts) == MOST_REMARKS + 1
    assert "overlap by 100 %" in str(preview.doubts[0])
    assert "There are more of this kind" in str(preview.doubts[-1])


def test_where_not_every_pair_can_be_compared_the_preview_says_so() -> None:
    file = json.loads(file_of(*[sliver(place) for place in range(2_000)]))
    for entry in file["features"]:
        entry["properties"] |= {"code": f"x{entry['properties']['code']}", "level": "street"}

    preview = weighed(json.dumps(file))

    assert [str(doubt) for doubt in preview.doubts] == [
        "So many of the areas lie over each other that not every pair was compared."
    ]


@pytest.mark.parametrize("teeth", [100, 1_000, 5_000])
def test_borders_that_cross_millions_of_times_are_compared_soon(teeth: int) -> None:
    file = file_of(comb(teeth, turned=False), comb(teeth, turned=True))

    weighed(file)
    began = process_time()
    import_areas(file, Datum.WGS84, by=SYSTEM, confirmed=True)
    turned = file_of(comb(teeth, turned=True), comb(teeth, turned=False))
    preview = weighed(turned)

    assert process_time() - began < SOON
    assert all(row.moved > 0 for row in preview.changes)


def test_a_file_is_weighed_before_anybody_has_to_wait_for_it() -> None:
    import_areas(file_of(square(side=0.4)), Datum.WGS84, by=SYSTEM, confirmed=True)
    doubtful = file_of(square(), square(113.05))

    with db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as somebody:
        somebody.execute(text("UPDATE area_editions SET number = number"))
        with pytest.raises(BadInput):
            import_areas(doubtful, Datum.WGS84, by=SYSTEM)
        somebody.rollback()
