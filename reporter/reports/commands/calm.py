"""Reports taken in without a moderator: the rule settled and switched off, a report that passes, one looked at again."""

from dataclasses import asdict

from sqlalchemy import func, select

from reporter.cities.queries import current_city
from reporter.kernel import events
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.errors import BadInput, Conflict, WrongStep
from reporter.kernel.policy import SYSTEM, Actor, Permission, Role, require
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.reports.calm import Terms, Verdict, conditions, drawn, goes_too_far, is_in_sample
from reporter.reports.calm_lists import known_of, newest_rule, pass_of
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.events import CalmRuleOff
from reporter.reports.lifecycle import State
from reporter.reports.models import CalmPass, CalmRule, Report
from reporter.reports.queries import get_report

JOB = "reports.take_calm"
HOURS = 24
ACCEPTED_FROM, ACCEPTED_TO = 1, 50
SHARE_FROM, SHARE_TO = 5, 100  # percent
WRONG_TO = 20  # percent
NOTE_AT_MOST = 500  # characters


@command
def settle_rule(terms: Terms, *, by: Actor) -> CalmRule:
    """Switch the rule on as it is settled here, as a version of its own; for reports that come from now on.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: no kind, or a number out of its bounds; the field is named as in `Terms`.
    """
    require(by, Permission.ADMIN_SYSTEM)
    refuse_terms(terms)
    before = newest_rule()
    rule = CalmRule(
        number=before.number + 1 if before else 1, on=True, why_off="", made_at=ports.clock.now(), made_by_id=by.id,
        **asdict(terms) | {"category_ids": sorted(terms.category_ids)},
    )  # fmt: skip
    db.session.add(rule)
    db.session.flush()
    facts = asdict(terms) | {"number": rule.number, "category_ids": sorted(terms.category_ids)}
    record(current_city(), "settle_calm_rule", by=by, at=rule.made_at, facts=facts)
    return rule


def refuse_terms(terms: Terms) -> None:
    """Raise `BadInput` for terms that make no rule."""
    if not terms.category_ids:
        raise BadInput("Please choose at least one kind.", field="category_ids")
    bounds = {
        "accepted": (terms.accepted, ACCEPTED_FROM, ACCEPTED_TO), "from_hour": (terms.from_hour, 0, HOURS - 1),
        "until_hour": (terms.until_hour, 1, HOURS), "share": (terms.share, SHARE_FROM, SHARE_TO),
        "most_wrong": (terms.most_wrong, 1, WRONG_TO),
    }  # fmt: skip
    for name, (value, least, most) in bounds.items():
        if not least <= value <= most:
            raise BadInput(
                "Please give a number from %(least)s to %(most)s.", field=name, least=least, most=most
            )
    if terms.from_hour == terms.until_hour:
        raise BadInput("The hours name no time of the day.", field="until_hour")


@command
def switch_off_rule(*, by: Actor, why: str = "person") -> None:
    """Switch the rule off; what it let through stays as it is.

    Raises:
        NotAllowed: `by` is neither system administrator nor the system.
        WrongStep: it is off.
    """
    require(by, Permission.ADMIN_SYSTEM)
    rule = newest_rule()
    if rule is None or not rule.on:
        raise WrongStep("The rule is off already.")
    rule.on, rule.why_off = False, why
    record(
        current_city(),
        "switch_off_calm_rule",
        by=by,
        at=ports.clock.now(),
        facts={"number": rule.number, "why": why},
    )


def ask_to_take(report: Report) -> None:
    """Let the rule look at a report after commit, when there is one, and a look is worth it."""
    rule = newest_rule()
    if (
        rule
        and rule.on
        and report.reporter_id
        and report.category_id in rule.category_ids
        and not report.urgent
    ):
        enqueue(JOB, report_id=report.id)


@command
def take_calm(report_id: int) -> None:
    """Accept, register and dispatch a report when every condition of the rule holds; run twice it does nothing more."""
    rule, report = newest_rule(), get_report(report_id)
    db.session.refresh(report, with_for_update=True)
    if rule is None or not rule.on or report.state is not State.SUBMITTED or pass_of(report.id):
        return
    found = conditions(rule.terms, known_of(report))
    if not all(one.met for one in found):
        return
    held = [one.kept() for one in found]
    by = SYSTEM.lent(Role.ACCEPTOR).lent(Role.DISPATCHER)
    case = accept(report, Judgement(), by=by, calm_rule=rule.number, conditions=held)
    draw = drawn(ports.seals.digest(f"calm {current_city_id()} {rule.number} {report.number}"))
    db.session.add(
        CalmPass(
            report_id=report.id, case_id=case.id, rule_id=rule.id, held=held, draw=draw, verdict="", note="",
            sampled=is_in_sample(draw, rule.share), at=ports.clock.now(),
        )
    )  # fmt: skip


@command
def check_pass(passed: CalmPass, verdict: str, note: str = "", *, by: Actor) -> bool:
    """Write down what a moderator says of one of the sample; return whether the rule has switched itself off by it.

    Raises:
        NotAllowed: `by` does not decide about reports.
        Conflict: somebody else has looked at it meanwhile.
        WrongStep: it is not of the sample.
        BadInput: no `Verdict`, or a note too long; fields "verdict" and "note".
    """
    require(by, Permission.REPORT_TRIAGE)
    db.session.refresh(passed, with_for_update=True)
    if passed.checked_at is not None:
        raise Conflict("A colleague has looked at this one already.")
    if not passed.sampled:
        raise WrongStep("This one was not drawn for the re-check.")
    if verdict not in list(Verdict):
        raise BadInput("Please choose one.", field="verdict")
    if len(note) > NOTE_AT_MOST:
        raise BadInput(
            "At most %(most)s characters; yours has %(length)s.",
            field="note",
            most=NOTE_AT_MOST,
            length=len(note),
        )
    now = ports.clock.now()
    passed.verdict, passed.note, passed.checked_at, passed.checked_by_id = verdict, note.strip(), now, by.id
    facts = {"verdict": verdict, "case_id": passed.case_id}
    record(get_report(passed.report_id), "recheck", by=by, at=now, reason=note.strip(), facts=facts)
    return _stop_if_needed(passed)


def _stop_if_needed(passed: CalmPass) -> bool:
    rule = newest_rule()
    if rule is None or not rule.on or rule.id != passed.rule_id:
        return False
    db.session.refresh(rule, with_for_update=True)
    checked, wrong = _checked(rule)
    if not rule.on or not goes_too_far(wrong, checked, rule.most_wrong):
        return False
    switch_off_rule(by=SYSTEM, why="disagreement")
    events.publish(CalmRuleOff(get_report(passed.report_id).number))
    return True


def _checked(rule: CalmRule) -> tuple[int, int]:
    """Return how many of one version of the rule were looked at, and how many of them were wrong.

    Only the sample is read, by index: it is as large as what people looked at, however much was let through.
    """
    looked_at = select(func.count(), func.count().filter(CalmPass.verdict != Verdict.RIGHT)).where(
        CalmPass.city_id == current_city_id(), CalmPass.sampled, CalmPass.checked_at.is_not(None),
        CalmPass.rule_id == rule.id,
    )  # fmt: skip
    checked, wrong = db.session.execute(looked_at).one()
    return checked, wrong
