"""Keep the counters in step with reports and cases."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import OPEN, Action, Effect
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.cities.queries import local
from reporter.insight.models import STANDING, Tally
from reporter.insight.rates import WEIGHTS
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import current_city_id, db
from reporter.kernel.dialect import add_up
from reporter.ports import ports
from reporter.reports.events import ReportMoved
from reporter.reports.lifecycle import Action as ReportAction
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from reporter.routing.queries import last_order

KEY = ("city_id", "measure", "day", "category_id", "area_id", "unit_id")


def count_case(event: CaseMoved) -> None:
    """Count the step of a case under every measure it touches."""
    case = get_case(event.case_id)
    rows = [_row(measure, n, case) for measure, n in _measures(event, case).items() if n]
    if event.action is Action.CORRECT:
        rows += _moved_over(event, case)
    opened = (event.after in OPEN) - (event.before in OPEN if event.before else False)
    if opened:
        rows.append(
            _row("open", opened, case) | {"unit_id": 0, "day": STANDING}
        )  # standing counters know no unit
    _add(rows)


def _measures(event: CaseMoved, case: Case) -> dict[str, int]:
    found: dict[str, int] = {}
    if event.action is Action.REGISTER:
        found["registered"] = 1
    if Effect.OPEN_ORDER in event.effect:
        found["dispatched"] = 1
    if Effect.CLAIMED in event.effect:
        order = last_order(case.id)
        found["claimed_on_time"] = int(bool(order and ports.clock.now() <= order.claim_due_at))
    if event.action in {Action.INSPECT_PASS, Action.CLOSE_UNFIXED}:
        found["ended"] = 1
        found["closed"] = int(event.action is Action.INSPECT_PASS)
    if event.action is Action.REOPEN:
        found |= {"ended": -1, "closed": -int(event.before == "closed"), "reopened": 1}
    if event.action is Action.RATE:
        rating = db.session.get_one(TrailEntry, event.entry_id).facts["rating"]
        found |= {"rated": 1, "rating_weight": WEIGHTS[rating]}
    return found


def _moved_over(event: CaseMoved, case: Case) -> list[dict[str, Any]]:
    """Count a case under what it is about now, no longer under what it was taken for."""
    before = db.session.get_one(TrailEntry, event.entry_id).facts
    old = {"category_id": before["category_id"], "area_id": before["area_id"] or 0, "unit_id": 0}
    registered, standing = local(case.registered_at).date(), {"unit_id": 0, "day": STANDING}
    return [
        _row("registered", -1, case) | old | {"day": registered},
        _row("registered", 1, case) | {"day": registered, "unit_id": 0},
        _row("open", -1, case) | old | standing,
        _row("open", 1, case) | standing,
    ]


def count_report(event: ReportMoved) -> None:
    """Count what residents send."""
    if event.action is ReportAction.SUBMIT:
        _add([_row("reported", 1, get_report(event.report_id)) | {"unit_id": 0}])


def _row(measure: str, n: int, thing: Case | Report) -> dict[str, Any]:
    """Return one addition to a measure: of today, and of the thing's kind, area and unit."""
    return {
        "city_id": current_city_id(), "measure": measure, "n": n, "day": local(ports.clock.now()).date(),
        "category_id": thing.category_id, "area_id": thing.area_id or 0,
        "unit_id": getattr(thing, "lead_unit_id", None) or 0,
    }  # fmt: skip


def _add(rows: Sequence[Mapping[str, Any]]) -> None:
    """Add up what is said of one counter first: one statement may not touch a row twice."""
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        sums[tuple(row[name] for name in KEY)] += row["n"]
    if some := [dict(zip(KEY, key, strict=True)) | {"n": n} for key, n in sums.items() if n]:
        add_up(Tally, some, key=KEY, column="n")
