"""Two decided about one report: what the second one wanted beside what stands now, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cases.queries import actions_open_to, cases_by_ids, obstacle
from reporter.desks.dates import plain_clock
from reporter.desks.guard import me
from reporter.desks.incoming import an_id
from reporter.desks.states import action_word, state_word
from reporter.desks.triage.case_pages import act_form, unit_form
from reporter.desks.triage.forms import (
    AcceptForm,
    ActForm,
    AskForm,
    CorrectForm,
    DeclineForm,
    MergeForm,
    ReasonForm,
    SeenForm,
    UnitForm,
    UnmergeForm,
)
from reporter.desks.triage.lookups import Lookups
from reporter.desks.triage.place_forms import how_far, near_enough, spot_of
from reporter.desks.triage.screen import open_actions
from reporter.desks.triage.wording import who_did
from reporter.desks.words import named
from reporter.places.geometry import Point
from reporter.reports.lifecycle import Action, State
from reporter.reports.models import Report
from reporter.reports.queries import history, unit_to_be

WANTED: dict[type[SeenForm], Action] = {
    AcceptForm: Action.ACCEPT,
    AskForm: Action.REQUEST_INFO,
    DeclineForm: Action.DECLINE,
    MergeForm: Action.MERGE,
    UnmergeForm: Action.UNMERGE,
}


@dataclass(frozen=True)
class Field:
    """One thing that was settled: as it was wanted and as it stands, "" where one of the two said nothing of it."""

    label: str
    mine: str
    now: str

    @property
    def differs(self) -> bool:
        """Whether something else was wanted than what stands."""
        return bool(self.mine) and self.mine != self.now


@dataclass(frozen=True)
class Override:
    """A step by which what was wanted is done to the case: a form that is filled in, but for its reason."""

    form: ActForm
    action: str
    text: str


@dataclass(frozen=True)
class Difference:
    """All of it. `who` and `when`: of the last change; `dialog`: the form that can be sent again as it was filled in."""

    who: str
    when: str
    fields: Sequence[Field]
    dialog: str
    on_top: Sequence[Override]


def difference(report: Report, name: str, form: SeenForm, found: Lookups, case: Case | None) -> Difference:
    """Return how `form`, called `name` on the page, differs from what has become of `report`."""
    entry = history(report)[-1]
    action = _wanted(name, form, report)
    at = Point(case.lon, case.lat) if case else Point(report.lon, report.lat)
    mine, now = _mine(action, form, found, at), _now(report, found, case, entry.reason)
    labels = {
        "decision": _("Decision"), "kind": _("Kind"), "area": _("Area"), "unit": _("Unit"),
        "title": _("Title in the register"), "place": _("Place"), "case": _("Case that it joins"), "words": _("Words for the resident"),
    }  # fmt: skip
    fields = [
        Field(label, mine.get(key, ""), now.get(key, ""))
        for key, label in labels.items()
        if mine.get(key) or now.get(key)
    ]
    return Difference(
        who=who_did(entry, names_of([entry.actor_id])), when=plain_clock(entry.at), fields=fields,
        dialog=name if action in open_actions(report) else "",
        on_top=_on_top(form, found, case) if report.state is State.ACCEPTED and case else [],
    )  # fmt: skip


def _wanted(name: str, form: SeenForm, report: Report) -> Action:
    if name == "aside":
        return Action.TAKE_BACK if report.state is State.ASIDE else Action.SET_ASIDE
    return WANTED[type(form)]


def _mine(action: Action, form: SeenForm, found: Lookups, at: Point) -> dict[str, str]:
    said = {"decision": action_word("report", action)}
    if isinstance(form, AcceptForm):
        said |= {
            "kind": _kind(form, found), "area": named(found.areas.get(form.area_id.data or 0)),
            "unit": found.unit_name(form.unit_id.data) or _("as suggested"), "title": form.title.data or "",
            "place": _place_meant(form, at),
        }  # fmt: skip
    elif isinstance(form, MergeForm):
        said["case"] = _case_meant(form)
    elif isinstance(form, ReasonForm):
        said["words"] = form.words
    elif isinstance(form, UnmergeForm):
        said["words"] = form.reason.data or ""
    return said


def _place_meant(form: AcceptForm, at: Point) -> str:
    """Return the place that was set, and how far it is from where it stands now; "" when none was set."""
    spot, address = spot_of(form), form.address.data or ""
    point = spot.point if spot else form.shown_point
    if point is None or near_enough(point, at):
        return address
    far = how_far(at, point)
    if not address:
        return _("%(distance)s from where it stands now", distance=far)
    return _("%(address)s, %(distance)s from where it stands now", address=address, distance=far)


def _kind(form: AcceptForm, found: Lookups) -> str:
    if form.category_id.data not in found.kinds:
        return ""
    sub = found.subs.get(form.subcategory_id.data or 0)
    return " · ".join(named(part) for part in (found.kinds[form.category_id.data], sub) if part)


def _case_meant(form: MergeForm) -> str:
    if typed := (form.number.data or "").strip():
        return typed
    try:
        chosen = an_id(form.case_id.data or "")
    except ValueError:
        return ""
    return "".join(case.number for case in cases_by_ids([chosen]).values())


def _now(report: Report, found: Lookups, case: Case | None, reason: str) -> dict[str, str]:
    said = {
        "decision": state_word("report", report.state),
        "kind": found.kind_words(report),
        "area": named(found.areas.get(report.area_id or 0)),
        "place": report.address,
        "words": reason,
    }
    if case is None:
        return said
    if report.state is State.DUPLICATE:
        return said | {"case": case.number}
    unit = found.unit_name(case.lead_unit_id or unit_to_be(case.id))
    return said | {"kind": found.kind_words(case), "area": named(found.areas.get(case.area_id or 0)), "place": case.address, "unit": unit or _("waits to be dispatched"), "title": case.title}  # fmt: skip


def _on_top(form: SeenForm, found: Lookups, case: Case) -> list[Override]:
    """Return the steps of the case that lead to what was wanted, as far as its table and the policy leave them open."""
    if isinstance(form, AcceptForm):
        return [*_correction(form, found, case), *_other_unit(form, found, case)]
    if isinstance(form, DeclineForm) and _is_open(case, CaseAction.VOID):
        void = act_form(CaseAction.VOID, case, found, None)
        void.look_at(case.version)
        void.reason.data = form.words
        return [Override(void, _address(case, CaseAction.VOID), _("Void the case, for your reason"))]
    return []


def _correction(form: AcceptForm, found: Lookups, case: Case) -> list[Override]:
    wanted, spot = (form.category_id.data, form.subcategory_id.data, form.area_id.data), spot_of(form)
    elsewhere = spot is not None and not near_enough(spot.point, Point(case.lon, case.lat))
    same = wanted == (case.category_id, case.subcategory_id, case.area_id) and not elsewhere
    if same or not form.category_id.offered:
        return []
    right = act_form(CaseAction.CORRECT, case, found, None)
    if not isinstance(right, CorrectForm) or not _is_open(case, CaseAction.CORRECT):
        return []
    right.look_at(case.version)
    right.category_id.data, right.subcategory_id.data = wanted[:2]
    right.area_id.data = wanted[2] or case.area_id
    if spot is not None and elsewhere:
        right.take_place(form)
    return [Override(right, _address(case, CaseAction.CORRECT), _("Put your kind and place into the case"))]


def _other_unit(form: AcceptForm, found: Lookups, case: Case) -> list[Override]:
    wanted = form.unit_id.data
    step = CaseAction.DISPATCH if case.state is CaseState.REGISTERED else CaseAction.REASSIGN
    if not wanted or wanted == (case.lead_unit_id or unit_to_be(case.id)) or not _is_open(case, step):
        return []
    other: UnitForm = unit_form(found, None)
    other.look_at(case.version)
    other.unit_id.data = wanted
    text = _("Give the case to %(unit)s", unit=found.unit_name(wanted))
    return [Override(other, url_for("triage.dispatch_case", case_id=case.id), text)]


def _is_open(case: Case, action: CaseAction) -> bool:
    return action in actions_open_to(me(), case) and not obstacle(case, action, by=me())


def _address(case: Case, action: CaseAction) -> str:
    return url_for("triage.act", case_id=case.id, action=action)
