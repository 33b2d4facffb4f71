"""A browser known again by a cookie that only we can write: a random number, and for whom it has signed in.

Nothing of the device itself is looked at. Whoever deletes the cookie is a browser like a new one.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, g, request

from reporter.accounts.rules import known_as
from reporter.ports import ports
from reporter.ports.seals import Unsealed

COOKIE, PURPOSE = "device", "device"
KEPT_SECONDS = 180 * 86400
NAMES = 5  # people whom one browser is known to have signed in
LONGEST = 600  # characters of a cookie that are read


def device_id() -> str:
    """Return what this browser is called; a new one is called something from now on."""
    return str(_card()["id"])


def knows(login: str) -> bool:
    """Tell whether somebody signed in here under `login` before."""
    return _name_of(login) in _read().get("for", ())


def remember(login: str) -> None:
    """Write down that somebody signed in here under `login`."""
    card = _card()
    names: Sequence[str] = [name for name in card["for"] if name != _name_of(login)]
    g.device = {"id": card["id"], "for": [_name_of(login), *names][:NAMES]}
    g.device_changed = True


def keep_device(response: Response) -> Response:
    """Send the cookie along when it is new or has changed."""
    if g.get("device_changed"):
        response.set_cookie(
            COOKIE, ports.seals.sign(g.device, purpose=PURPOSE), max_age=KEPT_SECONDS, httponly=True,
            samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"],
        )  # fmt: skip
    return response


def _card() -> dict[str, Any]:
    card = _read()
    if "id" not in card:
        card = g.device = {"id": secrets.token_urlsafe(12), "for": []}
        g.device_changed = True
    return card


def _read() -> dict[str, Any]:
    """Return what the cookie says, {} when there is none that we wrote."""
    if "device" not in g:
        given = request.cookies.get(COOKIE, "")
        g.device = {}
        if 0 < len(given) <= LONGEST:
            try:
                g.device = ports.seals.signed(given, purpose=PURPOSE)
            except Unsealed:
                g.device = {}
    card: dict[str, Any] = g.device
    return card


def _name_of(login: str) -> str:
    return ports.seals.digest(f"signs in {known_as(login)}")[:16]
