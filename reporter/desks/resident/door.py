"""The desk's address; who comes through it, and how often."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, make_response
from flask.typing import ResponseReturnValue

from reporter.desks.errors import limiter, refuse_before, refuse_until, whence
from reporter.desks.tokens import own_token_check
from reporter.kernel.errors import NotFound

NOT_FOUND = 404
WRONG_CODES = "20 per 10 minutes; 60 per day"  # from one address
P = ParamSpec("P")

bp = Blueprint("resident", __name__)


def guesses(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let whoever guesses query codes wait; whoever has one may look as often as they like.

    A code is looked up first: a stranger behind the same address, or an image on a foreign page, shuts nobody out of
    their own report. What keeps strangers out are the eighty bits of a code; the limit spares the house their trying.
    """

    @wraps(view)
    def looked_up(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        try:
            answer = make_response(view(*args, **kwargs))
        except NotFound:
            _count_wrong()
            raise
        if answer.status_code == NOT_FOUND:
            _count_wrong()
        return answer

    return looked_up


def _count_wrong() -> None:
    if until := limiter.over(WRONG_CODES, "query codes", whence()):
        refuse_before(until)


SENDING = "30 per minute; 400 per hour"  # from one address, of forms that come back as they were filled in
sendings = limiter.limit("20 per minute; 200 per hour", on_breach=refuse_until)
questions = limiter.limit("120 per minute", on_breach=refuse_until)

checks_its_own_token = own_token_check(bp)
