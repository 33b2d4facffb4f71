"""What the outside is told of a past: the requests of Open311, and notices that it gave."""

from collections.abc import Mapping
from typing import Any

from reporter.cases.lifecycle import State as CaseState
from reporter.open311.progress import progress_of, status_of
from reporter.places.geometry import coarsen
from reporter.reports.lifecycle import State

Row = Mapping[str, Any]


def request_of(report: Row, case: Row | None, order: Row | None) -> dict[str, Any] | None:
    """Return the request of a report as `open311.truth` has it, None of one of which the outside knows nothing.

    Args:
        order: of the unit in charge of the case.
    """
    progress = progress_of(State(report["state"]), CaseState(case["state"]) if case else None)
    if progress is None:
        return None
    placed = case or report
    lon, lat = coarsen(placed["lon"], placed["lat"])
    steps = [case[f"{name}_at"] for name in ("closed", "handled", "claimed", "dispatched")] if case else []
    moved = next((at for at in steps if at), report["submitted_at"])
    return {
        "city_id": report["city_id"], "report_id": report["id"], "case_id": report["case_id"], "number": report["number"],
        "status": str(status_of(progress)), "progress": str(progress), "category_id": placed["category_id"],
        "area_id": placed["area_id"], "lon": lon, "lat": lat, "requested_at": report["submitted_at"],
        "updated_at": moved, "changed_at": moved, "expected_at": order["handle_due_at"] if order else None,
    }  # fmt: skip


def notices_of(case: Row) -> list[dict[str, Any]]:
    """Return what was told of a case: its unit of the order, the centre of the work that was done."""
    plain = {"city_id": case["city_id"], "case_id": case["id"], "number": case["number"]}
    told = [
        plain | {"unit_id": case["lead_unit_id"], "desk": "", "who": "unit", "what": "case.dispatch", "at": case["dispatched_at"]}
    ]  # fmt: skip
    if case["handled_at"]:
        told.append(
            plain | {"unit_id": None, "desk": "centre", "who": "centre", "what": "case.submit_result", "at": case["handled_at"]}
        )  # fmt: skip
    return told
