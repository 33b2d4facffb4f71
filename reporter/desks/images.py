"""Send pictures: a browser keeps public ones for long, a proxy for a second, and nothing keeps any other."""

import hashlib
from collections.abc import Callable

from flask import Response, current_app, redirect, request
from flask.typing import ResponseReturnValue

UNKEPT = "private, no-store"
LED = 300  # seconds at most in which a proxy leads to the store; the file there goes with the post
OWN = 31_536_000  # seconds; a browser keeps what it showed already, and no address ever changes its content


def private_image(content: bytes) -> Response:
    """Return a JPEG that shows what nobody masked, or what is not published: no cache, not even the browser's, keeps it."""
    return Response(content, mimetype="image/jpeg", headers={"Cache-Control": UNKEPT})


def public_image(
    key: str, mimetype: str, *, content: Callable[[], bytes], link: Callable[[int], str | None]
) -> ResponseReturnValue:
    """Return a public picture whose right to be seen was checked: itself, its part, 304, or the way to the store.

    Args:
        key: changes with the content.
        content: is called only when bytes are sent.
        link: takes for how many seconds; None when there is none.
    """
    seconds: int = current_app.config["PICTURE_LINKS"]
    if seconds and (address := link(seconds)):
        answer = redirect(address)
        # Whoever follows a kept answer still has half of the link's time.
        answer.headers["Cache-Control"] = f"public, max-age={min(LED, seconds // 2)}, must-revalidate"
        return answer
    tag = hashlib.sha256(key.encode()).hexdigest()[:32]
    known = request.if_none_match.contains_weak(tag)
    answer = Response(b"" if known else content(), mimetype=mimetype)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = (
        f"public, max-age={OWN}, s-maxage={current_app.config['KEEP_SECONDS']}, immutable"
    )
    if known:
        answer.status_code = 304
        return answer
    size = answer.calculate_content_length()
    return answer.make_conditional(request, accept_ranges=_one_range(), complete_length=size)


def _one_range() -> bool:
    """Tell whether a part is asked for in a way that is answered; any other is overlooked, as RFC 9110 (14.2) allows."""
    wanted = request.range
    plain = wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1
    return request.method == "GET" and ("Range" not in request.headers or plain)
