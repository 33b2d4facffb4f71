"""What the counters of the board must say: counted in SQL among the posts on show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, cast, func, literal, or_, select, union_all
from sqlalchemy import case as when

from reporter.board.cells import HALF_TURN, MICRO, WIDEST
from reporter.board.models import Exposure, ShownCell, ShownCount
from reporter.board.months import months_between
from reporter.cities.queries import current_city
from reporter.kernel.db import current_city_id, db
from reporter.ports import ports

CELL, SUMS = ("facet", "key", "x", "y"), ("n", "lon", "lat", "ids")  # of a cell within its level
NUMBER = ("facet", "key")  # of a number beside the filters
BESIDE: dict[str, Any] = {"kind": Exposure.kind_slug, "area": Exposure.area_id, "unit": Exposure.unit_id}


@dataclass(frozen=True)
class Difference:
    """A counter of the board that is not what it must be; where both numbers are the same, it lies or points elsewhere.

    Attributes:
        where: what is counted: facet and key, and the column and row of a cell.
    """

    where: tuple[str | int, ...]
    kept: int
    counted: int


def in_cells(posts: Any, level: int, *by: ColumnElement[str]) -> Any:
    """Return what counts `posts`, a statement that finds exposures, by columns `x` and rows `y` of cells, and `by`."""
    lon, lat = (cast(func.round(degrees * MICRO), BigInteger) for degrees in (Exposure.lon, Exposure.lat))
    x, y = ((point + HALF_TURN) * 2**level // WIDEST for point in (lon, lat))
    columns = Exposure.id, lon.label("lon"), lat.label("lat"), x.label("x"), y.label("y"), *by
    each = posts.with_only_columns(*columns).subquery().c
    keys = [*(each[column.name] for column in by), each.x, each.y]
    sums = [cast(func.sum(each[name]), BigInteger) for name in ("lon", "lat", "id")]
    return select(*keys, func.count().label("n"), *_named(sums, SUMS[1:])).group_by(*keys)


def cells_right(level: int) -> Any:
    """Return what gives the counters that `level` must have: the columns of `CELL`, then `SUMS`."""
    shown = select(Exposure).where(Exposure.on_show, Exposure.city_id == current_city_id())
    parts = [
        in_cells(shown.where(key.is_not(None)), level, *_named((literal(facet), cast(key, String)), NUMBER))
        for facet, key in {"": literal(""), **BESIDE, "outcome": Exposure.outcome, "month": _month()}.items()
    ]
    return union_all(*parts)


def numbers_right() -> Any:
    """Return what gives the numbers that stand beside the filters: the columns of `NUMBER`, and `n`."""
    shown = Exposure.on_show, Exposure.city_id == current_city_id()
    parts = []
    for facet, column in BESIDE.items():
        key = func.coalesce(cast(column, String), "")
        each = select(key.label("key")).where(*shown).subquery().c.key
        parts.append(select(literal(facet).label("facet"), each, func.count().label("n")).group_by(each))
    return union_all(*parts)


def wrong_cells(level: int) -> list[Difference]:
    """Return the counters of `level` that are wrong. One statement, so it may run while the city works."""
    kept = select(*(getattr(ShownCell, name) for name in CELL + SUMS)).where(
        ShownCell.city_id == current_city_id(), ShownCell.level == level
    )
    return _unlike(kept, cells_right(level), CELL, SUMS)


def wrong_numbers() -> list[Difference]:
    """Return the numbers beside the filters that are wrong. One statement, too."""
    kept = select(ShownCount.facet, ShownCount.key, ShownCount.n).where(
        ShownCount.city_id == current_city_id(), ShownCount.facet.in_(BESIDE)
    )
    return _unlike(kept, numbers_right(), NUMBER, ("n",))


def _unlike(kept: Any, right: Any, key: Sequence[str], sums: Sequence[str]) -> list[Difference]:
    sides = [select(side.subquery(), literal(sign).label("sign")) for side, sign in ((kept, 1), (right, -1))]
    both = union_all(*sides).subquery().c
    keys = [both[name] for name in key]
    numbers = [func.sum(when((both.sign == sign, both.n), else_=0)) for sign in (1, -1)]
    unlike = or_(*(func.sum(both[name] * both.sign) != 0 for name in sums))
    rows = db.session.execute(select(*keys, *numbers).group_by(*keys).having(unlike).order_by(*keys))
    return [Difference(tuple(where), kept_n, counted_n) for *where, kept_n, counted_n in rows]


def _month() -> ColumnElement[str]:
    """Return the month of a post on show, by the city's clock."""
    ends = select(func.min(Exposure.published_at), func.max(Exposure.published_at)).where(Exposure.on_show)
    first, last = db.session.execute(ends).one()
    now = ports.clock.now()
    months = months_between(first or now, max(last or now, now), current_city().zone)
    return when(*((Exposure.published_at < end, month) for month, end in months))


def _named(columns: Sequence[Any], names: Sequence[str]) -> list[Any]:
    return [column.label(name) for column, name in zip(columns, names, strict=True)]
