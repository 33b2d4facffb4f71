"""What lies near a point, as a condition that an index of latitudes and longitudes answers."""

from typing import Any

from sqlalchemy import ColumnElement, and_

from reporter.places.geometry import Box


def lies_near(row: Any, lon: float, lat: float, *, metres: float) -> ColumnElement[bool]:
    """Return the condition "within about `metres`": the box around a WGS 84 point, some of whose corners are further.

    Args:
        row: what has the columns `lat` and `lon`: a model, or the columns of a table.
    """
    box = Box.around(lon, lat, radius_m=metres)
    return and_(row.lat.between(box.south, box.north), row.lon.between(box.west, box.east))
