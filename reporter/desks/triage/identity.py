"""Who sent a report: opened by a shift leader, for a purpose, and shown once."""

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from reporter.accounts.commands.identity import Identity
from reporter.desks.guard import allow, me
from reporter.desks.images import UNKEPT
from reporter.desks.tokens import valid
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.forms import PurposeForm
from reporter.kernel.policy import Permission, may
from reporter.reports.commands.identity import open_reporter
from reporter.reports.models import Report
from reporter.reports.queries import get_report


@bp.app_template_global()
def identity_url(report_id: int) -> str:
    """Return where a report's sender is opened, "" for whoever may not."""
    return url_for("triage.reporter", report_id=report_id) if may(me(), Permission.IDENTITY_OPEN) else ""


@bp.get("/<int:report_id>/reporter")
@allow(Permission.IDENTITY_OPEN)
def reporter(report_id: int) -> ResponseReturnValue:
    """Ask for what name and contact are needed."""
    return _page(get_report(report_id), PurposeForm(formdata=None))


@bp.post("/<int:report_id>/reporter")
@checks_its_own_token
@allow(Permission.IDENTITY_OPEN)
def open_identity(report_id: int) -> ResponseReturnValue:
    """Show name and contact once, to whoever says what for; nothing keeps a copy on the way."""
    report, form = get_report(report_id), PurposeForm()
    if not valid(form):
        return _page(report, form), 422
    answer = make_response(_page(report, form, open_reporter(report, form.purpose.data or "", by=me())))
    answer.headers["Cache-Control"] = UNKEPT
    return answer


def _page(report: Report, form: PurposeForm, known: Identity | None = None) -> str:
    return render_template("triage/reporter.html", report=report, form=form, known=known)
