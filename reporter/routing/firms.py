"""What an external firm does by its link, and nothing else: claim, promise, send back, hand in the result.

The link is looked at again within each command: one that was taken back a moment ago writes nothing.
"""

from datetime import datetime, timedelta

from reporter.cases.commands import Outcome, advance, submit_result
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.kernel.audit import TrailEntry, record
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.routing.links import lent_by, living_link
from reporter.routing.models import OrderLink

LONGEST_PROMISE = timedelta(days=366)


def _let_in(link_id: int) -> tuple[OrderLink, Case, Actor]:
    link = living_link(link_id)
    return link, get_case(link.case_id), lent_by(link)


@command
def note_opened(link_id: int) -> None:
    """Remember when a link was opened for the first time. Raises what `living_link` raises."""
    link = living_link(link_id)
    link.opened_at = link.opened_at or ports.clock.now()


@command
def claim_by_link(link_id: int, *, seen: int | None = None) -> TrailEntry:
    """Take the case. Raises what `living_link` and `advance` raise, as do the commands below."""
    _, case, actor = _let_in(link_id)
    return advance(case, Action.CLAIM, by=actor, seen=seen)


@command
def send_back_by_link(link_id: int, *, reason: str, code: str = "", seen: int | None = None) -> TrailEntry:
    """Ask the centre to take the case back."""
    _, case, actor = _let_in(link_id)
    return advance(case, Action.REQUEST_SEND_BACK, by=actor, seen=seen, reason=reason, code=code)


@command
def promise_by_link(link_id: int, at: datetime, *, seen: int | None = None) -> TrailEntry:
    """Say when it will be done; the deadline stays what it is.

    Raises:
        BadInput: not in the future, or more than a year ahead; field "at".
        WrongStep: the case is not being handled.
    """
    link, case, actor = _let_in(link_id)
    require(actor, Permission.CASE_WORK, case)
    if seen is not None and seen != case.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    if case.state is not State.HANDLING:
        raise WrongStep("Please take the case over first; then say when it will be done.")
    now = ports.clock.now()
    if not now < at <= now + LONGEST_PROMISE:
        raise BadInput("Please give a time in the future, within a year.", field="at")
    link.promised_at = at
    return record(case, "promise", by=actor, at=now, facts={"promised_at": at.isoformat()})


@command
def hand_in_by_link(link_id: int, outcome: Outcome, *, seen: int | None = None) -> TrailEntry:
    """Hand in the result."""
    _, case, actor = _let_in(link_id)
    return submit_result(case, outcome, by=actor, seen=seen)
