"""What a person judges a masked picture on, and what it is made into then: copies for the public."""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence

from reporter.board.boxes import Box
from reporter.board.masked import Masked
from reporter.board.models import PublicPicture
from reporter.kernel.errors import BadInput, Conflict
from reporter.photos.pixels import PUBLIC_SIDES, burn, public_copies
from reporter.photos.queries import get_photo, staff_copy
from reporter.ports import ports

_BY_CONTENT = re.compile(r"[0-9a-f]{32}-[0-9]+\.(webp|jpeg)")


class MaskMismatch(RuntimeError):
    """The bytes in the store are not those on which a person judged the mask. Nothing is made."""


def refuse_unjudged(boxes: Sequence[Box], *, checked: bool) -> None:
    """Raise `BadInput` unless a person says to have checked the picture and has judged every box."""
    if not checked:
        raise BadInput(
            "Please tick that you have checked this picture for faces, plates, people under age and names.",
            field="checked",
        )
    if not all(box.judged for box in boxes):
        raise BadInput("Some boxes still wait for a judgement: keep each one or take it away.", field="boxes")


def refuse_bare_minor(picture: PublicPicture) -> None:
    """Raise `BadInput` for a picture that is shown with nothing covered where a moderator saw somebody under age."""
    if picture.used and not picture.boxes and get_photo(picture.photo_id).minor:
        raise BadInput(
            "A moderator saw somebody under age on this picture: please cover them, or do not show it.",
            field="checked",
        )


def looked_at(picture: Masked, sha256: str | None) -> str:
    """Return the digest of the bytes that are judged.

    Args:
        sha256: of the picture the person looked at, hexadecimal; None when they look at it right now.

    Raises:
        Conflict: they are not those that came in, or not those that were shown.
    """
    photo = get_photo(picture.photo_id)
    found = staff_copy(photo).sha256
    if found != photo.staff_sha256 or sha256 not in {None, found}:
        raise Conflict("This picture is not the one you looked at. Please look at it again.")
    return found


def all_made(picture: Masked) -> bool:
    """Tell whether all copies of this mask are there; those without their digest in the name are made anew."""
    return picture.ready and all(map(_BY_CONTENT.fullmatch, picture.files))


def put_copies(picture: Masked) -> dict[str, str]:
    """Burn the copies of a judged picture, write them, and return name -> key of each. Raises `MaskMismatch`."""
    folder, copies = picture.folder, _burnt(picture)
    keys = {name: f"{folder}/{_digest(content)}-{name}" for name, content in copies.items()}
    for name, content in copies.items():
        ports.storage.put_if_absent(keys[name], content)
    return keys


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _burnt(picture: Masked) -> Mapping[str, bytes]:
    """Return name -> file of every public copy. Raises `MaskMismatch`."""
    source = staff_copy(get_photo(picture.photo_id))
    if not picture.confirmed or source.sha256 != picture.source_sha256:
        raise MaskMismatch(f"public picture {picture.id} was judged on other bytes")
    masked = burn(source.content, picture.boxes)
    return {f"{side}.{form}": content for (side, form), content in public_copies(masked).items()}


def name_copies(picture: Masked, keys: dict[str, str]) -> None:
    """Let the row name its copies and how large they are, unless it names some of this mask already."""
    if not all_made(picture):
        picture.copies = keys
        picture.width, picture.height = _size(picture)


def _size(picture: Masked) -> tuple[int, int]:
    """Return width and height, in pixels, of the largest copy."""
    photo, side = get_photo(picture.photo_id), max(PUBLIC_SIDES)
    scale = min(1.0, side / max(photo.width, photo.height))
    return round(photo.width * scale), round(photo.height * scale)


def delete_below(folder: str, *, but: Collection[str] = ()) -> None:
    """Delete what lies in the store below `folder`, but the keys that `but` names."""
    for key in list(ports.storage.iterate(f"{folder}/")):
        if key not in but:
            ports.storage.delete(key)
