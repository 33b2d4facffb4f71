"""Where it is: from the phone, else the picture, else the map, else typed. The map is never required."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from reporter.desks.addresses import accuracy_of, chosen_place, words_beside
from reporter.desks.guard import city
from reporter.desks.resident.address import refuse_open_address
from reporter.desks.resident.forms import ReportForm
from reporter.desks.words import named
from reporter.kernel.errors import BadInput
from reporter.photos.models import Photo
from reporter.places.geometry import Box, Point, parse_point
from reporter.places.models import Area
from reporter.places.queries import area_at, areas, refuse_outside
from reporter.places.shapes import Level
from reporter.reports.commands.intake import Spot
from reporter.reports.models import Report

SOURCES = frozenset({"gps", "exif", "picked", "address"})
NO_AREA = "This point lies in no street or township. Please choose the nearest one."
MIDDLE = 3_000  # metres around the city's own point


def choosable_areas() -> Sequence[Area]:
    """Return the areas a resident chooses from: streets and townships, else whatever the city has."""
    return areas(level=Level.STREET) or areas()


def first_view() -> tuple[float, float, float, float]:
    """Return west, south, east and north of what the map shows at first: the middle of the city."""
    box = Box.around(city().lon, city().lat, radius_m=MIDDLE)
    return box.west, box.south, box.east, box.north


def spot_of(form: ReportForm, photos: Sequence[Photo]) -> Spot:
    """Return the place that `form` and the pictures' claims give.

    Raises:
        BadInput: none is given, what is given is no place of this city, or it lies in no area and none was chosen.
    """
    area_id = next((area.id for area in choosable_areas() if str(area.id) == form.area_id.data), None)
    address = _address(form)
    point, source, accuracy = _point(form, photos, typed=bool(area_id and address))
    if point is None:
        return Spot(source="typed", area_id=area_id, address=address)
    refuse_outside(point.lon, point.lat)
    if area_id is None and area_at(point.lon, point.lat) is None and choosable_areas():
        raise BadInput(NO_AREA, field="area_id")
    return Spot(
        source=source, lon=point.lon, lat=point.lat, area_id=area_id, address=address,
        accuracy=accuracy,
    )  # fmt: skip


def _point(
    form: ReportForm, photos: Sequence[Photo], *, typed: bool
) -> tuple[Point | None, str, float | None]:
    """Return the point, its source and its accuracy (metres); None when an area and an address stand for it."""
    if form.lon.data or form.lat.data:
        source = form.place_source.data if form.place_source.data in SOURCES else "picked"
        return parse_point(form.lon.data, form.lat.data), source, accuracy_of(form.accuracy.data)
    if (chosen := chosen_place(form.found.data or "")) and form.looked_up.data == form.address.data:
        return chosen[0], "address", chosen[1]
    if typed:
        return None, "typed", None
    for photo in photos:
        if photo.lon is not None and photo.lat is not None:
            return Point(photo.lon, photo.lat), "exif", accuracy_of(form.accuracy.data)
    if form.address.data:
        refuse_open_address(form)
    raise BadInput("Please mark the place, or choose a street and type the address.", field="place")


def _address(form: ReportForm) -> str:
    address, landmark = form.address.data or "", form.landmark.data or ""
    return f"{address}（{landmark}）" if address and landmark else address or landmark


def words_of_place(report: Report) -> str:
    """Return where a report is about: its address, else what lies beside its point; "" where nothing is known."""
    return report.address or words_beside(Point(report.lon, report.lat))


def whereabouts(lon: str | None, lat: str | None) -> dict[str, Any]:
    """Return the area a point lies in, for the page's script: `id`, `name`, a sentence, and what is `beside` it.

    Raises:
        BadInput: no numbers, or no place of this city.
    """
    point = parse_point(lon, lat)
    refuse_outside(point.lon, point.lat)
    found, beside = area_at(point.lon, point.lat), words_beside(point)
    if found is None:
        return {"id": None, "name": "", "words": _(NO_AREA), "beside": beside}
    name = named(found)
    words = _("In %(area)s; the units there handle it.", area=name)
    return {"id": found.id, "name": name, "words": words, "beside": beside}
