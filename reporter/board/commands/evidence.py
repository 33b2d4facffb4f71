"""Pictures that came with an objection: hung on it, looked at by those who decide, forgotten after the decision."""

from collections.abc import Sequence
from datetime import timedelta

from reporter.accounts.queries import whole_person
from reporter.board.lifecycle import EVIDENCE_AT_MOST, EVIDENCE_DAYS
from reporter.board.models import EvidencePicture, Objection
from reporter.board.objected import evidence_to_forget
from reporter.board.queries import history
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, require
from reporter.photos.commands.intake import give_back, keep
from reporter.ports import ports

SEEN = "see_evidence"


def hang_evidence(objection: Objection, photo_ids: Sequence[int]) -> None:
    """Hang pictures on an objection that is being filed. Inside a command.

    Raises:
        BadInput: too many, or as `keep`; field "photos".
    """
    if len(photo_ids) > EVIDENCE_AT_MOST:
        raise BadInput(
            "At most %(most)s photos; please take some away.", field="photos", most=EVIDENCE_AT_MOST
        )
    for place, photo in enumerate(keep(photo_ids)):
        objection.evidence.append(EvidencePicture(photo_id=photo.id, sort=place))
    objection.evidence_count = len(objection.evidence)


@command
def note_seen(objection: Objection, *, by: Actor) -> None:
    """Write down that a person sees the pictures of an objection: once for each person.

    Raises:
        NotAllowed: `by` does not decide objections, or had a hand in publishing the post.
    """
    require(whole_person(by), Permission.OBJECTION_REVIEW, objection)
    if not any(entry.action == SEEN and entry.actor_id == by.id for entry in history(objection)):
        record(objection, SEEN, by=by, at=ports.clock.now())


@command
def forget_evidence() -> int:
    """Give the pictures up of objections that were decided some time ago; return how many. Files go after commit."""
    old = evidence_to_forget(ports.clock.now() - timedelta(days=EVIDENCE_DAYS))
    photo_ids = [picture.photo_id for picture in old]
    for picture in old:
        db.session.delete(picture)
    db.session.flush()
    give_back(photo_ids)
    return len(photo_ids)
