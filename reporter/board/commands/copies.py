"""The public copies: burnt after commit, outside any transaction; dropped when a post has ended.

Both jobs may run twice, at once, or be killed midway: what lies in the store is named by the mask it was
made from, what the row says is written last and only while it is still true.
"""

from collections.abc import Mapping

from reporter.board.lifecycle import ENDED, WITH_COPIES
from reporter.board.models import Exposure, PublicPicture
from reporter.board.queries import get_exposure, picture_of
from reporter.kernel.db import command
from reporter.photos.pixels import PUBLIC_SIDES, burn, public_copies
from reporter.photos.queries import get_photo, staff_copy
from reporter.ports import ports


class MaskMismatch(RuntimeError):
    """The bytes in the store are not those on which a person judged the mask. Nothing is made."""


def burn_pictures(exposure_id: int) -> None:
    """Make the public copies of a post's pictures; doing it twice changes nothing.

    Raises:
        MaskMismatch: a picture is not the one that was judged.
    """
    exposure = get_exposure(exposure_id)
    if exposure.state not in WITH_COPIES:
        return
    for picture_id in [picture.id for picture in exposure.used if picture.confirmed and not picture.ready]:
        _burn(exposure_id, picture_id)


def _burn(exposure_id: int, picture_id: int) -> None:
    picture = picture_of(get_exposure(exposure_id), picture_id)
    folder, copies = picture.folder, _burnt(picture)
    for name, content in copies.items():
        ports.storage.put_if_absent(f"{folder}/{name}", content)
    if not _keep(exposure_id, picture_id, {name: f"{folder}/{name}" for name in copies}):
        _delete(folder)


def _burnt(picture: PublicPicture) -> Mapping[str, bytes]:
    """Return name -> file of every public copy. Raises `MaskMismatch`."""
    source = staff_copy(get_photo(picture.photo_id))
    if not picture.confirmed or source.sha256 != picture.source_sha256:
        raise MaskMismatch(f"public picture {picture.id} was judged on other bytes")
    masked = burn(source.content, picture.boxes)
    return {f"{side}.{form}": content for (side, form), content in public_copies(masked).items()}


@command
def _keep(exposure_id: int, picture_id: int, keys: dict[str, str]) -> bool:
    """Write down where the copies are; False when they are no longer wanted or of another mask."""
    exposure = get_exposure(exposure_id)
    picture = picture_of(exposure, picture_id)
    wanted = exposure.state in WITH_COPIES and picture.used and picture.confirmed
    if wanted:
        picture.copies = keys
        picture.width, picture.height = _size(picture)
    return wanted and picture.ready


def _size(picture: PublicPicture) -> tuple[int, int]:
    """Return width and height, in pixels, of the largest copy."""
    photo, side = get_photo(picture.photo_id), max(PUBLIC_SIDES)
    scale = min(1.0, side / max(photo.width, photo.height))
    return round(photo.width * scale), round(photo.height * scale)


def drop_pictures(exposure_id: int) -> None:
    """Delete the public copies of a post that has ended; doing it twice changes nothing."""
    exposure = get_exposure(exposure_id)
    if exposure.state not in ENDED:
        return
    for token in [picture.token for picture in exposure.pictures]:
        _delete(f"public/{token}")
    _forget(exposure_id)


def _delete(folder: str) -> None:
    for key in list(ports.storage.iterate(f"{folder}/")):
        ports.storage.delete(key)


@command
def _forget(exposure_id: int) -> None:
    exposure: Exposure = get_exposure(exposure_id)
    for picture in exposure.pictures:
        picture.copies = {}
