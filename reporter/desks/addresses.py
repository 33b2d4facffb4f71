"""A typed address in words: the places that it may mean, as every desk offers them, and what lies beside a point."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_pgettext as _p
from flask_babel import ngettext
from wtforms import SelectChoice  # type: ignore[attr-defined]  # newer than the types

from reporter.desks.guard import city
from reporter.desks.words import metres, named
from reporter.kernel.errors import BadInput
from reporter.places.finding import Beside, Found, beside, places_called
from reporter.places.geometry import Point, parse_point
from reporter.places.names import WIDEST_M, PlaceKind
from reporter.places.queries import area_at, refuse_outside
from reporter.places.typed import How
from reporter.ports import ports
from reporter.ports.carriers import Away, Refused

LONGEST = 120  # characters of an address that are looked at
FARTHEST = 100_000  # metres; an accuracy beyond it says nothing
NONE_OF_THEM = "none"
KINDS: Mapping[PlaceKind, object] = {
    PlaceKind.ROAD: _p("place", "Road"), PlaceKind.CROSSING: _p("place", "Crossing"), PlaceKind.COMMUNITY: _p("place", "Community"),
    PlaceKind.SCHOOL: _p("place", "School"), PlaceKind.HOSPITAL: _p("place", "Hospital"), PlaceKind.MARKET: _p("place", "Market"),
    PlaceKind.SHOP: _p("place", "Shops"), PlaceKind.SQUARE: _p("place", "Square"), PlaceKind.PARK: _p("place", "Park"),
    PlaceKind.BUS_STOP: _p("place", "Bus stop"), PlaceKind.STATION: _p("place", "Station"), PlaceKind.OFFICE: _p("place", "Office"),
    PlaceKind.BRIDGE: _p("place", "Bridge"), PlaceKind.PLACE: _p("place", "Place"),
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """A place that may be meant, in words.

    Attributes:
        name: what it is called.
        about: what it is, where it lies, and what of the address it does not stand for.
        text: what the address reads when it is chosen.
        said: what is told when it is chosen.
        lon, lat: degrees WGS 84.
        accuracy: metres.
        value: the three of them, as a form sends them.
        whole: it stands for all that was typed.
    """

    name: str
    about: str
    text: str
    said: str
    lon: float
    lat: float
    accuracy: float
    value: str
    whole: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return it for a page's script."""
        return asdict(self)


def offers(typed: str, near: Point | None = None) -> list[Offer]:
    """Return the places that a typed address may mean, the best first; without a point, near the city's middle."""
    typed = " ".join(typed[:LONGEST].split())
    middle = near or Point(city().lon, city().lat)
    return [_offer(one, typed) for one in places_called(typed, near=middle)]


def _offer(one: Found, typed: str) -> Offer:
    name, area = name_of(one), named(one.area)
    parts = [str(KINDS[one.kind]), area, _shortfall(one)]
    exact = metres(one.accuracy)
    said = (
        _("Set at %(name)s, to about %(distance)s; it is about in %(area)s.", name=name, distance=exact, area=area)
        if area
        else _("Set at %(name)s, to about %(distance)s.", name=name, distance=exact)
    )  # fmt: skip
    return Offer(
        name, " · ".join(part for part in parts if part), name if one.how is How.WHOLE else typed,
        " ".join(part for part in (said, _shortfall(one)) if part), one.lon, one.lat, one.accuracy,
        f"{one.lon},{one.lat},{one.accuracy:.0f}", whole=one.how is How.WHOLE,
    )  # fmt: skip


def more_elsewhere(found: Sequence[Offer]) -> bool:
    """Tell whether a service outside may know an address that the city's list does not know whole."""
    return ports.geocoder.there() and not any(one.whole for one in found)


def offer_from_elsewhere(typed: str) -> Offer | None:
    """Return what the service outside makes of an address; None when it knows none in this city.

    Raises:
        Away, Refused: it does not answer as it should, or is not to be asked just now.
    """
    located = ports.geocoder.locate(" ".join(typed[:LONGEST].split()))
    if located is None:
        return None
    try:
        point = parse_point(located.lon, located.lat)
        refuse_outside(point.lon, point.lat)
    except BadInput:
        return None
    area, exact = named(area_at(point.lon, point.lat)), metres(located.accuracy)
    said = _("Set where Tianditu has %(name)s, to about %(distance)s.", name=located.name, distance=exact)
    about = " · ".join(part for part in (area, _("according to Tianditu, the national map")) if part)
    return Offer(
        located.name, about, typed, said, point.lon, point.lat, located.accuracy,
        f"{point.lon},{point.lat},{located.accuracy:.0f}",
    )  # fmt: skip


def offers_or_more(typed: str, near: Point | None, *, further: bool) -> tuple[list[Offer], str]:
    """Return the places that a typed address may mean, and what is to be said, "" for nothing.

    Args:
        further: ask the service outside too, where the city's list does not know the address whole.
    """
    found = offers(typed, near)
    if not further or not more_elsewhere(found):
        return found, ""
    try:
        one = offer_from_elsewhere(typed)
    except (Away, Refused):
        return found, _("Tianditu does not answer just now. These are the places of the city's own list.")
    return ([one, *found] if one else found), ""


def answer_about(typed: str, near: Point | None, *, further: bool) -> dict[str, Any]:
    """Return what a page's script is told of a typed address: `found`, how many in `words`, whether there is `more`."""
    found, failed = offers_or_more(typed, near, further=further)
    more = not further and more_elsewhere(found)
    return {"found": [one.as_json() for one in found], "words": failed or _number(found), "more": more}


def _number(found: Sequence[Offer]) -> str:
    if not found:
        return _("No place of this name is on the city's list.")
    return ngettext(
        "%(num)d place found. Use the arrow keys to choose.", "%(num)d places found. Use the arrow keys to choose.",
        len(found),
    )  # fmt: skip


def choices_among(found: Sequence[Offer]) -> list[SelectChoice]:
    """Return the places as choices of a form, and that it is none of them; nothing for none."""
    if not found:
        return []
    places = (
        SelectChoice(one.value, f"{one.name}（{one.about}）" if one.about else one.name) for one in found
    )
    return [*places, SelectChoice(NONE_OF_THEM, _("None of these"))]


def name_of(one: Found) -> str:
    """Return what a place is called; a crossing by both its roads."""
    if not one.cross_zh:
        return named(one)
    return _("Crossing of %(one)s and %(other)s", one=named(one), other=named(one, "cross"))


def _shortfall(one: Found) -> str:
    if one.number:
        return _(
            "House number %(number)s is not on the city's list: this is the whole road.", number=one.number
        )
    if one.how is How.PART:
        return _("Only this part of the address is on the city's list.")
    return _("A similar name.") if one.how is How.ALIKE else ""


def chosen_place(value: str) -> tuple[Point, float] | None:
    """Return the point and the accuracy of an offer that a form sent back, None when it is none."""
    parts = value.split(",")
    if len(parts) != 3:  # noqa: PLR2004 - longitude, latitude, metres
        return None
    try:
        point, accuracy = parse_point(parts[0], parts[1]), float(parts[2])
    except (BadInput, ValueError):
        return None
    return (point, accuracy) if 0 < accuracy <= WIDEST_M else None


def accuracy_of(typed: str | None) -> float | None:
    """Return an accuracy in metres as a form sent it, None when it says nothing."""
    try:
        metres_off = float(typed or "")
    except ValueError:
        return None
    return round(metres_off, 1) if 0 <= metres_off <= FARTHEST else None


def words_beside(point: Point) -> str:
    """Return what lies beside a point: 新华街，民族路口附近; "" where nothing is known."""
    return _said_beside(beside(point.lon, point.lat))


def _said_beside(found: Beside) -> str:
    road, cross, place = named(found.road), named(found.cross), named(found.place)
    if road and cross:
        return _("%(road)s, near the crossing with %(other)s", road=road, other=cross)
    if road and place:
        return _("%(road)s, near %(place)s", road=road, place=place)
    if road:
        return _("%(road)s, beside the road", road=road)
    return _("Near %(place)s", place=place) if place else ""
