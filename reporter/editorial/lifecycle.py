"""The life of what editors write: an article, an entry of the honour list, a public-service notice. As data. Pure."""

from dataclasses import dataclass
from enum import Flag, StrEnum, auto

from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import Permission as May


class State(StrEnum):
    """Where a piece stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What somebody does with a piece."""

    WRITE = "write"
    EDIT = "edit"
    HAND_IN = "hand_in"
    SEND_BACK = "send_back"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    WITHDRAW_CONSENT = "withdraw_consent"


class Effect(Flag):
    """What a step sets off elsewhere."""

    NONE = 0
    TAKEN_DOWN = auto()
    TELL_EDITORS = auto()


@dataclass(frozen=True)
class Step:
    """One row of the table."""

    source: State | None
    action: Action
    target: State
    who: May
    effect: Effect = Effect.NONE
    reason: bool = False


S, A, E = State, Action, Effect

# fmt: off
STEPS = (
    #    from          action               to            who                      effect            reason?
    Step(None,         A.WRITE,             S.DRAFT,      May.EDITORIAL_WRITE),
    Step(S.DRAFT,      A.EDIT,              S.DRAFT,      May.EDITORIAL_WRITE),
    Step(S.IN_REVIEW,  A.EDIT,              S.DRAFT,      May.EDITORIAL_WRITE),
    Step(S.PUBLISHED,  A.EDIT,              S.DRAFT,      May.EDITORIAL_WRITE,     E.TAKEN_DOWN),
    Step(S.DRAFT,      A.HAND_IN,           S.IN_REVIEW,  May.EDITORIAL_WRITE,     E.TELL_EDITORS),
    Step(S.IN_REVIEW,  A.SEND_BACK,         S.DRAFT,      May.EDITORIAL_RELEASE,   E.NONE,           reason=True),
    Step(S.IN_REVIEW,  A.RELEASE,           S.PUBLISHED,  May.EDITORIAL_RELEASE),
    Step(S.DRAFT,      A.WITHDRAW,          S.WITHDRAWN,  May.EDITORIAL_WITHDRAW,  E.TAKEN_DOWN,     reason=True),
    Step(S.IN_REVIEW,  A.WITHDRAW,          S.WITHDRAWN,  May.EDITORIAL_WITHDRAW,  E.TAKEN_DOWN,     reason=True),
    Step(S.PUBLISHED,  A.WITHDRAW,          S.WITHDRAWN,  May.EDITORIAL_WITHDRAW,  E.TAKEN_DOWN,     reason=True),
    Step(S.DRAFT,      A.WITHDRAW_CONSENT,  S.WITHDRAWN,  May.EDITORIAL_WITHDRAW,  E.TAKEN_DOWN,     reason=True),
    Step(S.IN_REVIEW,  A.WITHDRAW_CONSENT,  S.WITHDRAWN,  May.EDITORIAL_WITHDRAW,  E.TAKEN_DOWN,     reason=True),
    Step(S.PUBLISHED,  A.WITHDRAW_CONSENT,  S.WITHDRAWN,  May.EDITORIAL_WITHDRAW,  E.TAKEN_DOWN,     reason=True),
)
# fmt: on

_BY_KEY = {(step.source, step.action): step for step in STEPS}


def step_for(source: State | None, action: Action) -> Step:
    """Return the one step `action` takes from `source`. Raises `WrongStep` if there is none."""
    try:
        return _BY_KEY[source, action]
    except KeyError:
        raise WrongStep(
            "This is not possible any more: it has moved on (%(state)s).", state=str(source)
        ) from None


def actions_from(source: State) -> frozenset[Action]:
    """Return the actions that the table allows from `source`, whoever takes them."""
    return frozenset(step.action for step in STEPS if step.source is source)
