"""Work that units owe for longer than its limit, and the way to propose it for the board."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reporter.board.commands.exposures import propose_overdue
from reporter.board.editing import is_owed
from reporter.board.models import Exposure
from reporter.board.queries import live_exposures_of
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.cases.worklists import AtInspection, inspection_list
from reporter.desks.editor.door import bp
from reporter.desks.guard import allow, me
from reporter.desks.words import named
from reporter.kernel.policy import Permission, may
from reporter.places.queries import area_names
from reporter.ports import ports
from reporter.routing.queries import units_by_id


@dataclass(frozen=True)
class Owed:
    """One overdue case. `post`: what is on its way or on the board of it; `owed`: it may be shown as such."""

    case: Case
    area: str
    unit: str
    post: Exposure | None
    owed: bool


@bp.get("/overdue")
@allow(Permission.DESK_EDITOR)
def overdue() -> ResponseReturnValue:
    """List overdue cases, the longest overdue first."""
    after = request.args.get("after", "")
    page = inspection_list(AtInspection.OVERDUE, now=ports.clock.now(), after=after)
    posts, units = live_exposures_of([case.id for case in page.rows]), units_by_id()
    places = area_names(case.area_id for case in page.rows if case.area_id)
    rows = [
        Owed(
            case, named(places.get(case.area_id or 0)), named(units.get(case.lead_unit_id or 0)),
            posts.get(case.id), is_owed(case),
        )
        for case in page.rows
    ]  # fmt: skip
    return render_template(
        "editor/overdue.html",
        rows=rows,
        after=page.after,
        first=not after,
        may_propose=may(me(), Permission.EXPOSURE_PROPOSE),
    )


@bp.post("/overdue/<int:case_id>")
@allow(Permission.DESK_EDITOR)
def propose_it(case_id: int) -> ResponseReturnValue:
    """Propose the case."""
    proposed = propose_overdue(get_case(case_id), by=me())
    return redirect(url_for("editor.exposure", exposure_id=proposed.id))
