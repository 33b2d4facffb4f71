"""Write what another system knew as reports and cases of ours, many at once.

Nothing is announced: nobody is told, no points are given, nothing is proposed for the board. What reactions keep of cases
and reports (counters, waiting reports that may be there already) is kept here in the same transaction.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from reporter.cases import lifecycle as case_steps
from reporter.cases.models import Case, Source
from reporter.cities.commands import next_numbers
from reporter.cities.queries import current_city
from reporter.history.models import BroughtRequest, ImportRun
from reporter.history.queries import runs_of
from reporter.history.requests import Request
from reporter.history.targets import Target
from reporter.insight.commands import Past, count_past
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import next_ids
from reporter.kernel.past import PastStep, chain
from reporter.kernel.policy import Actor, Permission, require
from reporter.open311.commands.past import project_new
from reporter.places.geometry import Datum
from reporter.places.queries import all_areas_around
from reporter.ports import ports
from reporter.reports import lifecycle as report_steps
from reporter.reports.commands.alike import mark_alike
from reporter.reports.commands.intake import new_code
from reporter.reports.lifecycle import WAITING
from reporter.reports.models import Report
from reporter.routing.deadlines import HOURS_A_DAY, Calendar, Limit, add, due_at
from reporter.routing.factors import WHOLE, percent_of, weigh
from reporter.routing.ladder import reminder_at
from reporter.routing.queries import calendar, limit_factors

TAKEN_UP_WITHIN = timedelta(days=1)
_R, _RA = report_steps.State, report_steps.Action
_C, _CA = case_steps.State, case_steps.Action


@dataclass(frozen=True)
class Placed:
    """A request with what it becomes and where it lies: WGS 84 degrees, and the area, None in none."""

    request: Request
    target: Target
    lon: float
    lat: float
    area_id: int | None


@dataclass(frozen=True)
class Origin:
    """Where requests come from: the short name of the system, and its file.

    `open_per_day`: how many open ones begin to wait on a working day; `datum`: what degrees are measured against.
    """

    source: str
    file: str
    open_per_day: int
    datum: Datum


@dataclass(frozen=True)
class Brought:
    """What became of a batch: the run, None when nothing was new; ids that were there, by the run they came in."""

    run_id: int | None
    known: Mapping[str, int]
    still_open: int
    ended: int


@command
def bring(placed: Sequence[Placed], origin: Origin, *, by: Actor) -> Brought:
    """Write requests that are not here yet as accepted reports and as cases with their trails; return what was new.

    Args:
        placed: no two with the same id.

    Raises:
        NotAllowed: `by` is no system administrator.
        Conflict, Busy: somebody else was in the way; nothing was written, and the same again will work.
    """
    require(by, Permission.ADMIN_SYSTEM)
    known = runs_of(origin.source, [one.request.id for one in placed])
    fresh = [one for one in placed if one.request.id not in known]
    if not fresh:
        return Brought(None, known, 0, 0)
    run = _run(origin)
    _Writing(run, fresh, origin, by).write()
    still_open = sum(one.request.ended_at is None for one in fresh)
    run.still_open += still_open
    run.ended += len(fresh) - still_open
    if still_open:
        kinds = {one.target.category_id for one in fresh if one.request.ended_at is None}
        mark_alike(
            (Report.city_id == current_city_id()) & Report.state.in_(WAITING) & Report.category_id.in_(kinds)
        )
    return Brought(run.id, known, still_open, len(fresh) - still_open)


@command
def finish(run_id: int, *, refused: int, by: Actor) -> None:
    """Write down that a run came to the end of its file."""
    require(by, Permission.ADMIN_SYSTEM)
    run = db.session.get_one(ImportRun, run_id)
    run.ended_at, run.refused = ports.clock.now(), refused


def _run(origin: Origin) -> ImportRun:
    """Return the run that is under way or was broken off within the last day, else a new one."""
    now = ports.clock.now()
    broken_off = select(ImportRun).where(
        ImportRun.source == origin.source, ImportRun.file == origin.file, ImportRun.ended_at.is_(None),
        ImportRun.began_at > now - TAKEN_UP_WITHIN,
    )  # fmt: skip
    run = db.session.scalar(broken_off.order_by(ImportRun.id.desc()).limit(1))
    if run is None:
        last = db.session.scalar(select(ImportRun.clock_at).order_by(ImportRun.clock_at.desc()).limit(1))
        run = ImportRun(
            source=origin.source, file=origin.file, began_at=now, clock_at=max(now, last or now),
            still_open=0, ended=0, refused=0,
        )  # fmt: skip
        db.session.add(run)
        db.session.flush()
    return run


class _Writing:
    """The rows of a batch."""

    def __init__(self, run: ImportRun, fresh: Sequence[Placed], origin: Origin, by: Actor) -> None:
        self.run, self.fresh, self.by, self.datum = run, fresh, by, origin.datum
        self.now, self.city = ports.clock.now(), current_city_id()
        city = current_city()
        self.code, zone = city.code, ZoneInfo(city.zone)
        self.clocks = _Clocks(run, origin.open_per_day, self.now)
        self.days = [one.request.requested_at.astimezone(zone).date() for one in fresh]
        self.report_numbers = self._numbers("report")
        self.case_numbers = self._numbers("case")
        self.report_ids = next_ids(Report, len(fresh))
        self.case_ids = next_ids(Case, len(fresh))

    def _numbers(self, kind: str) -> list[str]:
        following = next_numbers(kind, Counter(self.days))
        return [self._number(following, day) for day in self.days]

    def _number(self, following: dict[date, int], day: date) -> str:
        number = following[day]
        following[day] += 1
        return f"{self.code}-{day:%Y%m%d}-{number:06d}"

    def write(self) -> None:
        """Write them all: the rows that others point at first."""
        cases, reports, brought, entries = [], [], [], []
        for place, one in enumerate(self.fresh):
            of_case = chain(Case, self.case_ids[place], self._case_steps(one), by=self.by)
            of_report = chain(Report, self.report_ids[place], self._report_steps(one, place), by=self.by)
            cases.append(self._case(one, place) | _head(of_case))
            reports.append(self._report(one, place) | _head(of_report))
            brought.append(self._brought(one, place))
            entries += [*of_report, *of_case]
        for model, rows in (
            (Case, cases),
            (Report, reports),
            (BroughtRequest, brought),
            (TrailEntry, entries),
        ):
            db.session.execute(insert(model), rows)
        project_new(self.report_ids)
        count_past(
            [
                Past(one.target.category_id, one.area_id, one.request.requested_at, one.request.ended_at)
                for one in self.fresh
            ]
        )

    def _origin(self, one: Placed) -> dict[str, str]:
        return {"from": self.run.source, "foreign_id": one.request.id}

    def _report_steps(self, one: Placed, place: int) -> list[PastStep]:
        at, facts = one.request.requested_at, self._origin(one)
        accepted = facts | {"case_id": self.case_ids[place]}
        return [
            PastStep(_RA.SUBMIT, at, "", _R.SUBMITTED, facts=facts),
            PastStep(_RA.ACCEPT, at, _R.SUBMITTED, _R.ACCEPTED, facts=accepted),
        ]

    def _case_steps(self, one: Placed) -> list[PastStep]:
        request, facts = one.request, self._origin(one)
        steps = [PastStep(_CA.REGISTER, request.requested_at, "", _C.REGISTERED, facts=facts)]
        if request.ended_at is not None:
            steps.append(
                PastStep(
                    _CA.END_ELSEWHERE, request.ended_at, _C.REGISTERED, _C.ARCHIVED, request.notes, facts
                )
            )
        state = _state(one)
        run = {"run_id": self.run.id, "file": self.run.file}
        return [*steps, PastStep(_CA.BRING_OVER, self.now, state, state, facts=facts | run)]

    def _case(self, one: Placed, place: int) -> dict[str, Any]:
        request, target, ended = one.request, one.target, one.request.ended_at
        limits = dict(target.limits) if ended else self.clocks.limits(one)
        return {
            "id": self.case_ids[place], "city_id": self.city, "number": self.case_numbers[place], "state": _state(one),
            "category_id": target.category_id, "subcategory_id": target.subcategory_id, "nature": target.nature,
            "area_id": one.area_id, "source": Source.PARTNER, "title": target.title, "words": request.words,
            "address": request.address, "lon": one.lon, "lat": one.lat, "urgent": target.urgent, "limits": limits,
            "co_unit_ids": [], "refused_unit_ids": [], "route_reason": {}, "reported_at": request.requested_at,
            "registered_at": request.requested_at, "closed_at": ended, "version": 1,
            **(_NO_CLOCK if ended else self.clocks.next(limits["dispatch"])),
        }  # fmt: skip

    def _report(self, one: Placed, place: int) -> dict[str, Any]:
        request, target = one.request, one.target
        return {
            "id": self.report_ids[place], "city_id": self.city, "number": f"R-{self.report_numbers[place]}",
            "code": new_code(), "client_id": f"open311:{self.run.source}:{request.id}", "state": _R.ACCEPTED,
            "category_id": target.category_id, "subcategory_id": target.subcategory_id, "area_id": one.area_id,
            "lon": one.lon, "lat": one.lat, "given_lon": request.lon, "given_lat": request.lat, "datum": self.datum,
            "place_source": "picked", "address": request.address, "words": request.words, "urgent": target.urgent,
            "flags": [], "case_id": self.case_ids[place], "submitted_at": request.requested_at, "version": 1,
        }  # fmt: skip

    def _brought(self, one: Placed, place: int) -> dict[str, Any]:
        request = one.request
        return {
            "city_id": self.city, "run_id": self.run.id, "report_id": self.report_ids[place],
            "case_id": self.case_ids[place], "source": self.run.source, "foreign_id": request.id,
            "service_code": request.code, "service_name": request.name, "notes": request.notes,
            "media_url": request.media_url,
        }  # fmt: skip


def _state(one: Placed) -> case_steps.State:
    return _C.ARCHIVED if one.request.ended_at is not None else _C.REGISTERED


def _head(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"trail_length": len(entries), "trail_head": entries[-1]["digest"]}


_NO_CLOCK: dict[str, Any] = {"stage": "", "due_at": None, "ring_at": None}


class _Clocks:
    """The dispatch clocks of open requests: they begin one after the other, so many on a working day.

    All at once, thousands would be reminded of, escalated and handed to the fallback unit within the hour.
    """

    def __init__(self, run: ImportRun, per_day: int, now: datetime) -> None:
        self._run, self._now = run, now
        self._apart = timedelta(hours=HOURS_A_DAY) / per_day
        self._calendar: Calendar = calendar()
        self._factors = limit_factors()
        self._around = all_areas_around() if self._factors else {}

    def next(self, limit: str) -> dict[str, Any]:
        """Return the columns of the next clock."""
        begins = add(max(self._run.clock_at, self._now), timedelta(0), self._calendar, working=True)
        self._run.clock_at = add(begins, self._apart, self._calendar, working=True)
        read = Limit.parse(limit)
        due = due_at(begins, read, self._calendar)
        ring = reminder_at(begins, due, self._calendar, working=read.working)
        return {"stage": "dispatch", "due_at": due, "ring_at": ring}

    def limits(self, one: Placed) -> dict[str, Any]:
        """Return the snapshot of limits, made longer or shorter by what holds at the place now."""
        limits: dict[str, Any] = dict(one.target.limits)
        around = self._around.get(one.area_id, frozenset()) if one.area_id else frozenset()
        found = weigh(self._factors, around, self._now)
        percent = percent_of(found)
        if percent != WHOLE:
            handle = str(Limit.parse(limits["handle"]).scaled(percent))
            limits |= {"handle": handle, "percent": percent, "factors": [one.name for one in found]}
        return limits
