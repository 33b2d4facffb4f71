"""Show an expected failure as a page, as JSON to whoever asked for JSON, as a list of errors below GeoReport's address."""

import logging
import time
from datetime import UTC, date, datetime
from math import ceil
from typing import NoReturn

from flask import Flask, Response, after_this_request, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import Limiter, RequestLimit
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from limits import parse_many
from werkzeug.datastructures import ContentRange
from werkzeug.exceptions import (
    BadHost,
    HTTPException,
    MethodNotAllowed,
    RequestedRangeNotSatisfiable,
    RequestEntityTooLarge,
    SecurityError,
)
from werkzeug.exceptions import NotFound as NoSuchPage

from reporter.desks import georeport
from reporter.desks.dates import day, plain_moment
from reporter.desks.guard import SESSION_ENDED, enter_by_host, me, nobody_is_there, wants_json
from reporter.desks.origin import place_of
from reporter.desks.states import any_state_word
from reporter.kernel.errors import BadInput, NotFound, NotSignedIn, ReporterError, TooLarge, TooMany
from reporter.kernel.policy import STAFF

WORDS_OF_STATUS = {
    400: "This request could not be understood. Please go back and try again.",
    405: "This address cannot be used in this way.",
    413: "This is more than we can take at once: at most 20 MB for each picture.",
    415: "This address takes forms only.",
    416: "This file has no such part.",
    429: "This was tried too often. Please wait a while.",
}

CARRIES_PICTURES = frozenset({"multipart/form-data", "application/offset+octet-stream"})
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}

# From one address. It may be that of a mobile network with many people: room for sixteen hundred pictures of 2.5 MB, from
# which on our pages make them smaller; and an end to what one sender puts into the store in a day.
PICTURE_BYTES = f"{4 * 1024**3} per day"

log = logging.getLogger(__name__)


class Limits(Limiter):
    """Limits of single views, asked for at the views themselves: no limit holds for every request."""

    def _check_request_limit(
        self,
        callable_name: str | None = None,
        in_middleware: bool = True,  # noqa: FBT001, FBT002 - as the library has it
    ) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)

    def over(self, limits: str, *names: str, count: bool = True, cost: int = 1) -> datetime | None:
        """Return until when it is too often under `names`, None when it is not.

        Args:
            limits: such as "5 per 10 minutes; 20 per day".
            names: of what is counted, and of whom.
            count: this is one time more; otherwise it is only asked.
            cost: as how many times it counts.
        """
        if not self.enabled:
            return None
        ask = self.limiter.hit if count else self.limiter.test
        full = [one for one in parse_many(limits) if not ask(one, *names, cost=cost)]
        ends = [self.limiter.get_window_stats(one, *names).reset_time for one in full]
        return datetime.fromtimestamp(max(ends), UTC) if ends else None

    def forget(self, limits: str, *names: str) -> None:
        """Count from nothing again."""
        for one in parse_many(limits) if self.enabled else ():
            self.limiter.clear(one, *names)


def whence() -> str:
    """Return by what an asker is counted: the address, of IPv6 the network that a household has."""
    return place_of(request.remote_addr or "") or "nowhere"


limiter = Limits(whence)


def refuse_until(limit: RequestLimit) -> NoReturn:
    """Say when it may be tried again. Raises `TooMany`, always."""
    refuse_before(datetime.fromtimestamp(limit.reset_at, UTC))


def refuse_before(again: datetime) -> NoReturn:
    """Say when it may be tried again. Raises `TooMany`, always."""
    wait_until(again)
    raise TooMany("This was tried too often. Please try again after %(time)s.", time=plain_moment(again))


def refuse_bytes(length: int, *, count: bool = True) -> None:
    """Count so many bytes of pictures that come from the asker's address; staff are not counted.

    What would be too much is not counted, so that trying again makes nobody wait longer.

    Args:
        count: the bytes are here; otherwise it is only asked whether they may come.

    Raises:
        TooMany: no more are taken today; field "photos".
    """
    if me().roles & STAFF:
        return
    if again := limiter.over(PICTURE_BYTES, "picture bytes", whence(), count=False, cost=length):
        wait_until(again)
        raise TooMany(
            "So many photos came from your network that no more are taken before %(time)s. What you typed stays here."
            " Is somebody in danger? Ring the number at the foot of the page.",
            field="photos", time=plain_moment(again),
        )  # fmt: skip
    if count:
        limiter.over(PICTURE_BYTES, "picture bytes", whence(), cost=length)


def wait_until(again: datetime) -> None:
    """Let the answer to this request say from when on it may be sent again, in seconds from now."""
    wait_for(max(1, ceil(again.timestamp() - time.time())))  # limits run on the machine's clock


def wait_for(seconds: int) -> None:
    """Let the answer to this request say in how many seconds it may be sent again."""
    after_this_request(lambda answer: _with_wait(answer, seconds))


def _with_wait(answer: Response, seconds: int) -> Response:
    answer.headers["Retry-After"] = str(seconds)
    return answer


def blame(form: FlaskForm, error: ReporterError) -> None:
    """Write the words of `error` on the field it names; raise it again when the form has no such field.

    A conflict, a refusal or a missing thing is never the fault of a field.
    """
    if error.status != BadInput.status or error.field not in form:
        raise error
    field = form[error.field]
    field.errors = [*field.errors, words_of(error)]


def words_of(error: ReporterError) -> str:
    """Return the error's words in the language of the request."""
    values = {name: day(value) if isinstance(value, date) else value for name, value in error.values.items()}
    if "state" in values:
        values["state"] = any_state_word(str(values["state"]))
    return gettext(error.message, **values)


def show(error: ReporterError) -> ResponseReturnValue:
    """Return the failure as the client wants it, with the failure's status."""
    if georeport.is_under(request.path):
        return _listed(error)
    if wants_json():
        return jsonify(error=words_of(error), field=error.field), error.status
    if "city" not in g:
        enter_by_host()  # a file needs no city, the page that says it is missing does
    page = render_template("error.html", status=error.status, words=words_of(error))
    return page, error.status


def _listed(error: ReporterError) -> Response:
    """Return every fault of `error` in a list, as GeoReport has it."""
    faults = error.faults if isinstance(error, georeport.Faults) else (error,)
    listed = [(georeport.status_of(fault), words_of(fault)) for fault in faults]
    status = georeport.status_of(error)
    answer = georeport.refusal(listed, status=status)
    return _with_wait(answer, georeport.SOON) if status == georeport.AWAY else answer


def register_error_pages(app: Flask) -> None:
    """Answer every expected failure with words, and every unexpected one without a trace of it."""
    app.register_error_handler(ReporterError, show)

    def show_http(error: HTTPException) -> ResponseReturnValue:
        answer = make_response(show(_as_reporter_error(error, error.code or 500)))
        if isinstance(error, MethodNotAllowed):
            answer.allow.update(error.valid_methods or ())
        if isinstance(error, RequestedRangeNotSatisfiable):
            answer.content_range = ContentRange(error.units, None, None, error.length)
        return answer

    app.register_error_handler(HTTPException, show_http)
    for not_ours in (BadHost, SecurityError):  # no page has addresses then
        app.register_error_handler(not_ours, _show_not_ours)
    app.register_error_handler(CSRFError, lambda _: show(_without_token()))

    app.register_error_handler(500, _show_unexpected)


def _show_not_ours(_error: Exception) -> ResponseReturnValue:
    words = WORDS_OF_STATUS[400]
    if georeport.is_under(request.path):
        return georeport.refusal([(400, words)], status=400)
    return words, 400, PLAIN


def _without_token() -> ReporterError:
    """Return why a form's token did not hold: a session that has ended is said where somebody has to be signed in."""
    if nobody_is_there():
        return NotSignedIn(SESSION_ENDED)
    return BadInput(STALE_FORM, field="csrf_token")


def _show_unexpected(_error: Exception) -> ResponseReturnValue:
    """Return the page of our own fault; it asks the database nothing, and stands when even the template falls."""
    g.city = None
    try:
        words = gettext(OUR_FAULT)
        if georeport.is_under(request.path):
            return georeport.refusal([(500, words)], status=500)
        return (
            jsonify(error=words) if wants_json() else render_template("error.html", status=500, words=words)
        ), 500
    except Exception:
        log.exception("the page of a fault failed too")
        return OUR_FAULT, 500, PLAIN


TOO_MANY_WORDS = "This is more text than a form takes. Please shorten it."
STALE_FORM = "This form has grown old. Nothing was sent; please go back, reload the page and send it again."
OUR_FAULT = "Something went wrong on our side. Nothing you sent is lost that got a receipt; please try again."


def _as_reporter_error(error: HTTPException, status: int) -> ReporterError:
    if isinstance(error, NoSuchPage):
        return NotFound("There is no such page.")
    if isinstance(error, RequestEntityTooLarge):
        pictures = request.mimetype in CARRIES_PICTURES
        return TooLarge(WORDS_OF_STATUS[413] if pictures else TOO_MANY_WORDS)
    if status == 429:  # noqa: PLR2004 - too many requests
        return TooMany(WORDS_OF_STATUS[429])
    failure = ReporterError(WORDS_OF_STATUS.get(status, WORDS_OF_STATUS[400]))
    failure.status = status
    return failure
