"""Reports: the queue, one report, and what a moderator does with it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.models import Case
from reporter.cases.queries import case_by_number, cases_by_ids
from reporter.cases.ready import Purpose
from reporter.desks.guard import allow, me
from reporter.desks.incoming import an_id
from reporter.desks.own_pages import kept_own
from reporter.desks.tokens import valid
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.forms import AskForm, DeclineForm, MergeForm, UnmergeForm, accept_form
from reporter.desks.triage.lookups import look_up
from reporter.desks.triage.pages import onwards, report_page, sent, weigh_place
from reporter.desks.triage.place_forms import PLACE
from reporter.desks.triage.undoing import hold
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission
from reporter.reports.commands.triage import accept, decline, merge, request_info
from reporter.reports.commands.unmerging import unmerge
from reporter.reports.queries import get_report, unit_to_be


@bp.get("/")
@allow(Permission.DESK_TRIAGE)
@kept_own
def queue() -> ResponseReturnValue:
    """Show the queue and its first report."""
    return report_page(None)


@bp.get("/<int:report_id>")
@allow(Permission.DESK_TRIAGE)
@kept_own
def report(report_id: int) -> ResponseReturnValue:
    """Show one report beside the queue."""
    return report_page(get_report(report_id))


@bp.post("/<int:report_id>/accept")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def accept_report(report_id: int) -> ResponseReturnValue:
    """Accept, register and dispatch in one step."""
    report, found = get_report(report_id), look_up()
    form = sent("judge", accept_form(report, found, request.form))
    if not valid(form):
        return report_page(report), 422
    if request.form.get("act") == PLACE:
        return weigh_place(report, form, found)
    case = accept(report, form.judgement, by=me(), seen=form.seen, hold=hold())
    unit = found.unit_name(case.lead_unit_id or unit_to_be(case.id))
    words = _("Accepted and given to %(unit)s: case %(number)s.", unit=unit, number=case.number)
    return onwards(
        words if unit else _("Accepted: case %(number)s waits to be dispatched.", number=case.number)
    )


@bp.post("/<int:report_id>/ask")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def ask(report_id: int) -> ResponseReturnValue:
    """Ask the resident something."""
    report, form = get_report(report_id), sent("ask", AskForm(prefix="ask"))
    form.offer_ready(Purpose.ASK, report, locale=report.locale)
    if not valid(form):
        return report_page(report), 422
    request_info(report, form.words, by=me(), seen=form.seen, hold=hold())
    return onwards(_("Asked: %(number)s waits for the resident's answer.", number=report.number))


@bp.post("/<int:report_id>/decline")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def decline_report(report_id: int) -> ResponseReturnValue:
    """Decline with a reason that the resident reads."""
    report, form = get_report(report_id), sent("decline", DeclineForm(prefix="decline"))
    form.offer_ready(Purpose.DECLINE, report, locale=report.locale)
    if not valid(form):
        return report_page(report), 422
    decline(report, form.words, by=me(), seen=form.seen, hold=hold())
    return onwards(_("Declined: %(number)s. The resident reads the reason.", number=report.number))


@bp.post("/<int:report_id>/merge")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def merge_report(report_id: int) -> ResponseReturnValue:
    """Join the report to an open case."""
    report, form = get_report(report_id), sent("merge", MergeForm(prefix="merge"))
    if not valid(form):
        return report_page(report), 422
    case = merge(report, _case_meant(form), by=me(), seen=form.seen, hold=hold())
    return onwards(_("Joined to case %(number)s.", number=case.number))


@bp.post("/<int:report_id>/unmerge")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def unmerge_report(report_id: int) -> ResponseReturnValue:
    """Take the report out of its case again."""
    report, form = get_report(report_id), sent("unmerge", UnmergeForm(prefix="unmerge"))
    if not valid(form):
        return report_page(report), 422
    unmerge(report, form.reason.data or "", by=me(), seen=form.seen)
    flash(
        _(
            "Taken out of its case: %(number)s waits in the queue again. The resident reads the reason.",
            number=report.number,
        )
    )
    return redirect(url_for("triage.report", report_id=report.id))


def _case_meant(form: MergeForm) -> Case:
    """Return the case written down, else the one chosen. Raises `BadInput` when there is none."""
    if typed := (form.number.data or "").strip():
        case = case_by_number(typed)
        if case is None:
            raise BadInput("There is no case with this number.", field="number")
        return case
    try:
        chosen = an_id(form.case_id.data or "")
        return cases_by_ids([chosen])[chosen]
    except (ValueError, KeyError) as error:
        raise BadInput("Please choose the case that the report joins.", field="number") from error
