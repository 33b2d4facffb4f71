"""A place that somebody at the centre puts right: where it is now, and what the trail keeps of the move. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reporter.places.geometry import Point, distance_m

SOURCES = ("address", "picked")  # one of the city's named places, or a press on the map
KEPT_DIGITS = 4  # of a degree: the trail tells where it was, not which doorstep
ROUNDED_BY = 8.0  # metres by which a point of so many digits is wrong at most


@dataclass(frozen=True)
class Spotted:
    """Where somebody says that something is. `source`: one of `SOURCES`; `accuracy`: metres, None when nobody knows."""

    point: Point
    source: str = "picked"
    accuracy: float | None = None


def moved(before: Point, after: Point, *, address: str, now: str) -> dict[str, Any]:
    """Return what a trail keeps of a move: both points, rounded, both addresses, and how far it was in metres."""
    return {
        "from": _rounded(before), "to": _rounded(after), "from_address": address, "to_address": now,
        "metres": round(distance_m(before.lon, before.lat, after.lon, after.lat)),
    }  # fmt: skip


def _rounded(point: Point) -> list[float]:
    return [round(point.lon, KEPT_DIGITS), round(point.lat, KEPT_DIGITS)]


def ends_of(kept: Mapping[str, Any]) -> tuple[Point, Point]:
    """Return from where to where a kept move went."""
    return Point(*kept["from"]), Point(*kept["to"])
