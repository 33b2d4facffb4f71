"""Objections: filed by anybody, decided within three working days by somebody who did not publish."""

from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from reporter.board.commands.door import enter_objection, move_objection
from reporter.board.commands.exposures import correct, hide, show_again, withdraw
from reporter.board.commands.words import SUMMARY_AT_MOST, refuse_text
from reporter.board.lifecycle import (
    OBJECTION_LIMIT,
    ON_BOARD,
    ObjectionAction,
    ObjectionKind,
    step_for,
)
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure, grave_objection_open, objection_by_client_id
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, WrongStep
from reporter.kernel.policy import Actor
from reporter.ports import ports
from reporter.reports.commands.intake import new_code
from reporter.routing.deadlines import Limit, due_at
from reporter.routing.queries import calendar

OBJECTION_AT_MOST, CONTACT_AT_MOST = 1000, 200


@command
def file_objection(
    exposure: Exposure, kind: ObjectionKind, words: str, *, contact: str = "", client_id: str = "", by: Actor
) -> Objection:
    """File an objection, without an account; a grave kind hides the post at once.

    Args:
        client_id: of the form; the same id, even at the same instant, is the same objection. Without one it is new.

    Raises:
        BadInput: no words, or too many; or the form was sent before with other words.
        WrongStep: the post is not shown.
    """
    client_id = client_id or str(uuid4())
    filed = objection_by_client_id(client_id)
    if filed is None:
        try:
            with db.session.begin_nested():
                filed = _filed(exposure, kind, words, contact=contact, client_id=client_id, by=by)
        except IntegrityError:  # sent twice at the same instant
            filed = objection_by_client_id(client_id)
            if filed is None:
                raise
    same = (exposure.id, kind, words.strip(), contact.strip())
    if (filed.exposure_id, filed.kind, filed.words, filed.contact) != same:
        raise BadInput(
            "This form was sent before, with other words. Send it again to file another objection.",
            field="client_id",
        )
    return filed


def _filed(
    exposure: Exposure, kind: ObjectionKind, words: str, *, contact: str, client_id: str, by: Actor
) -> Objection:
    if exposure.state not in ON_BOARD:
        raise WrongStep("This post is no longer shown.")
    _refuse_words(words, contact)
    now = ports.clock.now()
    objection = Objection(
        code=new_code(), client_id=client_id, exposure_id=exposure.id, kind=kind, words=words.strip(),
        contact=contact.strip(), state=step_for(None, ObjectionAction.FILE).target,
        editor_ids=exposure.editor_ids, filed_at=now,
        due_at=due_at(now, Limit.parse(OBJECTION_LIMIT), calendar()),
    )  # fmt: skip
    db.session.add(objection)
    db.session.flush()
    enter_objection(objection, step_for(None, ObjectionAction.FILE), by=by)
    if objection.grave:
        hide(exposure, objection_id=objection.id)
    return objection


def _refuse_words(words: str, contact: str) -> None:
    if not words.strip():
        raise BadInput("Please say what is wrong with this post.", field="words")
    for field, text, most in (
        ("words", words, OBJECTION_AT_MOST),
        ("contact", contact, CONTACT_AT_MOST),
    ):
        if len(text) > most:
            raise BadInput(
                "At most %(most)s characters; yours has %(length)s.", field=field, most=most, length=len(text)
            )


@command
def take_objection(objection: Objection, *, by: Actor, seen: int | None = None) -> None:
    """Take an objection into review: by somebody who had no hand in publishing."""
    move_objection(objection, ObjectionAction.TAKE, by=by, seen=seen)
    objection.decider_id = by.id


@command
def decide_objection(
    objection: Objection, action: ObjectionAction, outcome: str, *, by: Actor, seen: int | None = None
) -> None:
    """Decide: upheld withdraws the post, partly adds a correction, dismissed shows it again.

    Args:
        outcome: the reason, as the objector reads it; of a correction, as the public reads it.

    Raises:
        BadInput: no reason; or one that a public correction must not hold.
    """
    if action is ObjectionAction.UPHOLD_PARTLY:
        refuse_text("reason", outcome, SUMMARY_AT_MOST)
    move_objection(objection, action, by=by, reason=outcome, seen=seen)
    objection.decider_id, objection.decided_at, objection.outcome = by.id, ports.clock.now(), outcome.strip()
    exposure = get_exposure(objection.exposure_id)
    if exposure.state not in ON_BOARD:
        return
    if action is ObjectionAction.UPHOLD:
        withdraw(exposure, outcome, by=by)
        return
    if action is ObjectionAction.UPHOLD_PARTLY:
        correct(exposure, outcome, by=by)
    if not grave_objection_open(exposure.id):
        show_again(exposure, objection_id=objection.id)
