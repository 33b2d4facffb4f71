"""Fetch a large file from an address that the operator named, into a file of ours; broken off, it goes on.

Not for addresses that people type into pages: those go through `outgoing`, which never calls the own network.
"""

import http.client
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

SECONDS = 60.0  # without a byte, after which it is given up for now
PIECE = 256 * 1024
MOST_REDIRECTS = 5
WHOLE, PART, REDIRECTS, TOO_FAR = 200, 206, range(300, 400), 416
Tell = Callable[[int, int], object]


class NotFetched(Exception):
    """It could not be fetched, or not to its end; the text says why. What came stays, and the next try goes on."""


def fetch(address: str, target: Path, tell: Tell) -> None:
    """Write what lies at `address` to `target`, unless that is there whole from an earlier try.

    What has come so far lies beside it and is gone on with where the server can (`Range`), and knows that it is still
    the same (`ETag`); else it begins anew.

    Args:
        address: `http://` or `https://`, as the operator wrote it; up to five redirects are followed.
        target: its folder is made when it is not there.
        tell: told how many bytes there are, and of how many, 0 when nobody says.

    Raises:
        NotFetched: it is no such address, nobody answers, or what came is not the whole.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part, mark = target.with_name(f"{target.name}.part"), target.with_name(f"{target.name}.etag")
    try:
        _fetch(address, part, mark, tell)
    except (OSError, http.client.HTTPException) as error:
        why = (
            "its certificate is not valid"
            if isinstance(error, ssl.SSLError)
            else f"the connection broke ({error})"
        )
        raise NotFetched(f"{address}: {why}. The same line goes on.") from error
    part.replace(target)
    mark.unlink(missing_ok=True)


def _fetch(address: str, part: Path, mark: Path, tell: Tell) -> None:
    for _ in range(MOST_REDIRECTS):
        have = part.stat().st_size if part.exists() and mark.exists() else 0
        headers = {"Accept-Encoding": "identity", "Connection": "close"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": mark.read_text(encoding="latin-1")}
        line = _line(_split(address))
        try:
            line.request("GET", _path(address), headers=headers)
            answer = line.getresponse()
            if answer.status not in REDIRECTS:
                _keep(answer, address, part, mark, have, tell)
                return
            address = urljoin(address, answer.getheader("Location", ""))
        finally:
            line.close()
    raise NotFetched(f"{address}: more than {MOST_REDIRECTS} redirects.")


def _keep(
    answer: http.client.HTTPResponse, address: str, part: Path, mark: Path, have: int, tell: Tell
) -> None:  # fmt: skip
    if answer.status == TOO_FAR:
        mark.unlink(missing_ok=True)
        raise NotFetched(f"{address}: what came before does not fit any more. The same line begins anew.")
    if answer.status not in {WHOLE, PART}:
        raise NotFetched(f"{address}: the server answers {answer.status} {answer.reason}.")
    goes_on = answer.status == PART and have > 0
    have = have if goes_on else 0
    if tag := answer.getheader("ETag", ""):
        mark.write_text(tag, encoding="latin-1")
    elif not goes_on:
        mark.unlink(missing_ok=True)
    whole = have + (answer.length or 0)
    with part.open("ab" if goes_on else "wb") as kept:
        while piece := answer.read(PIECE):
            kept.write(piece)
            have += len(piece)
            tell(have, whole)
    if have < whole:
        raise http.client.IncompleteRead(b"", whole - have)


def _split(address: str) -> SplitResult:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise NotFetched(f"{address} is not an address: https://name/path is.")
    return parts


def _line(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(
            host, parts.port, timeout=SECONDS, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)


def _path(address: str) -> str:
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
