"""The life of a report, as data. Pure."""

from dataclasses import dataclass
from enum import Flag, StrEnum, auto

from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import Permission as May


class State(StrEnum):
    """Where a resident's submission stands."""

    SUBMITTED = "submitted"
    ASIDE = "aside"  # suspected spam, in the side queue
    INFO_REQUESTED = "info_requested"
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


WAITING = frozenset({State.SUBMITTED, State.ASIDE, State.INFO_REQUESTED})


class Action(StrEnum):
    """What somebody does with a report."""

    SUBMIT = "submit"
    REQUEST_INFO = "request_info"
    ANSWER = "answer"
    ADD = "add"
    ACCEPT = "accept"
    DECLINE = "decline"
    MERGE = "merge"
    JOIN = "join"
    WITHDRAW = "withdraw"
    REMIND = "remind"
    ESCALATE = "escalate"
    SET_ASIDE = "set_aside"
    TAKE_BACK = "take_back"
    UNDO = "undo"
    UNMERGE = "unmerge"


class Effect(Flag):
    """What a step sets off elsewhere."""

    NONE = 0
    TELL_REPORTER = auto()
    TELL_CENTRE = auto()
    ENTER_QUEUE = auto()
    LEAVE_QUEUE = auto()


@dataclass(frozen=True)
class Step:
    """One row of the table. `reason`: a reason must be given, and the reporter reads it."""

    source: State | None
    action: Action
    target: State
    who: May
    effect: Effect = Effect.NONE
    reason: bool = False


S, A, E = State, Action, Effect

# fmt: off
STEPS = (
    #    from              action           to                 who                 effect                              reason?
    Step(None,             A.SUBMIT,        S.SUBMITTED,       May.DESK_RESIDENT,  E.ENTER_QUEUE | E.TELL_REPORTER),
    Step(S.SUBMITTED,      A.REQUEST_INFO,  S.INFO_REQUESTED,  May.REPORT_TRIAGE,  E.LEAVE_QUEUE | E.TELL_REPORTER,    reason=True),
    Step(S.INFO_REQUESTED, A.ANSWER,        S.SUBMITTED,       May.REPORT_OWN,     E.ENTER_QUEUE | E.TELL_CENTRE),
    Step(S.SUBMITTED,      A.ADD,           S.SUBMITTED,       May.REPORT_OWN),
    Step(S.ACCEPTED,       A.ADD,           S.ACCEPTED,        May.REPORT_OWN,     E.TELL_CENTRE),
    Step(S.DUPLICATE,      A.ADD,           S.DUPLICATE,       May.REPORT_OWN,     E.TELL_CENTRE),
    Step(S.SUBMITTED,      A.ACCEPT,        S.ACCEPTED,        May.REPORT_TRIAGE,  E.LEAVE_QUEUE),
    Step(S.SUBMITTED,      A.MERGE,         S.DUPLICATE,       May.REPORT_TRIAGE,  E.LEAVE_QUEUE | E.TELL_REPORTER),
    Step(S.SUBMITTED,      A.JOIN,          S.DUPLICATE,       May.REPORT_OWN,     E.LEAVE_QUEUE | E.TELL_REPORTER),
    Step(S.SUBMITTED,      A.DECLINE,       S.DECLINED,        May.REPORT_TRIAGE,  E.LEAVE_QUEUE | E.TELL_REPORTER,    reason=True),
    Step(S.INFO_REQUESTED, A.DECLINE,       S.DECLINED,        May.REPORT_TRIAGE,  E.TELL_REPORTER,                    reason=True),
    Step(S.SUBMITTED,      A.SET_ASIDE,     S.ASIDE,           May.REPORT_ASIDE,   E.LEAVE_QUEUE),
    Step(S.ASIDE,          A.TAKE_BACK,     S.SUBMITTED,       May.REPORT_TRIAGE,  E.ENTER_QUEUE),
    Step(S.ASIDE,          A.DECLINE,       S.DECLINED,        May.REPORT_TRIAGE,  E.TELL_REPORTER,                    reason=True),
    Step(S.ASIDE,          A.ADD,           S.ASIDE,           May.REPORT_OWN),
    Step(S.ASIDE,          A.WITHDRAW,      S.WITHDRAWN,       May.REPORT_OWN),
    Step(S.DUPLICATE,      A.UNMERGE,       S.SUBMITTED,       May.REPORT_TRIAGE,  E.ENTER_QUEUE | E.TELL_REPORTER,    reason=True),
    Step(S.ACCEPTED,       A.UNDO,          S.SUBMITTED,       May.REPORT_TRIAGE,  E.ENTER_QUEUE),
    Step(S.DUPLICATE,      A.UNDO,          S.SUBMITTED,       May.REPORT_TRIAGE,  E.ENTER_QUEUE),
    Step(S.DECLINED,       A.UNDO,          S.SUBMITTED,       May.REPORT_TRIAGE,  E.ENTER_QUEUE),  # or to where it was declined
    Step(S.INFO_REQUESTED, A.UNDO,          S.SUBMITTED,       May.REPORT_TRIAGE,  E.ENTER_QUEUE),
    Step(S.ASIDE,          A.UNDO,          S.SUBMITTED,       May.REPORT_TRIAGE,  E.ENTER_QUEUE),
    Step(S.SUBMITTED,      A.UNDO,          S.ASIDE,           May.REPORT_TRIAGE,  E.LEAVE_QUEUE),
    Step(S.SUBMITTED,      A.REMIND,        S.SUBMITTED,       May.REPORT_SYSTEM,  E.TELL_CENTRE),
    Step(S.SUBMITTED,      A.ESCALATE,      S.SUBMITTED,       May.REPORT_SYSTEM,  E.TELL_CENTRE),
    Step(S.SUBMITTED,      A.WITHDRAW,      S.WITHDRAWN,       May.REPORT_OWN,     E.LEAVE_QUEUE),
    Step(S.INFO_REQUESTED, A.WITHDRAW,      S.WITHDRAWN,       May.REPORT_OWN),
    Step(S.ACCEPTED,       A.WITHDRAW,      S.WITHDRAWN,       May.REPORT_OWN),  # while others stand behind the case
    Step(S.DUPLICATE,      A.WITHDRAW,      S.WITHDRAWN,       May.REPORT_OWN),
)
# fmt: on

_BY_KEY = {(step.source, step.action): step for step in STEPS}


def step_for(source: State | None, action: Action) -> Step:
    """Return the one step `action` takes from `source`. Raises `WrongStep` if there is none."""
    try:
        return _BY_KEY[source, action]
    except KeyError:
        raise WrongStep(
            "This is not possible any more: the report has moved on (%(state)s).", state=str(source)
        ) from None


def actions_from(source: State) -> list[Action]:
    """Return what the table allows from `source`, in the table's order."""
    return [step.action for step in STEPS if step.source is source]
