"""Pictures in parts by the tus protocol 1.0.0 (tus.io), so that one goes on where a broken network stopped it.

Spoken: the core, creation (also with the first part), expiration, termination. Two answers hold more than tus asks
for: the one to the last part is what the desk says of the picture that was taken in (200, JSON), and every refusal
says why in words. An empty PATCH at the end asks for that answer again.

A part counts once it is whole before us. Waitress hands a request on when all of its body is there, so of a part
whose connection broke nothing comes: our pages send half a megabyte at a time. A server that hands the body on while
it comes keeps what came.
"""

import binascii
import math
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from reporter.desks.errors import limiter, refuse_bytes, refuse_until
from reporter.desks.guard import me
from reporter.desks.incoming import PART
from reporter.kernel.errors import ReporterError
from reporter.photos.commands.arriving import add_part, arriving, begin, expires_at, finish, give_up
from reporter.photos.kinds import BYTE_LIMIT
from reporter.photos.models import Arriving, PhoneClaims, Photo, Way
from reporter.ports import ports

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
ALL = ("OPTIONS", "POST")
ONE = ("OPTIONS", "HEAD", "POST", "PATCH", "DELETE")  # POST for networks that let no other verb pass
PIECE = 64 * 1024  # bytes read at a time
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)  # a phone that says less does not know the time
AHEAD = timedelta(days=366)

beginnings = limiter.limit(
    "120 per minute; 900 per hour", on_breach=refuse_until, exempt_when=lambda: request.method == "OPTIONS"
)
goings_on = limiter.limit("1200 per minute; 12000 per hour", on_breach=refuse_until)


class Unspoken(ReporterError):
    """The client speaks another version of tus."""

    status = 412


class WrongType(ReporterError):
    """The part comes as something else than a part."""

    status = 415


class NotSoUsed(ReporterError):
    """The verb means nothing here."""

    status = 405


@dataclass(frozen=True)
class Sender:
    """Who may send and go on, and what is said at the end.

    Attributes:
        key: whose pictures these are.
        address: the path of a picture on its way, by its token.
        answer: what is said of a picture that was taken in.
    """

    key: str
    way: Way
    address: Callable[[str], str]
    answer: Callable[[Photo], Mapping[str, Any]]


def speak_tus(bp: Blueprint, *endpoints: str) -> None:
    """Say the version in every answer of these endpoints of `bp`, also where somebody else refuses the request."""

    @bp.after_request
    def say(response: Response) -> Response:
        if (request.endpoint or "").rpartition(".")[2] in endpoints:
            response.headers["Tus-Resumable"] = VERSION
            if request.method == "OPTIONS" or response.status_code == Unspoken.status:
                response.headers["Tus-Version"] = VERSION
        return response


def all_arriving(sender: Sender) -> ResponseReturnValue:
    """Say what is spoken, or begin a picture; a first part may come along."""
    if request.method == "OPTIONS":
        return _abilities()
    _refuse_other_versions()
    length = _length()
    refuse_bytes(min(length, BYTE_LIMIT), count=False)
    picture = begin(length, uploader_key=sender.key, way=sender.way, phone=claims())
    answer = _gone_on(sender, picture.token, at=0) if request.mimetype == PART else _how_far(picture)
    answer.status_code = HTTPStatus.CREATED
    answer.headers["Location"] = sender.address(picture.token)
    return answer


def one_arriving(token: str, sender: Sender) -> ResponseReturnValue:
    """Do with a picture on its way what the verb says."""
    if request.method == "OPTIONS":
        return _abilities()
    picture = arriving(token, uploader_key=sender.key)
    _refuse_other_versions()
    verb = request.headers.get("X-HTTP-Method-Override", request.method).upper()
    if verb == "HEAD":
        answer = _how_far(picture)
        answer.headers["Upload-Length"] = str(picture.length)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    if verb == "DELETE":
        give_up(token, uploader_key=sender.key)
        return "", HTTPStatus.NO_CONTENT
    if verb != "PATCH":
        raise NotSoUsed("This address cannot be used in this way.")
    if request.mimetype != PART:
        raise WrongType("A part of a photo comes as application/offset+octet-stream.")
    return _gone_on(sender, token, at=_number("Upload-Offset"))


def _abilities() -> Response:
    answer = Response(status=HTTPStatus.NO_CONTENT)
    answer.headers["Tus-Extension"] = EXTENSIONS
    answer.headers["Tus-Max-Size"] = str(current_app.config["PHOTO_BYTES"])
    return answer


def _refuse_other_versions() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Unspoken("Only the version 1.0.0 of tus is spoken here.")


def _gone_on(sender: Sender, token: str, *, at: int) -> Response:
    """Keep what came; when nothing is missing any more, take the picture in and say so."""
    came = _what_came()
    refuse_bytes(len(came))
    picture = add_part(token, came, at=at, uploader_key=sender.key)
    if picture.arrived < picture.length:
        return _how_far(picture)
    length = picture.length
    answer = jsonify(sender.answer(finish(token, by=me(), uploader_key=sender.key)))
    answer.headers["Upload-Offset"] = str(length)
    return answer


def _how_far(picture: Arriving) -> Response:
    answer = Response(status=HTTPStatus.OK if request.method == "HEAD" else HTTPStatus.NO_CONTENT)
    answer.headers["Upload-Offset"] = str(picture.arrived)
    answer.headers["Upload-Expires"] = http_date(expires_at(picture))
    return answer


def _what_came() -> bytes:
    """Return the body as far as it came before the connection broke."""
    came = bytearray()
    try:
        while piece := request.stream.read(PIECE):
            came += piece
    except (ClientDisconnected, OSError):
        return bytes(came)
    return bytes(came)


def _length() -> int:
    if "Upload-Defer-Length" in request.headers:
        raise ReporterError("The length of the photo has to be said at once: Upload-Length.")
    return _number("Upload-Length")


def _number(header: str) -> int:
    """Return a number of bytes. Raises `ReporterError` (400)."""
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(2**53))):
        raise ReporterError("%(header)s has to be a number of bytes.", header=header)
    return int(text)


def claims() -> PhoneClaims:
    """Return what the phone says of its picture in Upload-Metadata; what cannot be is no claim, and no error.

    `phone_at` is a time with an offset as ISO writes it, or milliseconds of the epoch; `phone_lon` and `phone_lat`
    are degrees in WGS 84; `in_app` is 1 for a picture that came out of the camera into the page.
    """
    said = dict(map(_pair, request.headers.get("Upload-Metadata", "").split(",")))
    lon, lat = _degrees(said.get("phone_lon", ""), 180), _degrees(said.get("phone_lat", ""), 90)
    if lon is None or lat is None:
        lon = lat = None
    return PhoneClaims(
        at=_moment(said.get("phone_at", "")), lon=lon, lat=lat, in_app=said.get("in_app") == "1"
    )


def _pair(pair: str) -> tuple[str, str]:
    name, _, coded = pair.strip().partition(" ")
    try:
        return name, b64decode(coded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return name, ""


def _degrees(text: str, most: float) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= most else None


def _moment(text: str) -> datetime | None:
    try:
        if text.isascii() and text.isdecimal():
            at = datetime.fromtimestamp(int(text[:20]) / 1000, UTC)
        else:
            at = datetime.fromisoformat(text)
        known = at.tzinfo is not None and OLDEST <= at <= ports.clock.now() + AHEAD
        return at.astimezone(UTC) if known else None
    except (ValueError, OverflowError, OSError):
        return None
