"""What may be done with a case on its general page: one button per action that is open to whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from reporter.cases.lifecycle import STEPS, Action, State
from reporter.cases.models import Case
from reporter.cases.queries import actions_open_to, obstacle
from reporter.desks.guard import me
from reporter.desks.states import action_word
from reporter.routing.queries import open_whistle

DECIDE = "decide"  # approving and refusing share one form


@dataclass(frozen=True)
class Kind:
    """How an action looks: icon, key, and what it does in a sentence."""

    icon: str
    key: str
    says: object


# Claiming, results and inspections have desks of their own.
# fmt: off
KINDS: Mapping[Action, Kind] = {
    Action.APPROVE_SEND_BACK: Kind("check-lg",            "y", _l("The next unit that the rules name has the case at once.")),
    Action.APPROVE_EXTENSION: Kind("check-lg",            "y", _l("The deadline moves by the time asked for.")),
    Action.APPROVE_SHELVE:    Kind("check-lg",            "y", _l("The clock stands still until the day of review.")),
    Action.APPROVE_DEFER:     Kind("check-lg",            "y", _l("The clock stands still until the day of review.")),
    Action.REFUSE_SEND_BACK:  Kind("x-lg",                "x", _l("The case stays with the unit.")),
    Action.REFUSE_EXTENSION:  Kind("x-lg",                "x", _l("The old deadline holds.")),
    Action.REFUSE_SHELVE:     Kind("x-lg",                "x", _l("The clock goes on.")),
    Action.REFUSE_DEFER:      Kind("x-lg",                "x", _l("The clock goes on.")),
    Action.RESUME:            Kind("play-fill",           "r", _l("The clock goes on with the time that was left.")),
    Action.CLOSE_UNFIXED:     Kind("flag",                "c", _l("An honest end without repair: the resident is told why, nothing is exposed.")),
    Action.URGE:              Kind("bell",                "u", _l("The unit is reminded; nothing else changes.")),
    Action.SUPERVISE:         Kind("exclamation-diamond", "o", _l("A supervision order to the unit and its head.")),
    Action.FOLLOW_UP:         Kind("telephone",           "f", _l("The reporter is asked how it went, before the case is archived.")),
    Action.CORRECT:           Kind("pencil",              "k", _l("Kind and place are put right together; the case is routed once.")),
    Action.CONCLUDE:          Kind("people",              "n", _l("What the units that came have settled together; the lead unit goes on.")),
    Action.WHISTLE:           Kind("megaphone",           "g", _l("The units concerned are called together and report in.")),
    Action.VOID:              Kind("slash-circle",        "v", _l("The case was a mistake and counts nowhere; the resident is told why.")),
}
# fmt: on
ACTS = tuple(KINDS)


@dataclass(frozen=True)
class Offer:
    """A button. `reason`: one must be given. `why_not`: why it is off just now."""

    action: Action
    word: str
    icon: str
    key: str
    says: str
    reason: bool
    why_not: str = ""


def form_name(action: Action) -> str:
    """Return the name of the form that `action` comes from."""
    return DECIDE if action.startswith(("approve_", "refuse_")) else str(action)


def needs_reason(case: Case, action: Action) -> bool:
    """Tell whether the table asks for a reason when `action` is taken now."""
    return any(step.reason for step in STEPS if (step.source, step.action) == (case.state, action))


def offers_of(case: Case) -> list[Offer]:
    """Return what the table and the policy leave to whoever asks, in a fixed order."""
    mine, called = actions_open_to(me(), case), open_whistle(case.id) is not None
    return [
        _offer(case, action)
        for action in ACTS
        if action in mine and _makes_sense(case, action, called=called)
    ]


def _offer(case: Case, action: Action) -> Offer:
    kind, problem = KINDS[action], obstacle(case, action, by=me())
    return Offer(
        action=action, word=action_word("case", action), icon=kind.icon, key=kind.key, says=str(kind.says),
        reason=needs_reason(case, action), why_not=gettext(problem) if problem else "",
    )  # fmt: skip


def _makes_sense(case: Case, action: Action, *, called: bool) -> bool:
    """Tell whether the action is about something that is there: a request of this kind, a unit to remind, a call."""
    if form_name(action) == DECIDE:
        return bool(case.open_request) and action.endswith(f"_{case.open_request}")
    if action in {Action.WHISTLE, Action.CONCLUDE}:
        return (action is Action.CONCLUDE) == called
    return action is not Action.URGE or case.state is not State.REGISTERED
