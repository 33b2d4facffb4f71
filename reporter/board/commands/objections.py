"""Objections: filed by anybody, decided within three working days by somebody who did not publish."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from reporter.board.commands.door import enter_objection, move_objection
from reporter.board.commands.evidence import hang_evidence
from reporter.board.commands.exposures import correct, hide, show_again, withdraw
from reporter.board.commands.words import SUMMARY_AT_MOST, refuse_text
from reporter.board.lifecycle import (
    ON_BOARD,
    OPEN_AT_MOST,
    ORIGIN_DAYS,
    RANKS,
    ObjectionAction,
    ObjectionKind,
    Reach,
    limit_of,
    reach_of,
    step_for,
)
from reporter.board.models import Exposure, Objection
from reporter.board.objected import dismissed_before, kept_hidden, open_from, posts_hidden_from
from reporter.board.queries import get_exposure, objection_by_client_id
from reporter.cities.models import Jurisdiction
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.errors import BadInput, TooMany, WrongStep
from reporter.kernel.policy import Actor
from reporter.ports import ports
from reporter.reports.commands.intake import new_code
from reporter.reports.commands.leaving import written_as
from reporter.routing.deadlines import Limit, due_at
from reporter.routing.queries import calendar

OBJECTION_AT_MOST, CONTACT_AT_MOST = 1000, 200


@command
def file_objection(
    exposure: Exposure, kind: ObjectionKind, words: str, *,
    contact: str = "", client_id: str = "", photo_ids: Sequence[int] = (), origins: Sequence[str] = (), by: Actor,
) -> Objection:  # fmt: skip
    """File an objection, without an account; a grave kind hides the post at once, unless `reach_of` says otherwise.

    Args:
        client_id: of the form; the same id, even at the same instant, is the same objection. Without one it is new.
        photo_ids: of pictures that were taken in and hang on nothing, three at most.
        origins: what the sender's address is called today, and was called on each of the days before, see
            `ORIGIN_DAYS`; where none is known nothing is counted.

    Raises:
        BadInput: no words, or too many; a picture is gone; or the form was sent before with other words.
        TooMany: twenty objections from there are open already.
        WrongStep: the post is not shown.
    """
    client_id = client_id or str(uuid4())
    filed = objection_by_client_id(client_id)
    if filed is None:
        objection = Objection(
            client_id=client_id, kind=kind, words=words.strip(), contact=contact.strip(),
            origin=origins[0] if origins else "",
        )  # fmt: skip
        try:
            with db.session.begin_nested():
                filed = _filed(exposure, objection, photo_ids, origins=origins, by=by)
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
    exposure: Exposure, objection: Objection, photo_ids: Sequence[int], *, origins: Sequence[str], by: Actor
) -> Objection:
    _one_at_a_time(exposure)
    if exposure.state not in ON_BOARD:
        raise WrongStep("This post is no longer shown.")
    _refuse_words(objection.words, objection.contact)
    if origins and open_from(origins) >= OPEN_AT_MOST:
        raise TooMany(
            "%(most)s objections from your network are open already, so no more are taken from there until some of them"
            " are decided. Nothing you typed is lost: please call the duty desk, or send it from another network.",
            most=OPEN_AT_MOST,
        )
    now, reach = ports.clock.now(), _reach(exposure, objection)
    objection.exposure_id, objection.code, objection.reach, objection.rank = (
        exposure.id,
        new_code(),
        reach,
        RANKS[reach],
    )
    objection.state, objection.editor_ids = step_for(None, ObjectionAction.FILE).target, exposure.editor_ids
    objection.filed_at, objection.due_at = now, due_at(now, Limit.parse(limit_of(reach)), calendar())
    db.session.add(objection)
    db.session.flush()
    hang_evidence(objection, photo_ids)
    enter_objection(objection, step_for(None, ObjectionAction.FILE), by=by)
    if objection.hides:
        hide(exposure, objection_id=objection.id)
    return objection


def _one_at_a_time(exposure: Exposure) -> None:
    """Let objections of the city wait for each other: of two at once the second counts the first."""
    db.session.get_one(Jurisdiction, current_city_id(), with_for_update={"key_share": True})
    db.session.refresh(exposure, with_for_update=True)


def _reach(exposure: Exposure, objection: Objection) -> Reach:
    return reach_of(
        objection.kind,
        answered=dismissed_before(exposure.id, objection.kind),
        hidden_today=posts_hidden_from(objection.origin, besides=exposure.id) if objection.origin else 0,
    )


@command
def forget_origins() -> None:
    """Forget from where objections came that were filed some days ago; the day's key is of no use any more then."""
    long_ago = ports.clock.now() - timedelta(days=ORIGIN_DAYS)
    known = update(Objection).where(
        Objection.city_id == current_city_id(), Objection.origin != "", Objection.filed_at <= long_ago
    )
    db.session.execute(known.values(origin=""))


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
    if not kept_hidden(exposure.id):
        show_again(exposure, objection_id=objection.id)


@command
def let_go_of_contacts(contacts: Sequence[str]) -> None:
    """Cut these contacts, however they were typed, from objections: whoever filed one has its receipt."""
    theirs = update(Objection).where(
        Objection.city_id == current_city_id(), written_as(Objection.contact, contacts)
    )
    db.session.execute(theirs.values(contact="").execution_options(synchronize_session=False))
