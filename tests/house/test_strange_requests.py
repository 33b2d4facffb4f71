"""What no page of ours sends is answered in words, at every door, and never with a fault of ours."""

import os
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter.kernel.policy import Role
from tests.make import a_unit, a_user, an_area

EVERYBODY = [role for role in Role if role not in {Role.SYSTEM, Role.REPORTER, Role.LINK}]
NO_ID = "9" * 20
PARAMETERS = ("q", "kind", "area", "month", "number", "after", "at", "list", "photo", "lang", "code")
VALUES = ("%00", "9999-12", "0001-01", NO_ID, '"', "9" * 5000)
PAIRS = [(query, value) for query in PARAMETERS for value in VALUES]
TRIED = (
    PAIRS if os.environ.get("DEPTH") == "deep" else PAIRS[::5]
)  # five shares no factor with the six values
FAULT = 500
Client = Callable[..., FlaskClient]


@pytest.fixture
def anybody(client_as: Client) -> FlaskClient:
    """Return the browser of somebody who may open every desk."""
    an_area()
    return client_as(a_user(*EVERYBODY, unit=a_unit()))


def addresses(app: Flask, method: str, *, value: str, only: str = "<") -> Iterator[str]:
    """Yield the address of every endpoint that answers to `method`, with `value` in the place of each argument."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and only in rule.rule:
            yield re.sub(r"<[^>]+>", value, rule.rule)


def status_of(client: FlaskClient, path: str, **request: Any) -> int:
    """Return the status of one answer, which is read and closed."""
    with client.open(path, **request) as answer:
        return int(answer.status_code)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_number_that_no_row_can_have_leads_nowhere(app: Flask, anybody: FlaskClient, method: str) -> None:
    paths = list(addresses(app, method, value=NO_ID, only="<int:"))

    statuses = {path: status_of(anybody, path, method=method) for path in paths}

    assert len(paths) > 5
    assert {path: status for path, status in statuses.items() if status not in {404, 405}} == {}


@pytest.mark.parametrize("value", ["%00", "a%00b", "%ED%A0%80", "%1f"])
def test_letters_that_nobody_types_break_no_address(app: Flask, anybody: FlaskClient, value: str) -> None:
    paths = list(addresses(app, "GET", value=value))

    statuses = {path: status_of(anybody, path) for path in paths}

    assert {path: status for path, status in statuses.items() if status >= FAULT} == {}


@pytest.mark.parametrize(("query", "value"), TRIED)
def test_strange_parameters_are_answered_in_words_or_left_out(
    app: Flask, anybody: FlaskClient, query: str, value: str
) -> None:
    paths = [
        rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    paths += ["/map/areas.json", "/map/lines.json"]

    statuses = {path: status_of(anybody, f"{path}?{query}={value}") for path in paths}

    assert {path: status for path, status in statuses.items() if status >= FAULT} == {}


@pytest.mark.parametrize("body", ["[1]", "5", '"x"', "true", '{"login": 1, "words": 7}', "[" * 10_000])
def test_a_body_of_json_is_taken_nowhere(app: Flask, anybody: FlaskClient, body: str) -> None:
    paths = list(addresses(app, "POST", value="1", only=""))

    statuses = {
        path: status_of(anybody, path, method="POST", data=body, content_type="application/json")
        for path in paths
    }

    assert {path: status for path, status in statuses.items() if status not in {404, 415}} == {}


def test_a_form_without_files_holds_no_megabytes(anybody: FlaskClient) -> None:
    answer = anybody.post("/report", data="a&" * 150_000, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413


def test_control_characters_are_left_out_of_every_field(anybody: FlaskClient) -> None:
    page = anybody.post("/sign-in", data={"login": "some\x00body\x07@example.org"})

    assert "somebody@example.org" in page.text


@pytest.mark.parametrize(
    "path", ["/static/nothing.css", "/static/vendor/nothing", "/static/sheets/nothing.css"]
)
def test_a_missing_file_is_a_page_with_words_for_everybody(
    anybody: FlaskClient, client_as: Client, path: str
) -> None:
    answers = [anybody.get(path), client_as().get(path)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("<h1>" in answer.text for answer in answers)


@pytest.mark.parametrize(
    "wish", ["//[", "http://[", "/board\r\nX: y", "//evil.example", "\\\\evil.example", "javascript:alert(1)"]
)
def test_the_way_back_is_a_path_of_ours_or_the_first_page(anybody: FlaskClient, wish: str) -> None:
    answer = anybody.post("/elder", data={"next": wish, "on": "1"})

    assert answer.status_code == 302
    assert re.fullmatch(r"/|/board.*", answer.location)
    assert "evil" not in answer.location


def test_a_referrer_that_is_no_address_is_left_out(anybody: FlaskClient) -> None:
    answer = anybody.post("/objections", data={}, headers={"Referer": "http://["})

    assert answer.status_code == 422


@pytest.mark.parametrize("host", ["a" * 80 + ".example", "a..b", "[", "x/y"])
def test_a_host_that_is_no_name_gets_an_answer_and_no_trace(client_as: Client, host: str) -> None:
    answer = client_as().get("/board", headers={"Host": host})

    assert "Traceback" not in answer.text
    assert answer.status_code < FAULT


def test_a_wrong_method_names_the_right_ones(anybody: FlaskClient) -> None:
    answer = anybody.delete("/sign-in")

    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.allow)
