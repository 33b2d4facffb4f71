"""Turn a step's effects into notices by the table; whatever leaves the house does so after commit."""

from collections.abc import Callable, Mapping
from typing import Any

from reporter.board.events import ExposureMoved, ObjectionMoved
from reporter.board.queries import get_exposure
from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import Action
from reporter.cases.models import Case
from reporter.cases.queries import get_case, get_category
from reporter.editorial.events import PieceMoved
from reporter.following.events import DigestWritten
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import db
from reporter.notices.commands.writing import tell, tell_hooks
from reporter.notices.table import OUTSIDE, Who, row_for, told_by
from reporter.reports.events import (
    CalmRuleOff,
    DecisionStands,
    HandoverMoved,
    Named,
    ReportMoved,
    SaidOutside,
)
from reporter.reports.queries import first_report_of, get_report, reporters_of_case
from reporter.routing.queries import get_unit

Facts = dict[str, Any]


def tell_of_case(event: CaseMoved) -> None:
    """Write a notice for each audience that the case's step names, and for the webhooks that want to hear of it."""
    if event.held:
        return
    case, what = get_case(event.case_id), f"case.{event.action}"
    facts: Facts = {"case_id": case.id, "number": case.number, "reason": _reason(event.entry_id)}
    for who in told_by(event.effect):
        for audience in _asked(case) if event.action is Action.ASK_REPORTER else _AUDIENCES[who](case):
            _write(what, who, facts | audience)
    if event.escalates:
        _write("case.ladder", Who.CENTRE, facts | {"desk": str(Who.CENTRE)})
    if what in OUTSIDE:
        kind = get_category(case.category_id).slug
        told = {"number": case.number, "kind": kind, "state": str(event.after)}
        tell_hooks(OUTSIDE[what], told, entry_id=event.entry_id)


def tell_of_report(event: ReportMoved) -> None:
    """Write a notice for each audience that the report's step names."""
    if event.held:
        return
    report, what = get_report(event.report_id), f"report.{event.action}"
    facts: Facts = {"case_id": report.case_id, "number": report.number, "reason": _reason(event.entry_id)}
    for who in told_by(event.effect):
        mine = {"report_id": report.id, "user_id": report.reporter_id}
        _write(what, who, facts | (mine if who is Who.REPORTER else {"desk": str(who)}))


def tell_what_stands(event: DecisionStands) -> None:
    """Tell now what was held back while a decision could be undone."""
    if event.report:
        tell_of_report(event.report)
    if event.case:
        tell_of_case(event.case)


def tell_of_calm_rule(event: CalmRuleOff) -> None:
    """Tell the centre that a moderator decides about every report again."""
    _write("calm_rule.switch_off", Who.CENTRE, {"desk": str(Who.CENTRE), "number": event.number})


def tell_who_is_named(event: Named) -> None:
    """Ring the bell of whoever is named in an internal note; what it says stays with the note."""
    for user_id in event.user_ids:
        facts = {"user_id": user_id, "case_id": event.case_id, "number": event.number}
        _write("note.name", Who.COLLEAGUE, facts)


def tell_what_was_said(event: SaidOutside) -> None:
    """Tell the centre that another system says something about a case; what it says stays in the case's trail."""
    facts: Facts = {"case_id": event.case_id, "number": event.number}
    _write("case.tell", Who.CENTRE, facts | {"desk": str(Who.CENTRE)})


def tell_of_handover(event: HandoverMoved) -> None:
    """Tell the centre that a handover waits, or whoever gave one that it is doubted; its words stay with it.

    The whole centre: rosters name those who handle cases, not who comes on there.
    """
    if event.doubted_of:
        _write("handover.doubt", Who.COLLEAGUE, {"user_id": event.doubted_of})
    else:
        _write("handover.hand_over", Who.CENTRE, {"desk": str(Who.CENTRE)})


def tell_of_exposure(event: ExposureMoved) -> None:
    """Tell the editors what waits for them, and the webhooks what is to be seen or not any more."""
    what = f"exposure.{event.action}"
    for who in told_by(event.effect):
        _write(what, who, {"exposure_id": event.exposure_id, "desk": str(who)})
    if what in OUTSIDE:
        post = get_exposure(event.exposure_id)
        told = {"number": post.public_id, "kind": post.kind_slug, "state": str(post.state)}
        tell_hooks(OUTSIDE[what], told, entry_id=event.entry_id)


def tell_of_objection(event: ObjectionMoved) -> None:
    """Tell the editors that somebody objects."""
    for who in told_by(event.effect):
        _write(f"objection.{event.action}", who, {"objection_id": event.objection_id, "desk": str(who)})


def tell_of_piece(event: PieceMoved) -> None:
    """Tell the editors what waits for its release."""
    for who in told_by(event.effect):
        _write(f"piece.{event.action}", who, {"desk": str(who)})


def tell_of_digest(event: DigestWritten) -> None:
    """Tell somebody what is new where they follow it."""
    told = {"user_id": event.user_id, "digest_id": event.digest_id, "number": str(event.number)}
    _write("follow.digest", Who.FOLLOWER, told)


def _asked(case: Case) -> list[Facts]:
    """Return whom a unit asks: whoever reported it first. What it asks may say who they are."""
    first = first_report_of(case.id)
    return [{"report_id": first.id, "user_id": first.reporter_id}] if first else []


def _head_of(case: Case) -> list[Facts]:
    if not case.lead_unit_id:
        return []
    head = get_unit(case.lead_unit_id).head_id
    return [{"user_id": head} if head else {"unit_id": case.lead_unit_id}]


_AUDIENCES: Mapping[Who, Callable[[Case], list[Facts]]] = {
    Who.REPORTER: lambda case: [
        {"report_id": report_id, "user_id": user_id} for report_id, user_id in reporters_of_case(case.id)
    ],
    Who.UNIT: lambda case: [{"unit_id": case.lead_unit_id}] if case.lead_unit_id else [],
    Who.CO_UNITS: lambda case: [{"unit_id": unit_id} for unit_id in case.co_unit_ids],
    Who.HEAD: _head_of,
    Who.CENTRE: lambda _case: [{"desk": str(Who.CENTRE)}],
}


def _reason(entry_id: int) -> str:
    return db.session.get_one(TrailEntry, entry_id).reason


def _write(what: str, who: Who, facts: Facts) -> None:
    if row := row_for(what, who):
        tell(row, facts)
