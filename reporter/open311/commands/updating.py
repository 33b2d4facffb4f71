"""What other systems say about a request: once for each of their own numbers, and never more than a unit itself may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from reporter.cases import commands as cases
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, Nature
from reporter.cases.queries import get_case, photos_of
from reporter.kernel import events
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.policy import Actor, Role
from reporter.open311.key_models import ApiKey
from reporter.open311.post_models import PostedUpdate
from reporter.open311.posts import update_posted_before
from reporter.photos.commands.intake import keep
from reporter.ports import ports
from reporter.reports.commands import followup
from reporter.reports.events import SaidOutside
from reporter.reports.lifecycle import State as ReportState
from reporter.reports.models import Report
from reporter.reports.queries import first_report_of, get_report
from reporter.reports.worklists import report_by_number

STATUSES = frozenset(
    {
        "OPEN", "CLOSED", "FIXED", "IN_PROGRESS", "PLANNED", "ACTION_SCHEDULED", "INVESTIGATING", "DUPLICATE",
        "NOT_COUNCILS_RESPONSIBILITY", "NO_FURTHER_ACTION", "INTERNAL_REFERRAL", "CANCELLED", "REOPEN", "FOR_TRIAGE",
        "UNCHANGED", "CONFIRMED",
    }
)  # fmt: skip
BEGUN = frozenset({"IN_PROGRESS", "INVESTIGATING", "ACTION_SCHEDULED", "PLANNED"})
DONE = frozenset({"CLOSED", "FIXED"})
NOTED, HEARD = "tell", "hear"  # in the trail of the case; kept without words, so it stands nowhere else
CASE_PHOTOS = 45  # up to which another system hangs pictures on a case that it cannot hand in


@dataclass(frozen=True)
class Update:
    """One update as another system posts it. `update_id` is its own number for it, `status` a word in capitals."""

    update_id: str
    number: str
    status: str
    at: datetime
    words: str = ""
    photo_ids: Sequence[int] = ()


@command
def take_update(update: Update, key: ApiKey) -> PostedUpdate:
    """Take in an update; the same number of the same key again is the same update.

    A key that speaks for the unit of the case moves it as the unit would: begun is a claim, done with a picture hands in
    the result, which is inspected like every other. Whatever moves nothing stands in the case's trail, and the centre is
    told. Any other key adds to what it sent itself.

    Raises:
        NotFound: there is no such request that the key may speak of: its own, and those behind cases of its unit.
        BadInput: the number was used for another request, or the pictures cannot be taken.
        WrongStep: the report has ended and takes nothing more.
    """
    if known := known_update(key, update.update_id, update.number):
        return known
    report = report_by_number(update.number)
    if report is None:
        raise _unknown(update)
    case = get_case(report.case_id) if report.case_id else None
    row = PostedUpdate(
        key_id=key.id, update_id=update.update_id, report_id=report.id, status=update.status, said_at=update.at,
        at=ports.clock.now(), did="",
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:  # sent twice at the same instant
        if known := known_update(key, update.update_id, update.number):
            return known
        raise
    row.did = _done(update, report, case, key)
    return row


def known_update(key: ApiKey, update_id: str, number: str) -> PostedUpdate | None:
    """Return the update that a key posted as `update_id`. Raises `BadInput` when that was about another request."""
    known = update_posted_before(key.id, update_id)
    if known is not None and get_report(known.report_id).number != number:
        raise BadInput(
            "update_id: you have used %(update_id)s for another request. Give each update a number of its own.",
            field="update_id", update_id=update_id,
        )  # fmt: skip
    return known


def _unknown(update: Update) -> NotFound:
    """Return the one answer for what is not there and for what is somebody else's, which may be hidden."""
    return NotFound(
        "There is no service_request_id %(number)s here that this api_key may speak of.", number=update.number
    )


def _done(update: Update, report: Report, case: Case | None, key: ApiKey) -> str:
    """Do what an update asks for and return in a word what that was."""
    if case is not None and key.unit_id is not None and case.lead_unit_id == key.unit_id:
        return _at_unit(update, case, Actor(None, frozenset({Role.HANDLER}), key.unit_id, through=key.name))
    if report.sent_through != key.name:
        raise _unknown(update)
    if not update.words.strip() and not update.photo_ids:
        return HEARD
    by = Actor(None, report_id=report.id, through=key.name)
    asked = report.state is ReportState.INFO_REQUESTED or (case is not None and _waits_for(report, case))
    add = followup.answer if asked else followup.add_material
    add(report, update.words, update.photo_ids, by=by)
    return "answer" if asked else "add"


def _waits_for(report: Report, case: Case) -> bool:
    """Tell whether the unit has asked whoever sent this report, and not somebody who saw it too."""
    first = first_report_of(case.id) if case.state is State.WAITING else None
    return first is not None and first.id == report.id


def _at_unit(update: Update, case: Case, by: Actor) -> str:
    """Move a case as its unit would, as far as its state lets it."""
    done = ""
    if case.state is State.DISPATCHED and update.status in BEGUN | DONE:
        cases.advance(case, Action.CLAIM, by=by)
        done = str(Action.CLAIM)
    finished = update.status in DONE and bool(update.photo_ids) and case.nature is not Nature.ACT
    if finished and case.state is State.HANDLING:
        result = cases.Outcome("repair", update.words, photo_ids=update.photo_ids)
        cases.submit_result(case, result, by=by)
        return str(Action.SUBMIT_RESULT)
    if not done or update.words.strip() or update.photo_ids:
        _note(update, case, by)
    return done or NOTED


def _note(update: Update, case: Case, by: Actor) -> None:
    """Write what was said into the case's trail and let the centre know; pictures hang on a case that is open."""
    if update.photo_ids:
        _refuse_pictures(update, case)
        keep(update.photo_ids)
        cases.attach_photos(case, update.photo_ids, stage="before")
    record(
        case, NOTED, by=by, at=ports.clock.now(), reason=update.words.strip(),
        facts={"status": update.status, "photos": len(update.photo_ids)},
    )  # fmt: skip
    events.publish(SaidOutside(case.id, case.number))


def _refuse_pictures(update: Update, case: Case) -> None:
    """Raise `BadInput` where a case takes no pictures, or not so many more."""
    if not case.is_open:
        raise BadInput(
            "The case has ended and takes no more pictures. Send what you have to say without them.",
            field="media",
        )
    if len(photos_of(case.id)) + len(update.photo_ids) > CASE_PHOTOS:
        raise BadInput(
            "The case has as many pictures as it takes: %(most)s.", field="media", most=CASE_PHOTOS
        )
