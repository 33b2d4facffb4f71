"""The typed address of a report: looked up while it is typed, or by a button where no script runs."""

from flask import flash, jsonify, request
from flask.typing import ResponseReturnValue

from reporter.desks.addresses import NONE_OF_THEM, answer_about, choices_among, offers_or_more
from reporter.desks.guard import allow
from reporter.desks.resident.door import bp, questions
from reporter.desks.resident.forms import ReportForm
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission
from reporter.places.geometry import Point, parse_point
from reporter.places.queries import get_area


@bp.get("/report/address")
@questions
@allow(Permission.DESK_RESIDENT)
def address() -> ResponseReturnValue:
    """Say which places a typed address may mean: `found`, and in `words` how many there are.

    `more`: a service outside may know it; it is asked when `further` is 1, which a person chooses.
    """
    further = request.args.get("further") == "1"
    return jsonify(**answer_about(request.args.get("q", ""), _near(), further=further))


def _near() -> Point | None:
    if not request.args.get("lon"):
        return None
    return parse_point(request.args.get("lon"), request.args.get("lat"))


def look_up(form: ReportForm, area_id: int | None = None, *, further: bool = True) -> bool:
    """Offer the places that the typed address may mean as choices of the form; tell whether there are any."""
    typed = form.address.data or ""
    area = get_area(area_id) if area_id else None
    found, failed = offers_or_more(typed, Point(area.lon, area.lat) if area else None, further=further)
    if failed:
        flash(failed, "warn")
    form.looked_up.data, form.found.choices = typed, choices_among(found)
    return bool(found)


def offer_again(form: ReportForm) -> None:
    """Keep the choices before one's eyes that were there when the form was sent."""
    if form.looked_up.data and form.looked_up.data == form.address.data and not form.found.choices:
        look_up(form)


def refuse_open_address(form: ReportForm) -> None:
    """Say what to do about an address that stands alone: choose a place of that name, else give the place otherwise.

    Raises:
        BadInput: always.
    """
    known = form.looked_up.data == form.address.data and form.found.data == NONE_OF_THEM
    if look_up(form, further=False) and not known:
        raise BadInput("Several places may be meant. Please choose the right one.", field="found")
    raise BadInput(
        "This address is not on the city's list. Please choose the street or township as well: the address goes along "
        "as you typed it. Or mark the place on the map, or ring the number at the foot of the page.",
        field="address",
    )
