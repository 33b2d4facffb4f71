"""A case on paper: what it is about, why it lies where it lies, every photo with its chain of custody, what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import pgettext as _p

from reporter.accounts.queries import names_of
from reporter.cases.models import Case, CaseRequest, Category, Subcategory
from reporter.cases.queries import get_category, history, photos_of, requests_of, result_of
from reporter.desks.dates import plain_moment
from reporter.desks.dossier import (
    AFTER,
    SAME_SPOT,
    Happened,
    picture_of,
    timeline_of,
    told_replies,
    told_words,
)
from reporter.desks.evidence import level_words
from reporter.desks.limits import counted_words, factor_words, grounds, how_counted, limit_words, source_word
from reporter.desks.pictures.custody import Fact, Opening, facts_of, openings_of
from reporter.desks.sketch import Sketch, sketch_of
from reporter.desks.states import state_word
from reporter.desks.words import metres, named
from reporter.kernel.policy import Actor, Permission, may
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_ids
from reporter.places.queries import area_names
from reporter.ports import ports
from reporter.routing.models import Unit, WorkOrder
from reporter.routing.queries import last_order, units_by_id


@dataclass(frozen=True)
class Shot:
    """One photo of the case, what it shows, and its chain of custody; `openings`: None for who may not know them."""

    photo: Photo
    stage: str
    facts: Sequence[Fact]
    openings: Sequence[Opening] | None


@dataclass(frozen=True)
class Section:
    """Some facts under one heading."""

    title: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class CaseFile:
    """All that is printed."""

    case: Case
    sections: Sequence[Section]
    sketch: Sketch | None
    shots: Sequence[Shot]
    timeline: Sequence[Happened]
    printed: str


def file_of(case: Case, reader: Actor) -> CaseFile:
    """Return the case as it stands now for `reader`; the number of queries does not grow with its photos."""
    hung = photos_of(case.id)
    photos = photos_by_ids([one.photo_id for one in hung])
    openings = openings_of(list(photos.values())) if may(reader, Permission.ORIGINAL_OPEN) else {}
    shots = [
        _shot(photos[one.photo_id], case, one.stage, openings.get(one.photo_id))
        for one in hung if one.photo_id in photos
    ]  # fmt: skip
    return CaseFile(
        case, _sections(case), sketch_of([(case.lon, case.lat)]), shots, timeline_of(case, history(case)),
        plain_moment(ports.clock.now()),
    )  # fmt: skip


def _shot(photo: Photo, case: Case, stage: str, openings: Sequence[Opening] | None) -> Shot:
    facts, picture = facts_of(photo), picture_of(photo, case, stage)
    if picture.metres is not None:
        far = _("%(distance)s from the place of the case", distance=metres(picture.metres))
        if picture.metres > SAME_SPOT:
            far = _(
                "%(distance)s from the place of the case: not the same spot", distance=metres(picture.metres)
            )
        facts.append(Fact(_("Where taken"), far))
    return Shot(photo, _("after") if stage == AFTER else _("before"), facts, openings)


def _sections(case: Case) -> list[Section]:
    kind, units = get_category(case.category_id), units_by_id()
    asked, result, order = requests_of(case.id), result_of(case.id), last_order(case.id)
    people = [
        case.handler_id,
        case.inspector_id,
        *(one for ask in asked for one in (ask.asked_by, ask.decided_by)),
    ]
    names = names_of([*people, result.handler_id if result else None])
    sections = [
        Section(_("The case"), _facts(case, kind, units, names)),
        Section(_("Why it lies there"), _why(case, kind, units)),
        Section(_("Clocks"), _clocks(case, order)),
        Section(_("Asked for and decided"), [_approval(ask, case, names) for ask in asked]),
    ]
    if result:
        told = {
            _("Handed in"): f"{plain_moment(result.at)} · {names.get(result.handler_id or 0, '')}",
            _("How it was dealt with"): _dealt(result.kind),
            _("Number of the document"): result.document,
            _("What was done"): result.words,
        }
        sections.append(Section(_("Result"), _told(told)))
    return [section for section in sections if section.facts]


def _told(told: Mapping[str, str]) -> list[Fact]:
    return [Fact(term, text) for term, text in told.items() if text]


def _facts(case: Case, kind: Category, units: Mapping[int, Unit], names: Mapping[int, str]) -> list[Fact]:
    sub = _subtype(case, kind)
    where = f"{case.lat:.5f}, {case.lon:.5f} (WGS 84)"
    return _told({
        _("Kind"): " · ".join(filter(None, (named(kind), named(sub)))),
        _("As reported"): told_words(case), **{one.question: one.answer for one in told_replies(case)},
        _("Place"): f"{case.address} · {where}" if case.address else where,
        _p("case", "Source"): source_word(case.source),
        _("Unit"): named(units.get(case.lead_unit_id or 0)) or _("none yet"),
        _("Handler"): names.get(case.handler_id or 0, ""),
        _("Inspector"): names.get(case.inspector_id or 0, ""),
        _("State"): state_word("case", case.state),
        _("Urgent"): _("yes") if case.urgent else "",
        _("Evidence"): level_words(case.evidence) if case.evidence else _("not rated"),
        _("Reported"): plain_moment(case.reported_at),
        _p("time", "Registered"): plain_moment(case.registered_at),
        _p("time", "Closed"): plain_moment(case.closed_at) if case.closed_at else _("not yet"),
    })  # fmt: skip


def _subtype(case: Case, kind: Category) -> Subcategory | None:
    return next((sub for sub in kind.subcategories if sub.id == case.subcategory_id), None)


def _why(case: Case, kind: Category, units: Mapping[int, Unit]) -> list[Fact]:
    ruled = case.route_reason.get("area_id") or case.area_id
    area = area_names([ruled]).get(ruled) if ruled else None
    if case.lead_unit_id is None:
        return []
    along = [named(units[one]) for one in case.co_unit_ids if one in units]
    return _told({
        _("Grounds"): grounds(case.route_reason, kind=named(_subtype(case, kind) or kind), area=named(area)),
        _("Co-units"): _(", ").join(along),
    })  # fmt: skip


def _clocks(case: Case, order: WorkOrder | None) -> list[Fact]:
    if order is None:
        return []
    claim, handle = case.limits["claim"], case.limits["handle"]
    return _told({
        _("Dispatched"): plain_moment(order.issued_at),
        _("To be claimed before"): _limited(plain_moment(order.claim_due_at), claim),
        _("Claimed"): plain_moment(order.claimed_at) if order.claimed_at else "",
        _("To be handled before"): _limited(plain_moment(order.handle_due_at), handle),
        _("Stands still since"): plain_moment(order.paused_at) if order.paused_at else "",
        _("Limit changed"): factor_words(case.limits),
        _("Handled"): plain_moment(order.handled_at) if order.handled_at else "",
    })  # fmt: skip


def _limited(due: str, limit: str) -> str:
    return _("%(due)s (limit %(limit)s, %(how)s)", due=due, limit=limit_words(limit), how=how_counted(limit))


def _approval(ask: CaseRequest, case: Case, names: Mapping[int, str]) -> Fact:
    parts = [
        plain_moment(ask.asked_at), names.get(ask.asked_by or 0, ""), ask.reason,
        _("%(time)s more", time=counted_words(ask.minutes, case.limits["handle"])) if ask.minutes else "",
        _("review on %(day)s", day=plain_moment(ask.review_at)) if ask.review_at else "",
        _decided(ask.decision), plain_moment(ask.decided_at) if ask.decided_at else "",
        names.get(ask.decided_by or 0, ""), ask.note,
    ]  # fmt: skip
    return Fact(state_word("request", ask.kind), " · ".join(part for part in parts if part))


def _decided(decision: str) -> str:
    return {"granted": _("granted"), "refused": _("refused"), "moot": _("moot")}.get(
        decision, _("not yet decided")
    )


def _dealt(kind: str) -> str:
    return {
        "repair": _("Repaired"), "penalty": _("Penalty"), "education": _("Warning and education"),
    }.get(kind, kind)  # fmt: skip
