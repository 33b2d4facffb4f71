"""Keep the counters in step with reports and cases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import OPEN, Action, Effect, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.cities.queries import local
from reporter.insight.models import STANDING
from reporter.insight.rates import WEIGHTS
from reporter.insight.sums import PLACE, count
from reporter.insight.times import measure_of
from reporter.insight.truth import counted_of
from reporter.kernel.audit import TrailEntry, trail_of
from reporter.kernel.db import current_city_id, db
from reporter.reports.events import ReportMoved
from reporter.reports.lifecycle import Action as ReportAction
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from reporter.routing.queries import last_closed_order, last_order

ENDS = (Action.INSPECT_PASS, Action.CLOSE_UNFIXED)


def count_case(event: CaseMoved) -> None:
    """Count the step of a case under every measure it touches."""
    case, entry = get_case(event.case_id), db.session.get_one(TrailEntry, event.entry_id)
    rows = [_row(measure, n, case, entry.at) for measure, n in _measures(event, case, entry).items()]
    if event.action is Action.CORRECT:
        rows += _moved_over(case, entry)
    elif event.action is Action.REOPEN:
        rows += _not_ended(case)
    elif event.after is State.VOID:
        rows += _never_was(case)
    opened = (event.after in OPEN) - (event.before in OPEN if event.before else False)
    count([*rows, _standing(opened, case)])


def _measures(event: CaseMoved, case: Case, entry: TrailEntry) -> dict[str, int]:
    found: dict[str, int] = {}
    if event.action is Action.REGISTER:
        found["registered"] = 1
    elif Effect.OPEN_ORDER in event.effect:
        found["dispatched"] = 1
    elif Effect.CLAIMED in event.effect:
        order = last_order(case.id)
        found["claimed_on_time"] = int(bool(order and entry.at <= order.claim_due_at))
    elif event.action in ENDS:
        found = _of_end(case, entry)
    elif event.action is Action.REOPEN:
        found["reopened"] = 1
    elif event.action is Action.END_ELSEWHERE:
        found["ended_elsewhere"] = 1
    elif event.action is Action.RATE and "rating" in entry.facts:  # not of those who saw it too
        found = {"rated": 1, "rating_weight": WEIGHTS[entry.facts["rating"]]}
    return found


def _of_end(case: Case, end: TrailEntry) -> dict[str, int]:
    """Return what the end of a case counts as: put right or not, in time or not, after how long."""
    if end.action != Action.INSPECT_PASS:
        return {"ended": 1}
    order = last_closed_order(case.id)
    in_time = order is not None and order.handled_at is not None and order.handled_at <= order.handle_due_at
    took = measure_of(case.registered_at, end.at)
    return {"ended": 1, "closed": 1, "closed_on_time": int(in_time), took: 1}


def _not_ended(case: Case) -> list[dict[str, Any]]:
    """Take a case that was opened again out of the day on which it ended."""
    end = [entry for entry in trail_of(case) if entry.action in ENDS][-1]
    return [_row(measure, -n, case, end.at) for measure, n in _of_end(case, end).items()]


def _never_was(case: Case) -> list[dict[str, Any]]:
    """Take a void case out of all it was counted under: it is in no figure."""
    return [
        _counter(row["measure"], -row["n"], row["at"]) | {name: row[name] for name in PLACE}
        for row in counted_of(case.id)
    ]


def _moved_over(case: Case, entry: TrailEntry) -> list[dict[str, Any]]:
    """Count a case under what it is about now, no longer under what it was taken for."""
    old, now = {**_place(entry.facts), "unit_id": 0}, {"unit_id": 0}
    return [
        _row("registered", -1, case, case.registered_at) | old,
        _row("registered", 1, case, case.registered_at) | now,
        _standing(-1, case) | old,
        _standing(1, case),
    ]


def count_report(event: ReportMoved) -> None:
    """Count what residents send, under what it is about: a moderator may see that it is something else."""
    report = get_report(event.report_id)
    if event.action is ReportAction.SUBMIT:
        count([_row("reported", 1, report, report.submitted_at)])
    if event.action in {ReportAction.ACCEPT, ReportAction.UNDO}:
        before = db.session.get_one(TrailEntry, event.entry_id).facts.get("taken_for")
        if before:
            moved = _row("reported", 1, report, report.submitted_at)
            count([moved | {"n": -1} | _place(before), moved])


def _place(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {"category_id": facts["category_id"], "area_id": facts["area_id"] or 0}


def _counter(measure: str, n: int, at: datetime) -> dict[str, Any]:
    return {"city_id": current_city_id(), "measure": measure, "n": n, "day": local(at).date()}


def _row(measure: str, n: int, thing: Case | Report, at: datetime) -> dict[str, Any]:
    """Return one addition to a measure: of the day of `at`, and of the thing's kind, area and unit."""
    unit = thing.lead_unit_id if isinstance(thing, Case) else None
    return _counter(measure, n, at) | {
        "category_id": thing.category_id, "area_id": thing.area_id or 0, "unit_id": unit or 0,
    }  # fmt: skip


def _standing(n: int, case: Case) -> dict[str, Any]:
    """Return one addition to the open cases, which know neither day nor unit."""
    return _row("open", n, case, case.registered_at) | {"day": STANDING, "unit_id": 0}
