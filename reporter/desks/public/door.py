"""The public desk: what everybody may see without saying who they are."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from reporter.desks.kept_pages import keep_for_all

bp = Blueprint("public", __name__)

OF_ONE = frozenset(
    {
        "public.objection",
        "public.find_objection",
        "public.objection_receipt",
        "public.picture",
        "columns.picture",
    }
)  # forms and what is somebody's own; pictures say themselves how long they are kept


@bp.after_request
def keep(response: Response) -> Response:
    """Let everybody keep the pages that are the same for everybody."""
    same = request.method in {"GET", "HEAD"} and request.endpoint not in OF_ONE
    return keep_for_all(response) if same and response.status_code == HTTPStatus.OK else response
