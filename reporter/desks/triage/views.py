"""The moderator's desk: accept, ask, decline, merge, dispatch; the shift leader's approvals. All doors in one place."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from reporter.desks.errors import show
from reporter.desks.guard import wants_json
from reporter.desks.triage import (
    alike_views,
    appeal_views,
    case_views,
    effort,
    filter_views,
    firms,
    handover_views,
    identity,
    list_views,
    lock_views,
    minor_views,
    nearby_views,
    note_views,
    place_views,
    recheck_views,
    report_views,
    search_views,
    undo_views,
    wall,
)
from reporter.desks.triage.case_pages import case_again
from reporter.desks.triage.door import bp
from reporter.desks.triage.pages import again
from reporter.kernel.errors import BadInput, Conflict, ReporterError, WrongStep

__all__ = [
    "alike_views",
    "appeal_views",
    "bp",
    "case_views",
    "effort",
    "filter_views",
    "firms",
    "handover_views",
    "identity",
    "list_views",
    "lock_views",
    "minor_views",
    "nearby_views",
    "note_views",
    "place_views",
    "recheck_views",
    "report_views",
    "search_views",
    "undo_views",
    "wall",
]


def answer(error: ReporterError) -> ResponseReturnValue:
    """Show what was sent again, with what was wrong or what has changed; anything else as its own page."""
    named = request.view_args or {}
    if request.method == "GET" or wants_json() or not named:
        return show(error)
    if "report_id" in named:
        return again(error)
    return case_again(error) if "case_id" in named else show(error)


@bp.after_request
def keep_the_address(response: Response) -> Response:
    """Keep the address of a page that was refused: it could not be opened again."""
    if response.status_code >= ReporterError.status:
        response.headers["HX-Push-Url"] = "false"
    return response


for failure in (BadInput, Conflict, WrongStep):
    bp.register_error_handler(failure, answer)
