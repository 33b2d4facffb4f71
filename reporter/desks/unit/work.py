"""The chosen case as its unit sees it: what there is to know, and what may be done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cases.lifecycle import Action
from reporter.cases.models import Case, CaseResult, Category, Source, Subcategory
from reporter.cases.queries import actions_open_to, get_case, get_category, history, obstacle, result_of
from reporter.cases.ready import Purpose
from reporter.cases.worklists import clocks_began
from reporter.desks.dates import plain_clock
from reporter.desks.dossier import (
    BEFORE,
    Happened,
    Picture,
    Reply,
    last_reason,
    pictures_of,
    supervised_words,
    timeline_of,
    told_replies,
    told_words,
)
from reporter.desks.duty import paired_words
from reporter.desks.forms import CaseForm
from reporter.desks.limits import closing_needs, grounds, how_counted, limit_words
from reporter.desks.ready import locale_of
from reporter.desks.states import state_word
from reporter.desks.unit.cards import Tag, Words, light_words, paused_words, tags_of
from reporter.desks.unit.forms import MoreTimeForm, PauseForm, QuestionForm, RevocationForm, SendBackForm
from reporter.desks.whistled import Called, calls_of
from reporter.desks.words import named
from reporter.kernel.audit import TrailEntry
from reporter.kernel.policy import Actor, Permission, require
from reporter.places.queries import AreaName, area_names
from reporter.routing.models import Unit, WorkOrder
from reporter.routing.queries import calls_waiting, last_order, units_by_id

OFFERED = (
    Action.CLAIM,
    Action.SUBMIT_RESULT,
    Action.REQUEST_SEND_BACK,
    Action.REQUEST_EXTENSION,
    Action.REQUEST_DEFER,
    Action.ASK_REPORTER,
    Action.REPORT_IN,
    Action.REVOKE_PENALTY,
)

DIALOGS: Mapping[type[CaseForm], str] = {
    SendBackForm: "request_send_back",
    MoreTimeForm: "request_extension",
    PauseForm: "request_defer",
    QuestionForm: "ask_reporter",
    RevocationForm: "revoke_penalty",
}


@dataclass(frozen=True)
class Fact:
    """One line of what there is to know."""

    term: str
    text: str


@dataclass(frozen=True)
class Banner:
    """What must not be overlooked."""

    level: str
    text: str


@dataclass(frozen=True)
class Forms:
    """The forms that stand ready on the page, each with its own names."""

    send_back: SendBackForm
    more_time: MoreTimeForm
    pause: PauseForm
    question: QuestionForm
    revocation: RevocationForm


@dataclass(frozen=True)
class Work:
    """The right side of the page.

    Attributes:
        offers: what may be done -> why it cannot be done just now ("" when it can).
        wrong: the form that came back with something wrong, else None; `stray`: the page has no dialog for it.
    """

    case: Case
    kind: Category
    place: str
    pictures: Sequence[Picture]
    after: Sequence[Picture]
    facts: Sequence[Fact]
    tags: Sequence[Tag]
    banners: Sequence[Banner]
    timeline: Sequence[Happened]
    result: CaseResult | None
    since: datetime
    paused: str
    light: Words
    offers: Mapping[str, str]
    forms: Forms
    calls: Sequence[Called]
    wrong: CaseForm | None = None

    @property
    def words(self) -> str:
        """What was reported, as the reader may know it."""
        return told_words(self.case)

    @cached_property
    def replies(self) -> Sequence[Reply]:
        """What was answered to what the kind asks, as the reader may know it."""
        return told_replies(self.case)

    @property
    def stray(self) -> bool:
        """Whether the form that came back has no dialog on the page."""
        asked = next((action for form, action in DIALOGS.items() if isinstance(self.wrong, form)), "")
        return self.wrong is not None and self.offers.get(asked) != ""


def case_for(actor: Actor, case_id: int) -> Case:
    """Return a case that lies with the person's unit, or on which it works along.

    Raises:
        NotFound: there is no such case.
        NotAllowed: it is another unit's.
    """
    case = get_case(case_id)
    require(actor, Permission.CASE_OPEN_AT_UNIT, case)
    return case


def work_on(case: Case, actor: Actor, wrong: CaseForm | None = None) -> Work:
    """Return what the page shows of `case`; `wrong` takes the place of the fresh form of its kind."""
    entries, pictures, kind = history(case), pictures_of(case), get_category(case.category_id)
    ruled = case.route_reason.get("area_id") or case.area_id
    places = area_names(number for number in (case.area_id, ruled) if number)
    area, result = places.get(case.area_id or 0), result_of(case.id)
    return Work(
        case=case, kind=kind, place=" · ".join(part for part in (named(area), case.address) if part),
        pictures=[one for one in pictures if one.stage == BEFORE],
        after=[one for one in pictures if one.stage != BEFORE],
        facts=_facts(case, _subtype(case, kind) or kind, places.get(ruled or 0)), tags=tags_of(case),
        banners=_banners(case, entries), timeline=timeline_of(case, entries), result=result,
        since=clocks_began([case])[case.id], paused=paused_words(case), light=light_words(case),
        offers=_offers(case, actor, result), forms=_forms(case, wrong),
        calls=calls_of(case.id),
        wrong=wrong if wrong and wrong.errors else None,
    )  # fmt: skip


def _subtype(case: Case, kind: Category) -> Subcategory | None:
    return next((sub for sub in kind.subcategories if sub.id == case.subcategory_id), None)


def _facts(case: Case, kind: Category | Subcategory, ruled: AreaName | None) -> list[Fact]:
    order, units = last_order(case.id), units_by_id()
    co_units = [units[unit_id] for unit_id in case.co_unit_ids if unit_id in units]
    return [
        Fact(_("Why it came here"), grounds(case.route_reason, kind=named(kind), area=named(ruled))),
        *(_deadlines(case, order) if order else ()),
        Fact(_("What closing takes"), closing_needs(case.nature)),
        Fact(_("Co-units"), _co_units(co_units)),
        *(Fact(_("Partner body"), said) for said in (paired_words(case.area_id),) if said),
        Fact(_("Reported by"), ngettext("%(num)d person", "%(num)d people", case.report_count)),
    ]


def _co_units(units: Sequence[Unit]) -> str:
    return _(", ").join(named(unit) for unit in units) if units else _("nobody else")


def _deadlines(case: Case, order: WorkOrder) -> list[Fact]:
    claim, handle = case.limits["claim"], case.limits["handle"]
    claimed = order.claimed_at
    return [
        Fact(
            _("Claim limit"),
            _("done at %(time)s", time=plain_clock(claimed))
            if claimed
            else _("before %(time)s (%(limit)s after the dispatch)", time=plain_clock(order.claim_due_at), limit=limit_words(claim)),
        ),
        Fact(
            _("Handling limit"),
            paused_words(case)
            or _(
                "before %(time)s (limit %(limit)s, %(how)s)",
                time=plain_clock(order.handle_due_at), limit=limit_words(handle), how=how_counted(handle),
            ),
        ),
    ]  # fmt: skip


def banners_of(case: Case) -> list[Banner]:
    """Return what must not be overlooked about a case."""
    return _banners(case, history(case))


def _banners(case: Case, entries: Sequence[TrailEntry]) -> list[Banner]:
    said: list[tuple[Any, Banner]] = [
        (
            case.supervise_count,
            Banner("bad", supervised_words(entries)),
        ),
        (case.urge_count, Banner("bad", ngettext("Urged once.", "Urged %(num)d times.", case.urge_count))),
        (
            case.rework_count + case.reopen_count,
            Banner("warn", _("To be done again: %(reason)s", reason=last_reason(entries, Action.INSPECT_FAIL, Action.REOPEN))),
        ),
        (
            case.open_request,
            Banner(
                "",
                _(
                    "Asked for, waiting for the answer: %(what)s. %(reason)s",
                    what=state_word("request", case.open_request), reason=_asked(case, entries),
                ),
            ),
        ),
    ]  # fmt: skip
    return [banner for holds, banner in said if holds and case.is_open]


def _asked(case: Case, entries: Sequence[TrailEntry]) -> str:
    return last_reason(entries, Action(f"request_{case.open_request}")) if case.open_request else ""


def _offers(case: Case, actor: Actor, result: CaseResult | None) -> dict[str, str]:
    allowed = actions_open_to(actor, case)
    offers = {action: obstacle(case, action, by=actor) for action in OFFERED if action in allowed}
    if case.id not in calls_waiting([case.id], actor.unit_id or 0):
        offers.pop(Action.REPORT_IN, None)
    if case.source != Source.RESIDENT:
        offers.pop(Action.ASK_REPORTER, None)
    if result is None or not result.penalty_stands:
        offers.pop(Action.REVOKE_PENALTY, None)
    return {str(action): _(sentence) if sentence else "" for action, sentence in offers.items()}


def _forms(case: Case, wrong: CaseForm | None) -> Forms:
    version = case.version
    return Forms(
        send_back=wrong if isinstance(wrong, SendBackForm) else send_back_form(version),
        more_time=wrong if isinstance(wrong, MoreTimeForm) else more_time_form(case),
        pause=wrong if isinstance(wrong, PauseForm) else pause_form(version),
        question=wrong if isinstance(wrong, QuestionForm) else question_form(case),
        revocation=wrong if isinstance(wrong, RevocationForm) else revocation_form(version),
    )


def send_back_form(version: int | None = None) -> SendBackForm:
    """Return the form; what was sent fills it."""
    return SendBackForm(prefix="back", version=version)


def more_time_form(case: Case) -> MoreTimeForm:
    """Return the form with the choices that fit the case's limit; what was sent fills it."""
    form = MoreTimeForm(prefix="more", version=case.version)
    form.offer(case.limits["handle"])
    return form


def pause_form(version: int | None = None) -> PauseForm:
    """Return the form; what was sent fills it."""
    return PauseForm(prefix="pause", version=version)


def question_form(case: Case) -> QuestionForm:
    """Return the form with its ready sentences, in the language of whoever is asked; what was sent fills it."""
    form = QuestionForm(prefix="question", version=case.version)
    form.offer_ready(Purpose.ASK, case, locale=locale_of(case.id))
    return form


def revocation_form(version: int | None = None) -> RevocationForm:
    """Return the form; what was sent fills it."""
    return RevocationForm(prefix="penalty", version=version)
