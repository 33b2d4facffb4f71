"""What every answer says to the browser: run nothing foreign, frame nothing, keep no private page."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Response, g, request

POLICY = "; ".join(  # noqa: FLY002 - one rule a line, with its reason
    (
        "default-src 'self'",
        "img-src 'self' data: blob: https:",  # map tiles come from the operator's own address
        "connect-src 'self'",
        "style-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

# Of the pages that are made to stand in a frame of any site: they run nothing and send nothing.
FRAMED = "; ".join(  # noqa: FLY002 - as above
    (
        "default-src 'none'",
        "img-src 'self' https:",  # pictures may come from the operator's store
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors *",
    )
)


# What a page loads obeys the page's policy, and what it says itself is read by nobody: a third of a kilobyte for each of
# thirty files. A worker is no such file: it has a policy of its own (Content Security Policy 3, 4.2).
LOADED = frozenset({"text/javascript", "text/css", "font/woff", "font/woff2"})


def _policy() -> str:
    """Return the policy; a page that loads a script from elsewhere, see `inside_wechat`, has said from where."""
    address = urlsplit(g.get("foreign_script", ""))
    if not address.netloc:
        return POLICY
    return POLICY.replace("script-src 'self'", f"script-src 'self' {address.scheme}://{address.netloc}")


def add_headers(response: Response) -> Response:
    """Add the security headers; private pages and what went wrong are not kept by any cache."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if response.mimetype not in LOADED or request.endpoint == "site.worker":
        response.headers.setdefault("Content-Security-Policy", _policy())
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    private = request.endpoint and not request.endpoint.startswith(("static", "site.vendor", "public."))
    if private or response.status_code >= HTTPStatus.BAD_REQUEST:  # a hidden post may be shown again
        response.headers.setdefault("Cache-Control", "no-store")
    return response
