"""Several reports at once: those chosen on a list, or all of the side queue."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.ready import Purpose
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.desks.ready import count_use
from reporter.desks.tokens import valid
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.forms import SeenForm
from reporter.desks.triage.list_forms import ClearForm, TogetherForm
from reporter.desks.triage.many import outcome_words
from reporter.desks.triage.pages import onwards, report_page, sent
from reporter.desks.triage.panes import Wanted
from reporter.desks.triage.undoing import hold
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import Permission
from reporter.reports.commands.aside import begin_clearing, set_aside, take_back
from reporter.reports.commands.together import AT_ONCE, Do, Picked, decide_each
from reporter.reports.queries import get_report
from reporter.reports.worklists import AtTriage, running_clearing, versions_on


@bp.post("/<int:report_id>/aside")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def set_report_aside(report_id: int) -> ResponseReturnValue:
    """Move one report to the side queue."""
    report, form = get_report(report_id), sent("aside", SeenForm(prefix="aside"))
    if not valid(form):
        return report_page(report), 422
    set_aside(report, by=me(), seen=form.seen, hold=hold())
    return onwards(_("Moved to suspected spam: %(number)s.", number=report.number))


@bp.post("/<int:report_id>/back")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def take_report_back(report_id: int) -> ResponseReturnValue:
    """Take one report back into the queue."""
    report, form = get_report(report_id), sent("aside", SeenForm(prefix="aside"))
    if not valid(form):
        return report_page(report), 422
    take_back(report, by=me(), seen=form.seen, hold=hold())
    return onwards(_("Back in the queue: %(number)s.", number=report.number))


@bp.post("/together")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def together() -> ResponseReturnValue:
    """Do the same with all the reports that were chosen on a list."""
    form = sent("together", TogetherForm(prefix="together"))
    form.offer_ready(Purpose.DECLINE)
    if not valid_to(form, needs_words=form.do.data == Do.DECLINE):
        return _again(form)
    wanted = Wanted.of(request.args, AtTriage, AtTriage.WAITING)
    picked = _whole_list(wanted) if form.everything.data else form.picked.reports
    outcome = decide_each(picked, form.what, by=me(), reason=form.words_about, hold=hold())
    done, left = outcome_words(form.what, outcome)
    count_use(form)
    flash(done, "ok" if outcome.done else "warn")
    if left:
        flash(left, "warn")
    return redirect(url_for("triage.queue", **{**wanted.args(AtTriage.WAITING), "after": None}))


def valid_to(form: TogetherForm | ClearForm, *, needs_words: bool) -> bool:
    """Tell whether `form` may be used; says on the field that a reason is missing."""
    if not valid(form):
        return False
    if needs_words and not form.words:
        form.reason.errors = [_("Please give a reason.")]
    return not form.reason.errors


def _again(form: TogetherForm | ClearForm) -> ResponseReturnValue:
    """Return the list with the form as it was filled in; that it grew old is said above, where the list is empty too."""
    if "csrf_token" in form:
        for said in form.csrf_token.errors:
            flash(_("%(what)s: %(problem)s", what=form.csrf_token.label.text, problem=said), "warn")
    return report_page(None), 422


def _whole_list(wanted: Wanted) -> list[Picked]:
    like = get_report(wanted.like_id) if wanted.like_id else None
    rows = versions_on(AtTriage(wanted.which), only=wanted.only, like=like, limit=AT_ONCE)
    return [Picked(report_id, seen) for report_id, seen in rows]


@bp.post("/clear")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def clear_aside() -> ResponseReturnValue:
    """Decline all that is in the side queue now."""
    form = sent("clear", ClearForm(prefix="clear"))
    if not valid_to(form, needs_words=True):
        return _again(form)
    try:
        begin_clearing(form.words, by=me())
    except ReporterError as error:
        flash(words_of(error), "warn")
        return report_page(None), error.status
    flash(_("The side queue is being cleared; you can go on meanwhile."))
    return redirect(url_for("triage.queue", list=AtTriage.ASIDE))


@bp.get("/clearing")
@allow(Permission.DESK_TRIAGE)
def clearing() -> ResponseReturnValue:
    """Show how far the clearing of the side queue is."""
    return render_template("triage/_clearing.html", clearing=running_clearing())
