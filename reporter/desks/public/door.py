"""The public desk: what everybody may see without saying who they are."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec

from flask import Blueprint, Response, make_response, request
from flask.typing import ResponseReturnValue

from reporter.board.shown import edition_shown
from reporter.desks.kept_pages import ELDER_COOKIE, answer_known, is_anybody, keep_for_all
from reporter.desks.shelf import Page, shelf
from reporter.desks.words import locale_of_browser
from reporter.kernel.db import current_city_id

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
STREAMED = frozenset(
    {"public.posts_csv", "public.posts_geojson"}
)  # never whole in memory, and kept by nobody
OPEN = STREAMED | {
    "public.atom",
    "public.json_feed",
    "public.oembed",
    "columns.feed",
    "columns.honours_feed",
}  # what scripts of other sites may read


@bp.after_request
def keep(response: Response) -> Response:
    """Let everybody keep the pages that are the same for everybody."""
    same = request.method in {"GET", "HEAD"} and request.endpoint not in OF_ONE | STREAMED
    if same and response.status_code == HTTPStatus.OK:
        answer_known(keep_for_all(response))
    if request.endpoint in OF_ONE:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


@bp.after_request
def open_to_other_sites(response: Response) -> Response:
    """Let scripts of other sites read what is made for them, and nothing else."""
    if request.endpoint in OPEN:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Link"
    return response


P = ParamSpec("P")


def drawn_once(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Draw a page once for each edition of the board, some seconds old at most, for everybody who is nobody's guest.

    A hidden post makes a new edition in the same transaction, and the edition is asked for twice a second, so no page
    that was drawn with the post is sent half a second later.
    """

    @wraps(view)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not is_anybody():
            return view(*args, **kwargs)
        city_id = current_city_id()
        key = (
            city_id, shelf().edition_of(city_id, edition_shown), request.scheme, request.host, request.root_path, request.path,
            request.query_string, locale_of_browser(), request.cookies.get(ELDER_COOKIE),
        )  # fmt: skip
        page = shelf().page(key)
        if page is not None:
            return Response(page.body, headers=page.headers)
        answer = make_response(view(*args, **kwargs))
        if answer.status_code == HTTPStatus.OK and not answer.is_streamed:
            keep_for_all(answer)
            shelf().put(key, Page(answer.get_data(), list(answer.headers)))
        return answer

    return drawn
