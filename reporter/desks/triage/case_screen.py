"""A case as the centre sees it: facts, pictures, history, requests, the reports behind it, what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from reporter.accounts.queries import names_of
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, CaseRequest, CaseResult, Source
from reporter.cases.queries import actions_open_to, history, open_cases_near, requests_of, result_of
from reporter.cases.worklists import clocks_began
from reporter.desks.dates import plain_moment, span
from reporter.desks.dossier import (
    Happened,
    Picture,
    Reply,
    pictures_of,
    timeline_of,
    told_replies,
    told_words,
)
from reporter.desks.duty import paired_words
from reporter.desks.evidence import level_words
from reporter.desks.guard import me
from reporter.desks.limits import factor_words, grounds, left_out, limit_words
from reporter.desks.states import state_word
from reporter.desks.triage.behind import Behind, behind
from reporter.desks.triage.firms import Firm, firm_of
from reporter.desks.triage.lookups import Lookups
from reporter.desks.triage.offers import DECIDE, Offer, offers_of
from reporter.desks.triage.screen import AROUND, AROUND_AT_MOST, box_around, marker
from reporter.desks.triage.suggested import Suggested, suggested_unit
from reporter.desks.whistled import Called, calls_of
from reporter.desks.words import named
from reporter.history.queries import brought_over
from reporter.kernel.policy import Permission, may
from reporter.reports.queries import REPORTS_LISTED
from reporter.routing.refusals import next_candidate


@dataclass(frozen=True)
class Fact:
    """A term and what is to be said of it."""

    term: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A request of the unit. `wants`: time or day asked for; `answer`: what was decided, by whom, and why."""

    kind: str
    reason: str
    wants: str
    who: str
    at: datetime
    open: bool
    answer: str


@dataclass(frozen=True)
class SentBack:
    """The unit that had the case before, and why it gave it back."""

    unit: str
    reason: str


@dataclass(frozen=True)
class CaseScreen:
    """All of a case's page but the list beside it. `reports` only for those who may know residents' words."""

    case: Case
    words: str
    replies: Sequence[Reply]
    kind_words: str
    pictures: Sequence[Picture]
    at: int
    since: datetime
    facts: Sequence[Fact]
    result: CaseResult | None
    timeline: Sequence[Happened]
    asked: Sequence[Asked]
    reports: Sequence[Behind]
    markers: Sequence[Mapping[str, Any]]
    box: tuple[float, float, float, float]
    offers: Sequence[Offer]
    may_dispatch: bool
    may_reassign: bool
    suggested: Suggested | None
    sent_back: SentBack | None
    leader_decides: bool
    calls: Sequence[Called]
    next_unit: str
    firm: Firm | None

    @property
    def request(self) -> Asked | None:
        """The request that waits for an answer, else None."""
        return next((one for one in self.asked if one.open), None)

    @property
    def behind(self) -> int:
        """How many reports are behind the case, those that are not listed too."""
        listed = len(self.reports)
        return max(listed, self.case.report_count) if listed >= REPORTS_LISTED else listed

    @property
    def decisions(self) -> list[Offer]:
        """The answers that whoever asks may give to the request."""
        return [offer for offer in self.offers if offer.action.startswith(("approve_", "refuse_"))]

    @property
    def other_offers(self) -> list[Offer]:
        """Everything else that may be done."""
        return [offer for offer in self.offers if offer not in self.decisions]

    @property
    def own_places(self) -> set[str]:
        """The forms that have a place on the page to say what is wrong with them."""
        named = {str(offer.action) for offer in self.other_offers if not offer.why_not}
        named |= {"unit"} if self.may_reassign else set()
        return named | ({DECIDE} if self.request and self.decisions else set())


def case_screen(case: Case, found: Lookups, *, at: int, unit_id: int | None) -> CaseScreen:
    """Return the page of a case.

    Args:
        at: the picture shown large.
        unit_id: the unit chosen in the form, None for the one the rules name.
    """
    open_now, knows = actions_open_to(me(), case), may(me(), Permission.DESK_TRIAGE)
    may_dispatch = Action.DISPATCH in open_now
    pictures, offers = pictures_of(case), offers_of(case)
    wanted, requests = f"approve_{case.open_request}", requests_of(case.id)
    return CaseScreen(
        case=case, words=told_words(case), replies=told_replies(case),
        kind_words=found.kind_words(case), pictures=pictures, at=at if 0 <= at < len(pictures) else 0,
        since=clocks_began([case])[case.id], facts=_facts(case, found), result=result_of(case.id),
        timeline=timeline_of(case, history(case)), asked=_asked(requests),
        reports=behind(case) if knows else (), markers=_around(case), box=box_around(case.lon, case.lat), offers=offers,
        may_dispatch=may_dispatch, may_reassign=Action.REASSIGN in open_now and not case.open_request,
        suggested=suggested_unit(case, found, urgent=case.urgent, chosen=unit_id) if may_dispatch else None,
        sent_back=_sent_back(case, requests, found) if may_dispatch else None,
        firm=firm_of(case, found.units),
        leader_decides=case.open_request == "extension" and all(offer.action != wanted for offer in offers),
        calls=calls_of(case.id), next_unit=_next_unit(case, found),
    )  # fmt: skip


def _next_unit(case: Case, found: Lookups) -> str:
    """Return whose the case becomes when the send-back that is asked for is approved; "" when nothing is asked."""
    if case.open_request != "send_back":
        return ""
    unit = next_candidate(case)
    return found.unit_name(unit) if unit else _("nobody; it waits for a dispatcher")


def _sent_back(case: Case, requests: Sequence[CaseRequest], found: Lookups) -> SentBack | None:
    granted = [one for one in requests if one.kind == "send_back" and one.decision == "granted"]
    return SentBack(found.unit_name(case.lead_unit_id), granted[-1].reason) if granted else None


def _facts(case: Case, found: Lookups) -> list[Fact]:
    area = named(found.areas.get(case.area_id or 0))
    handler = names_of([case.handler_id]).get(case.handler_id or 0, "")
    co_units = ", ".join(found.unit_name(unit_id) for unit_id in case.co_unit_ids)
    said = (
        Fact(_("Place"), " · ".join(part for part in (case.address, area) if part)),
        Fact(
            _("Unit before") if case.state is State.REGISTERED else _("Unit"),
            found.unit_name(case.lead_unit_id),
        ),
        Fact(_("Why this unit"), _why(case, found, area) if case.lead_unit_id else ""),
        Fact(_("Co-units"), co_units),
        Fact(_("Partner body"), paired_words(case.area_id)),
        Fact(_("Handler"), handler),
        Fact(_("Limits"), _limits(case)),
        Fact(_("So far"), _counters(case)),
        Fact(_("Reported"), plain_moment(case.reported_at)),
        Fact(_("Photos"), level_words(case.evidence)),
        Fact(_("Ended"), plain_moment(case.closed_at) if case.closed_at else ""),
        *_from_elsewhere(case),
    )
    return [fact for fact in said if fact.text]


def _from_elsewhere(case: Case) -> list[Fact]:
    """Return what another system said of a case that was brought over; nothing of it is public."""
    brought = brought_over(case.id) if case.source is Source.PARTNER else None
    if brought is None:
        return []
    return [
        Fact(_("Brought over from"), f"{brought.source} · {brought.foreign_id} · {brought.service_name}"),
        Fact(_("What was said there"), brought.notes),
        Fact(_("Picture there, not checked"), brought.media_url),
    ]


def _why(case: Case, found: Lookups, area: str) -> str:
    ruled = found.areas.get(case.route_reason.get("area_id") or 0)
    kind = named(found.sub(case) or found.kind(case))
    why = grounds(case.route_reason, kind=kind, area=named(ruled) if ruled else area)
    refused = [found.unit_name(unit) for unit in case.route_reason.get("refused", ())]
    return " ".join(part for part in (why, left_out(refused)) if part)


def _limits(case: Case) -> str:
    claim, handle = limit_words(case.limits["claim"]), limit_words(case.limits["handle"])
    said = _("claim within %(claim)s, handle within %(handle)s", claim=claim, handle=handle)
    return " ".join(part for part in (said, factor_words(case.limits)) if part)


def _counters(case: Case) -> str:
    counted = (
        (
            case.report_count - 1,
            ngettext("%(num)d more report", "%(num)d more reports", case.report_count - 1),
        ),
        (case.send_back_count, ngettext("sent back once", "sent back %(num)d times", case.send_back_count)),
        (case.extension_count, ngettext("extended once", "extended %(num)d times", case.extension_count)),
        (case.rework_count, ngettext("reworked once", "reworked %(num)d times", case.rework_count)),
        (case.reopen_count, ngettext("reopened once", "reopened %(num)d times", case.reopen_count)),
        (case.urge_count, ngettext("urged once", "urged %(num)d times", case.urge_count)),
        (case.supervise_count, ngettext("supervised once", "supervised %(num)d times", case.supervise_count)),
    )
    return " · ".join(words for number, words in counted if number)


def _asked(requests: Sequence[CaseRequest]) -> list[Asked]:
    names = names_of([one for request in requests for one in (request.asked_by, request.decided_by)])
    return [
        Asked(
            kind=state_word("request", request.kind), reason=request.reason, wants=_wants(request),
            who=names.get(request.asked_by or 0, ""), at=request.asked_at, open=request.decision == "open",
            answer=_answer(request, names.get(request.decided_by or 0, "")),
        )
        for request in reversed(requests)
    ]  # fmt: skip


def _wants(request: CaseRequest) -> str:
    if request.minutes:
        return _("%(time)s more", time=span(request.minutes))
    return _("review on %(day)s", day=plain_moment(request.review_at)) if request.review_at else ""


def _answer(request: CaseRequest, who: str) -> str:
    if request.decision == "open" or request.decided_at is None:
        return ""
    words = {
        "granted": pgettext("request", "granted"),
        "refused": pgettext("request", "refused"),
        "moot": pgettext("request", "no longer needed"),
    }
    parts = (words[request.decision], who, plain_moment(request.decided_at), request.note)
    return " · ".join(part for part in parts if part)


def _around(case: Case) -> list[dict[str, Any]]:
    near = open_cases_near(case.lon, case.lat, metres=AROUND, limit=AROUND_AT_MOST)
    return [marker(other) for other in near if other.id != case.id]
