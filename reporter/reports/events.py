"""What reports announce to the rest of the house."""

from dataclasses import dataclass

from reporter.cases.events import CaseMoved
from reporter.reports.lifecycle import Action, Effect


@dataclass(frozen=True)
class ReportMoved:
    """Published after a report took a step, inside the same transaction.

    `held`: nothing leaves the house yet, because the step can still be undone.
    """

    report_id: int
    entry_id: int
    action: Action
    effect: Effect
    held: bool = False


@dataclass(frozen=True)
class DecisionStands:
    """Published when a decision can no longer be undone: what it sets off outside goes its way now.

    `report` is None where that was told at once, `case` for decisions that need none.
    """

    report: ReportMoved | None
    case: CaseMoved | None


@dataclass(frozen=True)
class Named:
    """Published when somebody was named in an internal note for the first time; `user_ids` are told."""

    number: str
    case_id: int | None
    user_ids: tuple[int, ...]


@dataclass(frozen=True)
class SaidOutside:
    """Published when another system says something about a case that moves nothing."""

    case_id: int
    number: str


@dataclass(frozen=True)
class SenderGone:
    """Published when whoever sent these reports wants to be known no more."""

    report_ids: tuple[int, ...]


@dataclass(frozen=True)
class HandoverMoved:
    """Published when a shift was handed over, and when whoever received it doubts something in it.

    `doubted_of`: whose handover is doubted; None: it waits to be received.
    """

    handover_id: int
    doubted_of: int | None = None


@dataclass(frozen=True)
class CalmRuleOff:
    """Published when the rule for low risk has switched itself off. `number`: of the report that was found wrong last."""

    number: str
