"""A client of tus as our pages are one: begin, send in parts, ask how far it is."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SPOKEN = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}
PART = "application/offset+octet-stream"
RESIDENTS = "/report/uploads"
NOTHING: Mapping[str, object] = {}


def metadata(said: Mapping[str, object]) -> str:
    """Return the header that holds `said`."""
    return ",".join(f"{name} {b64encode(str(value).encode()).decode()}" for name, value in said.items())


def begun(
    client: FlaskClient,
    length: int,
    at: str = RESIDENTS,
    *,
    base: str | None = None,
    said: Mapping[str, object] = NOTHING,
) -> TestResponse:
    """Announce a picture of `length` bytes, of which the phone says what `said` holds."""
    headers = SPOKEN | {"Upload-Length": str(length), "Upload-Metadata": metadata(said)}
    return client.post(at, headers=headers, base_url=base)


def patched(
    client: FlaskClient, path: str, content: bytes, offset: int, *, base: str | None = None, **options: Any
) -> TestResponse:
    """Send a part."""
    said = SPOKEN | {"Upload-Offset": str(offset)}
    return client.patch(path, data=content, content_type=PART, headers=said, base_url=base, **options)


def asked(client: FlaskClient, path: str) -> TestResponse:
    """Ask how far it is."""
    return client.head(path, headers=SPOKEN)


def sent(
    client: FlaskClient, content: bytes, at: str = RESIDENTS, *, piece: int = 512 * 1024, base: str | None = None,
    said: Mapping[str, object] = NOTHING,
) -> TestResponse:  # fmt: skip
    """Send a whole picture from the site at `base`; return the answer to its last part, or the first refusal."""
    answer = begun(client, len(content), at, base=base, said=said)
    path = answer.headers.get("Location", "")
    for offset in range(0, len(content) if path else 0, piece):
        answer = patched(client, path, content[offset : offset + piece], offset, base=base)
        if answer.status_code >= 400:
            break
    return answer
