"""The page of a report as it stands after whatever happened, and the way on to the next one."""

from dataclasses import dataclass, replace
from typing import TypeVar

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.ready import Purpose
from reporter.desks.dossier import you_wrote
from reporter.desks.errors import blame, show, words_of
from reporter.desks.incoming import an_id
from reporter.desks.ready import count_use
from reporter.desks.states import state_word
from reporter.desks.triage.conflict import difference
from reporter.desks.triage.effort import desk_figures, note
from reporter.desks.triage.filters import filter_box
from reporter.desks.triage.forms import (
    AcceptForm,
    AskForm,
    DeclineForm,
    MergeForm,
    SeenForm,
    UnmergeForm,
    accept_form,
)
from reporter.desks.triage.locks import come, holders_on, in_words, is_free
from reporter.desks.triage.lookups import Lookups, look_up
from reporter.desks.triage.many import list_acts
from reporter.desks.triage.panes import Pane, Wanted, queue_pane
from reporter.desks.triage.screen import report_screen
from reporter.desks.triage.undoing import undo_bar
from reporter.desks.triage.wording import last_change
from reporter.kernel.errors import BadInput, ReporterError
from reporter.places.geometry import Point
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import get_report, history
from reporter.reports.worklists import AtTriage


@dataclass
class Forms:
    """The forms of a report's page. `wrong`: the name of the one that came back."""

    judge: AcceptForm
    ask: AskForm
    decline: DeclineForm
    merge: MergeForm
    aside: SeenForm
    unmerge: UnmergeForm
    wrong: str = ""


Form = TypeVar("Form", bound=SeenForm)


def sent(name: str, form: Form) -> Form:
    """Remember which form of the page was sent, so that it can be shown again as it was filled in."""
    g.sent = (name, form)
    return form


def report_page(report: Report | None, *, said: str = "", against: tuple[str, SeenForm] | None = None) -> str:
    """Return the page of `report`, of the first on the list when None, with the list beside it.

    Args:
        said: why what was sent did not happen.
        against: name and form of what was sent while somebody else decided.
    """
    found = look_up()
    pane = _pane(found)
    holders = holders_on(pane, report.id if report else None)
    pane = pane.held_by(in_words(holders))
    if report is None and pane.first_free:
        report = get_report(pane.first_free)
    if report is None:
        return render_template(
            "triage/queue.html",
            pane=pane,
            found=found,
            acts=list_acts(pane),
            filters=filter_box(pane, found),
            undo=undo_bar(),
        )
    lock = come(report, holders)
    forms = _forms(report, found)
    screen = report_screen(report, found, forms.judge, request.args.get("photo", 0, type=int), pane.args)
    return render_template(
        "triage/report.html", pane=pane, found=found, screen=screen, forms=forms, said=said, acts=list_acts(pane), filters=filter_box(pane, found), undo=undo_bar(), desk=desk_figures(), lock=lock,
        difference=difference(report, *against, found, screen.case) if against else None,
        beside=pane.beside(report.id), on={**pane.args, "next": pane.following(report.id)},
    )  # fmt: skip


def weigh_place(report: Report, form: AcceptForm, found: Lookups) -> str:
    """Return the page with what follows from the place in `form`, or with the places that its address may mean."""
    if said := form.look_up_new(Point(report.lon, report.lat), report.address):
        flash(said, "warn")
    form.follow_place(report, found)
    return report_page(report)


def _pane(found: Lookups) -> Pane:
    wanted = Wanted.of(request.args, AtTriage, AtTriage.WAITING)
    try:
        return queue_pane(wanted, found)
    except BadInput:
        if request.method == "GET":
            raise
        return queue_pane(
            replace(wanted, after=""), found
        )  # what was typed matters more than the place on the list


def _forms(report: Report, found: Lookups) -> Forms:
    """Return fresh forms, but the one that was sent as it was filled in."""
    typed = request.args if "category_id" in request.args else None
    judge = accept_form(report, found, typed)
    if typed:
        judge.drop_impossible(report, found)
        judge.follow_place(report, found)
    forms = Forms(
        judge,
        AskForm(None, prefix="ask"),
        DeclineForm(None, prefix="decline"),
        MergeForm(None, prefix="merge"),
        SeenForm(None, prefix="aside"),
        UnmergeForm(None, prefix="unmerge"),
    )
    for form in (forms.judge, forms.ask, forms.decline, forms.merge, forms.aside, forms.unmerge):
        form.look_at(report.version)
    if "sent" in g and hasattr(forms, g.sent[0]):  # not what the whole list was to do
        forms.wrong, form = g.sent
        setattr(forms, forms.wrong, form)
    for ready, purpose in ((forms.ask, Purpose.ASK), (forms.decline, Purpose.DECLINE)):
        ready.offer_ready(purpose, report, locale=report.locale, category_id=judge.category_id.data)
    return forms


def again(error: ReporterError) -> ResponseReturnValue:
    """Return the page of the report again: what was wrong on its field, or what has changed meanwhile.

    A button without a form has nothing to show again: a plain page says why.
    """
    if "sent" not in g:
        return show(error)
    name, form = g.sent
    report_id = (request.view_args or {})["report_id"]
    if error.status == BadInput.status:
        if error.field not in form:
            return show(error)
        blame(form, error)
        return report_page(get_report(report_id)), error.status
    report = get_report(report_id)
    moved = form.seen != report.version
    form.look_at(report.version)
    if report.state is not State.SUBMITTED and isinstance(form, AcceptForm):
        g.pop("sent")  # what was settled meanwhile is shown, not what was to be
    against = (name, form) if moved and "version" in form else None
    return report_page(
        report, said=_why(error, report, moved=moved, told=bool(against)), against=against
    ), error.status


def _why(error: ReporterError, report: Report, *, moved: bool, told: bool) -> str:
    if not moved:
        return words_of(error)
    said = _(
        "Nothing of yours was written: this report has changed meanwhile (%(change)s). It is now: %(state)s.",
        change=last_change("report", history(report)), state=state_word("report", report.state),
    )  # fmt: skip
    return said if told else f"{said} {you_wrote()}".strip()  # the difference holds the words


def _next_free(report_id: int) -> int | None:
    """Return the report of the list after `report_id` that waits and that nobody else is at, else None."""
    pane = _pane(look_up())
    return pane.held_by(in_words(holders_on(pane))).following(report_id)


def onwards(words: str) -> ResponseReturnValue:
    """Say what was done and lead to the next free report of the list, else to its beginning."""
    flash(words)
    note()
    count_use(g.get("sent", ("", None))[1])
    wanted = Wanted.of(request.args, AtTriage, AtTriage.WAITING)
    args, following = wanted.args(AtTriage.WAITING), request.args.get("next", type=an_id)
    if following is not None and not is_free(following, AtTriage(wanted.which)):
        following = _next_free(following)
    if following is None:
        return redirect(url_for("triage.queue", **{**args, "after": None}))
    return redirect(url_for("triage.report", report_id=following, **args))
