"""Keep the counters in step with reports and cases."""

from sqlalchemy import update

from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import OPEN, Action, Effect
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.cities.queries import local
from reporter.insight.models import STANDING, Tally
from reporter.insight.rates import WEIGHTS
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import current_city_id, db
from reporter.kernel.dialect import insert_if_absent
from reporter.ports import ports
from reporter.reports.events import ReportMoved
from reporter.reports.lifecycle import Action as ReportAction
from reporter.reports.queries import get_report
from reporter.routing.queries import last_order


def count_case(event: CaseMoved) -> None:
    """Count the step of a case under every measure it touches."""
    case = get_case(event.case_id)
    for measure, n in _measures(event, case).items():
        add_up(measure, n, case)
    opened = (event.after in OPEN) - (event.before in OPEN if event.before else False)
    if opened:
        add_up("open", opened, case, standing=True)


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


def count_report(event: ReportMoved) -> None:
    """Count what residents send."""
    if event.action is ReportAction.SUBMIT:
        report = get_report(event.report_id)
        _add("reported", 1, category_id=report.category_id, area_id=report.area_id or 0, unit_id=0)


def add_up(measure: str, n: int, case: Case, *, standing: bool = False) -> None:
    """Add `n` to a measure of the case's kind, area and unit; standing counters know no unit."""
    unit = 0 if standing else case.lead_unit_id or 0
    _add(measure, n, category_id=case.category_id, area_id=case.area_id or 0, unit_id=unit, standing=standing)


def _add(
    measure: str, n: int, *, category_id: int, area_id: int, unit_id: int, standing: bool = False
) -> None:
    if not n:
        return
    key = {
        "city_id": current_city_id(), "measure": measure, "category_id": category_id, "area_id": area_id,
        "unit_id": unit_id, "day": STANDING if standing else local(ports.clock.now()).date(),
    }  # fmt: skip
    insert_if_absent(Tally, **key, n=0)
    same = [getattr(Tally, name) == value for name, value in key.items()]
    db.session.execute(update(Tally).where(*same).values(n=Tally.n + n))
