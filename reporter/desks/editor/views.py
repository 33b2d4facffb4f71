"""The editors' desk: redact, review twice, publish, correct, withdraw, decide objections. All doors in one place."""

from http import HTTPStatus

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from reporter.desks.editor import (
    article_pictures,
    consent_views,
    objection_views,
    overdue_views,
    piece_views,
    redact_views,
    review_views,
)
from reporter.desks.editor.door import bp
from reporter.desks.editor.lists import listing_of, work_of
from reporter.desks.editor.pages import again
from reporter.desks.editor.piece_pages import piece_again
from reporter.desks.guard import allow, me, wants_json
from reporter.kernel.errors import BadInput, Conflict, ReporterError, WrongStep
from reporter.kernel.policy import Permission

__all__ = [
    "article_pictures",
    "bp",
    "consent_views",
    "objection_views",
    "overdue_views",
    "piece_views",
    "redact_views",
    "review_views",
]


def fresh(error: ReporterError) -> ResponseReturnValue:
    """Return the fresh page of what was not as the person saw it; of a piece, of a post or of an objection."""
    piece_id = (request.view_args or {}).get("piece_id")
    if piece_id is None or request.method == "GET" or wants_json():
        return again(error)
    return piece_again(error, piece_id)


for failure in (BadInput, Conflict, WrongStep):
    bp.register_error_handler(failure, fresh)


@bp.after_request
def keep_address(response: Response) -> Response:
    """Let a page that changes in its middle keep its address when what it sent was refused."""
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        response.headers["HX-Push-Url"] = "false"
    return response


@bp.get("/")
@allow(Permission.DESK_EDITOR)
def queue() -> ResponseReturnValue:
    """Show one of the lists, at first the one that waits for whoever asks."""
    listing = listing_of(request.args.get("at") or work_of(me()), me(), request.args.get("after", ""))
    return render_template("editor/queue.html", listing=listing)
