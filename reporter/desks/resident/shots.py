"""Pictures on their way to a report: taken in at once, known by token, bound to the browser that sent them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from reporter.desks.arriving import Sender
from reporter.desks.dates import plain_moment
from reporter.desks.enclosed import own, uploader_key
from reporter.kernel.errors import BadInput, NotFound
from reporter.photos.models import Photo, View, Way
from reporter.photos.pixels import MOST_BOXES, Flag
from reporter.photos.queries import by_token, staff_copy
from reporter.ports import ports

OLD = timedelta(days=7)


@dataclass(frozen=True)
class Shot:
    """A picture of one's own as the form shows it. `lon`, `lat` (WGS 84) and `taken_at` are the camera's claims."""

    token: str
    url: str
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    notes: Sequence[str] = ()


def sender() -> Sender:
    """Return the browser session as one that sends pictures in parts."""
    return Sender(
        key=uploader_key(), way=Way.REPORT, address=lambda token: url_for("resident.upload", token=token),
        answer=lambda photo: as_json(shot_of(photo)),
    )  # fmt: skip


def shot_of(photo: Photo) -> Shot:
    """Return `photo` as the form shows it."""
    return Shot(
        token=photo.token, url=url_for("resident.thumb", token=photo.token),
        taken_at=photo.taken_at, lon=photo.lon, lat=photo.lat, notes=list(_notes(photo)),
    )  # fmt: skip


def _notes(photo: Photo) -> list[str]:
    now, notes = ports.clock.now(), []
    if Flag.PARTS_HIDDEN in photo.flags:
        notes.append(_("The parts you hid are gone for good."))
    if photo.taken_at and photo.taken_at > now + timedelta(hours=1):
        notes.append(
            _("The camera's clock seems to be ahead: it says %(time)s.", time=plain_moment(photo.taken_at))
        )
    elif photo.taken_at and now - photo.taken_at > OLD:
        notes.append(_("Taken on %(time)s, a while ago. Is it still so?", time=plain_moment(photo.taken_at)))
    return notes


def own_copy(token: str, side: int) -> bytes:
    """Return the clean copy, `side` pixels long, of a picture that the browser's session sent. Raises `NotFound`."""
    photo = by_token(token)
    if not own([photo]):
        raise NotFound("There is no such photo.")
    return staff_copy(photo, side).content


def boxes_of(fields: Sequence[str]) -> list[dict[str, float]]:
    """Return the boxes that the page sends: left, top, width and height each, in fractions of the picture.

    Raises:
        BadInput: what came is no box; field "boxes".
    """
    try:
        return [
            dict(zip("xywh", map(float, field.split(",")), strict=True)) for field in fields[: MOST_BOXES + 1]
        ]
    except ValueError:
        raise BadInput("A box lies outside the picture; please draw it again.", field="boxes") from None


def as_json(shot: Shot) -> dict[str, Any]:
    """Return what the page's script needs to know of a picture."""
    return {
        "token": shot.token,
        "thumb": shot.url,
        "taken_at": shot.taken_at.isoformat() if shot.taken_at else None,
        "taken": plain_moment(shot.taken_at) if shot.taken_at else "",
        "lon": shot.lon,
        "lat": shot.lat,
        "warnings": list(shot.notes),
    }


def said_views(photos: Sequence[Photo], said: MultiDict[str, str]) -> dict[int, View]:
    """Return what each picture is of, by its id, as `said` names it; what is no such word is left out."""
    words = {photo.id: said.get(f"view-{photo.token}", "") for photo in photos}
    return {photo_id: View(word) for photo_id, word in words.items() if word in set(View)}
