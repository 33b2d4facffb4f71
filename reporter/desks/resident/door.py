"""The desk's address; who comes through it, and how often."""

from flask import Blueprint, Response

from reporter.desks.errors import limiter, refuse_until
from reporter.desks.tokens import own_token_check

NOT_FOUND = 404

bp = Blueprint("resident", __name__)


def _was_wrong(response: Response) -> bool:
    return response.status_code == NOT_FOUND


# Whoever guesses query codes is stopped; whoever has one may look as often as they like.
guesses = limiter.shared_limit(
    "20 per 10 minutes; 60 per day", scope="query codes", deduct_when=_was_wrong, on_breach=refuse_until
)
SENDING = "30 per minute; 400 per hour"  # from one address, of forms that come back as they were filled in
sendings = limiter.limit("20 per minute; 200 per hour", on_breach=refuse_until)
questions = limiter.limit("120 per minute", on_breach=refuse_until)

checks_its_own_token = own_token_check(bp)
