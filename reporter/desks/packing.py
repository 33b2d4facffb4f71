"""Text goes packed to browsers that take it: on 400 kilobits a second 40 kB take 0.8 s, and packed 0.2 s.

In front of everything that is kept, so that one body is kept for all. Behind a proxy that packs by itself nothing is
packed here: it asks for plain text (docs/nginx.conf).
"""

import gzip
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache, cached
from werkzeug.datastructures import Accept, Headers
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LEAST = 1024  # bytes, below which it is not worth it
MOST = 2 * 1024 * 1024  # bytes, above which it is an export, and goes as it is made
KEPT = 4 * 1024 * 1024  # bytes of packed texts that one process keeps
QUICK, WELL = 4, 8  # how hard: what one person reads once, and what many read
TEXTS = ("text/", "application/javascript", "application/json", "application/geo+json", "application/atom+xml",
         "application/feed+json", "application/manifest+json", "image/svg+xml")  # fmt: skip


class Packed:
    """Stands before the application and packs what it answers."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        said: list[Any] = []

        def listen(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said[:] = [status, Headers(headers), error]
            return lambda _: None  # nothing here writes in that old way

        answer = self._app(environ, listen)
        status, headers, error = said
        body: Iterable[bytes] = answer
        if _is_text(headers):
            headers["Vary"] = ", ".join([*headers.getlist("Vary"), "Accept-Encoding"])
            if environ["REQUEST_METHOD"] != "HEAD" and _takes_gzip(environ):
                body = _packed(answer, headers)
        start_response(status, headers.to_wsgi_list(), *error)
        return body


def _is_text(headers: Headers) -> bool:
    """Tell whether the answer is worth packing: a text of known length, in no form of its own yet."""
    length = headers.get("Content-Length", type=int) or 0
    plain = "Content-Encoding" not in headers and "Content-Range" not in headers
    return plain and LEAST <= length <= MOST and headers.get("Content-Type", "").startswith(TEXTS)


def _takes_gzip(environ: "WSGIEnvironment") -> bool:
    return bool(parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"), Accept)["gzip"])


def _packed(answer: Iterable[bytes], headers: Headers) -> list[bytes]:
    plain = b"".join(answer)
    if close := getattr(answer, "close", None):
        close()
    body = (
        _well(plain) if "public" in headers.get("Cache-Control", "") else gzip.compress(plain, QUICK, mtime=0)
    )
    headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(body))
    if (tag := headers.get("ETag", "")).startswith('"'):
        headers["ETag"] = f"W/{tag}"  # the same text in other bytes
    return [body]


@cached(LRUCache(KEPT, getsizeof=len), lock=Lock())
def _well(plain: bytes) -> bytes:
    return gzip.compress(plain, WELL, mtime=0)
