"""Pages of people who are signed in, kept for seconds while nothing at all changes in the database.

A moderator's screen takes tens of milliseconds to draw. Whoever loads it again, comes back to it or has it in a second
tab gets the same bytes, but only for the very same request and only under the same `kernel.edition`: after any commit by
anybody, in this process or another, the page is drawn anew. So a role taken away, a session that ended or a colleague's
decision is in the next answer, as without it. Views say by `@kept_own` that drawing them changes nothing worth a second time.
"""

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from cachetools import TTLCache
from flask import request

from reporter.kernel.edition import Edition

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS = 5.0  # times in words are in minutes, and the lists of a process are as old
MOST_BYTES = 32 * 1024 * 1024  # of one process
ASKED = "reporter.own_page"  # of the request's environment: the view lets its page be kept
PARTS = (
    "wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_COOKIE", "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_X_AHEAD", "HTTP_USER_AGENT", "REMOTE_ADDR",
)  # fmt: skip
UNKEPT = frozenset({"HTTP_RANGE", "HTTP_AUTHORIZATION", "HTTP_IF_NONE_MATCH"})

P = ParamSpec("P")
R = TypeVar("R")


def kept_own(view: Callable[P, R]) -> Callable[P, R]:
    """Let the page of a view be kept for whoever asked for it."""

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        request.environ[ASKED] = True
        return view(*args, **kwargs)

    return run


@dataclass(frozen=True)
class _Page:
    edition: Hashable
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class OwnPages:
    """Stands before the application; what comes out of it is kept as it goes over the wire."""

    def __init__(self, app: "WSGIApplication", edition: Edition, *, below: tuple[str, ...]) -> None:
        self._app, self._edition, self._below = app, edition, below
        self._lock = threading.Lock()
        self._pages: TTLCache[Any, _Page] = TTLCache(
            MOST_BYTES, SECONDS, getsizeof=lambda page: len(page.body)
        )

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        key = self._key(environ)
        edition = self._edition.now() if key else None  # before anything is read
        if key is None or edition is None:
            return self._app(environ, start_response)
        with self._lock:
            page = self._pages.get(key)
        if page is None or page.edition != edition:
            return self._drawn(key, edition, environ, start_response)
        start_response(page.status, list(page.headers))
        return [page.body]

    def _key(self, environ: Mapping[str, Any]) -> tuple[str, ...] | None:
        asked_anew = "no-cache" in environ.get("HTTP_CACHE_CONTROL", "")
        if environ["REQUEST_METHOD"] != "GET" or asked_anew or UNKEPT.intersection(environ):
            return None
        if not environ.get("PATH_INFO", "").startswith(self._below) or "HTTP_COOKIE" not in environ:
            return None
        return tuple(environ.get(part, "") for part in PARTS)

    def _drawn(
        self,
        key: tuple[str, ...],
        edition: Hashable,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def listen(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said.append((status, headers))
            return start_response(status, headers, *error)

        answer = self._app(environ, listen)
        if not said or not environ.get(ASKED) or not _is_plain(*said[-1]):
            return answer
        status, headers = said[-1]
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        if len(body) < MOST_BYTES:
            with self._lock:
                self._pages[key] = _Page(edition, status, list(headers), body)
        return [body]


def _is_plain(status: str, headers: list[tuple[str, str]]) -> bool:
    """Tell whether it is a page that changed nothing in the browser either."""
    return status.startswith("200") and all(name.lower() != "set-cookie" for name, _ in headers)
