"""A report as the moderator sees it: pictures, checks, what lies near, what is suggested and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from reporter.cases.models import Case
from reporter.cases.queries import cases_by_ids, get_case, open_cases_near
from reporter.desks.dates import ago, span
from reporter.desks.dossier import SMALL, Reply, address_of, covers_of, replies_of
from reporter.desks.guard import me
from reporter.desks.likened import why_alike
from reporter.desks.states import state_light, state_word
from reporter.desks.triage.checks import Check, checks_of
from reporter.desks.triage.for_nearby import ForNearby, for_nearby
from reporter.desks.triage.forms import AcceptForm
from reporter.desks.triage.judged import Judged, judged_in
from reporter.desks.triage.learnt import learnt_reasons
from reporter.desks.triage.lookups import Lookups
from reporter.desks.triage.rule_words import held_words
from reporter.desks.triage.standing_out import StandsOut, standing_out
from reporter.desks.triage.suggested import Suggested, suggested_unit
from reporter.desks.words import named
from reporter.kernel.policy import Permission, Role, may
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_ids, same_picture
from reporter.places.geometry import Point, distance_m
from reporter.places.models import Area
from reporter.places.queries import candidates_at
from reporter.ports import ports
from reporter.reports.alike import Alike, Sighting, cases_alike
from reporter.reports.calm_lists import pass_of
from reporter.reports.lifecycle import Action, State, actions_from, step_for
from reporter.reports.models import Report
from reporter.reports.queries import handled_here, messages_of, photo_ids_of

AROUND = 300  # metres shown on the map
AROUND_AT_MOST = 20
STREETS = 0.008  # degrees to each side of the pin
SURE = 60  # percent from which a likely duplicate is chosen beforehand
HERE_AT_MOST = 20
AREAS_AT_MOST = 4  # that a key each is given to


@dataclass(frozen=True)
class Shot:
    """A picture for the viewer. `page`: the address that shows it large."""

    url: str
    thumb: str
    alt: str
    page: str
    photo_id: int = 0
    minor: bool = False


@dataclass(frozen=True)
class Twin:
    """An open case that may be the same thing, as the macro takes it."""

    case_id: int
    number: str
    title: str
    href: str
    photo: str
    share: int
    metres: float
    line: str
    why: str
    chosen: bool


@dataclass(frozen=True)
class Here:
    """What was reported on this spot lately. `mean`: from registration to the end, "" when none has ended."""

    number: str
    unit: str
    mean: str
    cases: Sequence[Case]


@dataclass(frozen=True)
class Said:
    """A question or an answer."""

    who: str
    words: str
    at: datetime


@dataclass(frozen=True)
class ReportScreen:
    """All of a report's page but the list beside it."""

    report: Report
    title: str
    shots: Sequence[Shot]
    at: int
    checks: Sequence[Check]
    standing_out: Sequence[StandsOut]
    talk: Sequence[Said]
    here: Here | None
    twins: Sequence[Twin]
    markers: Sequence[Mapping[str, Any]]
    box: tuple[float, float, float, float]
    judged: Judged
    unsure: Sequence[Area]
    kind_words: str
    kind_reasons: Sequence[str]
    suggested: Suggested
    case: Case | None
    open_actions: frozenset[Action]
    dispatches: bool
    replies: Sequence[Reply] = ()
    by_rule: Sequence[str] = ()
    nearby: Sequence[ForNearby] = ()

    @property
    def moved_by(self) -> float:
        """How many metres the place was moved from where it was reported."""
        return distance_m(self.report.lon, self.report.lat, self.judged.point.lon, self.judged.point.lat)

    @property
    def dialogs(self) -> set[str]:
        """The forms that have a dialog on the page."""
        judged = {"ask", "merge"} if self.waiting and Action.ACCEPT in self.open_actions else set()
        return judged | {str(one) for one in (Action.DECLINE, Action.UNMERGE) if one in self.open_actions}

    @property
    def waiting(self) -> bool:
        """Whether the report still waits for somebody to decide."""
        return self.report.state is State.SUBMITTED


def report_screen(
    report: Report, found: Lookups, form: AcceptForm, at: int, args: Mapping[str, Any]
) -> ReportScreen:
    """Return the page of a report; its parts each cost a fixed number of queries."""
    ids = photo_ids_of(report.id)
    photos = [
        photo for photo_id, photo in sorted(photos_by_ids(ids).items(), key=lambda one: ids.index(one[0]))
    ]
    kind_id = form.category_id.data if form.category_id.data in found.kinds else report.category_id
    judged = judged_in(form, report, kind_id)
    sub = found.sub(judged)
    seen_before = [photo for photo in same_picture(photos[0]) if photo.id not in ids] if photos else []
    return ReportScreen(
        report=report, title=found.title(report), shots=_shots(report, photos, args),
        at=at if 0 <= at < len(photos) else 0,
        checks=checks_of(report, found.kind(judged), photos, len(seen_before), judged.spot if judged.moved else None),
        standing_out=standing_out(report), talk=_talk(report), replies=replies_of(report.answers), here=_here(found, judged), twins=twins_of(report, judged, ids),
        markers=_around(report, judged.point), box=box_around(judged.point.lon, judged.point.lat), judged=judged, unsure=_unsure(report, judged, found),
        kind_words=found.kind_words(judged),
        kind_reasons=_kind_reasons(report, judged, found),
        suggested=suggested_unit(
            judged, found, urgent=report.urgent or bool(sub and sub.urgent), chosen=form.unit_id.data
        ),
        case=get_case(report.case_id) if report.case_id else None,
        open_actions=open_actions(report), dispatches=Role.DISPATCHER in me().roles, by_rule=_by_rule(report),
        nearby=_for_nearby(report),
    )  # fmt: skip


def _unsure(report: Report, judged: Judged, found: Lookups) -> list[Area]:
    """Return the areas a place may belong to when it is more than one: on a border, or where areas overlap."""
    if (
        report.place_source == "typed" and not judged.moved
    ):  # the area was chosen, the point is only its middle
        return []
    ids = candidates_at(judged.point.lon, judged.point.lat, accuracy_m=judged.spot.accuracy)
    named_areas = [found.areas[area_id] for area_id in ids[:AREAS_AT_MOST] if area_id in found.areas]
    return named_areas if len(named_areas) > 1 else []


def _by_rule(report: Report) -> list[str]:
    """Return the conditions under which a report was taken in without a moderator, none where one was there."""
    passed = pass_of(report.id) if report.state is State.ACCEPTED else None
    return [held_words(one) for one in passed.held] if passed else []


def _for_nearby(report: Report) -> Sequence[ForNearby]:
    """Return the pictures to judge for people nearby; none where nothing can be open, or somebody else decides."""
    lives = report.state is State.SUBMITTED or report.case_id is not None
    return for_nearby(report) if lives and may(me(), Permission.REPORT_TRIAGE, report) else ()


def open_actions(report: Report) -> frozenset[Action]:
    """Return what the table and the policy leave to whoever asks."""
    actions = actions_from(report.state)
    return frozenset(action for action in actions if may(me(), step_for(report.state, action).who, report))


def _shots(report: Report, photos: Sequence[Photo], args: Mapping[str, Any]) -> list[Shot]:
    return [
        Shot(
            url=address_of(photo.token), thumb=address_of(photo.token, SMALL),
            alt=_("Picture %(number)s of the report", number=number + 1),
            page=url_for("triage.report", report_id=report.id, photo=number, **args), photo_id=photo.id,
            minor=photo.minor,
        )
        for number, photo in enumerate(photos)
    ]  # fmt: skip


def _talk(report: Report) -> list[Said]:
    centre, resident = _("The centre asked"), _("The resident")
    return [
        Said(centre if message.from_centre else resident, message.words, message.at)
        for message in messages_of(report.id)
    ]


def _here(found: Lookups, judged: Judged) -> Here | None:
    cases = handled_here(
        lon=judged.point.lon, lat=judged.point.lat, category_id=judged.category_id, metres=AROUND
    )
    if not cases:
        return None
    units = {case.lead_unit_id for case in cases}
    took = [case.closed_at - case.registered_at for case in cases if case.closed_at]
    return Here(
        number=f"{len(cases)}+" if len(cases) >= HERE_AT_MOST else str(len(cases)),
        unit=found.unit_name(units.pop()) if len(units) == 1 else "",
        mean=span(sum(took, timedelta()) / len(took)) if took else "",
        cases=cases,
    )


def twins_of(report: Report, judged: Judged, photo_ids: Sequence[int]) -> list[Twin]:
    """Return the open cases that may be the same thing, the likeliest first, the likeliest of all chosen."""
    seen = Sighting(
        judged.point.lon, judged.point.lat, judged.category_id, judged.subcategory_id, photo_ids, report.words
    )
    alike = [one for one in cases_alike(seen) if one.case.id != report.case_id]
    joined = report.joins_case_id
    if joined and all(one.case.id != joined for one in alike):
        alike = [*_named_by_the_resident(report, joined), *alike]
    covers = covers_of([one.case for one in alike])
    best = joined or (alike[0].case.id if alike and alike[0].score * 100 >= SURE else None)
    return [_twin(one, covers.get(one.case.id, ""), chosen=one.case.id == best) for one in alike]


def _named_by_the_resident(report: Report, case_id: int) -> list[Alike]:
    named_case = cases_by_ids([case_id]).get(case_id)
    if named_case is None or not named_case.is_open:
        return []
    return [Alike(named_case, 1.0, distance_m(report.lon, report.lat, named_case.lon, named_case.lat))]


def _twin(alike: Alike, photo: str, *, chosen: bool) -> Twin:
    case = alike.case
    return Twin(
        case_id=case.id, number=case.number, title=case.title, href=url_for("triage.case", case_id=case.id),
        photo=photo, share=round(alike.score * 100), metres=alike.metres,
        line=f"{ago(case.reported_at).striptags()} · {state_word('case', case.state)}", why=" · ".join(why_alike(alike.grounds)),
        chosen=chosen,
    )  # fmt: skip


def _around(report: Report, at: Point) -> list[dict[str, Any]]:
    near = open_cases_near(at.lon, at.lat, metres=AROUND, limit=AROUND_AT_MOST)
    return [marker(case) for case in near if case.id != report.case_id]


def marker(case: Case) -> dict[str, Any]:
    """Return a case as the map takes it."""
    late = case.due_at is not None and case.due_at < ports.clock.now()
    return {
        "id": case.id, "lon": case.lon, "lat": case.lat, "text": case.title,
        "level": "bad" if late else state_light("case", case.state),
        "href": url_for("triage.case", case_id=case.id),
    }  # fmt: skip


def _kind_reasons(report: Report, judged: Judged, found: Lookups) -> list[str]:
    same = (judged.category_id, judged.subcategory_id) == (report.category_id, report.subcategory_id)
    first = (
        _("The resident chose it")
        if same
        else _("The resident chose %(kind)s", kind=found.kind_words(report))
    )
    sub = found.sub(judged)
    learnt = learnt_reasons(report.words, found, category_id=judged.category_id)
    urgent = _("%(kind)s is urgent by its nature", kind=named(sub)) if sub and sub.urgent else ""
    return [words for words in (first, *learnt, urgent) if words]


def box_around(lon: float, lat: float) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a few streets around a WGS 84 point."""
    return lon - STREETS, lat - STREETS / 2, lon + STREETS, lat + STREETS / 2
