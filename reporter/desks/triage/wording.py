"""Outcomes, levels, and who changed what, in words."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.accounts.queries import names_of
from reporter.desks.dates import plain_clock
from reporter.desks.states import action_word
from reporter.kernel.audit import TrailEntry

# fmt: off
OUTCOMES = (
    ("fixed",       _l("It is put right")),
    ("not_fixed",   _l("It is not put right: the case is opened again")),
    ("not_reached", _l("Nobody was reached")),
)
LEVELS = (
    ("daily",     _l("Everyday: within four working hours")),
    ("hard",      _l("Hard to solve: within one working day")),
    ("emergency", _l("Emergency: within half an hour")),
)
# fmt: on


def who_did(entry: TrailEntry, names: dict[int, str]) -> str:
    """Return who did it; whoever reported stays hidden."""
    if entry.actor_role == "system":
        return _("the system")
    roles = set(entry.actor_role.split(","))
    if entry.actor_id is None or roles <= {"", "resident", "reporter"} or "reporter" in roles:
        return _("whoever reported")
    return names.get(entry.actor_id, "")


def last_change(kind: str, trail: Sequence[TrailEntry]) -> str:
    """Return the newest entry of a report's or a case's trail in one line."""
    if not trail:
        return ""
    entry = trail[-1]
    return _(
        "%(who)s: %(what)s, %(when)s", who=who_did(entry, names_of([entry.actor_id])),
        what=action_word(kind, entry.action), when=plain_clock(entry.at),
    )  # fmt: skip
