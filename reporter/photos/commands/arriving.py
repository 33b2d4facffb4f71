"""Pictures that arrive in parts: each part is sealed as it comes, and the whole goes through the one door.

Until it is whole nobody has checked what it is and what its EXIF tells, so no part ever lies anywhere but in the
store of originals. Files are written before the row that names them and deleted after the row has let go of them;
all files of a picture begin with the same name, so that whatever a power cut leaves goes with the sweep.
"""

import contextlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select

from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict, NotFound, ReporterError, TooLarge, WrongStep
from reporter.kernel.policy import Actor
from reporter.photos.commands.intake import NOTHING_SAID, discard, take_in
from reporter.photos.kinds import BYTE_LIMIT, FIELD
from reporter.photos.models import Arriving, PhoneClaims, Photo, Way
from reporter.photos.queries import by_token
from reporter.ports import ports
from reporter.ports.originals import Unopenable

KEPT = timedelta(days=1)
GRACE = timedelta(hours=1)  # between the last part that is taken and the sweep: no part is written meanwhile
AT_ONCE = 30  # unfinished pictures of one sender
PARTS = 400  # of one picture; those of our pages have half a megabyte each


def begin(length: int, *, uploader_key: str, way: Way, phone: PhoneClaims = NOTHING_SAID) -> Arriving:
    """Announce a picture of `length` bytes; its sender's oldest unfinished ones make room for it.

    Args:
        uploader_key: of the browser session or other sender who alone may send its parts.
        way, phone: as `take_in` takes them.

    Raises:
        BadInput: no bytes are announced; field "photos".
        TooLarge: more than 20 MB are.
    """
    if length < 1:
        raise BadInput("This file is empty. Please choose the photo again.", field=FIELD)
    if length > BYTE_LIMIT:
        raise TooLarge("This photo is larger than 20 MB. Please send a smaller version of it.", field=FIELD)
    picture = Arriving(
        token=uuid4().hex, uploader_key=uploader_key, way=way, length=length, arrived=0, parts=[],
        created_at=ports.clock.now(), phone_at=phone.at, phone_lon=phone.lon, phone_lat=phone.lat, in_app=phone.in_app,
    )  # fmt: skip
    _forget_files(_written_down(picture))
    return picture


@command
def _written_down(picture: Arriving) -> list[Arriving]:
    """Write the row and return the pictures that made room."""
    unfinished = select(Arriving).where(
        Arriving.uploader_key == picture.uploader_key, Arriving.over.is_(False)
    )
    surplus = list(
        db.session.scalars(unfinished.order_by(Arriving.id.desc()).offset(AT_ONCE - 1).with_for_update())
    )
    for one in surplus:
        _let_go(one)
    db.session.add(picture)
    db.session.flush()
    return surplus


def arriving(token: str, *, uploader_key: str) -> Arriving:
    """Return a picture on its way.

    Raises:
        NotFound: no such picture of this sender, or it was refused, given up, or began more than a day ago.
    """
    found = db.session.scalar(select(Arriving).where(Arriving.token == token))
    return _theirs(found, uploader_key)


def _theirs(found: Arriving | None, uploader_key: str) -> Arriving:
    gone = found is None or found.uploader_key != uploader_key or (found.over and not found.photo_token)
    if found is None or gone or ports.clock.now() >= expires_at(found):
        raise NotFound("This photo is no longer on its way. Please add it again.", field=FIELD)
    return found


def expires_at(picture: Arriving) -> datetime:
    """Return until when parts of the picture are taken."""
    return picture.created_at + KEPT


def add_part(token: str, content: bytes, *, at: int, uploader_key: str) -> Arriving:
    """Seal what came of a picture behind the bytes that are there; nothing is added when `content` is empty.

    Args:
        at: how many bytes the sender believes to be there.

    Raises:
        NotFound: as `arriving`.
        Conflict: other bytes are there, or another part came at the same moment; `arriving` says how many.
        TooLarge: more than was announced.
        BadInput: very many very small parts; field "photos".
    """
    picture = arriving(token, uploader_key=uploader_key)
    _refuse_misfit(picture, at, len(content))
    if not content:
        return picture
    part, sealed_with = uuid4().hex, ports.originals.newest
    key = picture.part_key(part)
    ports.originals.seal(key, content)
    try:
        return _appended(token, f"{part}.{sealed_with}", len(content), at=at, uploader_key=uploader_key)
    except ReporterError:  # after any other failure the row may name it: the sweep knows
        ports.originals.delete(key, sealed_with)
        raise


@command
def _appended(token: str, part: str, size: int, *, at: int, uploader_key: str) -> Arriving:
    found = db.session.scalar(select(Arriving).where(Arriving.token == token).with_for_update())
    picture = _theirs(found, uploader_key)
    _refuse_misfit(picture, at, size)
    picture.parts = [*picture.parts, part]
    picture.arrived += size
    return picture


def _refuse_misfit(picture: Arriving, at: int, size: int) -> None:
    if at != picture.arrived:
        raise Conflict("Another part of this photo is there already. It goes on from there.")
    if at + size > picture.length:
        raise TooLarge("More bytes came than were announced. Please add the photo again.", field=FIELD)
    if size and len(picture.parts) >= PARTS:
        raise BadInput("This photo came in too many pieces. Please add it again.", field=FIELD)


def finish(token: str, *, by: Actor, uploader_key: str) -> Photo:
    """Put a picture together that is there as a whole, and take it in; asked again, return the same.

    Slow, as `take_in`. Whoever asks twice at once gets one picture; the other one is given up.

    Raises:
        NotFound: as `arriving`; or its parts, or the picture itself, are not there any more.
        Conflict: parts are missing yet.
        UnreadablePhoto, TooLarge: it is no photo that can be taken; its parts are deleted.
        TooMany, StorageUnavailable: not at this moment; its parts stay.
    """
    picture = arriving(token, uploader_key=uploader_key)
    if picture.photo_token:
        return by_token(picture.photo_token)
    if picture.arrived < picture.length:
        raise Conflict("Parts of this photo are missing yet.")
    phone = PhoneClaims(
        at=picture.phone_at, lon=picture.phone_lon, lat=picture.phone_lat, in_app=picture.in_app
    )
    try:
        photo = take_in(_whole(picture), by=by, uploader_key=uploader_key, way=picture.way, phone=phone)
    except (BadInput, TooLarge):
        give_up(token, uploader_key=uploader_key)
        raise
    return _settled(token, photo, uploader_key)


def _whole(picture: Arriving) -> bytes:
    try:
        return b"".join(ports.originals.open(*part) for part in picture.sealed_parts)
    except (NotFound, Unopenable) as error:
        give_up(picture.token, uploader_key=picture.uploader_key)
        raise NotFound("This photo is no longer on its way. Please add it again.", field=FIELD) from error


def _settled(token: str, photo: Photo, uploader_key: str) -> Photo:
    """Write down what became of the picture; a photo that came too late is given up for the first one."""
    own = photo.token
    picture = _became(token, own)
    _forget_files([picture])
    if picture.photo_token == own:
        return by_token(own)
    discard(own, uploader_key=uploader_key)
    return by_token(picture.photo_token)


@command
def _became(token: str, photo_token: str) -> Arriving:
    picture = db.session.scalars(select(Arriving).where(Arriving.token == token).with_for_update()).one()
    if not picture.over:
        picture.photo_token = photo_token
    return _let_go(picture)


def give_up(token: str, *, uploader_key: str) -> None:
    """Give a picture on its way up, with its parts; what was made of it too, while it hangs on nothing.

    Raises:
        NotFound: as `arriving`.
    """
    picture = _ended(token, uploader_key)
    _forget_files([picture])
    if picture.photo_token:
        with contextlib.suppress(NotFound, WrongStep):
            discard(picture.photo_token, uploader_key=uploader_key)


@command
def _ended(token: str, uploader_key: str) -> Arriving:
    found = db.session.scalar(select(Arriving).where(Arriving.token == token).with_for_update())
    return _let_go(_theirs(found, uploader_key))


def _let_go(picture: Arriving) -> Arriving:
    """Name no part any more; the files go only when this is written for good."""
    picture.over, picture.parts = True, []
    return picture


def _forget_files(pictures: Iterable[Arriving]) -> None:
    for picture in pictures:
        ports.originals.forget_all(picture.prefix)


def drop_unfinished(*, limit: int = 100) -> int:
    """Forget the pictures that began more than a day ago, with every file of theirs; return how many.

    The files go first: as long as one may be there, a row leads to it.
    """
    old = select(Arriving).where(Arriving.created_at < ports.clock.now() - KEPT - GRACE)
    pictures = list(db.session.scalars(old.order_by(Arriving.created_at).limit(limit)))
    _forget_files(pictures)
    _forget_rows([picture.id for picture in pictures])
    return len(pictures)


@command
def _forget_rows(ids: list[int]) -> None:
    db.session.execute(delete(Arriving).where(Arriving.id.in_(ids)))
