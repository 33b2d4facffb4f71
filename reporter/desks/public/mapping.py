"""The posts on show as a map asks for them: in heaps by cells that follow the zoom, one by one where they stand alone."""

import math
from collections.abc import Sequence
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from reporter.board.shown import Edges, Heap, heaps, posts_by_ids
from reporter.desks.guard import allow
from reporter.desks.public.cards import card_of, post_markers
from reporter.desks.public.door import bp, drawn_once
from reporter.desks.public.narrowing import asked
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission

MOST = 400  # markers in one answer
DEEPEST = 22  # zoom
CELL = 64 / 256 * 360  # degrees of longitude that 64 pixels show at zoom 0
WEST, SOUTH, EAST, NORTH = -180.0, -90.0, 180.0, 90.0
LONGEST = 120  # letters of a box


@bp.get("/map/posts.json")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def map_posts() -> ResponseReturnValue:
    """Send what stands in the part of the map that is looked at, narrowed as the board is."""
    edges = _box(request.args.get("box", ""))
    cell = cell_of(_zoom(request.args.get("zoom", "")), edges)
    return jsonify(markers=markers_in(heaps(asked(), edges, cell=cell, most=MOST)))


def _box(text: str) -> Edges:
    """Return the edges that `west,south,east,north` names. Raises `BadInput`."""
    try:
        west, south, east, north = map(float, text[:LONGEST].split(","))
        if WEST <= west < east <= EAST and SOUTH <= south < north <= NORTH:
            return west, south, east, north
    except ValueError:
        pass
    raise BadInput("Please ask for a box on the globe: west,south,east,north in degrees.", field="box")


def _zoom(text: str) -> int:
    zoom = int(text[:9]) if text.isascii() and text.isdecimal() else DEEPEST + 1
    if zoom > DEEPEST:
        raise BadInput("Please ask for a zoom from 0 to %(most)s.", field="zoom", most=DEEPEST)
    return zoom


def cell_of(zoom: int, edges: Edges) -> float:
    """Return how many degrees a cell is wide and high: what suits the zoom, more where the box would hold too many."""
    west, south, east, north = edges
    cell = CELL / 2**zoom
    while (math.floor((east - west) / cell) + 2) * (math.floor((north - south) / cell) + 2) > MOST:
        cell *= 2
    return cell


def markers_in(found: Sequence[Heap]) -> list[dict[str, Any]]:
    """Return a marker for each heap, and the post itself where it stands alone."""
    alone = posts_by_ids([heap.post_id for heap in found if heap.number == 1])
    single = post_markers(card_of(post) for post in alone.values())
    return single + [_marker(heap) for heap in found if heap.number > 1]


def _marker(heap: Heap) -> dict[str, Any]:
    text = ngettext("%(num)s post here", "%(num)s posts here", heap.number)
    return {"lon": heap.lon, "lat": heap.lat, "number": heap.number, "text": text, "box": list(heap.edges)}
