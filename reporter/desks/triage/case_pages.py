"""The page of a case as it stands after whatever happened, alone or beside one of the centre's lists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from reporter.cases.lifecycle import Action
from reporter.cases.models import Case
from reporter.cases.queries import get_case, history
from reporter.cases.ready import Purpose
from reporter.cases.worklists import AtCentre
from reporter.desks.dossier import you_wrote
from reporter.desks.errors import blame, show, words_of
from reporter.desks.guard import me
from reporter.desks.ready import count_use, locale_of
from reporter.desks.states import state_word
from reporter.desks.triage.case_screen import CaseScreen, case_screen
from reporter.desks.triage.forms import (
    ActForm,
    ConcludeForm,
    CorrectForm,
    FollowUpForm,
    UnitForm,
    WhistleForm,
)
from reporter.desks.triage.lookups import Lookups, look_up
from reporter.desks.triage.offers import ACTS, DECIDE, form_name, needs_reason
from reporter.desks.triage.panes import Pane, Wanted, approvals_pane, dispatch_pane
from reporter.desks.triage.screen import Shot
from reporter.desks.triage.wording import last_change
from reporter.kernel.errors import BadInput, NotAllowed, ReporterError
from reporter.kernel.policy import Permission, may
from reporter.places.geometry import Point


@dataclass(frozen=True)
class Listed:
    """A list that a case can be shown beside: who may see it, how it is built, its addresses."""

    permission: Permission
    pane: Callable[[Wanted, Lookups], Pane]
    default: AtCentre
    start: str
    one: str


DISPATCH, APPROVALS = "dispatch", "approvals"
LISTS = {
    DISPATCH: Listed(
        Permission.DESK_TRIAGE,
        dispatch_pane,
        AtCentre.DISPATCH,
        "triage.waiting_cases",
        "triage.waiting_case",
    ),
    APPROVALS: Listed(
        Permission.DESK_APPROVALS, approvals_pane, AtCentre.REQUESTS, "triage.approvals", "triage.approval"
    ),
}


def listed_page(beside: str) -> str:
    """Return one of the centre's lists with its first case."""
    pane = _pane(beside, look_up())
    if pane is None or not pane.rows:
        return render_template("triage/queue.html", pane=pane)
    return case_page(get_case(pane.rows[0].key), beside)


def case_for_me(case_id: int) -> Case:
    """Return a case to whoever may read its file. Raises `NotFound` or `NotAllowed`."""
    case = get_case(case_id)
    if not may(me(), Permission.CASE_FILE, case):
        raise NotAllowed("This case is open to the centre and to the units that work on it.")
    return case


def case_page(case: Case, beside: str = "", *, said: str = "") -> str:
    """Return the page of a case.

    Args:
        beside: the list beside it, "" for none.
        said: why what was sent did not happen.
    """
    found = look_up()
    pane = _pane(beside, found)
    forms = _forms(case, found)
    screen = case_screen(case, found, at=request.args.get("photo", 0, type=int), unit_id=_unit_chosen(forms))
    endpoint, args = (LISTS[beside].one, pane.args) if pane else ("triage.case", {})
    on = {"beside": beside or None, **args}
    return render_template(
        "triage/case.html", screen=screen, pane=pane, found=found, forms=forms, said=said, on=on,
        here=url_for(endpoint, case_id=case.id, **args), shots=_shots(screen, endpoint, args),
        wrong=g.sent[0] if "sent" in g and (g.sent[1].errors or "stays" in g) else "", beside=pane.beside(case.id) if pane else ("", ""),
    )  # fmt: skip


def weigh_place(case: Case, form: CorrectForm) -> str:
    """Return the page with the dialog open, and the places that the address in it may mean."""
    if said := form.look_up_new(Point(case.lon, case.lat), case.address):
        flash(said, "warn")
    form.follow_place(case, look_up())
    g.stays = True
    return case_page(case, request.args.get("beside", ""))


def _unit_chosen(forms: Mapping[str, ActForm]) -> int | None:
    form = forms["unit"]
    return form.unit_id.data if isinstance(form, UnitForm) and form.unit_id.offered else None


def _shots(screen: CaseScreen, endpoint: str, args: Mapping[str, Any]) -> list[Shot]:
    return [
        Shot(
            url=one.url, thumb=one.thumb, alt=f"{one.alt} ({one.claims})",
            page=url_for(endpoint, case_id=screen.case.id, photo=number, **args),
        )
        for number, one in enumerate(screen.pictures)
    ]  # fmt: skip


def _pane(beside: str, found: Lookups) -> Pane | None:
    wanted = LISTS.get(beside)
    if wanted is None or not may(me(), wanted.permission):
        return None
    asked = Wanted.of(request.args, AtCentre, wanted.default)
    try:
        return wanted.pane(asked, found)
    except BadInput:
        if request.method == "GET":
            raise
        return wanted.pane(replace(asked, after=""), found)


def unit_form(found: Lookups, typed: MultiDict[str, str] | None) -> UnitForm:
    """Return the form that chooses a unit, filled in with what was `typed`."""
    form = UnitForm(typed, prefix="unit")
    form.offer(found)
    return form


FORMS: Mapping[str, type[ActForm]] = {
    Action.FOLLOW_UP: FollowUpForm,
    Action.WHISTLE: WhistleForm,
    Action.CONCLUDE: ConcludeForm,
    Action.CORRECT: CorrectForm,
}


def act_form(name: str, case: Case, found: Lookups, typed: MultiDict[str, str] | None) -> ActForm:
    """Return the form of the action called `name`, filled in with what was `typed`."""
    form = FORMS.get(name, ActForm)(typed, prefix=name)
    if isinstance(form, WhistleForm | CorrectForm):
        form.offer(found, case)
    return form


def offer_ready(form: ActForm, name: str, case: Case) -> None:
    """Offer the ready sentences of a form: what a resident reads is in the resident's language."""
    if name == "unit":
        form.offer_ready(Purpose.FORWARD, case)
    elif name == Action.CLOSE_UNFIXED:
        form.offer_ready(Purpose.CLOSE, case, locale=locale_of(case.id))


def _forms(case: Case, found: Lookups) -> dict[str, ActForm]:
    """Return fresh forms by name, but the one that was sent as it was filled in."""
    chosen = request.args if "unit-unit_id" in request.args else None
    forms: dict[str, ActForm] = {"unit": unit_form(found, chosen)}
    forms |= {name: act_form(name, case, found, None) for name in dict.fromkeys(map(form_name, ACTS))}
    for form in forms.values():
        form.look_at(case.version)
    if "sent" in g:
        forms |= dict([g.sent])
    for name, form in forms.items():
        offer_ready(form, name, case)
    for action in (*ACTS, Action.REASSIGN):
        name = "unit" if action is Action.REASSIGN else form_name(action)
        if name != DECIDE and needs_reason(case, action):
            forms[name].need_reason()
    return forms


def case_again(error: ReporterError) -> ResponseReturnValue:
    """Return the page of the case again: what was wrong on its field, or what has changed meanwhile.

    A button without a form has nothing to show again: a plain page says why.
    """
    if "sent" not in g:
        return show(error)
    _name, form = g.sent
    case_id = (request.view_args or {})["case_id"]
    beside = request.args.get("beside", "")
    if error.status == BadInput.status:
        if error.field not in form:
            return show(error)
        blame(form, error)
        return case_page(get_case(case_id), beside), error.status
    case = get_case(case_id)
    moved = form.seen != case.version
    form.look_at(case.version)
    return case_page(case, beside, said=_moved_on(case) if moved else words_of(error)), error.status


def _moved_on(case: Case) -> str:
    said = _(
        "Nothing of yours was written: this case has changed meanwhile (%(change)s). It is now: %(state)s.",
        change=last_change("case", history(case)), state=state_word("case", case.state),
    )  # fmt: skip
    return f"{said} {you_wrote()}".strip()


def back_to_work(case: Case, words: str) -> ResponseReturnValue:
    """Say what was done and lead back: to the list one works through, else to the case."""
    flash(words)
    count_use(g.get("sent", ("", None))[1])
    wanted = LISTS.get(request.args.get("beside", ""))
    if wanted is None or not may(me(), wanted.permission):
        return redirect(url_for("triage.case", case_id=case.id))
    args = Wanted.of(request.args, AtCentre, wanted.default).args(wanted.default)
    return redirect(url_for(wanted.start, **{**args, "after": None}))
