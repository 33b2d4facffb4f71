"""Where something is, asked while a place is put right."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from reporter.desks.addresses import answer_about
from reporter.desks.guard import allow
from reporter.desks.triage.door import bp
from reporter.desks.triage.place_forms import whereabouts
from reporter.kernel.policy import Permission
from reporter.places.geometry import parse_point


@bp.get("/addresses")
@allow(Permission.DESK_TRIAGE)
def addresses() -> ResponseReturnValue:
    """Say which places a typed address may mean, see `answer_about`; `further` is 1 when a person chose to ask outside."""
    asked = request.args
    near = parse_point(asked.get("lon"), asked.get("lat")) if asked.get("lon") else None
    return jsonify(**answer_about(asked.get("q", ""), near, further=asked.get("further") == "1"))


@bp.get("/where")
@allow(Permission.DESK_TRIAGE)
def where() -> ResponseReturnValue:
    """Say in which area a point lies and beside what: `area_id`, null for none, and `words`."""
    found = whereabouts(parse_point(request.args.get("lon"), request.args.get("lat")))
    return jsonify(area_id=found.area_id, words=found.words)
