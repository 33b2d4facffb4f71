"""The chosen case as the inspector sees it: before and after, what was handed in, and what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext as _
from flask_babel import ngettext
from flask_babel import pgettext as _p

from reporter.accounts.queries import names_of
from reporter.cases.lifecycle import OPEN, Action, State
from reporter.cases.models import Case, CaseResult, Category, Nature
from reporter.cases.queries import actions_open_to, get_category, history, result_of
from reporter.cases.ready import Purpose
from reporter.cases.worklists import clocks_began
from reporter.desks.dates import plain_clock, span
from reporter.desks.dossier import (
    BEFORE,
    Happened,
    Picture,
    Reply,
    last_at,
    last_reason,
    pictures_of,
    supervised_words,
    timeline_of,
    told_replies,
    told_words,
)
from reporter.desks.forms import CaseForm
from reporter.desks.inspection.forms import (
    PassForm,
    ReopenForm,
    ReworkForm,
    SuperviseForm,
    UnfixedForm,
    UrgeForm,
)
from reporter.desks.ready import locale_of
from reporter.desks.words import metres, named
from reporter.kernel.audit import TrailEntry
from reporter.kernel.policy import Actor, Role, own_unit
from reporter.places.queries import area_names
from reporter.routing.models import Unit
from reporter.routing.queries import units_by_id

UNHANDLED = OPEN - {State.HANDLED}
FORMS: dict[str, type[CaseForm]] = {
    "inspect_pass": PassForm,
    "inspect_fail": ReworkForm,
    "close_unfixed": UnfixedForm,
    "urge": UrgeForm,
    "supervise": SuperviseForm,
    "reopen": ReopenForm,
}


@dataclass(frozen=True)
class Look:
    """One thing the inspector may rely on, or has to look at. `mark` as in the macro `checks`."""

    mark: str
    text: str


@dataclass(frozen=True)
class Fact:
    """One line of what there is to know."""

    term: str
    text: str


@dataclass(frozen=True)
class Checking:
    """The right side of the page.

    Attributes:
        allowed: the actions open to this person now.
        why_not: why this person may not inspect the case; "" when they may, or when it is not to be inspected.
        forms: one for each action, with names of its own.
        wrong: the action whose form came back with something wrong.
    """

    case: Case
    kind: Category
    unit: Unit | None
    handler: str
    place: str
    before: Sequence[Picture]
    after: Sequence[Picture]
    earlier: Sequence[Picture]
    looks: Sequence[Look]
    facts: Sequence[Fact]
    warnings: Sequence[str]
    result: CaseResult | None
    timeline: Sequence[Happened]
    since: datetime
    allowed: frozenset[str]
    why_not: str
    forms: dict[str, CaseForm]
    wrong: str = ""

    @property
    def words(self) -> str:
        """What was reported, as the reader may know it."""
        return told_words(self.case)

    @cached_property
    def replies(self) -> Sequence[Reply]:
        """What was answered to what the kind asks, as the reader may know it."""
        return told_replies(self.case)

    @property
    def pair(self) -> tuple[Picture, Picture] | None:
        """The pictures to compare: the first before and the first after; None when one is missing."""
        return (self.before[0], self.after[0]) if self.before and self.after else None


def form_of(action: str, case: Case) -> CaseForm:
    """Return the form of an action; what was sent fills it."""
    form = FORMS[action](prefix=action, version=case.version)
    if isinstance(form, UnfixedForm):
        form.offer_ready(Purpose.CLOSE, case, locale=locale_of(case.id))
    return form


def checking_of(case: Case, actor: Actor, wrong: str = "", form: CaseForm | None = None) -> Checking:
    """Return what the page shows of `case`; `form` is the one of `wrong`, as it was filled in."""
    entries, pictures, units = history(case), pictures_of(case), units_by_id()
    before = [one for one in pictures if one.stage == BEFORE]
    after = [one for one in pictures if one.stage != BEFORE]
    redo = last_at(entries, Action.INSPECT_FAIL, Action.REOPEN)
    fresh = [one for one in after if redo is None or one.sent_at > redo]
    area = area_names([case.area_id] if case.area_id else []).get(case.area_id or 0)
    forms = {action: form_of(action, case) for action in FORMS}
    handler = names_of([case.handler_id]).get(case.handler_id or 0, "")
    return Checking(
        case=case, kind=get_category(case.category_id), unit=units.get(case.lead_unit_id or 0), handler=handler,
        place=" · ".join(part for part in (named(area), case.address) if part), before=before, after=fresh,
        earlier=[one for one in after if one not in fresh],
        looks=_looks(case, fresh), facts=_facts(case, units.get(case.lead_unit_id or 0), handler),
        warnings=_warnings(case, entries), result=result_of(case.id) if case.state not in UNHANDLED else None, timeline=timeline_of(case, entries),
        since=clocks_began([case])[case.id], allowed=frozenset(map(str, actions_open_to(actor, case))),
        why_not=_why_not(case, actor), forms=forms | ({wrong: form} if form else {}),
        wrong=wrong if form and form.errors else "",
    )  # fmt: skip


def _looks(case: Case, after: Sequence[Picture]) -> list[Look]:
    if not after:
        act = case.nature is Nature.ACT
        words = (
            _("No photo after the work; an act ends with its record.")
            if act
            else _("No photo after the work.")
        )
        return [Look("i" if act else "n", words)]
    return [look for one in after[:1] for look in (_when(case, one), _where(one))]


def _when(case: Case, one: Picture) -> Look:
    if one.taken_at is None:
        return Look("i", _("The photo after the work does not say when it was taken."))
    if case.claimed_at and one.taken_at < case.claimed_at:
        return Look("n", _("Taken %(time)s, before the case was claimed.", time=plain_clock(one.taken_at)))
    return Look("y", _("Taken %(time)s, after the case was claimed.", time=plain_clock(one.taken_at)))


def _where(one: Picture) -> Look:
    if one.metres is None:
        return Look("i", _("The photo after the work does not say where it was taken."))
    if one.elsewhere:
        return Look("n", _("Taken %(distance)s from the case's place.", distance=metres(one.metres)))
    return Look("y", _("Taken at the case's place, %(distance)s off.", distance=metres(one.metres)))


def _facts(case: Case, unit: Unit | None, handler: str) -> list[Fact]:
    took = case.handled_at - case.dispatched_at if case.handled_at and case.dispatched_at else None
    lines = [
        (_("Unit"), named(unit)),
        (_("Handler"), handler),
        (_p("time", "Handed in"), plain_clock(case.handled_at) if case.handled_at else ""),
        (_("Time taken"), _("%(time)s from dispatch to result", time=span(took)) if took else ""),
        (_("Reported by"), ngettext("%(num)d person", "%(num)d people", case.report_count)),
        (_("Extensions"), ngettext("granted once", "granted %(num)d times", case.extension_count) if case.extension_count else ""),
    ]  # fmt: skip
    return [Fact(term, text) for term, text in lines if text]


def _warnings(case: Case, entries: Sequence[TrailEntry]) -> list[str]:
    reason = last_reason(entries, Action.INSPECT_FAIL, Action.REOPEN)
    said = [
        (
            case.supervise_count,
            supervised_words(entries),
        ),
        (case.urge_count, ngettext("Urged once.", "Urged %(num)d times.", case.urge_count)),
        (case.rework_count or case.reopen_count, _("Was to be done again: %(reason)s", reason=reason)),
        (case.escalated, _("Escalated: sent back or reworked three times.")),
    ]
    return [sentence for holds, sentence in said if holds]


def _why_not(case: Case, actor: Actor) -> str:
    if case.state is not State.HANDLED:
        return ""
    if case.handler_id == actor.id:
        return _("You handled this case yourself; somebody else has to inspect it.")
    if own_unit(actor, case):
        return _("Your own unit handled this case; somebody of another one has to inspect it.")
    if Role.INSPECTOR not in actor.roles:
        return _("Only an inspector passes a case or sends it to rework.")
    return ""
