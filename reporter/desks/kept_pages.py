"""Public pages, kept for a second: in this process, in proxies, and by their tag in browsers.

Nothing is ever purged, because a purge can fail and then a child's picture stays where it must not: what is kept is
kept so shortly that a hidden post is gone from everywhere within `KEEP_SECONDS` here, as long in a proxy that asks
here, and one more while the proxy asks. Whoever has a session, or any cookie but those of the two switches, gets a page made for
them, and nobody keeps it.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cachetools import TTLCache
from flask import Response, current_app, request
from werkzeug.http import parse_cookie, parse_etags

from reporter.desks.words import LANGUAGES, LOCALE_COOKIE
from reporter.ports import ports

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ELDER_COOKIE = "elder"
SWITCHES = frozenset({LOCALE_COOKIE, ELDER_COOKIE})
MOST_BYTES = 16 * 1024 * 1024  # of kept pages in one process
LONGEST_LANGUAGES = 200  # letters of an Accept-Language that is told from others
MARK = "s-maxage="  # of an answer that was made to be kept
OWN = "private, no-cache"
UNKEPT = frozenset({"HTTP_RANGE", "HTTP_AUTHORIZATION"})  # asks for something else than the page


def is_anybody() -> bool:
    """Tell whether nothing in the request says who asks."""
    return set(request.cookies) <= SWITCHES


def keep_for_all(response: Response) -> Response:
    """Let everybody keep a public page for a second, if it is nobody's own; doing it twice changes nothing."""
    if "Cache-Control" in response.headers:
        return response
    if not is_anybody() or "Set-Cookie" in response.headers:
        response.headers["Cache-Control"] = OWN
        return response
    seconds = current_app.config["KEEP_SECONDS"]
    shared = f"public, max-age=0, {MARK}{seconds}, stale-while-revalidate={seconds}"
    response.headers["Cache-Control"] = shared if seconds else "public, no-cache"
    response.vary.update(("Cookie", "Accept-Language"))
    if response.last_modified is None:
        response.last_modified = ports.clock.now()  # when it was drawn; nobody is answered by it
    response.add_etag()
    return response


def answer_known(response: Response) -> Response:
    """Answer 304 to whoever has the page.

    Only the tag is asked by: a page from which a post was taken is not newer than one on which it stood.
    """
    if "If-None-Match" in request.headers and response.headers["Cache-Control"] != OWN:
        changed = response.headers.pop("Last-Modified", None)
        response.make_conditional(request)
        if changed:
            response.headers["Last-Modified"] = changed
    return response


@dataclass(frozen=True)
class _Page:
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    tag: str

    @property
    def unchanged(self) -> list[tuple[str, str]]:
        """The headers of a 304."""
        return [(name, text) for name, text in self.headers if not name.lower().startswith("content-")]


class KeptPages:
    """Stands before the application and answers what it was asked a moment ago."""

    def __init__(self, app: "WSGIApplication", *, seconds: float) -> None:
        self._app = app
        self._lock = threading.Lock()
        self.pages: TTLCache[Any, _Page] = TTLCache(
            MOST_BYTES, seconds, getsizeof=lambda page: len(page.body)
        )

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        key = _key(environ)
        if key is None:
            return self._app(environ, start_response)
        with self._lock:
            page = self.pages.get(key)
        if page is None:
            return self._made(key, environ, start_response)
        if page.tag and parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(page.tag):
            start_response("304 NOT MODIFIED", page.unchanged)
            return []
        start_response(page.status, page.headers)
        return [page.body]

    def _made(
        self, key: tuple[str, ...], environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def listen(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said.append((status, headers))
            return start_response(status, headers, *error)

        answer = self._app(environ, listen)
        if not said or not _is_kept(*said[-1]):
            return answer
        status, headers = said[-1]
        body = b"".join(answer)
        if close := getattr(answer, "close", None):
            close()
        tags = parse_etags(_plain(headers).get("etag"))
        page = _Page(status, headers, body, next(iter(tags), ""))
        with self._lock:
            if len(body) < MOST_BYTES:
                self.pages[key] = page
        return [body]


def _key(environ: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return what a page depends on; None for what is asked in another way than by GET, or by somebody."""
    asked_anew = "no-cache" in environ.get(
        "HTTP_CACHE_CONTROL", ""
    )  # whoever loads the page again on purpose
    if environ["REQUEST_METHOD"] != "GET" or asked_anew or UNKEPT.intersection(environ):
        return None
    cookies = parse_cookie(environ.get("HTTP_COOKIE"))
    languages = environ.get("HTTP_ACCEPT_LANGUAGE", "")
    if not set(cookies) <= SWITCHES or len(languages) > LONGEST_LANGUAGES:
        return None
    return (
        environ.get("wsgi.url_scheme", ""), environ.get("HTTP_HOST", ""), environ.get("SCRIPT_NAME", ""),
        environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""),
        chosen if (chosen := cookies.get(LOCALE_COOKIE) or "") in LANGUAGES else languages,
        cookies.get(ELDER_COOKIE) or "",
    )  # fmt: skip


def _is_kept(status: str, headers: list[tuple[str, str]]) -> bool:
    plain = _plain(headers)
    shared = MARK in plain.get("cache-control", "") and "set-cookie" not in plain
    return status.startswith("200") and shared and not plain.get("content-type", "").startswith("image/")


def _plain(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): text for name, text in headers}
