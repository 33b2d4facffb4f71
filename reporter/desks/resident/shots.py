"""Pictures on their way to a report: taken in at once, known by token, bound to the browser that sent them."""

import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import session, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from reporter.desks.arriving import Sender
from reporter.desks.dates import plain_moment
from reporter.desks.errors import words_of
from reporter.desks.forms import short_name
from reporter.desks.guard import me
from reporter.desks.resident.forms import PhotosForm
from reporter.kernel.errors import BadInput, NotFound, ReporterError
from reporter.photos.commands.intake import take_in
from reporter.photos.models import Photo, Way
from reporter.photos.pixels import MOST_BOXES, Flag
from reporter.photos.queries import by_token, photos_by_tokens, staff_copy
from reporter.ports import ports

AT_MOST = 9
BYTES_READ = 20 * 1024 * 1024 + 1  # one more than is taken, so that too large is seen as too large
OLD = timedelta(days=7)
UPLOADER = "uploader"


@dataclass(frozen=True)
class Shot:
    """A picture of one's own as the form shows it. `lon`, `lat` (WGS 84) and `taken_at` are the camera's claims."""

    token: str
    url: str
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    notes: Sequence[str] = ()


def uploader_key() -> str:
    """Return what binds pictures to this browser session."""
    if UPLOADER not in session:
        session[UPLOADER] = secrets.token_urlsafe(16)
    key: str = session[UPLOADER]
    return key


def sender() -> Sender:
    """Return the browser session as one that sends pictures in parts."""
    return Sender(
        key=uploader_key(), way=Way.REPORT, address=lambda token: url_for("resident.upload", token=token),
        answer=lambda photo: as_json(shot_of(photo)),
    )  # fmt: skip


def own(photos: Sequence[Photo]) -> list[Photo]:
    """Return those of `photos` that the browser's session sent."""
    key = session.get(UPLOADER)
    return [photo for photo in photos if photo.uploader_key == key]


def _taken_in(file: FileStorage, *, have: int) -> Photo:
    """Take in one file that came with a form which has `have` pictures already.

    Raises:
        BadInput: there are nine already; and what `take_in` raises.
    """
    if have >= AT_MOST:
        raise BadInput("At most %(most)s photos; please take some away.", field="photos", most=AT_MOST)
    with closing(file.stream) as stream:
        content = stream.read(BYTES_READ)
    return take_in(content, by=me(), uploader_key=uploader_key())


def gather(form: PhotosForm) -> list[Photo]:
    """Take in the files that came with `form` and return all its pictures in order.

    What cannot be taken is told on the form's field for pictures; all the others stay. The form's tokens are
    those of the pictures returned. Pictures are taken in before anything is said of the form itself, also for a
    session that was forgotten: they hang on nothing yet, and what nobody sends is swept after a day.
    """
    problems: list[str] = []
    tokens: list[str] = form.tokens.data
    photos = own(photos_by_tokens(tokens))
    if len(photos) < len(tokens):
        problems.append(
            _("Some photos could not be kept, because the session had ended. Please add them again.")
        )
    for file in _chosen(form.photos.data):
        try:
            photos.append(_taken_in(file, have=len(photos)))
        except ReporterError as error:
            problems.append(
                _("%(file)s: %(problem)s", file=short_name(file.filename), problem=words_of(error))
            )
    form.tokens.data = [photo.token for photo in photos]
    form.photos.process_errors = [*form.photos.process_errors, *problems]
    if len(photos) > AT_MOST:
        form.photos.process_errors.append(_("At most %(most)s photos; please take some away.", most=AT_MOST))
    return photos


def _chosen(files: Any) -> list[FileStorage]:
    return [file for file in files or () if isinstance(file, FileStorage) and file.filename]


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
