"""The lives of an exposure and of an objection to it, as data. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Flag, StrEnum, auto
from typing import Any

from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import Permission as May


class State(StrEnum):
    """Where an exposure stands."""

    PROPOSED = "proposed"
    REDACTING = "redacting"
    FIRST_REVIEW = "first_review"
    SECOND_REVIEW = "second_review"
    PUBLISHED = "published"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REJECTED = "rejected"


class Outcome(StrEnum):
    """What a post shows: a condition put right, an act dealt with, or work that its unit owes."""

    PUT_RIGHT = "put_right"
    DEALT_WITH = "dealt_with"
    OVERDUE = "overdue"


class Action(StrEnum):
    """What somebody does with an exposure."""

    PROPOSE = "propose"
    REDACT = "redact"
    SUBMIT = "submit"
    PASS_FIRST = "pass_first"
    PUBLISH = "publish"
    REJECT = "reject"
    HIDE = "hide"
    SHOW = "show"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class Effect(Flag):
    """What a step sets off elsewhere."""

    NONE = 0
    SHOWN = auto()
    TAKEN_DOWN = auto()
    DROP_PICTURES = auto()
    TELL_EDITORS = auto()


class ObjectionState(StrEnum):
    """Where an objection stands."""

    FILED = "filed"
    IN_REVIEW = "in_review"
    UPHELD = "upheld"
    PARTLY = "partly"
    DISMISSED = "dismissed"


class ObjectionAction(StrEnum):
    """What somebody does with an objection."""

    FILE = "file"
    TAKE = "take"
    UPHOLD = "uphold"
    UPHOLD_PARTLY = "uphold_partly"
    DISMISS = "dismiss"


class ObjectionKind(StrEnum):
    """Why somebody objects; the grave kinds hide the post at once."""

    MINOR = "minor"
    IDENTITY = "identity"
    WRONG_PLACE = "wrong_place"
    NOT_TRUE = "not_true"
    PUT_RIGHT = "put_right"
    OTHER = "other"


class Reach(StrEnum):
    """What an objection does to its post for as long as it is open."""

    NOTHING = "nothing"  # the post stays: the kind is not grave
    HIDES = "hides"
    MANY = "many"  # grave, but the post stays: many were hidden from the same place today
    ANSWERED = "answered"  # grave, but the post stays: one of the same kind was dismissed before


GRAVE = frozenset({ObjectionKind.MINOR, ObjectionKind.IDENTITY, ObjectionKind.WRONG_PLACE})
OBJECTION_OPEN = frozenset({ObjectionState.FILED, ObjectionState.IN_REVIEW})
OBJECTION_LIMIT, PRESSING_LIMIT = "3wd", "2wh"
HIDDEN_A_DAY, OPEN_AT_MOST = 5, 20  # posts hidden, and objections open, from one address
ORIGIN_DAYS = 7  # for how long an address is known again
EVIDENCE_AT_MOST, EVIDENCE_DAYS = (
    3,
    30,
)  # pictures of one objection, and how long they stay after the decision
# What is looked at first: what is grave and still on show, then what is grave and hidden, then the rest.
RANKS = {Reach.MANY: 0, Reach.ANSWERED: 0, Reach.HIDES: 1, Reach.NOTHING: 2}
DAYS_SHOWN, DAYS_AT_MOST = 30, 90
HOLD_HOURS, HOLD_AT_MOST = 4, 72  # between the second review and the public, unless the city says otherwise
ON_THE_WAY = frozenset({State.PROPOSED, State.REDACTING, State.FIRST_REVIEW, State.SECOND_REVIEW})
IN_REVIEW = frozenset({State.FIRST_REVIEW, State.SECOND_REVIEW})
ON_BOARD = frozenset({State.PUBLISHED, State.HIDDEN})
WITH_COPIES = frozenset({State.PUBLISHED})
ENDED = frozenset({State.WITHDRAWN, State.EXPIRED, State.REJECTED})


@dataclass(frozen=True)
class Step:
    """One row of a table: of exposures with `State` and `Action`, of objections with their own."""

    source: Any
    action: Any
    target: Any
    who: May
    effect: Effect = Effect.NONE
    reason: bool = False


S, A, E = State, Action, Effect
O, B = ObjectionState, ObjectionAction  # noqa: E741 - the table reads better

# fmt: off
STEPS = (
    #    from              action         to                 who                          effect                             reason?
    Step(None,             A.PROPOSE,     S.PROPOSED,        May.EXPOSURE_PROPOSE,        E.TELL_EDITORS),
    Step(S.PROPOSED,       A.REDACT,      S.REDACTING,       May.EXPOSURE_REDACT),
    Step(S.REDACTING,      A.REDACT,      S.REDACTING,       May.EXPOSURE_REDACT),
    Step(S.REDACTING,      A.SUBMIT,      S.FIRST_REVIEW,    May.EXPOSURE_REDACT,         E.TELL_EDITORS),
    Step(S.FIRST_REVIEW,   A.PASS_FIRST,  S.SECOND_REVIEW,   May.EXPOSURE_FIRST_REVIEW,   E.TELL_EDITORS),
    Step(S.FIRST_REVIEW,   A.REJECT,      S.REJECTED,        May.EXPOSURE_FIRST_REVIEW,   E.DROP_PICTURES,                   reason=True),
    Step(S.SECOND_REVIEW,  A.PUBLISH,     S.PUBLISHED,       May.EXPOSURE_SECOND_REVIEW,  E.SHOWN),
    Step(S.SECOND_REVIEW,  A.REJECT,      S.REJECTED,        May.EXPOSURE_SECOND_REVIEW,  E.DROP_PICTURES,                   reason=True),
    Step(S.PUBLISHED,      A.HIDE,        S.HIDDEN,          May.EXPOSURE_HIDE,           E.TAKEN_DOWN | E.DROP_PICTURES | E.TELL_EDITORS),
    Step(S.HIDDEN,         A.SHOW,        S.PUBLISHED,       May.EXPOSURE_HIDE,           E.SHOWN),
    Step(S.PUBLISHED,      A.CORRECT,     S.PUBLISHED,       May.EXPOSURE_WITHDRAW,       reason=True),
    Step(S.HIDDEN,         A.CORRECT,     S.HIDDEN,          May.EXPOSURE_WITHDRAW,       reason=True),
    Step(S.PUBLISHED,      A.EXPIRE,      S.EXPIRED,         May.EXPOSURE_EXPIRE,         E.TAKEN_DOWN | E.DROP_PICTURES),
    Step(S.HIDDEN,         A.EXPIRE,      S.EXPIRED,         May.EXPOSURE_EXPIRE,         E.DROP_PICTURES),
    Step(S.PUBLISHED,      A.WITHDRAW,    S.WITHDRAWN,       May.EXPOSURE_WITHDRAW,       E.TAKEN_DOWN | E.DROP_PICTURES,    reason=True),
    Step(S.HIDDEN,         A.WITHDRAW,    S.WITHDRAWN,       May.EXPOSURE_WITHDRAW,       E.DROP_PICTURES,                   reason=True),
    *(Step(state,          A.WITHDRAW,    S.WITHDRAWN,       May.EXPOSURE_WITHDRAW,       E.DROP_PICTURES,                   reason=True) for state in State if state in ON_THE_WAY),
)

OBJECTION_STEPS = (
    #    from          action            to            who                    effect        reason?
    Step(None,         B.FILE,           O.FILED,      May.OBJECTION_FILE,    E.TELL_EDITORS),
    Step(O.FILED,      B.TAKE,           O.IN_REVIEW,  May.OBJECTION_REVIEW),
    Step(O.IN_REVIEW,  B.UPHOLD,         O.UPHELD,     May.OBJECTION_DECIDE,  E.NONE,       reason=True),
    Step(O.IN_REVIEW,  B.UPHOLD_PARTLY,  O.PARTLY,     May.OBJECTION_DECIDE,  E.NONE,       reason=True),
    Step(O.IN_REVIEW,  B.DISMISS,        O.DISMISSED,  May.OBJECTION_DECIDE,  E.NONE,       reason=True),
)
# fmt: on

_BY_KEY = {(step.source, step.action): step for step in (*STEPS, *OBJECTION_STEPS)}


def step_for(source: State | ObjectionState | None, action: Action | ObjectionAction) -> Step:
    """Return the one step `action` takes from `source`. Raises `WrongStep` if there is none."""
    try:
        return _BY_KEY[source, action]
    except KeyError:
        raise WrongStep(
            "This is not possible any more: it has moved on (%(state)s).", state=str(source)
        ) from None


def reach_of(kind: ObjectionKind, *, answered: bool, hidden_today: int) -> Reach:
    """Return what a new objection does to its post.

    Args:
        answered: one of the same kind to the same post was dismissed before.
        hidden_today: how many other posts were hidden from the same address today.
    """
    if kind not in GRAVE:
        return Reach.NOTHING
    if answered:
        return Reach.ANSWERED
    return Reach.HIDES if hidden_today < HIDDEN_A_DAY else Reach.MANY


def limit_of(reach: Reach) -> str:
    """Return within what an objection is to be decided: soon, where something grave stays on show."""
    return PRESSING_LIMIT if RANKS[reach] == 0 else OBJECTION_LIMIT


def days_on_show(days: int) -> timedelta:
    """Return for how long a post is shown: `days`, 1 to 90. Raises `ValueError`."""
    if not 1 <= days <= DAYS_AT_MOST:
        raise ValueError(days)
    return timedelta(days=days)
