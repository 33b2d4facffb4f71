"""A post handed on to newspapers and television: who took it along stays in its trail."""

from reporter.board.models import Exposure
from reporter.board.shown import post
from reporter.kernel.audit import record
from reporter.kernel.db import command
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports

PACKED = "pack"


@command
def note_packing(exposure: Exposure, *, by: Actor) -> None:
    """Write down that `by` takes a post that is on show along, each time.

    Raises:
        NotAllowed: `by` could not withdraw it either.
        Gone, NotFound: the public does not see it, or not any more.
    """
    require(by, Permission.EXPOSURE_WITHDRAW, exposure)
    post(exposure.public_id)
    record(exposure, PACKED, by=by, at=ports.clock.now(), reason="press")
