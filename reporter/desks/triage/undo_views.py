"""Undo what the last press decided."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.desks.triage.door import bp
from reporter.desks.triage.list_forms import UndoForm
from reporter.desks.triage.many import left_words
from reporter.desks.triage.pages import report_page
from reporter.desks.triage.panes import Wanted
from reporter.kernel.errors import NotAllowed
from reporter.kernel.policy import Permission
from reporter.reports.commands.together import Outcome
from reporter.reports.commands.undoing import undo_all
from reporter.reports.queries import decisions_of, get_report
from reporter.reports.worklists import AtTriage


@bp.post("/undo")
@allow(Permission.DESK_TRIAGE)
def undo() -> ResponseReturnValue:
    """Undo what the last press decided."""
    batch = UndoForm(prefix="undo").batch.data or ""
    outcome = undo_all(batch, by=me())
    return _done(outcome) if outcome.done else _refused(batch, outcome)


def _done(outcome: Outcome) -> ResponseReturnValue:
    """Lead to the report that is back, or to the list with all that are."""
    args = Wanted.of(request.args, AtTriage, AtTriage.WAITING).args(AtTriage.WAITING)
    if outcome.left:
        flash(left_words(outcome), "warn")
    if len(outcome.done) > 1:
        flash(
            ngettext(
                "%(num)d report is as it was before.",
                "%(num)d reports are as they were before.",
                len(outcome.done),
            )
        )
        return redirect(url_for("triage.queue", **{**args, "after": None}))
    report = get_report(outcome.done[0])
    flash(_("Undone: %(number)s is as it was before. Nobody was told.", number=report.number))
    return redirect(url_for("triage.report", report_id=report.id, **args))


def _refused(batch: str, outcome: Outcome) -> ResponseReturnValue:
    """Show the report with why it was not undone, and what to do instead."""
    why = outcome.left[0].why
    if isinstance(why, NotAllowed):
        raise why
    report = get_report(decisions_of(batch)[-1].report_id)  # undone first
    return report_page(report, said=words_of(why)), why.status
