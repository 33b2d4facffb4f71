"""What the reporter does afterwards: answer, add, withdraw, rate, say that it is not put right, urge."""

from collections.abc import Sequence
from typing import Any

from reporter.cases import commands as cases
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.lifecycle import Move as CaseMove
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.lifecycle import step_for as case_step
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.cases.queries import history as history_of_case
from reporter.cities.commands import next_number
from reporter.cities.queries import local
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, WrongStep
from reporter.kernel.policy import Actor, Permission, Role, require
from reporter.photos.commands.intake import keep
from reporter.ports import ports
from reporter.reports.commands.door import (
    PARTNER_WORDS,
    PHOTOS_AT_MOST,
    WORDS_AT_MOST,
    hang,
    move,
    run_clock,
    say,
)
from reporter.reports.commands.joining import leave
from reporter.reports.commands.weighing import weigh
from reporter.reports.lifecycle import WAITING, Action
from reporter.reports.models import Report
from reporter.reports.queries import first_report_of, history, messages_of
from reporter.reports.screening import without_personal_data
from reporter.reports.unfixed import said_unfixed, unheard

RATINGS = ("satisfied", "mostly", "neutral", "dissatisfied")


@command
def answer(
    report: Report, words: str, photo_ids: Sequence[int] = (), *, by: Actor, client_id: str = ""
) -> None:
    """Answer the centre's question, or the unit's, with pictures or without; the same client id is the same answer.

    An answer to the unit stands in the case's trail without phone numbers, plates and the like: it reads no more of a
    reporter than it needs.

    Raises:
        BadInput: neither words nor pictures, or too many; or the client id was used for other words.
    """
    if _sent_before(report, client_id, words):
        return
    case = get_case(report.case_id) if report.case_id else None
    if case is not None and case.state is CaseState.WAITING:
        if not _is_first(report, case):
            raise WrongStep("The unit has asked whoever reported it first. You can add something below.")
        _add_material(report, Action.ADD, words, photo_ids, by=by, client_id=client_id)
        cases.advance(
            case,
            CaseAction.ANSWER,
            by=by.lent(Role.REPORTER),
            reason=without_personal_data(words),
            report_id=report.id,
        )
        return
    _add_material(report, Action.ANSWER, words, photo_ids, by=by, client_id=client_id)
    run_clock(report)


@command
def add_material(
    report: Report, words: str, photo_ids: Sequence[int] = (), *, by: Actor, client_id: str = ""
) -> None:
    """Add words or pictures to a report that is under way; the same client id is the same addition.

    Raises:
        BadInput: neither words nor pictures, or too many; or the client id was used for other words.
    """
    if not _sent_before(report, client_id, words):
        _add_material(report, Action.ADD, words, photo_ids, by=by, client_id=client_id)


def _sent_before(report: Report, client_id: str, words: str) -> bool:
    db.session.refresh(report, with_for_update=True)  # of two at once the second sees what the first did
    if not client_id or all(entry.facts.get("client_id") != client_id for entry in history(report)):
        return False
    if words.strip() not in {message.words for message in messages_of(report.id)}:
        raise BadInput(
            "This form was sent before, with other words. Send it again to add these.", field="client_id"
        )
    return True


def _add_material(
    report: Report, action: Action, words: str, photo_ids: Sequence[int], *, by: Actor, client_id: str
) -> None:
    if not words.strip() and not photo_ids:
        raise BadInput("Please write something or add a photo.", field="words")
    most = PARTNER_WORDS if by.through else WORDS_AT_MOST
    if len(words) > most:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.", field="words",
            most=most, length=len(words),
        )  # fmt: skip
    if report.photo_count + len(photo_ids) > PHOTOS_AT_MOST:
        raise BadInput("At most %(most)s photos; please take some away.", field="photos", most=PHOTOS_AT_MOST)
    move(report, action, by=by, photos=len(photo_ids), client_id=client_id)
    keep(photo_ids)
    hang(report, photo_ids)
    say(report, words, by=by, from_centre=False, photo_ids=photo_ids)
    if report.state in WAITING:
        weigh(report, more_words=words)
    if report.case_id and photo_ids:
        cases.attach_photos(get_case(report.case_id), photo_ids, stage="before")


@command
def withdraw(report: Report, *, by: Actor) -> None:
    """Take one's own report back: before it is accepted, or from a case that others stand behind too.

    Its pictures leave the case, which lives on with whoever reported it next.

    Raises:
        WrongStep: the case has ended, or nobody else reported it.
    """
    case = get_case(report.case_id) if report.case_id else None
    if case is not None:
        leave(report, case, by=by)
    move(report, Action.WITHDRAW, by=by)
    report.due_at = None


@command
def say_solved(report: Report, *, solved: bool, by: Actor) -> None:
    """Say whether what was reported is solved, in one word; it may be said anew until the case is rated or the time is over.

    Raises:
        WrongStep: rated before, too late, or the case is still open.
    """
    require(by, Permission.REPORT_OWN, report)
    case, now = _case_behind(report), ports.clock.now()
    step = case_step(case.state, CaseAction.RATE)
    asking = CaseMove(by=by.lent(Role.REPORTER), at=now, facts={"rated_before": bool(report.rating)})
    if words := next(filter(None, (guard(case, asking) for guard in step.guards)), ""):
        raise WrongStep(words)
    if report.solved is not solved:
        report.solved = solved
        record(report, "say_solved", by=by, at=now, facts={"solved": solved})


@command
def rate(report: Report, rating: str, *, solved: bool, by: Actor) -> None:
    """Rate the case behind one's report, once, within seven days.

    The figures go by whoever reported it first: of those who saw it too each says how they like it, and counts for
    themselves alone.

    Raises:
        BadInput: not one of `RATINGS`.
        WrongStep: rated before, too late, or the case is still open.
    """
    require(by, Permission.REPORT_OWN, report)
    if rating not in RATINGS:
        raise BadInput("Please choose one of the four answers.", field="rating")
    case = _case_behind(report)
    said: dict[str, Any] = {"rating": rating} if _is_first(report, case) else {"own_rating": rating}
    to_look_at = case.follow_up_due_at if unheard(history_of_case(case)) else None
    cases.advance(
        case, CaseAction.RATE, by=by.lent(Role.REPORTER),
        **said, solved=solved, report_id=report.id, rated_before=bool(report.rating),
    )  # fmt: skip
    report.rating, report.solved, report.rated_at = rating, solved, ports.clock.now()
    if to_look_at:
        cases.keep_follow_up(case, to_look_at)


@command
def say_not_fixed(report: Report, reason: str, photo_ids: Sequence[int] = (), *, by: Actor) -> None:
    """Say "not fixed", once, within seven days.

    Whoever reported it first sends it back to its unit. What those say who saw it too is kept, and the centre looks at
    it first: a press on "I saw it too" must not take a published post down. The words stand in the case's trail, which
    units read, without phone numbers, plates and the like.

    Raises:
        BadInput: no words; field "reason".
        WrongStep: said or opened again before, too late, or the case is still open.
    """
    require(by, Permission.REPORT_OWN, report)
    case = _case_behind(report)
    first, trail = _is_first(report, case), history_of_case(case)
    before = any(entry.facts.get("report_id") == report.id for entry in said_unfixed(trail))
    if photo_ids:
        keep(photo_ids)
        hang(report, photo_ids)
        cases.attach_photos(case, photo_ids, stage="before")
    said: dict[str, Any] = {} if first else {"said_before": before}
    cases.advance(
        case, CaseAction.REOPEN if first else CaseAction.SAY_UNFIXED, by=by.lent(Role.REPORTER),
        reason=without_personal_data(reason), report_id=report.id, photos=len(photo_ids), **said,
    )  # fmt: skip
    if not first:
        cases.keep_follow_up(case, case.follow_up_due_at or ports.clock.now())


@command
def urge(report: Report, *, by: Actor) -> None:
    """Remind the unit (催办), once a day."""
    require(by, Permission.REPORT_OWN, report)
    today = local(ports.clock.now()).date().isoformat()
    if next_number(f"urge-{report.id}", day=local(ports.clock.now()).date()) > 1:
        raise WrongStep("You have reminded them today already; you can again tomorrow.")
    cases.advance(
        _case_behind(report), CaseAction.URGE, by=by.lent(Role.REPORTER), report_id=report.id, day=today
    )


def _is_first(report: Report, case: Case) -> bool:
    first = first_report_of(case.id)
    return first is not None and first.id == report.id


def _case_behind(report: Report) -> Case:
    if report.case_id is None:
        raise WrongStep("This report has not become a case.")
    return get_case(report.case_id)
