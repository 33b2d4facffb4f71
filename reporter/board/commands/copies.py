"""The public copies: burnt when a post is published, outside any transaction; dropped when it is shown no more.

Both jobs may run twice, at once, or be killed midway: what lies in the store is named by the mask it was
made from and by its own digest, what the row says is written last and only while it is still true, and
forgotten before the files go. A post is shown from when its row names its copies, see `board.queries.posts`.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence

from reporter.board.lifecycle import WITH_COPIES
from reporter.board.models import Exposure, PublicPicture
from reporter.board.queries import get_exposure, picture_of
from reporter.kernel.db import command
from reporter.photos.pixels import PUBLIC_SIDES, burn, public_copies
from reporter.photos.queries import get_photo, staff_copy
from reporter.ports import ports

_BY_CONTENT = re.compile(r"[0-9a-f]{32}-[0-9]+\.(webp|jpeg)")


class MaskMismatch(RuntimeError):
    """The bytes in the store are not those on which a person judged the mask. Nothing is made."""


def burn_pictures(exposure_id: int) -> None:
    """Make the public copies of a published post's pictures; doing it twice changes nothing.

    Of a post that is shown no more, what a killed run may have left is deleted.

    Raises:
        MaskMismatch: a picture is not the one that was judged.
    """
    exposure = get_exposure(exposure_id)
    if exposure.state not in WITH_COPIES:
        drop_pictures(exposure_id)
        return
    for picture_id in [picture.id for picture in exposure.used if picture.confirmed and not _made(picture)]:
        _burn(exposure_id, picture_id)


def _made(picture: PublicPicture) -> bool:
    """Tell whether all copies of this mask are there; those without their digest in the name are made anew."""
    return picture.ready and all(map(_BY_CONTENT.fullmatch, picture.files))


def _burn(exposure_id: int, picture_id: int) -> None:
    picture = picture_of(get_exposure(exposure_id), picture_id)
    folder, copies = picture.folder, _burnt(picture)
    keys = {name: f"{folder}/{_digest(content)}-{name}" for name, content in copies.items()}
    for name, content in copies.items():
        ports.storage.put_if_absent(keys[name], content)
    replaced = _keep(exposure_id, picture_id, folder, keys)
    if replaced is None:
        _delete(folder)
    for key in replaced or ():
        ports.storage.delete(key)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _burnt(picture: PublicPicture) -> Mapping[str, bytes]:
    """Return name -> file of every public copy. Raises `MaskMismatch`."""
    source = staff_copy(get_photo(picture.photo_id))
    if not picture.confirmed or source.sha256 != picture.source_sha256:
        raise MaskMismatch(f"public picture {picture.id} was judged on other bytes")
    masked = burn(source.content, picture.boxes)
    return {f"{side}.{form}": content for (side, form), content in public_copies(masked).items()}


@command
def _keep(exposure_id: int, picture_id: int, folder: str, keys: dict[str, str]) -> set[str] | None:
    """Write down where the copies are; return the keys of those that they replace.

    None, and nothing is written, when they are no longer wanted or of another mask.
    """
    exposure = get_exposure(exposure_id)
    picture = picture_of(exposure, picture_id)
    wanted = exposure.state in WITH_COPIES and picture.used and picture.confirmed
    if not wanted or picture.folder != folder:
        return None
    replaced = set(picture.copies.values()) - set(keys.values())
    picture.copies = keys
    picture.width, picture.height = _size(picture)
    return replaced


def _size(picture: PublicPicture) -> tuple[int, int]:
    """Return width and height, in pixels, of the largest copy."""
    photo, side = get_photo(picture.photo_id), max(PUBLIC_SIDES)
    scale = min(1.0, side / max(photo.width, photo.height))
    return round(photo.width * scale), round(photo.height * scale)


def drop_pictures(exposure_id: int, tokens: Sequence[str] = ()) -> None:
    """Delete the public copies of a post that is not shown; doing it twice changes nothing.

    Args:
        tokens: that pictures of it had before it was shown again; what lies under them goes in any case.
    """
    for token in (*tokens, *_forget(exposure_id)):
        _delete(f"public/{token}")


def _delete(folder: str) -> None:
    for key in list(ports.storage.iterate(f"{folder}/")):
        ports.storage.delete(key)


@command
def _forget(exposure_id: int) -> list[str]:
    """Let the rows name no copies; return the tokens under which files may lie, none while the post is shown."""
    exposure: Exposure = get_exposure(exposure_id)
    if exposure.state in WITH_COPIES:
        return []
    for picture in exposure.pictures:
        picture.copies, picture.width, picture.height = {}, 0, 0
    return [picture.token for picture in exposure.pictures]
