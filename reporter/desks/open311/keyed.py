"""Whose key a request holds: in the form, in the address, or in the header. Reading needs none."""

from flask import request

from reporter.desks.errors import limiter, refuse_before, wait_for, whence
from reporter.desks.open311.bodies import count_bytes, count_strange
from reporter.kernel.errors import NotAllowed, TooMany
from reporter.open311.commands.keys import note_use
from reporter.open311.key_models import ApiKey, Scope
from reporter.open311.keys import key_of
from reporter.open311.posts import many_wait
from reporter.ports import ports

UNKNOWN = "30 per 10 minutes"  # keys that nobody has, from one address
LATER = 60  # seconds, after which pictures may be named again after too many waited
MOST_WAITING = 50  # posts of one key whose pictures are still to be fetched
BEARER = "bearer "


def proven(scope: Scope) -> ApiKey:
    """Return the key that came with the request, which counts as one more of its requests.

    Raises:
        NotAllowed: there is none, it is unknown in this city, revoked or past its time, or lacks the scope.
        TooMany: more requests than the key has within a minute or bytes within a day, or too many unknown ones from this
            address.
    """
    secret = _given()
    if not secret:
        count_strange()
        raise NotAllowed("api_key is missing: this address takes only what comes with a key.")
    key = key_of(secret, now=ports.clock.now())
    if key is None:
        count_strange()
        if again := limiter.over(UNKNOWN, "open311 unknown key", whence()):
            refuse_before(again)
        raise NotAllowed("This api_key is not known in this city, or it is revoked or past its time.")
    if scope not in key.scopes:
        raise NotAllowed("This api_key may not do this: it lacks the scope %(scope)s.", scope=str(scope))
    if again := limiter.over(f"{key.per_minute} per minute", "open311 key", str(key.id)):
        refuse_before(again)
    count_bytes(key)
    note_use(key)
    return key


def refuse_more_to_fetch(key: ApiKey) -> None:
    """Take no more addresses of pictures while many of the key wait. Raises `TooMany`."""
    if many_wait(key.id, most=MOST_WAITING):
        wait_for(LATER)
        raise TooMany(
            "media_url: the pictures of %(most)s earlier requests are still being fetched. Please send this later, or with"
            " files.",
            field="media_url", most=MOST_WAITING,
        )  # fmt: skip


def _given() -> str:
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(BEARER):
        return header[len(BEARER) :].strip()
    return (request.args.get("api_key") or request.form.get("api_key") or "").strip()
