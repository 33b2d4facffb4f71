"""Masks: which pictures are shown, and the boxes a person has judged to be all there are."""

from collections.abc import Sequence
from typing import Any

from reporter.board.boxes import Box, refuse_too_many
from reporter.board.burning import looked_at, refuse_bare_minor, refuse_unjudged
from reporter.board.commands.door import move
from reporter.board.editing import opened_by
from reporter.board.lifecycle import Action
from reporter.board.models import Exposure, PublicPicture
from reporter.board.queries import picture_of
from reporter.kernel.audit import record
from reporter.kernel.db import command
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports

OPENED = "open_picture"


@command
def note_opening(exposure: Exposure, *, by: Actor) -> bool:
    """Write down that `by` sees the unmasked pictures, once for each person; return whether it was the first time.

    Raises:
        NotAllowed: `by` may not open them.
    """
    require(by, Permission.ORIGINAL_OPEN, exposure)
    if opened_by(exposure, by.id, OPENED) is not None:
        return False
    record(exposure, OPENED, by=by, at=ports.clock.now(), reason="redaction")
    return True


@command
def confirm_mask(
    exposure: Exposure, picture_id: int, boxes: Sequence[Box], *,
    checked: bool = False, used: bool = True, by: Actor, seen: int | None = None, sha256: str | None = None,
) -> PublicPicture:  # fmt: skip
    """Keep the boxes that a person has judged to be all there are, for the very bytes they looked at.

    Args:
        checked: the person says that they looked for faces, plates, people under age and names; the trail keeps
            that they said so, and when. Without it nothing is confirmed.
        sha256: of the picture the person looked at, hexadecimal; None when they look at it right now.

    Raises:
        WrongStep: the exposure is past redaction.
        NotFound: the picture is not of this exposure.
        BadInput: the picture was not checked, a box still waits to be judged, or there are too many; nothing is
            covered where a moderator saw somebody under age.
        Conflict: the picture in the store is not the one that was looked at.
    """
    refuse_unjudged(boxes, checked=checked)
    picture = _keep(exposure, picture_id, boxes, used=used, by=by, seen=seen, confirmed=True)
    refuse_bare_minor(picture)
    picture.source_sha256 = looked_at(picture, sha256)
    picture.confirmed_by, picture.confirmed_at = by.id, ports.clock.now()
    return picture


@command
def draft_mask(
    exposure: Exposure, picture_id: int, boxes: Sequence[Box], *,
    used: bool = True, by: Actor, seen: int | None = None,
) -> PublicPicture:  # fmt: skip
    """Keep boxes that are not finished; the picture counts as not judged.

    Raises:
        WrongStep, NotFound, BadInput: as `confirm_mask`.
    """
    return _keep(exposure, picture_id, boxes, used=used, by=by, seen=seen, confirmed=False)


@command
def choose_picture(
    exposure: Exposure, picture_id: int, *, used: bool, by: Actor, seen: int | None = None
) -> PublicPicture:
    """Say whether a picture is to be shown; its mask stays as it is.

    Raises:
        WrongStep, NotFound: as `confirm_mask`.
    """
    picture = picture_of(exposure, picture_id)
    _move(exposure, picture, by=by, seen=seen, used=used)
    picture.used = used
    return picture


def _keep(
    exposure: Exposure, picture_id: int, boxes: Sequence[Box], *,
    used: bool, by: Actor, seen: int | None, confirmed: bool,
) -> PublicPicture:  # fmt: skip
    refuse_too_many(boxes)
    picture = picture_of(exposure, picture_id)
    mask = [box.as_dict() for box in boxes]
    _move(
        exposure, picture, by=by, seen=seen, used=used, boxes=len(boxes), mask=mask, confirmed=confirmed,
        checked=confirmed,
    )  # fmt: skip
    picture.redraw(mask)
    picture.used = used
    return picture


def _move(exposure: Exposure, picture: PublicPicture, *, by: Actor, seen: int | None, **facts: Any) -> None:
    move(exposure, Action.REDACT, by=by, seen=seen, facts={"photo_id": picture.photo_id, **facts})
    exposure.add_redactor(by.id)
