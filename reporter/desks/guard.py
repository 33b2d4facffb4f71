"""Declare on every view which permission opens it; refuse to start if one forgot. Know who asks, and where."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import object_session

from reporter.accounts.models import User
from reporter.accounts.queries import find_user
from reporter.cities.models import Jurisdiction
from reporter.cities.queries import city_for_host
from reporter.desks import georeport
from reporter.desks.shelf import shelf
from reporter.kernel.db import enter_city
from reporter.kernel.errors import NotSignedIn
from reporter.kernel.policy import ANYONE, Actor, Permission, may, require

SESSION_ENDED = "Your session has ended. Please sign in again, in another tab if you have typed something."

P = ParamSpec("P")
R = TypeVar("R")

FILES = frozenset(
    {
        "static",
        "site.vendor",
        "site.sheet",
        "site.favicon",
        "site.app_icon",
        "site.worker",
        "site.robots",
        "site.sitemap",
        "site.healthz",
    }
)
CITYLESS = FILES | {"site.readyz", "site.metrics", "site.set_up", "site.begin", "site.language", "site.elder"}


def wants_json() -> bool:
    """Tell whether the client asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def me() -> Actor:
    """Return whoever makes this request."""
    actor: Actor = current_user.actor if current_user.is_authenticated else ANYONE
    return actor


def city() -> Jurisdiction:
    """Return the jurisdiction that this request is about, to be read; `current_city` is the row that commands change."""
    found: Jurisdiction = g.city
    return found


def allow(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open the view to holders of `permission`; commands still check the case itself.

    Somebody who is not signed in is sent to the sign-in page, and back afterwards.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            if may(ANYONE, permission):
                return view(*args, **kwargs)  # nobody is asked who they are: files have no city to ask in
            if not may(me(), permission) and not current_user.is_authenticated:
                if wants_json() or request.method not in {"GET", "HEAD"}:  # a form would be lost on the way
                    raise NotSignedIn(SESSION_ENDED)
                return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
            require(me(), permission)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def nobody_is_there() -> bool:
    """Tell whether the view of this request wants somebody who is signed in, and nobody is."""
    permission = getattr(current_app.view_functions[request.endpoint or ""], "permission", None)
    signed_in = current_user.is_authenticated
    return permission is not None and not signed_in and not may(ANYONE, permission)


def enter_by_host() -> Jurisdiction | None:
    """Find the city by the host name and enter it; None in an empty installation.

    Which city it is, and what it is called, is some seconds old at most.
    """
    host = request.host.rsplit(":", 1)[0]
    found = shelf().list_of(("city", host), lambda: _apart(city_for_host(host)))
    g.city = found
    if found is not None:
        enter_city(found.id, row=found)
    return found


def _apart(city: Jurisdiction | None) -> Jurisdiction | None:
    """Return `city` free of its session, to be read by any thread."""
    if city is not None and (session := object_session(city)) is not None:
        session.expunge(city)
    return city


def remembered(user_id: str) -> User | None:
    """Return who is signed in: somebody of the city that was entered, nobody before one was.

    Args:
        user_id: as `User.get_id` wrote it into the session; a session from before another number holds no more.
    """
    number, _, session_no = user_id.partition(".")
    user = find_user(int(number)) if g.get("city") else None
    return user if user is not None and user.session_no == int(session_no or 0) else None


def enter_city_of_request() -> ResponseReturnValue | None:
    """Enter the city that is asked; an empty installation shows its set-up page first.

    Below GeoReport's address the city is named, and its desk enters it.
    """
    if request.endpoint in FILES or georeport.is_under(request.path) or enter_by_host() is not None:
        return None
    session.pop("_user_id", None)
    return None if request.endpoint in CITYLESS else redirect(url_for("site.set_up"))


def refuse_undeclared_endpoints(app: Flask) -> None:
    """Raise `RuntimeError` at start-up when an endpoint has no `@allow`."""
    open_doors = [
        name
        for name, view in app.view_functions.items()
        if name != "static" and not hasattr(view, "permission")
    ]
    if open_doors:
        raise RuntimeError(f"no @allow on {', '.join(sorted(open_doors))}")
