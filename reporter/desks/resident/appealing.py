"""An appeal without an account: of whoever was stopped, or whose report was set apart."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.dates import plain_moment
from reporter.desks.errors import blame, limiter, wait_until, whence
from reporter.desks.guard import allow, me
from reporter.desks.resident.budget import sender_name
from reporter.desks.resident.door import bp, checks_its_own_token, guesses
from reporter.desks.resident.forms import AppealForm
from reporter.desks.resident.held import report_behind
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, ReporterError, TooMany
from reporter.kernel.policy import Permission
from reporter.reports.appeals import last_appeal
from reporter.reports.commands.appealing import appeal as make_appeal
from reporter.reports.lifecycle import State
from reporter.reports.models import Report

OFTEN = "10 per hour; 30 per day"  # from one address


@bp.get("/appeal")
@guesses
@allow(Permission.DESK_RESIDENT)
def appeal() -> ResponseReturnValue:
    """Show the form, or what became of the appeal that was made before; `?code=` names a report that was set apart."""
    return _page(AppealForm(None), _named(request.args.get("code", "")))


def _named(code: str) -> Report | None:
    return report_behind(code) if code else None


def _page(form: AppealForm, report: Report | None, status: int = 200) -> ResponseReturnValue:
    before = last_appeal(report_id=report.id) if report else last_appeal(sender=sender_name())
    may = report is None or (report.state is State.ASIDE and before is None)
    if report is None and before is not None and before.decided_at is None:
        may = False
    page = render_template("resident/appeal.html", form=form, report=report, before=before, may=may)
    return page, status


@bp.post("/appeal")
@checks_its_own_token
@guesses
@allow(Permission.DESK_RESIDENT)
def send_appeal() -> ResponseReturnValue:
    """Hand the appeal to the moderators."""
    form = AppealForm()
    code = form.code.data or ""
    report = _named(code)
    if not valid(form):
        return _page(form, report, BadInput.status)
    if until := limiter.over(OFTEN, "appeals", whence()):
        wait_until(until)
        form.words.errors = [_("Too many from here at the moment. Please try again after %(time)s.", time=plain_moment(until))]  # fmt: skip
        return _page(form, report, TooMany.status)
    try:
        make_appeal(form.words.data or "", sender=sender_name(), report=report, by=me())
    except ReporterError as error:
        blame(form, error)
        return _page(form, report, error.status)
    flash(_("Thank you. A moderator looks at it; the answer stands on this page."), "ok")
    return redirect(url_for("resident.appeal", code=code or None))
