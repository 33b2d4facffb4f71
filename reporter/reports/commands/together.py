"""The same decision about several reports: each is a step of its own, and one that is refused stops none of the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from reporter.kernel.audit import TrailEntry
from reporter.kernel.errors import Conflict, ReporterError, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.reports.commands.aside import set_aside, take_back
from reporter.reports.commands.holding import Hold, prolong
from reporter.reports.commands.triage import Judgement, accept, decline
from reporter.reports.lifecycle import Action
from reporter.reports.models import Report
from reporter.reports.queries import get_report, history

MEANWHILE = (Conflict, WrongStep)
AT_ONCE = 200  # reports that one press decides about


Reason = str | Callable[[Report], str]


class Do(StrEnum):
    """What can be done with several reports."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ASIDE = "aside"
    BACK = "back"


@dataclass(frozen=True)
class Picked:
    """A report that somebody chose, and the version they saw."""

    report_id: int
    seen: int


@dataclass(frozen=True)
class Left:
    """A report about which nothing was decided, and why. `decided`: the step by which somebody else was first."""

    number: str
    why: ReporterError
    decided: TrailEntry | None = None


@dataclass
class Outcome:
    """What became of those chosen. `done`: ids."""

    done: list[int] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


def decide_each(
    picked: Sequence[Picked], what: Do, *, by: Actor, reason: Reason = "", hold: Hold | None = None
) -> Outcome:
    """Do the same with each of the reports, each in a transaction of its own; return what became of them.

    Accepting keeps what the resident said, and gives the case to the unit that the rules name.

    Args:
        picked: `AT_ONCE` at most are looked at.
        what: is done with them.
        by: who decides.
        reason: for declining; the residents read it. A function of the report where it differs from one to the other.
        hold: for how long all of it can be undone together, from when the last is decided.

    Raises:
        NotAllowed: `by` does not decide about reports.
    """
    require(by, Permission.REPORT_TRIAGE)
    outcome = each_of(
        picked, lambda report, seen: _STEPS[what](report, seen, _reason_for(reason, report), by, hold)
    )
    if hold and outcome.done:
        prolong(hold)
    return outcome


def each_of(picked: Sequence[Picked], step: Callable[[Report, int], object]) -> Outcome:
    """Take a step with each of the reports, `AT_ONCE` at most; the second argument is the version that was seen."""
    outcome = Outcome()
    for one in picked[:AT_ONCE]:
        number = str(one.report_id)
        try:
            report = get_report(one.report_id)
            number = report.number
            step(report, one.seen)
        except ReporterError as error:
            outcome.left.append(Left(number, error, _decided(one) if isinstance(error, MEANWHILE) else None))
        else:
            outcome.done.append(one.report_id)
    return outcome


def _reason_for(reason: Reason, report: Report) -> str:
    return reason if isinstance(reason, str) else reason(report)


def _decided(one: Picked) -> TrailEntry | None:
    """Return the step that somebody took meanwhile about a report; None where it is as it was seen, or no step was taken."""
    report = get_report(one.report_id)
    last = history(report)[-1]
    return last if report.version != one.seen and last.action != Action.SUBMIT else None


_STEPS: dict[Do, Callable[[Report, int, str, Actor, Hold | None], object]] = {
    Do.ACCEPT: lambda report, seen, _, by, hold: accept(report, Judgement(), by=by, seen=seen, hold=hold),
    Do.DECLINE: lambda report, seen, reason, by, hold: decline(report, reason, by=by, seen=seen, hold=hold),
    Do.ASIDE: lambda report, seen, _, by, hold: set_aside(report, by=by, seen=seen, hold=hold),
    Do.BACK: lambda report, seen, _, by, hold: take_back(report, by=by, seen=seen, hold=hold),
}
