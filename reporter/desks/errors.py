"""Show an expected failure as a page, or as JSON to whoever asked for JSON."""

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as NoSuchPage

from reporter.desks.states import any_state_word
from reporter.kernel.errors import BadInput, NotFound, ReporterError, TooLarge, TooMany

WORDS_OF_STATUS = {
    400: "This request could not be understood. Please go back and try again.",
    405: "This address cannot be used in this way.",
    413: "This is more than we can take at once: at most 20 MB for each picture.",
    429: "This was tried too often. Please wait a while.",
}

limiter = Limiter(get_remote_address)


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
    values = error.values
    if "state" in values:
        values = values | {"state": any_state_word(str(values["state"]))}
    return gettext(error.message, **values)


def wants_json() -> bool:
    """Tell whether the client asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def show(error: ReporterError) -> ResponseReturnValue:
    """Return the failure as the client wants it, with the failure's status."""
    if wants_json():
        return jsonify(error=words_of(error), field=error.field), error.status
    page = render_template("error.html", status=error.status, words=words_of(error))
    return page, error.status


def register_error_pages(app: Flask) -> None:
    """Answer every expected failure with words, and every unexpected one without a trace of it."""
    app.register_error_handler(ReporterError, show)

    def show_http(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        return show(_as_reporter_error(error, status))

    app.register_error_handler(HTTPException, show_http)
    app.register_error_handler(CSRFError, lambda _: show(BadInput(STALE_FORM)))

    @app.errorhandler(500)
    def show_unexpected(_error: Exception) -> ResponseReturnValue:
        g.pop("city", None)
        return render_template("error.html", status=500, words=gettext(OUR_FAULT)), 500


STALE_FORM = "This form has grown old. Nothing was sent; please go back, reload the page and send it again."
OUR_FAULT = "Something went wrong on our side. Nothing you sent is lost that got a receipt; please try again."


def _as_reporter_error(error: HTTPException, status: int) -> ReporterError:
    if isinstance(error, NoSuchPage):
        return NotFound("There is no such page.")
    if isinstance(error, RequestEntityTooLarge):
        return TooLarge(WORDS_OF_STATUS[413])
    if status == 429:  # noqa: PLR2004 - too many requests
        return TooMany(WORDS_OF_STATUS[429])
    failure = ReporterError(WORDS_OF_STATUS.get(status, WORDS_OF_STATUS[400]))
    failure.status = status
    return failure
