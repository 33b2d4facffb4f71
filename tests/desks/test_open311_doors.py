"""Below GeoReport's address everything is answered in its two forms, refusals too, for any page to read."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import RequestEntityTooLarge

from reporter.desks import georeport
from reporter.kernel.errors import BadInput, NotAllowed, NotFound
from tests.make import a_category, a_city

Client = Callable[..., FlaskClient]
SERVICES = "/open311/v2/services"


def told(answer: Any) -> list[tuple[int, str]]:
    """Return code and words of each error of an answer in JSON, which holds nothing else."""
    assert answer.content_type == "application/json; charset=utf-8"
    return [(one["code"], one["description"]) for one in answer.get_json()]


def codes(answer: Any) -> list[int]:
    return [code for code, words in told(answer) if words]


def test_the_umbrella_wants_a_jurisdiction_and_knows_the_others_not(client_as: Client) -> None:
    client = client_as()

    none = client.get(f"{SERVICES}.json")
    unknown = client.get(f"{SERVICES}.json?jurisdiction_id=atlantis")
    known = client.get(f"{SERVICES}.json?jurisdiction_id=jining")

    assert (none.status_code, codes(none)) == (400, [400])
    assert "jurisdiction_id" in told(none)[0][1]
    assert (unknown.status_code, codes(unknown)) == (404, [404])
    assert (known.status_code, known.get_json()) == (200, [])


def test_a_citys_own_endpoint_wants_none_and_takes_no_other(client_as: Client) -> None:
    a_city("hohhot")
    client = client_as()
    own = "/jining/open311/v2/services.json"

    statuses = [
        client.get(f"{own}?jurisdiction_id={given}").status_code for given in ("", "jining", "hohhot")
    ]

    assert statuses == [200, 200, 404]
    assert client.get("/atlantis/open311/v2/services.json").status_code == 404


def test_two_cities_on_one_installation_tell_of_their_own_kinds_whatever_the_host(
    client_as: Client,
) -> None:
    a_category("乱堆乱放", slug="piles")
    a_city("hohhot", hosts=["hohhot.example"])
    client = client_as()

    found = {
        slug: client.get(f"/{slug}/open311/v2/services.json", base_url="http://hohhot.example").get_json()
        for slug in ("jining", "hohhot")
    }

    assert [one["service_code"] for one in found["jining"]] == ["piles"]
    assert found["hohhot"] == []


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/open311/v2/nothing", 404),
        ("GET", "/jining/open311/v2/services/nothing", 404),
        ("GET", "/open311/nothing", 404),
        ("DELETE", "/open311/v2/services", 405),
        ("POST", "/jining/open311/v2/services", 405),
    ],
)
def test_what_is_not_there_is_said_in_the_form_of_the_suffix(
    client_as: Client, form: str, method: str, path: str, status: int
) -> None:
    answer = client_as().open(f"{path}.{form}", method=method)

    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if form == "json":
        assert codes(answer) == [status]
    else:
        assert answer.content_type == "text/xml; charset=utf-8"
        assert answer.data.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<errors><error><code>")
        assert fromstring(answer.data).findtext("error/code") == str(status)  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("path", "form"),
    [("/open311/v2/services.yaml", "text/xml"), ("/open311", "text/xml"), ("/jining/open311/", "text/xml")],
)
def test_another_suffix_or_none_is_no_resource(client_as: Client, path: str, form: str) -> None:
    client = client_as()

    plain, as_json = client.get(path), client.get(path, headers={"Accept": "application/json"})

    assert (plain.status_code, plain.mimetype) == (404, form)
    assert codes(as_json) == [404]


def test_a_body_of_json_and_one_that_is_too_long_are_refused_in_the_list(
    app: Flask, client_as: Client
) -> None:
    client, path = client_as(), "/jining/open311/v2/services.json"

    strange = client.post(path, json={"service_code": "piles"})
    with app.test_request_context(path, method="POST"):
        long = app.make_response(app.handle_user_exception(RequestEntityTooLarge()))

    assert (strange.status_code, codes(strange)) == (415, [415])
    assert (long.status_code, codes(long)) == (413, [413])


def test_every_fault_of_a_request_is_told_at_once_with_the_status_of_the_gravest(app: Flask) -> None:
    faults = BadInput("Please choose a month from the list."), NotFound("There is no such kind.")
    refused = NotAllowed("This is not yours.")

    with app.test_request_context("/open311/v2/requests.json?locale=en"):
        one = app.make_response(app.handle_user_exception(georeport.Faults(*faults)))
        two = app.make_response(app.handle_user_exception(georeport.Faults(*faults, refused)))

    assert told(one) == [(400, "Please choose a month from the list."), (404, "There is no such kind.")]
    assert one.status_code == 404
    assert (two.status_code, codes(two)) == (403, [400, 404, 403])


def test_our_own_fault_is_a_list_too_and_tells_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", 0)

    with app.test_request_context("/open311/v2/services.xml?locale=en"):
        answer = app.handle_exception(ValueError("secret"))

    assert (answer.status_code, answer.mimetype) == (500, "text/xml")
    assert b"<code>500</code>" in answer.data
    assert b"secret" not in answer.data


def test_a_page_elsewhere_asks_first_and_may(client_as: Client) -> None:
    asked = client_as().options(
        "/open311/v2/services.json",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"},
    )

    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


def test_words_are_those_of_the_argument_then_of_the_client_then_of_the_city(client_as: Client) -> None:
    client, path = client_as(), "/open311/v2/services.json"

    def words(query: str = "", **headers: str) -> str:
        return told(client.get(path + query, headers=headers))[0][1]

    plain, english = words(), words("?locale=en")

    assert english.startswith("jurisdiction_id is missing")
    assert plain != english
    assert words(**{"Accept-Language": "en"}) == english
    assert words("?locale=zh-CN", **{"Accept-Language": "en"}) == plain
    assert words("?locale=tlh") == plain


def test_the_test_endpoint_reads_the_same_and_keeps_nothing(client_as: Client) -> None:
    a_category(slug="piles")
    client = client_as()

    read = client.get("/jining/open311/test/v2/services.json")

    assert [one["service_code"] for one in read.get_json()] == ["piles"]
