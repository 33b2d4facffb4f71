"""What lies near a point, as conditions that an index answers whatever a city has gathered over the years."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Computed, and_
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from reporter.places.geometry import COLUMNS, FINENESS, Box, squares_of

# The square of `geometry.square_at`, by the database: both round, and only one of them cuts off.
_ROW, _COLUMN = (
    f"CAST(round(({side} + {to_zero}) * {FINENESS} - 0.5) AS BIGINT)"
    for side, to_zero in (("lat", 90), ("lon", 180))
)
SQUARE = f"{_ROW} * {COLUMNS} + {_COLUMN}"
MOST_SQUARES = 400  # of one question; who looks further asks for the box alone


class OnGround:
    """Mixed into a row with `lon` and `lat`: which square of the ground it lies on, kept by the database itself.

    An index that begins with it finds what lies near in as many steps as there are squares around; one of latitudes
    would read all that ever happened on the same latitude.
    """

    @declared_attr
    def square(cls) -> Mapped[int]:  # noqa: N805 - declared_attr hands over the class
        """Return the column of the square."""
        return mapped_column(BigInteger, Computed(SQUARE, persisted=True), deferred=True)


def lies_within(row: Any, lon: float, lat: float, *, metres: float) -> ColumnElement[bool]:
    """Return the condition "within about `metres`": the box around a WGS 84 point, some of whose corners are further.

    Args:
        row: what has the columns `lat` and `lon`: a model, or the columns of a table.
    """
    return _in_box(row, Box.around(lon, lat, radius_m=metres))


def lies_near(row: Any, lon: float, lat: float, *, metres: float) -> ColumnElement[bool]:
    """Return `lies_within` for a row `OnGround`: answered by an index of squares unless they are very many."""
    box = Box.around(lon, lat, radius_m=metres)
    squares = squares_of(box, most=MOST_SQUARES)
    return and_(row.square.in_(squares), _in_box(row, box)) if squares else _in_box(row, box)


def lies_beside(row: Any, other: Any, *, south: float, east: float) -> ColumnElement[bool]:
    """Return the condition that a row lies beside another one, both `OnGround`: within so many degrees each way.

    Args:
        south: and north; `east`: and west; both less than the side of a square.
    """
    around = [other.square + (up * COLUMNS + aside) for up in (-1, 0, 1) for aside in (-1, 0, 1)]
    return and_(
        row.square.in_(around),
        row.lat.between(other.lat - south, other.lat + south),
        row.lon.between(other.lon - east, other.lon + east),
    )


def _in_box(row: Any, box: Box) -> ColumnElement[bool]:
    return and_(row.lat.between(box.south, box.north), row.lon.between(box.west, box.east))
