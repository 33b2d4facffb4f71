"""Report something: one plain form, with four screens where scripts run; pictures go ahead at once."""

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reporter.cases.queries import category_by_slug, get_category, get_subcategory
from reporter.desks.arriving import ALL, ONE, all_arriving, beginnings, goings_on, one_arriving, speak_tus
from reporter.desks.enclosed import TOKENS_READ, own, uploader_key
from reporter.desks.errors import limiter, refuse_until
from reporter.desks.guard import allow, wants_json
from reporter.desks.images import private_image
from reporter.desks.qr import qr_of
from reporter.desks.resident.door import bp, checks_its_own_token, guesses, questions
from reporter.desks.resident.draft import AS_IT_IS, SEND, new_draft, read_draft
from reporter.desks.resident.forms import ROW
from reporter.desks.resident.held import grouped, report_behind
from reporter.desks.resident.joined import together
from reporter.desks.resident.keeping import refused_as_json, sent_as_json
from reporter.desks.resident.nearby import near_cases
from reporter.desks.resident.promises import next_steps
from reporter.desks.resident.shots import as_json, boxes_of, own_copy, sender, shot_of
from reporter.desks.resident.spot import whereabouts
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission
from reporter.photos.commands.intake import discard, hide_parts
from reporter.photos.pixels import LARGE, SMALL
from reporter.photos.queries import photos_by_tokens
from reporter.places.geometry import parse_point
from reporter.reports.alike import Sighting


@bp.get("/report")
@allow(Permission.DESK_RESIDENT)
def report() -> ResponseReturnValue:
    """Show the empty form."""
    return new_draft().page()


@bp.post("/report")
@checks_its_own_token
@allow(Permission.DESK_RESIDENT)
def send() -> ResponseReturnValue:
    """Send the report, or do the smaller thing that the pressed button asks for."""
    draft = read_draft()
    if draft.form.pace.errors:
        return refused_as_json(draft) if wants_json() else draft.page(draft.status)
    if wants_json():
        return sent_as_json(draft)
    if draft.wish not in {SEND, AS_IT_IS}:
        return draft.page(draft.status if draft.form.errors else 200)
    sent = draft.send()
    if sent is None:
        return draft.page(draft.status)
    return redirect(url_for("resident.receipt", code=sent.code))


@bp.route("/report/uploads", methods=ALL)
@beginnings
@allow(Permission.DESK_RESIDENT)
def uploads() -> ResponseReturnValue:
    """Begin to send a picture ahead of its form."""
    return all_arriving(sender())


@bp.route("/report/uploads/<token>", methods=ONE)
@goings_on
@allow(Permission.DESK_RESIDENT)
def upload(token: str) -> ResponseReturnValue:
    """Go on with it; with the last part, say what it is known by and what it claims."""
    return one_arriving(token, sender())


speak_tus(bp, "uploads", "upload")


@bp.post("/report/photos/<token>/remove")
@allow(Permission.DESK_RESIDENT)
def remove_photo(token: str) -> ResponseReturnValue:
    """Give up a picture of the browser's session that was not sent yet."""
    discard(token, uploader_key=uploader_key())
    return "", 204


@bp.post("/report/photos/<token>/hide")
@limiter.limit("30 per minute; 200 per hour", on_breach=refuse_until)
@allow(Permission.DESK_RESIDENT)
def hide_in_photo(token: str) -> ResponseReturnValue:
    """Burn boxes into a picture of the browser's session that was not sent yet; what they hide is kept nowhere."""
    photo = hide_parts(token, boxes_of(request.form.getlist("box")), uploader_key=uploader_key())
    return jsonify(as_json(shot_of(photo)))


@bp.get("/report/photos/<token>.jpg")
@allow(Permission.DESK_RESIDENT)
def thumb(token: str) -> ResponseReturnValue:
    """Send the small copy of a picture to the session that it came from."""
    return private_image(own_copy(token, SMALL))


@bp.get("/report/photos/<token>/large.jpg")
@allow(Permission.DESK_RESIDENT)
def large(token: str) -> ResponseReturnValue:
    """Send the large copy to that session: on it parts are hidden."""
    return private_image(own_copy(token, LARGE))


@bp.get("/report/area")
@questions
@allow(Permission.DESK_RESIDENT)
def area() -> ResponseReturnValue:
    """Say in which area a point lies."""
    return jsonify(whereabouts(request.args.get("lon"), request.args.get("lat")))


@bp.get("/report/nearby")
@questions
@allow(Permission.DESK_RESIDENT)
def nearby() -> ResponseReturnValue:
    """Show what was reported nearby, may be the same and is still open: a part of a page.

    `token` names pictures of the browser's session that go with the report being written.
    """
    kind = category_by_slug(request.args.get("kind", "")[:64])
    if kind is None:
        raise BadInput("Please choose one of the kinds shown.", field="category")
    point = parse_point(request.args.get("lon"), request.args.get("lat"))
    photos = own(photos_by_tokens(request.args.getlist("token")[:TOKENS_READ]))
    sub = request.args.get("sub", "")
    seen = Sighting(
        point.lon,
        point.lat,
        kind.id,
        int(sub) if ROW.fullmatch(sub) else None,
        [photo.id for photo in photos],
    )
    return render_template("resident/_nearby.html", near=near_cases(seen))


@bp.get("/report/receipt/<code>")
@guesses
@allow(Permission.DESK_RESIDENT)
def receipt(code: str) -> ResponseReturnValue:
    """Show what to keep: number, query code, QR, and what comes next."""
    report = report_behind(code)
    kind, sub = get_category(report.category_id), get_subcategory(report.subcategory_id)
    going = together(report)
    steps = going.steps if going and going.steps else next_steps(report, kind, sub)
    qr = qr_of(url_for("resident.lookup", code=report.code, _external=True))
    return render_template(
        "resident/receipt.html", report=report, code=grouped(report.code), steps=steps, qr=qr, going=going
    )
