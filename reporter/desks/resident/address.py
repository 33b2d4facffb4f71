"""The typed address of a report: looked up while it is typed, or by a button where no script runs."""

from flask import flash, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectChoice  # type: ignore[attr-defined]  # newer than the types

from reporter.desks.addresses import Offer, more_elsewhere, offer_from_elsewhere, offers
from reporter.desks.guard import allow
from reporter.desks.resident.door import bp, questions
from reporter.desks.resident.forms import ReportForm
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission
from reporter.places.geometry import Point, parse_point
from reporter.places.queries import get_area
from reporter.ports.carriers import Away, Refused

NONE_OF_THEM = "none"


@bp.get("/report/address")
@questions
@allow(Permission.DESK_RESIDENT)
def address() -> ResponseReturnValue:
    """Say which places a typed address may mean: `found`, and in `words` how many there are.

    `more`: a service outside may know it; it is asked when `further` is 1, which a person chooses.
    """
    typed = request.args.get("q", "")
    found, words = offers(typed, _near()), ""
    more = more_elsewhere(found)
    if more and request.args.get("further") == "1":
        found, words = _with_more(found, typed)
        more = False
    return jsonify(found=[one.as_json() for one in found], words=words or _number(found), more=more)


def _with_more(found: list[Offer], typed: str) -> tuple[list[Offer], str]:
    """Return the places with that of the service outside, and what is to be said when it fails."""
    try:
        one = offer_from_elsewhere(typed)
    except (Away, Refused):
        return found, _("天地图 does not answer just now. These are the places of the city's own list.")
    return ([one, *found] if one else found), ""


def _near() -> Point | None:
    if not request.args.get("lon"):
        return None
    return parse_point(request.args.get("lon"), request.args.get("lat"))


def _number(found: list[Offer]) -> str:
    if not found:
        return _("No place of this name is on the city's list.")
    return ngettext(
        "%(num)d place found. Use the arrow keys to choose.", "%(num)d places found. Use the arrow keys to choose.",
        len(found),
    )  # fmt: skip


def look_up(form: ReportForm, area_id: int | None = None, *, further: bool = True) -> bool:
    """Offer the places that the typed address may mean as choices of the form; tell whether there are any."""
    typed = form.address.data or ""
    area = get_area(area_id) if area_id else None
    found = offers(typed, Point(area.lon, area.lat) if area else None)
    if further and more_elsewhere(found):
        found, failed = _with_more(found, typed)
        if failed:
            flash(failed, "warn")
    form.looked_up.data = typed
    form.found.choices = [
        *(SelectChoice(one.value, f"{one.name}（{one.about}）" if one.about else one.name) for one in found),
        SelectChoice(NONE_OF_THEM, _("None of these")),
    ] if found else []  # fmt: skip
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
