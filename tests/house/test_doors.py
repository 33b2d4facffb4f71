"""Every door says who may pass; forged requests do not; addresses are tidy."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import TestConfig
from reporter.app import create_app
from reporter.desks.guard import refuse_undeclared_endpoints
from reporter.kernel.db import db
from reporter.kernel.errors import ConfigError
from reporter.kernel.policy import POLICY, Permission, Role
from tests.make import a_unit, a_user

STALE = "表单"  # the words for a form that has grown old
WITHOUT_TOKEN = {"site.language", "site.elder"}  # change the language or the size of print, nothing else
KEBAB = re.compile(r"[a-z0-9./-]*")


@pytest.fixture
def strict(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return a second app on the same database that asks for tokens."""
    settings = {"SQLALCHEMY_DATABASE_URI": database_url, "DATA": tmp_path, "WTF_CSRF_ENABLED": True}
    strict = create_app(type("StrictConfig", (TestConfig,), settings))
    yield strict
    with strict.app_context():
        db.session.remove()
        db.engine.dispose()


def test_a_view_without_allow_stops_the_start(app: Flask) -> None:
    forgetful = Flask("forgetful")
    forgetful.view_functions["forgotten"] = lambda: ""

    with pytest.raises(RuntimeError, match="no @allow on forgotten"):
        refuse_undeclared_endpoints(forgetful)


def test_every_endpoint_says_who_may_pass(app: Flask) -> None:
    views = {name: view for name, view in app.view_functions.items() if name != "static"}

    assert all(getattr(view, "permission", None) in POLICY for view in views.values())


def test_no_secret_no_start() -> None:
    with pytest.raises(ConfigError):
        create_app(type("BareConfig", (TestConfig,), {"SECRET_KEY": "", "PRODUCTION": True}))


def test_a_name_that_is_not_the_citys_is_refused(strict: Flask) -> None:
    strict.config["TRUSTED_HOSTS"] = ["city.example", ".district.example"]

    statuses = [
        strict.test_client().get("/healthz", headers={"Host": host}).status_code
        for host in ("city.example", "east.district.example", "evil.example")
    ]

    assert statuses == [200, 200, 400]


def test_every_form_refuses_a_request_without_its_token(strict: Flask) -> None:
    roles = [str(role) for role in Role if role not in {Role.SYSTEM, Role.REPORTER, Role.LINK}]
    client = signed_in(strict, a_user(*[Role(role) for role in roles], unit=a_unit()).id)
    taken = []
    for rule in strict.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in WITHOUT_TOKEN:
            continue
        path = re.sub(r"<int:[^>]+>", "1", rule.rule)
        path = re.sub(r"<[^>]+>", "x", path)
        answer = client.post(path, headers={"Accept": "text/html"})
        refused = answer.status_code == 422 and STALE in answer.text
        if not refused and answer.status_code != 404:  # a code that is nobody's is refused before that
            taken.append((path, answer.status_code))
    assert taken == []


def signed_in(app: Flask, user_id: int) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = str(user_id)
    return client


def test_addresses_are_written_with_small_letters_and_hyphens(app: Flask) -> None:
    fixed = {rule.rule: re.sub(r"<[^>]+>", "", rule.rule) for rule in app.url_map.iter_rules()}

    untidy = [address for address, words in fixed.items() if not KEBAB.fullmatch(words)]

    assert untidy == []


def test_every_permission_is_in_the_policy() -> None:
    assert set(POLICY) == set(Permission)


@pytest.mark.parametrize(
    "name",
    [
        "audit verify",
        "audit seal",
        "work",
        "demo",
        "figures verify",
        "figures rebuild",
        "areas import",
        "areas versions",
        "areas back",
        "lifecycle",
        "serve",
        "words update",
        "words check",
    ],
)
def test_every_operators_command_says_what_it_does(app: Flask, name: str) -> None:
    told = app.test_cli_runner().invoke(args=[*name.split(), "--help"])

    assert told.exit_code == 0
    assert len(told.output.splitlines()[2].strip()) > 20
