"""The waiting reports that are like an open one, and the same decision about them in one go."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from reporter.cases.queries import case_by_number, get_case
from reporter.cases.ready import Purpose
from reporter.desks.errors import blame, words_of
from reporter.desks.guard import allow, me
from reporter.desks.ready import count_use
from reporter.desks.tokens import valid
from reporter.desks.triage.alike import alike_screen
from reporter.desks.triage.alike_forms import AlikeForm, DoAlike
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.lookups import look_up
from reporter.desks.triage.many import left_words, outcome_words
from reporter.desks.triage.panes import Wanted
from reporter.desks.triage.undoing import hold
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.reports.commands.one_case import join_each, make_one_case
from reporter.reports.commands.together import Do, Outcome, decide_each
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from reporter.reports.worklists import AtTriage


@bp.get("/<int:report_id>/alike")
@allow(Permission.DESK_TRIAGE)
def alike(report_id: int) -> ResponseReturnValue:
    """Show what is like a report, all of it chosen."""
    return _page(get_report(report_id), AlikeForm(None, prefix="alike"), chosen=None)


def _page(report: Report, form: AlikeForm, *, chosen: list[str] | None) -> str:
    screen = alike_screen(report, look_up(), chosen)
    form.offer_ready(Purpose.DECLINE, category_id=report.category_id)
    return render_template("triage/alike.html", screen=screen, form=form, args=_args())


def _args() -> dict[str, object]:
    """Return the arguments that lead back to the list one came from."""
    return Wanted.of(request.args, AtTriage, AtTriage.WAITING).args(AtTriage.WAITING)


@bp.post("/<int:report_id>/alike")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def decide_alike(report_id: int) -> ResponseReturnValue:
    """Do the same with all that are still chosen."""
    report, form = get_report(report_id), AlikeForm(prefix="alike")
    form.offer_ready(Purpose.DECLINE, category_id=report.category_id)
    if not valid(form):
        return _page(report, form, chosen=form.picked.data), 422
    try:
        done, outcome = _decided(form)
    except ReporterError as error:
        if error.field in form:
            blame(form, error)
        else:
            flash(words_of(error), "warn")
        return _page(get_report(report_id), form, chosen=form.picked.data), error.status
    count_use(form)
    flash(done, "ok" if outcome.done else "warn")
    if outcome.left:
        flash(left_words(outcome), "warn")
    back: dict[str, Any] = {**_args(), "after": None}
    return redirect(url_for("triage.queue", **back))


def _decided(form: AlikeForm) -> tuple[str, Outcome]:
    """Do what was asked for; return it in words. Raises `ReporterError` where nothing was done."""
    picked = form.picked.reports
    if not picked:
        raise BadInput("Please choose at least one report.", field="picked")
    if form.what is DoAlike.ASIDE:
        outcome = decide_each(picked, Do.ASIDE, by=me(), hold=hold())
        return outcome_words(Do.ASIDE, outcome)[0], outcome
    if form.what is DoAlike.DECLINE:
        if not form.words:
            raise BadInput("Please give a reason.", field="reason")
        outcome = decide_each(picked, Do.DECLINE, by=me(), reason=form.words_about, hold=hold())
        return outcome_words(Do.DECLINE, outcome)[0], outcome
    case, outcome = _joined(form)
    number = len(outcome.done)
    return ngettext(
        "%(num)d report is with case %(number)s now.", "%(num)d reports are with case %(number)s now.", number, number=case,
    ), outcome  # fmt: skip


def _joined(form: AlikeForm) -> tuple[str, Outcome]:
    picked = form.picked.reports
    if typed := (form.number.data or "").strip():
        case = case_by_number(typed)
        if case is None:
            raise BadInput("There is no case with this number.", field="number")
    elif (chosen := form.chosen_id) is not None:
        case = get_case(chosen)
    else:
        made, outcome = make_one_case(picked, by=me(), hold=hold())
        return made.number, outcome
    number, case_id = case.number, case.id
    return number, join_each(picked, case_id, by=me(), hold=hold())
