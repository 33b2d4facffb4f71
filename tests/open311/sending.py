"""Another system: its key, and what it sends."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.cases.models import Category
from reporter.kernel.policy import SYSTEM
from reporter.open311.commands.keys import Grant, create_key
from reporter.open311.key_models import Scope
from tests.make import HERE, the_fallback, the_ground, the_kind

REQUESTS = "/jining/open311/v2/requests"


def a_key(*scopes: Scope, name: str = "城市热线", **facts: Any) -> str:
    """Return the secret of a new key, which may post unless other scopes are named."""
    return create_key(Grant(name, list(scopes) or [Scope.POST], **facts), by=SYSTEM)[1]


def a_request(secret: str, kind: Category | None = None, **changes: Any) -> dict[str, Any]:
    """Return the arguments of a request that is taken; None in `changes` leaves one out."""
    the_ground()
    the_fallback()
    plain = {
        "api_key": secret, "service_code": (kind or the_kind()).slug, "lat": str(HERE[1]), "long": str(HERE[0]),
        "description": "路口堆着旧家具",
    }  # fmt: skip
    return {name: value for name, value in (plain | changes).items() if value is not None}


def a_file(content: bytes, name: str = "one.jpg") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def send(
    client: FlaskClient, fields: Mapping[str, Any], *, form: str = "json", **options: Any
) -> TestResponse:
    """Post a new request."""
    return client.post(f"{REQUESTS}.{form}", data=dict(fields), **options)


def told(answer: TestResponse) -> Iterable[tuple[int, str]]:
    """Return code and words of each error of an answer in JSON."""
    assert answer.content_type == "application/json; charset=utf-8"
    return [(one["code"], one["description"]) for one in answer.get_json()]
