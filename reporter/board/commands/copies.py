"""The public copies: burnt when a post is published, outside any transaction; dropped when it is shown no more.

Both jobs may run twice, at once, or be killed midway: what lies in the store is named by the mask it was
made from and by its own digest, what the row says is written last and only while it is still true, and
forgotten before the files go; what lies beside the copies that the rows name goes at the end. A post is
shown once all its rows name their copies, see `board.commands.showing`.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence

from reporter.board.commands.showing import put_on_show
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
    """Make the public copies of a published post's pictures and show it; doing it twice changes nothing.

    Of a post that is shown no more, what a killed run may have left is deleted. Before its hold is over nothing is
    made: another run comes then.

    Raises:
        MaskMismatch: a picture is not the one that was judged.
    """
    exposure = get_exposure(exposure_id)
    if exposure.state not in WITH_COPIES:
        drop_pictures(exposure_id)
        return
    if exposure.published_at is None or exposure.published_at > ports.clock.now():
        return
    for picture_id in [picture.id for picture in exposure.used if picture.confirmed and not _made(picture)]:
        _burn(exposure_id, picture_id)
    _sweep(exposure_id)
    put_on_show(exposure_id)


def _made(picture: PublicPicture) -> bool:
    """Tell whether all copies of this mask are there; those without their digest in the name are made anew."""
    return picture.ready and all(map(_BY_CONTENT.fullmatch, picture.files))


def _burn(exposure_id: int, picture_id: int) -> None:
    picture = picture_of(get_exposure(exposure_id), picture_id)
    folder, copies = picture.folder, _burnt(picture)
    keys = {name: f"{folder}/{_digest(content)}-{name}" for name, content in copies.items()}
    for name, content in copies.items():
        ports.storage.put_if_absent(keys[name], content)
    if not _keep(exposure_id, picture_id, folder, keys):
        _delete(folder)


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
def _keep(exposure_id: int, picture_id: int, folder: str, keys: dict[str, str]) -> bool:
    """Write down where the copies are, unless another run has; return False when none of this mask are wanted."""
    exposure = get_exposure(exposure_id)
    picture = picture_of(exposure, picture_id)
    wanted = exposure.state in WITH_COPIES and picture.used and picture.confirmed
    if not wanted or picture.folder != folder:
        return False
    if not _made(picture):
        picture.copies = keys
        picture.width, picture.height = _size(picture)
    return True


def _sweep(exposure_id: int) -> None:
    """Delete what lies beside the copies that the rows of a post on show name: replaced, or made by a killed run.

    Beside pictures that have none yet nothing is deleted: another run may be making them.
    """
    exposure = get_exposure(exposure_id)
    made = exposure.state in WITH_COPIES and [picture for picture in exposure.used if _made(picture)]
    for token, keys in [(picture.token, set(picture.copies.values())) for picture in made or ()]:
        _delete(f"public/{token}", but=keys)


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


def _delete(folder: str, *, but: Collection[str] = ()) -> None:
    for key in list(ports.storage.iterate(f"{folder}/")):
        if key not in but:
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
