"""The posts on show as a map asks for them: in heaps by cells that follow the zoom, one by one where they stand alone."""

from collections.abc import Sequence
from typing import Any

from babel.support import Translations
from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_domain

from reporter.board.cells import Edges
from reporter.board.shown import Heap, Spot, heaps, spots
from reporter.desks.guard import allow
from reporter.desks.public.cards import light_of
from reporter.desks.public.door import bp, drawn_once
from reporter.desks.public.narrowing import asked
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission

MOST = 400  # markers in one answer
DEEPEST = 22  # zoom
WEST, SOUTH, EAST, NORTH = -180.0, -90.0, 180.0, 90.0
LONGEST = 120  # letters of a box


@bp.get("/map/posts.json")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def map_posts() -> ResponseReturnValue:
    """Send what stands in the part of the map that is looked at, narrowed as the board is."""
    edges, zoom = _box(request.args.get("box", "")), _zoom(request.args.get("zoom", ""))
    return jsonify(markers=markers_in(heaps(asked(), edges, zoom=zoom, most=MOST)))


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


def markers_in(found: Sequence[Heap]) -> list[dict[str, Any]]:
    """Return a marker for each heap, and the post itself where it stands alone."""
    alone = spots([heap.post_id for heap in found if heap.post_id])
    said = get_domain().get_translations()  # asked for once, for hundreds of heaps
    return [_single(post) for post in alone] + [_marker(heap, said) for heap in found if not heap.post_id]


def _single(post: Spot) -> dict[str, Any]:
    return {
        "lon": post.lon, "lat": post.lat, "level": light_of(post.outcome), "text": post.title,
        "href": url_for("public.exposure", public_id=post.public_id), "id": post.public_id,
    }  # fmt: skip


def _marker(heap: Heap, said: Translations) -> dict[str, Any]:
    text = said.ngettext("%(num)s post here", "%(num)s posts here", heap.number) % {"num": heap.number}
    return {"lon": heap.lon, "lat": heap.lat, "number": heap.number, "text": text, "box": list(heap.edges)}
