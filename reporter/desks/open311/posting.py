"""What other systems send: new requests; and what became of those that were answered by a token."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.georeport import Items, answer
from reporter.desks.open311.arguments import mark_of, read_posting
from reporter.desks.open311.door import serve
from reporter.desks.open311.keyed import proven
from reporter.kernel.errors import NotFound, ReporterError
from reporter.open311.commands.posting import known_post, take_post
from reporter.open311.key_models import Scope
from reporter.open311.post_models import PostedRequest, ServiceType
from reporter.open311.posts import post_by_token
from reporter.reports.queries import get_report


@serve("requests", method="POST")
def post_request() -> ResponseReturnValue:
    """Take a new request; the same one sent again gets the same answer.

    Raises:
        NotAllowed: without a key that may post here.
        Faults: everything that is wrong with it.
        TooMany: more than the key has within a minute.
    """
    key = proven(Scope.POST)
    mark, for_ever = mark_of(key)
    row = known_post(mark, for_ever=for_ever) or take_post(read_posting(key, mark, for_ever=for_ever), key)
    return answer("service_requests", Items("request", [_receipt(row)]))


@serve("tokens/<token>")
def token(token: str) -> ResponseReturnValue:
    """Return the number of what was answered by a token, which is missing until there is one.

    Raises:
        NotFound: no such token was given out in this city.
        ReporterError: no report could be made of it, with the reason.
    """
    row = post_by_token(token)
    if row is None:
        raise NotFound("There is no token %(token)s here.", token=token)
    if row.fault:
        raise ReporterError(row.fault)
    number = {"service_request_id": get_report(row.report_id).number} if row.report_id else {}
    return answer("service_requests", Items("request", [number | {"token": row.token}]))


def _receipt(row: PostedRequest) -> dict[str, Any]:
    """Return the number, the token or neither: never an empty one beside the other, which old clients stumble over."""
    told: dict[str, Any] = {}
    if row.answered_as is ServiceType.BATCH:
        told["token"] = row.token
    elif row.answered_as is ServiceType.REALTIME and row.report_id:
        told["service_request_id"] = get_report(row.report_id).number
    told["service_notice"] = _(
        "The city's centre looks at it first. Its words and pictures stay unseen until then."
    )
    told["account_id"] = row.account_id or None
    return told
