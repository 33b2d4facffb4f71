"""Every read of reports."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import case as when
from sqlalchemy import func, select

from reporter.cases.answers import Answer
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cities.queries import current_city
from reporter.kernel.audit import TrailEntry, trail_of
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.kernel.pages import Page, page_of, read_key
from reporter.places.near import lies_near
from reporter.ports import ports
from reporter.reports.lifecycle import Action, State
from reporter.reports.models import Decision, Report, ReportMessage, ReportPhoto, Standing

RECENT = timedelta(days=30)
HELD_AT_MOST = timedelta(days=1)  # also where the queue is far behind; then the row of the decision is struck
BATCH = 500  # rows
REPORTS_LISTED = 100  # of one case
_GOES_BY = func.coalesce(func.min(when((Report.state == State.ACCEPTED, Report.id))), func.min(Report.id))


def get_report(report_id: int) -> Report:
    """Return the report. Raises `NotFound`."""
    report = db.session.scalar(select(Report).where(Report.id == report_id))
    if report is None:
        raise NotFound("There is no such report.")
    return report


def report_by_code(code: str) -> Report:
    """Return the report whose query code this is. Raises `NotFound`; says nothing about near misses."""
    tidy = code.strip().upper().replace(" ", "").replace("-", "")
    report = db.session.scalar(select(Report).where(Report.code == tidy))
    if report is None:
        raise NotFound(
            "We found no report with this query code. Please check it letter by letter.", field="code"
        )
    return report


def report_by_client_id(client_id: str) -> Report | None:
    """Return the report that was sent under this client id, else None."""
    return db.session.scalar(select(Report).where(Report.client_id == client_id))


def reports_of(user_id: int, *, after: str = "", size: int = 20) -> Page[Report]:
    """Return a resident's own reports, newest first."""
    own = select(Report).where(Report.reporter_id == user_id)
    if key := read_key(after, int):
        own = own.where(Report.id < key[0])
    rows = db.session.scalars(own.order_by(Report.id.desc()).limit(size + 1)).all()
    return page_of(rows, size=size, key=lambda report: (report.id,))


def reports_by_ids(report_ids: Sequence[int]) -> dict[int, Report]:
    """Return these reports by id, in one query."""
    if not report_ids:
        return {}
    found = db.session.scalars(select(Report).where(Report.id.in_(report_ids)))
    return {report.id: report for report in found}


def answers_behind(case_ids: Collection[int]) -> dict[int, list[Answer]]:
    """Return what the report that each case goes by answered to its kind, in one query; without answers it is left out."""
    if not case_ids:
        return {}
    goes_by = select(_GOES_BY).where(Report.case_id.in_(case_ids)).group_by(Report.case_id)
    said = select(Report.case_id, Report.answers).where(Report.id.in_(goes_by))
    return {row.case_id: row.answers for row in db.session.execute(said) if row.answers}


def own_report_ids(user_id: int) -> Sequence[int]:
    """Return the ids of all reports of a person."""
    return db.session.scalars(select(Report.id).where(Report.reporter_id == user_id)).all()


def photo_ids_of_each(report_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the ids of the pictures of each of these reports, in their order; in one query."""
    found: dict[int, list[int]] = {report_id: [] for report_id in report_ids}
    own = select(ReportPhoto).where(ReportPhoto.report_id.in_(found))
    for row in db.session.scalars(own.order_by(ReportPhoto.sort, ReportPhoto.id)) if found else ():
        found[row.report_id].append(row.photo_id)
    return found


def messages_of_each(report_ids: Sequence[int]) -> dict[int, list[ReportMessage]]:
    """Return what was asked and answered about each of these reports, oldest first; in one query."""
    found: dict[int, list[ReportMessage]] = {report_id: [] for report_id in report_ids}
    own = select(ReportMessage).where(ReportMessage.report_id.in_(found)).order_by(ReportMessage.id)
    for row in db.session.scalars(own) if found else ():
        found[row.report_id].append(row)
    return found


def reports_of_case(case_id: int) -> Sequence[Report]:
    """Return the reports behind a case, oldest first, `REPORTS_LISTED` at most."""
    own = select(Report).where(Report.case_id == case_id).order_by(Report.id).limit(REPORTS_LISTED)
    return db.session.scalars(own).all()


def reporters_of_case(case_id: int) -> Iterator[tuple[int, int | None]]:
    """Yield report id and account of each report behind a case, oldest first, however many they are; `BATCH` are read at a time."""
    last, found = 0, list[tuple[int, int | None]]([(0, None)])
    while found:
        own = select(Report.id, Report.reporter_id).where(Report.case_id == case_id, Report.id > last)
        found = [(row[0], row[1]) for row in db.session.execute(own.order_by(Report.id).limit(BATCH))]
        yield from found
        last = found[-1][0] if found else last


def first_report_of(case_id: int) -> Report | None:
    """Return the report that a case goes by: the one it was made of, else the oldest that is left; None without any."""
    found = first_ids_of([case_id])
    return get_report(found[case_id]) if found else None


def first_ids_of(case_ids: Collection[int]) -> dict[int, int]:
    """Return case id -> the id of the report that the case goes by, in one query."""
    if not case_ids:
        return {}
    firsts = select(Report.case_id, _GOES_BY)
    rows = db.session.execute(firsts.where(Report.case_id.in_(case_ids)).group_by(Report.case_id))
    return {case_id: report_id for case_id, report_id in rows if case_id is not None}


def photo_ids_of(report_id: int) -> list[int]:
    """Return the ids of a report's pictures in their order."""
    own = select(ReportPhoto.photo_id).where(ReportPhoto.report_id == report_id)
    return list(db.session.scalars(own.order_by(ReportPhoto.sort, ReportPhoto.id)))


def messages_of(report_id: int) -> Sequence[ReportMessage]:
    """Return what was asked and answered, oldest first."""
    own = select(ReportMessage).where(ReportMessage.report_id == report_id)
    return db.session.scalars(own.order_by(ReportMessage.id)).all()


def history(report: Report) -> list[TrailEntry]:
    """Return the trail of `report`, oldest first."""
    return trail_of(report)


def handled_here(*, lon: float, lat: float, category_id: int, metres: int = 300) -> Sequence[Case]:
    """Return cases of a kind, but void ones, within about `metres` of the last thirty days, newest first, twenty at most."""
    here = select(Case).where(
        Case.category_id == category_id,
        lies_near(Case, lon, lat, metres=metres),
        Case.registered_at >= ports.clock.now() - RECENT,
        Case.state != CaseState.VOID,
    )
    return db.session.scalars(here.order_by(Case.id.desc()).limit(20)).all()


def flagged_words() -> list[str]:
    """Return the city's own words that lift a report, in the order in which they were typed."""
    words: list[str] = current_city().settings.get("flagged_words", [])
    return words


def ringing_reports(now: datetime, *, limit: int = 500) -> Sequence[int]:
    """Return ids of the reports for which time has set something off, the longest due first."""
    ringing = select(Report.id).where(Report.ring_at <= now)
    return db.session.scalars(ringing.order_by(Report.ring_at).limit(limit)).all()


DECISIONS_AT_MOST = 200  # of one press


def decisions_of(batch: str) -> Sequence[Decision]:
    """Return what one press decided, in its order."""
    own = select(Decision).where(Decision.batch == batch).order_by(Decision.id).limit(DECISIONS_AT_MOST)
    return db.session.scalars(own).all()


def undoable(user_id: int) -> Sequence[Decision]:
    """Return what the last press of somebody decided that can still be undone, [] when there is none."""
    own = select(Decision).where(
        Decision.by_id == user_id, Decision.until > ports.clock.now(), Decision.standing == Standing.HELD
    )
    last = db.session.scalars(own.order_by(Decision.id.desc()).limit(DECISIONS_AT_MOST)).all()
    return [one for one in last if one.batch == last[0].batch]


def unit_to_be(case_id: int) -> int | None:
    """Return the unit to which a case goes once the decision behind it stands, None when none waits."""
    waiting = select(Decision).where(Decision.case_id == case_id, Decision.standing == Standing.HELD)
    decision = db.session.scalar(waiting.limit(1))
    return decision.made.get("unit") if decision else None


def without_undone(trail: Sequence[TrailEntry]) -> list[TrailEntry]:
    """Return the entries of a trail without decisions that were undone, and without their undoing."""
    undone = {entry.facts.get("undone") for entry in trail if entry.action == Action.UNDO}
    return [entry for entry in trail if entry.id not in undone and entry.action != Action.UNDO]


def held_reports(now: datetime, action: Action) -> Sequence[int]:
    """Return the ids of reports about which `action` was decided some seconds ago, as can still be undone."""
    held = Decision.standing == Standing.HELD, Decision.action == action
    lately = Decision.city_id == current_city_id(), Decision.until > now - HELD_AT_MOST
    return db.session.scalars(select(Decision.report_id).where(*lately, *held)).all()
