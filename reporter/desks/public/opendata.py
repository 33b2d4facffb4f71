"""The board as open data: every post on show as a line of a table and as a point on a map.

The columns are told on `/about/open-data`; what stands in them stands on the board.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from flask import copy_current_request_context, url_for

from reporter.board.models import Exposure, PublicPicture
from reporter.board.shown import Filter, posts
from reporter.desks.dates import zone
from reporter.desks.guard import enter_by_host
from reporter.desks.public.cards import image_of, whole
from reporter.kernel.csvfile import Cell, written_csv
from reporter.kernel.pages import Page

CSV_TYPE, GEOJSON_TYPE = "text/csv", "application/geo+json"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
COLUMNS = (
    "public_id", "url", "kind", "kind_name", "outcome", "title", "road", "area", "unit", "lon", "lat", "happened_at",
    "minutes_taken", "published_at", "expires_at", "basis", "before", "after",
)  # fmt: skip
AT_A_TIME = 500  # posts read together

Row = Mapping[str, Cell]


def every_row(narrow: Filter, *, english: bool) -> Iterator[Sequence[Row]]:
    """Return the rows of every post on show, newest first, some hundred at a time; raises as `post_keys`, at once.

    Each time the database is asked anew: whoever reads may be slow, and meanwhile no connection and no snapshot is
    held, and what was hidden in between is not among those that follow.
    """
    at = zone()

    def read(after: str) -> Page[Row]:
        enter_by_host()
        page = posts(narrow, after=after, size=AT_A_TIME)
        return Page([row_of(one, english=english, zone=at) for one in page.rows], page.after)

    return _from(read(""), copy_current_request_context(read))


def _from(page: Page[Row], read: Callable[[str], Page[Row]]) -> Iterator[Sequence[Row]]:
    yield page.rows
    while page.after:
        page = read(page.after)
        yield page.rows


def row_of(post: Exposure, *, english: bool, zone: tzinfo) -> Row:
    """Return the columns of a post; times are those of `zone`, with their offset."""
    return {
        "public_id": post.public_id, "url": url_for("public.exposure", public_id=post.public_id, _external=True),
        "kind": post.kind_slug, "kind_name": _name(post, "kind", english=english), "outcome": str(post.outcome),
        "title": post.title, "road": post.road, "area": _name(post, "area", english=english),
        "unit": _name(post, "unit", english=english), "lon": post.lon, "lat": post.lat,
        "happened_at": _time(post.happened_at, zone), "minutes_taken": post.minutes_taken,
        "published_at": _time(post.published_at, zone),
        "expires_at": _time(post.expires_at, zone),
        "basis": post.basis, "before": _address(post.before), "after": _address(post.after),
    }  # fmt: skip


def _name(post: Exposure, part: str, *, english: bool) -> str:
    chinese: str = getattr(post, f"{part}_zh")
    return getattr(post, f"{part}_en") or chinese if english else chinese


def _time(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None


def _address(picture: PublicPicture | None) -> str | None:
    image = image_of(picture)
    return whole(image.url) if image else None


def as_csv(pages: Iterable[Iterable[Row]]) -> Iterator[str]:
    """Yield a table with a first line that names the columns, a page of rows at a time."""
    yield written_csv([COLUMNS])
    for rows in pages:
        yield written_csv([[row[name] for name in COLUMNS] for row in rows])


def as_geojson(pages: Iterable[Iterable[Row]]) -> Iterator[str]:
    """Yield a FeatureCollection (RFC 7946) with its licence, a page of features at a time."""
    yield f'{{"type":"FeatureCollection","license":"{LICENSE}","features":['
    between = "\n"
    for rows in pages:
        if features := [json.dumps(_feature(row), ensure_ascii=False) for row in rows]:
            yield between + ",\n".join(features)
            between = ",\n"
    yield "\n]}\n"


def _feature(row: Row) -> dict[str, Any]:
    properties = {name: row[name] for name in COLUMNS if name not in {"lon", "lat"}}
    point = {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
    return {"type": "Feature", "id": row["public_id"], "geometry": point, "properties": properties}
