"""Reads about reports that are taken in without a moderator: the rule, what it let through, what was found of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cases.queries import get_category, get_subcategory
from reporter.cities.queries import local
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.pages import Page, page_of, read_key
from reporter.places.queries import candidates_at
from reporter.ports import ports
from reporter.reports.alike import Sighting, cases_alike
from reporter.reports.calm import Known, Terms, Verdict, conditions, grave_in
from reporter.reports.lifecycle import Action, State
from reporter.reports.minors import flagged_in, speaks_of_minors
from reporter.reports.models import CalmPass, CalmRule, Report
from reporter.reports.queries import flagged_words, messages_of, photo_ids_of
from reporter.reports.screening import personal_data
from reporter.routing.queries import suggest_unit

KNOWN_FOR = timedelta(days=90)
LOOKED_AT = 200  # reports of one sender
TRIED_OVER = timedelta(days=30)
TRIED = 5000  # reports that a trial looks at
WAITING_SHOWN = 99
LIKELY = 0.6  # likeness from which an open case may be the same thing


def newest_rule() -> CalmRule | None:
    """Return the rule as it was settled last, on or off; None when there never was one."""
    newest = select(CalmRule).where(CalmRule.city_id == current_city_id()).order_by(CalmRule.number.desc())
    return db.session.scalar(newest.limit(1))


def pass_of(report_id: int) -> CalmPass | None:
    """Return what is known of a report that was taken in without a moderator, else None."""
    return db.session.scalar(select(CalmPass).where(CalmPass.report_id == report_id))


def get_pass(pass_id: int) -> CalmPass:
    """Return one that was taken in without a moderator. Raises `NotFound`."""
    found = db.session.scalar(select(CalmPass).where(CalmPass.id == pass_id))
    if found is None:
        raise NotFound("There is no such re-check.")
    return found


def to_check(*, after: str = "", size: int = 20) -> Page[CalmPass]:
    """Return those of the sample that nobody has looked at yet, the oldest first."""
    waiting = select(CalmPass).where(_waiting())
    if key := read_key(after, int):
        waiting = waiting.where(CalmPass.id > key[0])
    rows = db.session.scalars(waiting.order_by(CalmPass.id).limit(size + 1)).all()
    return page_of(rows, size=size, key=lambda one: (one.id,))


def number_to_check() -> int:
    """Return how many of the sample nobody has looked at yet, counted to `WAITING_SHOWN` + 1."""
    some = select(CalmPass.id).where(_waiting()).limit(WAITING_SHOWN + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _waiting() -> ColumnElement[bool]:
    return and_(CalmPass.city_id == current_city_id(), CalmPass.sampled, CalmPass.checked_at.is_(None))


@dataclass(frozen=True)
class Figures:
    """What one version of the rule let through: all, those of the sample, those looked at, and how many were wrong."""

    passed: int
    sampled: int
    checked: int
    wrong: int


def figures_of(rule: CalmRule) -> Figures:
    """Return the figures of one version of the rule; in one statement, by index."""
    checked = CalmPass.checked_at.is_not(None)
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(CalmPass.sampled),
            func.count().filter(checked),
            func.count().filter(checked, CalmPass.verdict != Verdict.RIGHT),
        ).where(CalmPass.city_id == current_city_id(), CalmPass.rule_id == rule.id)
    ).one()
    return Figures(*row)


def sender_record(user_id: int, *, before: datetime) -> tuple[int, int]:
    """Return how many of a person's reports of ninety days were accepted and how many refused, void ones among these."""
    own = (
        select(Report.state, Case.state)
        .outerjoin(Case, Case.id == Report.case_id)
        .where(
            Report.city_id == current_city_id(),
            Report.reporter_id == user_id,
            Report.submitted_at >= before - KNOWN_FOR,
            Report.submitted_at < before,
        )
        .order_by(Report.id.desc())
        .limit(LOOKED_AT)
    )
    refused = accepted = 0
    for state, case_state in db.session.execute(own):
        if state is State.DECLINED or case_state is CaseState.VOID:
            refused += 1
        elif state in {State.ACCEPTED, State.DUPLICATE}:
            accepted += 1
    return accepted, refused


def known_of(report: Report, *, trial: bool = False) -> Known:
    """Return what the conditions ask for.

    Args:
        trial: the report was decided long ago: open cases around it were others then, and are left out.
    """
    kind, sub = get_category(report.category_id), get_subcategory(report.subcategory_id)
    answers = [] if trial else [one.words for one in messages_of(report.id) if not one.from_centre]
    said = " ".join([report.words, report.address, *answers])
    accepted, refused = (
        sender_record(report.reporter_id, before=report.submitted_at) if report.reporter_id else (0, 0)
    )
    return Known(
        category_id=report.category_id, hour=local(report.submitted_at).hour, risk=report.risk,
        grave=list(
            grave_in(
                urgent=report.urgent, reasons=[one["why"] for one in report.reasons], held=personal_data(said),
                minors=speaks_of_minors(said), flagged=flagged_in(said, flagged_words()),
                text=f"{said} {kind.name_zh} {sub.name_zh if sub else ''}",
            )
        ),
        known_sender=report.reporter_id is not None, accepted=accepted, refused=refused,
        subtype_settled=sub is not None or not any(one.active for one in kind.subcategories),
        areas=len(candidates_at(report.lon, report.lat, accuracy_m=report.accuracy)),
        accuracy=report.accuracy, pinned=report.place_source != "typed" and report.area_id is not None,
        alike=0 if trial else _alike(report), rule_number=_rule_for(report),
    )  # fmt: skip


def _alike(report: Report) -> int:
    if report.joins_case_id:
        return 1
    seen = Sighting(
        report.lon,
        report.lat,
        report.category_id,
        report.subcategory_id,
        photo_ids_of(report.id),
        report.words,
    )
    alike = cases_alike(seen)
    return sum(one.score >= LIKELY for one in alike)


def _rule_for(report: Report) -> int | None:
    try:
        return suggest_unit(
            category_id=report.category_id, subcategory_id=report.subcategory_id, area_id=report.area_id,
            at=report.submitted_at,
        ).rule_number  # fmt: skip
    except BadInput:  # no fallback unit yet: nothing is dispatched by itself
        return None


@dataclass(frozen=True)
class Trial:
    """What a rule would have let through within thirty days, and how moderators decided those.

    Attributes:
        looked_at: reports of the kinds that were looked at, by people who signed in, with nothing standing out.
        changed: accepted, but with another kind or area than the resident chose.
        waiting: not decided yet, asked, or withdrawn.
    """

    looked_at: int
    through: int
    accepted: int
    changed: int
    joined: int
    declined: int
    waiting: int
    whole: bool


def trial_of(terms: Terms) -> Trial:
    """Return what a rule would have done to the reports of the last thirty days, `TRIED` of the newest at most."""
    since = ports.clock.now() - TRIED_OVER
    calm = (
        select(Report)
        .where(
            Report.city_id == current_city_id(), Report.category_id.in_(list(terms.category_ids)),
            Report.submitted_at >= since, Report.reporter_id.is_not(None), ~Report.urgent,
        )
        .order_by(Report.id.desc())
        .limit(TRIED)
    )  # fmt: skip
    rows = db.session.scalars(calm).all()
    through = [one for one in rows if all(each.met for each in conditions(terms, known_of(one, trial=True)))]
    changed = _changed([one.id for one in through])
    states = [one.state for one in through]
    return Trial(
        looked_at=len(rows), through=len(through), accepted=states.count(State.ACCEPTED) - len(changed), changed=len(changed),
        joined=states.count(State.DUPLICATE), declined=states.count(State.DECLINED),
        waiting=sum(state not in {State.ACCEPTED, State.DUPLICATE, State.DECLINED} for state in states),
        whole=len(rows) < TRIED,
    )  # fmt: skip


def _changed(report_ids: Collection[int]) -> set[int]:
    """Return which of the reports were accepted with another kind or area than they were sent with."""
    entries = select(TrailEntry.subject_id, TrailEntry.facts).where(
        TrailEntry.city_id == current_city_id(), TrailEntry.subject == Report.trail_subject,
        TrailEntry.subject_id.in_(report_ids), TrailEntry.action == Action.ACCEPT,
    )  # fmt: skip
    return {report_id for report_id, facts in db.session.execute(entries) if facts.get("taken_for")}
