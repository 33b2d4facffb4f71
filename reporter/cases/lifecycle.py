"""The life of a case, as data. Read this table and you know the product.

Pure: imports nothing but the standard library and the permission names.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Flag, StrEnum, auto
from typing import Any

from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import Actor, Role
from reporter.kernel.policy import Permission as May


class State(StrEnum):
    """Where a case stands."""

    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    SHELVED = "shelved"
    DEFERRED = "deferred"
    WAITING = "waiting"
    HANDLED = "handled"
    CLOSED = "closed"
    CLOSED_UNFIXED = "closed_unfixed"
    ARCHIVED = "archived"
    VOID = "void"


PAUSED = frozenset({State.SHELVED, State.DEFERRED, State.WAITING})
OPEN = PAUSED | {State.REGISTERED, State.DISPATCHED, State.HANDLING, State.HANDLED}


class Action(StrEnum):
    """What somebody does with a case."""

    REGISTER = "register"
    JOIN = "join"
    LEAVE = "leave"
    UNDO = "undo"
    DISPATCH = "dispatch"
    REASSIGN = "reassign"
    CLAIM = "claim"
    REQUEST_SEND_BACK = "request_send_back"
    APPROVE_SEND_BACK = "approve_send_back"
    REFUSE_SEND_BACK = "refuse_send_back"
    REQUEST_EXTENSION = "request_extension"
    APPROVE_EXTENSION = "approve_extension"
    REFUSE_EXTENSION = "refuse_extension"
    REQUEST_SHELVE = "request_shelve"
    APPROVE_SHELVE = "approve_shelve"
    REFUSE_SHELVE = "refuse_shelve"
    REQUEST_DEFER = "request_defer"
    APPROVE_DEFER = "approve_defer"
    REFUSE_DEFER = "refuse_defer"
    RESUME = "resume"
    ASK_REPORTER = "ask_reporter"
    ANSWER = "answer"
    SUBMIT_RESULT = "submit_result"
    INSPECT_PASS = "inspect_pass"
    INSPECT_FAIL = "inspect_fail"
    CLOSE_UNFIXED = "close_unfixed"
    RATE = "rate"
    FOLLOW_UP = "follow_up"
    SAY_UNFIXED = "say_unfixed"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    VOID = "void"
    URGE = "urge"
    SUPERVISE = "supervise"
    WHISTLE = "whistle"
    REPORT_IN = "report_in"
    WHISTLE_LATE = "whistle_late"
    CONCLUDE = "conclude"
    CORRECT = "correct"
    REMIND = "remind"
    ESCALATE = "escalate"
    SUPERVISE_LATE = "supervise_late"
    FALL_BACK = "fall_back"
    REVOKE_PENALTY = "revoke_penalty"
    END_ELSEWHERE = "end_elsewhere"
    BRING_OVER = "bring_over"


class Effect(Flag):
    """What a step sets off elsewhere. Rooms react to effects, never to state names."""

    NONE = 0
    TELL_REPORTER = auto()
    TELL_UNIT = auto()
    TELL_CO_UNITS = auto()
    TELL_HEAD = auto()
    TELL_CENTRE = auto()
    OPEN_ORDER = auto()
    CLAIMED = auto()
    STOP_CLOCK = auto()
    CLOSE_ORDER = auto()
    PAUSE_CLOCK = auto()
    RESUME_CLOCK = auto()
    EXTEND_CLOCK = auto()
    HALF_CLOCK = auto()
    INSPECT_CLOCK = auto()
    RECOUNT_CLOCK = auto()
    ASK = auto()
    GRANT = auto()
    REFUSE = auto()
    EXPOSE = auto()
    WITHDRAW = auto()
    REVOKED = auto()
    END = auto()


EXTENSIONS_AT_MOST = 2
REOPENINGS_AT_MOST = 1
QUESTIONS_AT_MOST = 2
LADDER_AT = 3  # send-backs, or reworks, after which the case escalates
RATING_WINDOW = timedelta(days=7)
ARCHIVE_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Move:
    """What the guards may look at beside the case: who, when, and the facts handed in with the action."""

    by: Actor
    at: datetime
    facts: dict[str, Any]


Guard = Callable[[Any, Move], str]


def no_request_open(case: Any, _: Move) -> str:
    """One request at a time."""
    return "A request for this case is still waiting for its answer." if case.open_request else ""


def request_open(kind: str) -> Guard:
    """Return the guard "a request of `kind` waits for an answer"."""

    def guard(case: Any, _: Move) -> str:
        """A request of this kind waits for its answer."""
        return "" if case.open_request == kind else "There is no such request waiting for an answer."

    return guard


def asked_before_due(case: Any, move: Move) -> str:
    """More time is asked for before the time is over."""
    late = case.due_at is not None and move.at >= case.due_at
    return "More time can only be asked for before the deadline." if late else ""


def extensions_left(case: Any, _: Move) -> str:
    """At most two extensions."""
    used_up = case.extension_count >= EXTENSIONS_AT_MOST
    return "This case has been extended twice already; that is the most." if used_up else ""


def questions_left(case: Any, _: Move) -> str:
    """At most two questions, because the clock stands still until the answer."""
    used_up = case.question_count >= QUESTIONS_AT_MOST
    return "The reporter has been asked twice already; that is the most." if used_up else ""


def somebody_to_ask(_: Any, move: Move) -> str:
    """Somebody reported it."""
    return "" if move.facts.get("reports") else "Nobody reported this case, so there is nobody to ask."


def everybody_came(_: Any, move: Move) -> str:
    """Every unit called has reported in, or is said to be not needed."""
    missing = move.facts.get("missing") and not move.facts.get("without")
    return "Not every unit has reported in yet." if missing else ""


def result_complete(case: Any, move: Move) -> str:
    """A condition needs a new after-photo; an act needs a penalty or education record."""
    if case.nature == "act":
        return "" if move.facts.get("record") else "Please enter the penalty or education record."
    return "" if move.facts.get("after_photos") else "Please add at least one photo taken after the work."


def review_date_given(_: Any, move: Move) -> str:
    """A pause says when it will be looked at again."""
    review_at = move.facts.get("review_at")
    given = review_at is not None and review_at > move.at
    return "" if given else "Please give the date, in the future, on which this pause is reviewed."


def in_rating_window(case: Any, move: Move) -> str:
    """A reporter rates or reopens within seven days after the end."""
    over = case.closed_at is None or move.at > case.closed_at + RATING_WINDOW
    return "Seven days have passed since this case was closed." if over else ""


def not_rated(case: Any, move: Move) -> str:
    """One rating for each reporter's report."""
    return "You have rated this already. Thank you." if move.facts.get("rated_before") else ""


def not_followed_up(case: Any, _: Move) -> str:
    """The reporter was not asked yet."""
    return "" if case.follow_up_due_at else "The reporter was asked already, or there is nobody to ask."


def not_said_before(_: Any, move: Move) -> str:
    """Each of those who saw it too says once that it is not put right."""
    return "You have said so already; the centre looks at it." if move.facts.get("said_before") else ""


def reopenings_left(case: Any, move: Move) -> str:
    """A reporter reopens once, within seven days; a supervisor is not bound. What was said in time may be looked at later."""
    if Role.REPORTER not in move.by.roles:
        return ""
    if case.reopen_count >= REOPENINGS_AT_MOST:
        return "This case has been reopened once already; please report it anew."
    return "" if move.facts.get("said_in_time") else in_rating_window(case, move)


def others_behind(case: Any, _: Move) -> str:
    """Somebody else reported it too: a case that nobody stands behind is closed, never left."""
    alone = case.report_count <= 1
    return (
        "Yours is the only report of this case, and the city is at it already. It goes on." if alone else ""
    )


def penalty_stands(_: Any, move: Move) -> str:
    """There is a penalty, and nobody has said yet that it does not stand."""
    return "" if move.facts.get("penalty") else "This case has no penalty that still stands."


def stands_alone(case: Any, _: Move) -> str:
    """No other report has joined the case."""
    joined = case.report_count > 1
    return (
        "Another report was joined to this case meanwhile; please take that one out first." if joined else ""
    )


def rested(case: Any, move: Move) -> str:
    """Archived thirty days after the end."""
    young = case.closed_at is None or move.at < case.closed_at + ARCHIVE_AFTER
    return "A case is archived thirty days after it was closed." if young else ""


@dataclass(frozen=True)
class Step:
    """One row of the table.

    Attributes:
        reason: a reason must be given.
        counts: the counter of the case that goes up by one.
        ladder: the counter escalates the case when it reaches `LADDER_AT`.
    """

    source: State | None
    action: Action
    target: State
    who: May
    effect: Effect = Effect.NONE
    reason: bool = False
    guards: tuple[Guard, ...] = ()
    counts: str = ""
    ladder: bool = False


S, A, E = State, Action, Effect

# fmt: off
STEPS = (
    #    from              action                 to                  who                          effect                                              reason, guards, counter
    Step(None,             A.REGISTER,            S.REGISTERED,       May.CASE_REGISTER,           E.TELL_REPORTER),
    Step(S.REGISTERED,     A.DISPATCH,            S.DISPATCHED,       May.CASE_DISPATCH,           E.OPEN_ORDER | E.TELL_UNIT | E.TELL_REPORTER),
    Step(S.DISPATCHED,     A.CLAIM,               S.HANDLING,         May.CASE_WORK,               E.CLAIMED | E.TELL_REPORTER),

    Step(S.DISPATCHED,     A.REQUEST_SEND_BACK,   S.DISPATCHED,       May.CASE_WORK,               E.ASK | E.TELL_CENTRE,                              reason=True, guards=(no_request_open,)),
    Step(S.HANDLING,       A.REQUEST_SEND_BACK,   S.HANDLING,         May.CASE_WORK,               E.ASK | E.TELL_CENTRE,                              reason=True, guards=(no_request_open,)),
    Step(S.DISPATCHED,     A.APPROVE_SEND_BACK,   S.REGISTERED,       May.CASE_APPROVE,            E.GRANT | E.CLOSE_ORDER | E.TELL_UNIT,              guards=(request_open("send_back"),), counts="send_back_count", ladder=True),
    Step(S.HANDLING,       A.APPROVE_SEND_BACK,   S.REGISTERED,       May.CASE_APPROVE,            E.GRANT | E.CLOSE_ORDER | E.TELL_UNIT,              guards=(request_open("send_back"),), counts="send_back_count", ladder=True),
    Step(S.DISPATCHED,     A.REFUSE_SEND_BACK,    S.DISPATCHED,       May.CASE_APPROVE,            E.REFUSE | E.TELL_UNIT,                             reason=True, guards=(request_open("send_back"),)),
    Step(S.HANDLING,       A.REFUSE_SEND_BACK,    S.HANDLING,         May.CASE_APPROVE,            E.REFUSE | E.TELL_UNIT,                             reason=True, guards=(request_open("send_back"),)),

    Step(S.HANDLING,       A.REQUEST_EXTENSION,   S.HANDLING,         May.CASE_WORK,               E.ASK | E.TELL_CENTRE,                              reason=True, guards=(no_request_open, extensions_left, asked_before_due)),
    Step(S.HANDLING,       A.APPROVE_EXTENSION,   S.HANDLING,         May.CASE_APPROVE_EXTENSION,  E.GRANT | E.EXTEND_CLOCK | E.TELL_UNIT | E.TELL_REPORTER, guards=(request_open("extension"), extensions_left), counts="extension_count"),
    Step(S.HANDLING,       A.REFUSE_EXTENSION,    S.HANDLING,         May.CASE_APPROVE_EXTENSION,  E.REFUSE | E.TELL_UNIT,                             reason=True, guards=(request_open("extension"),)),

    Step(S.HANDLING,       A.REQUEST_SHELVE,      S.HANDLING,         May.CASE_WORK,               E.ASK | E.TELL_CENTRE,                              reason=True, guards=(no_request_open, review_date_given)),
    Step(S.HANDLING,       A.APPROVE_SHELVE,      S.SHELVED,          May.CASE_APPROVE,            E.GRANT | E.PAUSE_CLOCK | E.TELL_UNIT | E.TELL_REPORTER, guards=(request_open("shelve"),)),
    Step(S.HANDLING,       A.REFUSE_SHELVE,       S.HANDLING,         May.CASE_APPROVE,            E.REFUSE | E.TELL_UNIT,                             reason=True, guards=(request_open("shelve"),)),
    Step(S.HANDLING,       A.REQUEST_DEFER,       S.HANDLING,         May.CASE_WORK,               E.ASK | E.TELL_CENTRE,                              reason=True, guards=(no_request_open, review_date_given)),
    Step(S.HANDLING,       A.APPROVE_DEFER,       S.DEFERRED,         May.CASE_APPROVE,            E.GRANT | E.PAUSE_CLOCK | E.TELL_UNIT | E.TELL_REPORTER, guards=(request_open("defer"),)),
    Step(S.HANDLING,       A.REFUSE_DEFER,        S.HANDLING,         May.CASE_APPROVE,            E.REFUSE | E.TELL_UNIT,                             reason=True, guards=(request_open("defer"),)),
    Step(S.SHELVED,        A.RESUME,              S.HANDLING,         May.CASE_RESUME,             E.RESUME_CLOCK | E.TELL_UNIT | E.TELL_REPORTER),
    Step(S.DEFERRED,       A.RESUME,              S.HANDLING,         May.CASE_RESUME,             E.RESUME_CLOCK | E.TELL_UNIT | E.TELL_REPORTER),

    Step(S.HANDLING,       A.ASK_REPORTER,        S.WAITING,          May.CASE_WORK,               E.PAUSE_CLOCK | E.TELL_REPORTER,                    reason=True, guards=(no_request_open, questions_left, somebody_to_ask), counts="question_count"),
    Step(S.WAITING,        A.ANSWER,              S.HANDLING,         May.CASE_ANSWER,             E.RESUME_CLOCK | E.TELL_UNIT),
    Step(S.WAITING,        A.RESUME,              S.HANDLING,         May.CASE_RESUME,             E.RESUME_CLOCK | E.TELL_UNIT),

    Step(S.HANDLING,       A.SUBMIT_RESULT,       S.HANDLED,          May.CASE_WORK,               E.STOP_CLOCK | E.INSPECT_CLOCK | E.TELL_REPORTER,   guards=(no_request_open, result_complete)),
    Step(S.HANDLED,        A.INSPECT_PASS,        S.CLOSED,           May.CASE_INSPECT,            E.CLOSE_ORDER | E.END | E.EXPOSE | E.TELL_REPORTER),
    Step(S.HANDLED,        A.INSPECT_FAIL,        S.HANDLING,         May.CASE_INSPECT,            E.HALF_CLOCK | E.TELL_UNIT,                         reason=True, counts="rework_count", ladder=True),
    Step(S.HANDLED,        A.CLOSE_UNFIXED,       S.CLOSED_UNFIXED,   May.CASE_CLOSE_UNFIXED,      E.CLOSE_ORDER | E.END | E.TELL_REPORTER,            reason=True),

    Step(S.CLOSED,         A.RATE,                S.CLOSED,           May.CASE_RATE,               guards=(in_rating_window, not_rated)),
    Step(S.CLOSED_UNFIXED, A.RATE,                S.CLOSED_UNFIXED,   May.CASE_RATE,               guards=(in_rating_window, not_rated)),
    Step(S.CLOSED,         A.FOLLOW_UP,           S.CLOSED,           May.CASE_FOLLOW_UP,          reason=True, guards=(not_followed_up,)),
    Step(S.CLOSED_UNFIXED, A.FOLLOW_UP,           S.CLOSED_UNFIXED,   May.CASE_FOLLOW_UP,          reason=True, guards=(not_followed_up,)),
    Step(S.CLOSED,         A.SAY_UNFIXED,         S.CLOSED,           May.CASE_RATE,               E.TELL_CENTRE,                                      reason=True, guards=(reopenings_left, not_said_before)),
    Step(S.CLOSED_UNFIXED, A.SAY_UNFIXED,         S.CLOSED_UNFIXED,   May.CASE_RATE,               E.TELL_CENTRE,                                      reason=True, guards=(reopenings_left, not_said_before)),
    Step(S.CLOSED,         A.REOPEN,              S.HANDLING,         May.CASE_REOPEN,             E.HALF_CLOCK | E.WITHDRAW | E.TELL_UNIT | E.TELL_REPORTER, reason=True, guards=(reopenings_left,), counts="reopen_count"),
    Step(S.CLOSED_UNFIXED, A.REOPEN,              S.HANDLING,         May.CASE_REOPEN,             E.HALF_CLOCK | E.WITHDRAW | E.TELL_UNIT | E.TELL_REPORTER, reason=True, guards=(reopenings_left,), counts="reopen_count"),
    Step(S.CLOSED,         A.ARCHIVE,             S.ARCHIVED,         May.CASE_ARCHIVE,            guards=(rested,)),
    Step(S.CLOSED_UNFIXED, A.ARCHIVE,             S.ARCHIVED,         May.CASE_ARCHIVE,            guards=(rested,)),

    Step(S.CLOSED,         A.REVOKE_PENALTY,      S.CLOSED,           May.CASE_WORK,               E.REVOKED | E.TELL_CENTRE,                          reason=True, guards=(penalty_stands,)),
    Step(S.ARCHIVED,       A.REVOKE_PENALTY,      S.ARCHIVED,         May.CASE_WORK,               E.REVOKED | E.TELL_CENTRE,                          reason=True, guards=(penalty_stands,)),

    Step(S.REGISTERED,     A.VOID,                S.VOID,             May.CASE_VOID,               E.END | E.WITHDRAW | E.TELL_REPORTER,               reason=True),
    Step(S.DISPATCHED,     A.VOID,                S.VOID,             May.CASE_VOID,               E.CLOSE_ORDER | E.END | E.WITHDRAW | E.TELL_UNIT | E.TELL_REPORTER, reason=True),
    Step(S.HANDLING,       A.VOID,                S.VOID,             May.CASE_VOID,               E.CLOSE_ORDER | E.END | E.WITHDRAW | E.TELL_UNIT | E.TELL_REPORTER, reason=True),

    Step(S.DISPATCHED,     A.REASSIGN,            S.DISPATCHED,       May.CASE_DISPATCH,           E.CLOSE_ORDER | E.OPEN_ORDER | E.TELL_UNIT,         reason=True, guards=(no_request_open,)),
    Step(S.HANDLING,       A.REASSIGN,            S.DISPATCHED,       May.CASE_DISPATCH,           E.CLOSE_ORDER | E.OPEN_ORDER | E.TELL_UNIT,         reason=True, guards=(no_request_open,)),
    Step(S.REGISTERED,     A.CORRECT,             S.REGISTERED,       May.CASE_DISPATCH,           E.NONE,                                             reason=True),
    Step(S.DISPATCHED,     A.CORRECT,             S.DISPATCHED,       May.CASE_DISPATCH,           E.RECOUNT_CLOCK | E.TELL_UNIT,                      reason=True, guards=(no_request_open,)),
    Step(S.HANDLING,       A.CORRECT,             S.HANDLING,         May.CASE_DISPATCH,           E.RECOUNT_CLOCK | E.TELL_UNIT,                      reason=True, guards=(no_request_open,)),
    Step(S.REGISTERED,     A.REMIND,              S.REGISTERED,       May.CASE_ESCALATE,           E.TELL_CENTRE),
    Step(S.DISPATCHED,     A.REMIND,              S.DISPATCHED,       May.CASE_ESCALATE,           E.TELL_UNIT),
    Step(S.HANDLING,       A.REMIND,              S.HANDLING,         May.CASE_ESCALATE,           E.TELL_UNIT),
    Step(S.HANDLED,        A.REMIND,              S.HANDLED,          May.CASE_ESCALATE,           E.TELL_CENTRE),
    Step(S.CLOSED,         A.REMIND,              S.CLOSED,           May.CASE_ESCALATE,           E.TELL_CENTRE),
    Step(S.CLOSED_UNFIXED, A.REMIND,              S.CLOSED_UNFIXED,   May.CASE_ESCALATE,           E.TELL_CENTRE),
    Step(S.REGISTERED,     A.ESCALATE,            S.REGISTERED,       May.CASE_ESCALATE,           E.TELL_CENTRE),
    Step(S.DISPATCHED,     A.ESCALATE,            S.DISPATCHED,       May.CASE_ESCALATE,           E.TELL_HEAD | E.TELL_CENTRE),
    Step(S.HANDLING,       A.ESCALATE,            S.HANDLING,         May.CASE_ESCALATE,           E.TELL_HEAD | E.TELL_CENTRE),
    Step(S.HANDLED,        A.ESCALATE,            S.HANDLED,          May.CASE_ESCALATE,           E.TELL_CENTRE),
    Step(S.DISPATCHED,     A.SUPERVISE_LATE,      S.DISPATCHED,       May.CASE_ESCALATE,           E.TELL_UNIT | E.TELL_HEAD | E.TELL_CENTRE,          counts="supervise_count"),
    Step(S.HANDLING,       A.SUPERVISE_LATE,      S.HANDLING,         May.CASE_ESCALATE,           E.TELL_UNIT | E.TELL_HEAD | E.TELL_CENTRE,          counts="supervise_count"),
    Step(S.HANDLED,        A.SUPERVISE_LATE,      S.HANDLED,          May.CASE_ESCALATE,           E.TELL_CENTRE,                                      counts="supervise_count"),
    Step(S.DISPATCHED,     A.FALL_BACK,           S.DISPATCHED,       May.CASE_ESCALATE,           E.CLOSE_ORDER | E.OPEN_ORDER | E.TELL_UNIT | E.TELL_CENTRE, guards=(no_request_open,)),
    Step(S.HANDLING,       A.FALL_BACK,           S.HANDLING,         May.CASE_ESCALATE,           E.TELL_HEAD | E.TELL_CO_UNITS | E.TELL_CENTRE),
    *(Step(state,          A.JOIN,                state,              May.CASE_JOIN,               E.TELL_REPORTER,                                    counts="report_count") for state in State if state in OPEN),
    *(Step(state,          A.LEAVE,               state,              May.CASE_JOIN,               guards=(others_behind,)) for state in State if state in OPEN),
    # What another system brought to its end, and the note of when it came from there (docs/decisions/0083-…).
    Step(S.REGISTERED,     A.END_ELSEWHERE,       S.ARCHIVED,         May.CASE_ARCHIVE,            E.END),
    Step(S.REGISTERED,     A.BRING_OVER,          S.REGISTERED,       May.CASE_ARCHIVE),
    Step(S.ARCHIVED,       A.BRING_OVER,          S.ARCHIVED,         May.CASE_ARCHIVE),
    Step(S.REGISTERED,     A.UNDO,                S.VOID,             May.CASE_REGISTER,           E.END,                                              guards=(stands_alone,)),
    *(Step(state,          A.URGE,                state,              May.CASE_URGE,               E.TELL_UNIT,                                        counts="urge_count") for state in State if state in OPEN),
    *(Step(state,          A.SUPERVISE,           state,              May.CASE_SUPERVISE,          E.TELL_UNIT | E.TELL_HEAD,                          reason=True, counts="supervise_count") for state in State if state in OPEN),
    *(Step(state,          A.WHISTLE,             state,              May.CASE_DISPATCH,           E.TELL_UNIT | E.TELL_CO_UNITS | E.TELL_CENTRE,      reason=True) for state in State if state in OPEN),
    *(Step(state,          A.REPORT_IN,           state,              May.CASE_REPORT_IN) for state in State if state in OPEN),
    *(Step(state,          A.WHISTLE_LATE,        state,              May.CASE_ESCALATE,           E.TELL_CO_UNITS | E.TELL_CENTRE) for state in State if state in OPEN),
    *(Step(state,          A.CONCLUDE,            state,              May.CASE_CONCLUDE,           E.TELL_UNIT | E.TELL_CO_UNITS | E.TELL_CENTRE,      reason=True, guards=(everybody_came,)) for state in State if state in OPEN),
)
# fmt: on

_BY_KEY = {(step.source, step.action): step for step in STEPS}


def step_for(source: State | None, action: Action) -> Step:
    """Return the one step `action` takes from `source`. Raises `WrongStep` if there is none."""
    try:
        return _BY_KEY[source, action]
    except KeyError:
        raise WrongStep(
            "This is not possible any more: the case has moved on (%(state)s).", state=str(source)
        ) from None


def actions_from(source: State) -> list[Action]:
    """Return what the table allows from `source`, in the table's order."""
    return [step.action for step in STEPS if step.source is source]
