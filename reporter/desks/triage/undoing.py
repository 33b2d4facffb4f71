"""How long a decision waits, and the bar that offers to undo it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.desks.guard import me
from reporter.desks.states import action_word
from reporter.desks.triage.list_forms import UndoForm
from reporter.ports import ports
from reporter.reports.commands.holding import Hold
from reporter.reports.queries import get_report, undoable


@dataclass(frozen=True)
class UndoBar:
    """What can be undone. `left`: seconds from now."""

    form: UndoForm
    what: str
    until: datetime
    left: float


def hold() -> Hold | None:
    """Return how long a decision of this request waits, None where the operator lets none wait."""
    span: timedelta = current_app.config["UNDO_FOR"]
    return Hold(span) if span else None


def undo_bar() -> UndoBar | None:
    """Return the bar for the last press of whoever asks, None when nothing of it can be undone now."""
    decisions = undoable(me().id or 0)
    if not decisions:
        return None
    first = decisions[0]
    word = action_word("report", first.action)
    if len(decisions) > 1:
        what = ngettext("%(word)s, %(num)d report", "%(word)s, %(num)d reports", len(decisions), word=word)
    else:
        what = _("%(word)s, %(number)s", word=word, number=get_report(first.report_id).number)
    form = UndoForm(None, prefix="undo", batch=first.batch)
    return UndoBar(form, what, first.until, (first.until - ports.clock.now()).total_seconds())
