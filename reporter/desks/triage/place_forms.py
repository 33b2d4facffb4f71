"""A place that is put right: the address typed or the map pressed, as the forms about a report and a case send it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField
from wtforms.validators import Optional

from reporter.desks.addresses import accuracy_of, choices_among, chosen_place, offers_or_more, words_beside
from reporter.desks.forms import at_most
from reporter.desks.words import metres, named
from reporter.kernel.errors import BadInput
from reporter.places.geometry import Point, distance_m, parse_point
from reporter.places.moved import SOURCES, Spotted
from reporter.places.queries import area_at, refuse_outside

ADDRESS_AT_MOST = 200
SAME_M = 1.0  # metres
PLACE = "place"  # the button that looks an address up, or shows what follows from a place, and writes nothing


@dataclass(frozen=True)
class Whereabouts:
    """Where a point lies: the area, None for none, and a sentence."""

    area_id: int | None
    words: str


def whereabouts(point: Point) -> Whereabouts:
    """Return where a WGS 84 point lies. Raises `BadInput` for one outside the city."""
    refuse_outside(point.lon, point.lat)
    area = area_at(point.lon, point.lat)
    if area is None:
        return Whereabouts(None, _("It lies in no area; please choose one."))
    beside = words_beside(point)
    return Whereabouts(area.id, " · ".join(part for part in (named(area), beside) if part))


class WithPlace(FlaskForm):
    """A form in which the place can be put right. `placed`: point and area as the page showed them when it was filled in."""

    address = StringField(_l("Address"), validators=[at_most(ADDRESS_AT_MOST)])
    looked_up = HiddenField()
    found = RadioField(
        _l("Which place is it?"), choices=[], validators=[Optional()], validate_choice=False, default=""
    )
    lon = HiddenField()
    lat = HiddenField()
    accuracy = HiddenField()
    place_source = HiddenField()
    placed = HiddenField()

    def show_place(self, point: Point, area_id: int | None) -> None:
        """Write down what the page shows, so that it is known later what the person changed."""
        self.placed.data = f"{_degrees(point)},{area_id or ''}"

    @property
    def spot(self) -> Spotted | None:
        """Return the place that was set, None when none was. Raises `BadInput` when it is none of this city."""
        if self.lon.data or self.lat.data:
            point = parse_point(self.lon.data, self.lat.data, field="address")
            source = self.place_source.data if self.place_source.data in SOURCES else "picked"
            spot = Spotted(point, source, accuracy_of(self.accuracy.data))
        elif (chosen := chosen_place(self.found.data or "")) and self.looked_up.data == self.address.data:
            spot = Spotted(chosen[0], "address", chosen[1])
        else:
            return None
        refuse_outside(spot.point.lon, spot.point.lat, field="address")
        return spot

    @property
    def shown_point(self) -> Point | None:
        """Return the point that the page showed when it was filled in, None when that is not known."""
        lon, _comma, rest = (self.placed.data or "").partition(",")
        try:
            return parse_point(lon, rest.partition(",")[0])
        except BadInput:
            return None

    def area_by_point(self, area_id: int | None) -> bool:
        """Tell whether the area follows from the place: it was moved, and `area_id` is still the one shown before."""
        spot = self.spot
        if spot is None:
            return False
        shown, _comma, area = (self.placed.data or "").rpartition(",")
        return shown != _degrees(spot.point) and area == str(area_id or "")

    def settle(self) -> None:
        """Take a place that was chosen without a script as the one that is set."""
        if (spot := self.spot) is None:
            return
        self.lon.data, self.lat.data = f"{spot.point.lon:.6f}", f"{spot.point.lat:.6f}"
        self.accuracy.data = "" if spot.accuracy is None else f"{spot.accuracy:.0f}"
        self.place_source.data = spot.source
        self.found.data = ""

    def forget_place(self) -> None:
        """Let go of a place that was set."""
        for field in (self.lon, self.lat, self.accuracy, self.place_source, self.found):
            field.data = ""

    def follow(self, own: Point, offer: Callable[[], None]) -> None:
        """Let the area follow a place that was set, unless the person chose one; let go of a place outside the city.

        Args:
            own: where it is when nothing was set.
            offer: offers what can be chosen anew.
        """
        try:
            spot = self.spot
        except BadInput:
            self.forget_place()
            spot = None
        area: Field = self["area_id"]
        if spot is not None and self.area_by_point(area.data):
            found = area_at(spot.point.lon, spot.point.lat)
            area.data = found.id if found else None
            offer()
        self.settle()
        self.show_place(spot.point if spot else own, area.data)

    def take_place(self, other: "WithPlace") -> None:
        """Take over the place that was set in another form."""
        for name in ("address", "lon", "lat", "accuracy", "place_source", "placed"):
            self[name].data = other[name].data

    def look_up_new(self, near: Point, known: str) -> str:
        """Offer the places near a point that the address may mean, where it is not `known` and no place was set.

        Return what is to be said of it, "" for nothing.
        """
        if self.spot is not None or not self.address.data or self.address.data == known:
            return ""
        found, words = offers_or_more(self.address.data or "", near, further=True)
        self.found.choices, self.looked_up.data = choices_among(found), self.address.data
        return words


def spot_of(form: WithPlace) -> Spotted | None:
    """Return the place that was set, None when none was, or one that is none of this city: that is said on its field."""
    try:
        return form.spot
    except BadInput:
        return None


def near_enough(one: Point, other: Point) -> bool:
    """Tell whether two points are the same place, but for the digits that a page does not keep."""
    return distance_m(one.lon, one.lat, other.lon, other.lat) < SAME_M


def how_far(before: Point, after: Point) -> str:
    """Return in words how far a place was moved."""
    return metres(distance_m(before.lon, before.lat, after.lon, after.lat))


def _degrees(point: Point) -> str:
    return f"{point.lon:.6f},{point.lat:.6f}"
