"""Several reports at once: what is chosen on the list, the side queue as a whole, and how far its clearing is."""

from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.accounts.queries import names_of
from reporter.cases.ready import Purpose
from reporter.desks.dates import plain_clock
from reporter.desks.errors import words_of
from reporter.desks.guard import me
from reporter.desks.ready import in_every_language
from reporter.desks.states import action_word
from reporter.desks.triage.list_forms import ClearForm, TogetherForm
from reporter.desks.triage.panes import Pane
from reporter.desks.triage.wording import who_did
from reporter.kernel.policy import Permission, may
from reporter.reports.commands.together import AT_ONCE, Do, Left, Outcome
from reporter.reports.models import Clearing
from reporter.reports.worklists import AtTriage, running_clearing

NAMED = 8  # reports that were left, with who was first, or why


@dataclass(frozen=True)
class ListActs:
    """What can be done with a list as a whole. `wrong`: the name of the form that came back."""

    together: TogetherForm
    clear: ClearForm | None  # where there is something to clear
    aside: bool
    decides: bool
    clearing: Clearing | None
    wrong: str = ""

    @property
    def most(self) -> int:
        """How many one press decides about."""
        return AT_ONCE


def list_acts(pane: Pane) -> ListActs | None:
    """Return what may be done with the reports of a list, None for who does not decide about reports."""
    if not may(me(), Permission.REPORT_TRIAGE):
        return None
    name, form = g.get("sent", ("", None))
    aside = pane.which == AtTriage.ASIDE
    together = form if isinstance(form, TogetherForm) else TogetherForm(None, prefix="together")
    together.offer_ready(Purpose.DECLINE)
    return ListActs(
        together=together,
        clear=form if isinstance(form, ClearForm) else _clear_form() if aside else None,
        aside=aside, decides=pane.which != AtTriage.ASKED,
        clearing=running_clearing() if aside else None, wrong=name if name in {"together", "clear"} else "",
    )  # fmt: skip


def _clear_form() -> ClearForm:
    return ClearForm(None, prefix="clear", reason=in_every_language("decline-spam"))


def outcome_words(what: Do, outcome: Outcome) -> tuple[str, str]:
    """Return what became of the reports in one sentence, and which were left and why, "" where none was."""
    number = len(outcome.done)
    done = {
        Do.ACCEPT: ngettext("%(num)d report accepted.", "%(num)d reports accepted.", number),
        Do.DECLINE: ngettext("%(num)d report declined.", "%(num)d reports declined.", number),
        Do.ASIDE: ngettext("%(num)d report moved to suspected spam.", "%(num)d reports moved to suspected spam.", number),
        Do.BACK: ngettext("%(num)d report taken back into the queue.", "%(num)d reports taken back into the queue.", number),
    }[what]  # fmt: skip
    return done, left_words(outcome) if outcome.left else ""


def left_words(outcome: Outcome) -> str:
    """Return how many reports were left as they are, and of the first of them who was first, or why."""
    named = outcome.left[:NAMED]
    names = names_of([one.decided.actor_id for one in named if one.decided])
    whys = [f"{one.number}: {_why(one, names)}" for one in named]
    if more := len(outcome.left) - len(named):
        whys.append(ngettext("and %(num)d more", "and %(num)d more", more))
    left = ngettext("%(num)d was left as it is.", "%(num)d were left as they are.", len(outcome.left))
    return _("%(left)s %(whys)s", left=left, whys="; ".join(whys))


def _why(left: Left, names: dict[int, str]) -> str:
    entry = left.decided
    if entry is None:
        return words_of(left.why)
    return _(
        "%(who)s: %(what)s, %(when)s", who=who_did(entry, names), what=action_word("report", entry.action),
        when=plain_clock(entry.at),
    )  # fmt: skip
