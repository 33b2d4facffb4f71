"""What belongs to the house: switches, files for the browser, health, pages about the service, the set-up."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.cities.models import Jurisdiction
from reporter.desks.incoming import safe_path
from reporter.desks.site import assets
from reporter.desks.site.assets import SHEETS, STATIC, VENDOR
from reporter.desks.site.frame import FOOT
from reporter.kernel.db import command, db
from reporter.ports import Ports
from reporter.ports.clock import FixedClock
from reporter.ports.queue import enqueue
from reporter.ports.storage import MemoryStorage
from reporter.routing.opening import opening_key
from tests.make import a_user

ABOUT = [f"/about/{page}" for page, _ in FOOT]
SET_UP = {
    "name_zh": "丰镇市", "name_en": "Fengzhen", "code": "150981", "zone": "Asia/Shanghai", "lon": "113.16",
    "lat": "40.44", "phone": "", "name": "Bayan", "login": "bayan@example.org", "password": "a long enough one",
}  # fmt: skip


class FullDisk(MemoryStorage):
    """A store that cannot be written."""

    def check(self) -> None:
        raise OSError


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the browser of somebody who did not sign in."""
    return client_as()


@pytest.fixture
def empty(client: FlaskClient) -> FlaskClient:
    """Return a client of an installation without a city."""
    db.session.execute(db.delete(Jurisdiction))
    db.session.commit()
    return client


def test_the_language_is_kept_and_one_is_back_where_one_was(client: FlaskClient) -> None:
    answer = client.post("/language", data={"locale": "en", "next": "/about/privacy?x=1"})
    page = client.get("/about/privacy").text

    assert answer.location == "/about/privacy?x=1"
    assert '<html lang="en"' in page
    assert "What a report holds" in page


def test_a_person_who_signed_in_keeps_the_language(client_as: Callable[..., FlaskClient]) -> None:
    person = a_user()

    client_as(person).post("/language", data={"locale": "en", "next": "/"})

    assert db.session.get_one(User, person.id).locale == "en"


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    client.post("/language", data={"locale": "tlh", "next": "/"})

    assert '<html lang="zh-CN"' in client.get("/about/privacy").text


def test_the_browsers_language_counts_where_none_was_chosen(client: FlaskClient) -> None:
    english = client.get("/about/privacy", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    mongolian = client.get("/about/privacy", headers={"Accept-Language": "mn"}).text

    assert '<html lang="en"' in english
    assert '<html lang="zh-CN"' in mongolian


def test_the_elder_version_is_switched_on_and_off(client: FlaskClient) -> None:
    client.post("/elder", data={"on": "1", "next": "/"})
    on = client.get("/about/privacy").text
    client.post("/elder", data={"on": "0", "next": "/"})
    off = client.get("/about/privacy").text

    assert 'class="no-js elder"' in on
    assert 'class="no-js"' in off


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)", "", None]
)
def test_a_switch_leads_to_no_other_site(elsewhere: str | None) -> None:
    assert safe_path(elsewhere) == ""


def test_a_switch_keeps_the_path_and_its_question() -> None:
    assert safe_path("/board?kind=1&after=x") == "/board?kind=1&after=x"


def test_every_file_of_the_allow_list_is_sent_with_its_type(client: FlaskClient) -> None:
    types = {path: client.get(f"/static/vendor/{path}").mimetype for path in VENDOR}

    assert types["bootstrap/bootstrap.min.css"] == "text/css"
    assert types["htmx/htmx.min.js"] == "text/javascript"
    assert types["leaflet/images/layers.png"] == "image/png"
    assert len(set(types)) == len(VENDOR)


@pytest.mark.parametrize(
    "path", ["bootstrap/package.json", "../config.py", "%2e%2e/config.py", "bootstrap/../../config.py", "x"]
)
def test_nothing_else_of_node_modules_is_sent(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/vendor/{path}").status_code == 404


def test_a_stamped_file_is_kept_for_a_year_and_asked_for_once(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = app.url_for("site.sheet", name="house")
    first = client.get(address)
    second = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert "v=" in address
    assert "immutable" in first.headers["Cache-Control"]
    assert second.status_code == 304


def test_a_sheet_travels_packed_and_arrives_whole(client: FlaskClient) -> None:
    plain = client.get("/static/sheets/house.css").data
    packed = client.get("/static/sheets/house.css", headers={"Accept-Encoding": "gzip"})

    assert packed.content_encoding == "gzip"
    assert gzip.decompress(packed.data) == plain
    assert len(packed.data) * 3 < len(plain)


def test_every_style_file_is_in_a_sheet() -> None:
    sheets = {name for names in SHEETS.values() for name in names}

    assert sheets == {path.stem for path in (STATIC / "css").glob("*.css")}


def test_every_file_a_page_names_is_there(client: FlaskClient) -> None:
    page = client.get("/about/privacy").text
    named = re.findall(r'(?:href|src)="(/(?:static|favicon)[^"#]*)"', page)

    found = set()
    for address in named:
        with client.get(address.replace("&amp;", "&")) as answer:
            found.add(answer.status_code)

    assert len(named) >= 8
    assert found == {200}


def test_another_content_has_another_address() -> None:
    before = assets.stamp_of("static", {"filename": "js/once.js"})
    other = assets.stamp_of("static", {"filename": "js/slider.js"})

    assert before
    assert before != other
    assert assets.stamp_of("static", {"filename": "js/no-such.js"}) is None


def test_health_is_told_without_a_city(empty: FlaskClient) -> None:
    assert empty.get("/healthz").json == {"status": "ok"}
    assert empty.get("/readyz").status_code == 200


def test_ready_names_what_is_not_in_order(app: Flask, client: FlaskClient) -> None:
    kept: Ports = app.extensions["ports"]
    app.extensions["ports"] = replace(kept, storage=FullDisk())

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["storage"] == "down"
    assert answer.json["database"] == "ok"


def test_readiness_is_looked_into_once_in_a_while_however_often_it_is_asked(
    client: FlaskClient, app: Flask
) -> None:
    kept: Ports = app.extensions["ports"]
    app.extensions.pop("ready", None)  # what an earlier look found
    app.config["KEEP_SECONDS"] = 1
    try:
        first = client.get("/readyz")
        app.extensions["ports"] = replace(kept, storage=FullDisk())
        again = client.get("/readyz")
    finally:
        app.config["KEEP_SECONDS"] = 0
        app.extensions["ports"] = kept

    assert (first.status_code, again.status_code) == (200, 200)
    assert client.get("/readyz").status_code == 200


def test_work_that_waits_too_long_is_told(client: FlaskClient, fakes: Ports) -> None:
    command(enqueue)("notices.deliver", notice_id=1)
    in_time = client.get("/readyz")
    assert isinstance(fakes.clock, FixedClock)
    fakes.clock.move(timedelta(minutes=10))
    late = client.get("/readyz")

    assert in_time.status_code == 200
    assert (late.status_code, late.json and late.json["jobs"]) == (503, "late")


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("page", ABOUT)
def test_the_pages_about_the_service_open_in_both_languages(
    client: FlaskClient, page: str, locale: str
) -> None:
    client.set_cookie("locale", locale)

    answer = client.get(page)

    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1


@pytest.mark.parametrize(
    ("path", "ruled"),
    [
        ("/", True), ("/robots.txt", True), ("/sw.js", True), ("/static/icons/kinds.svg", True),
        ("/static/js/first.js", False), ("/static/vendor/leaflet/leaflet.css", False),
    ],
)  # fmt: skip
def test_what_can_be_a_page_or_a_worker_says_what_it_may_load(
    client: FlaskClient, path: str, ruled: bool
) -> None:
    answer = client.get(path, buffered=True)

    assert answer.status_code == 200
    assert ("Content-Security-Policy" in answer.headers) is ruled
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_there_is_no_other_page_about_the_service(client: FlaskClient) -> None:
    assert client.get("/about/etc").status_code == 404


def test_robots_are_kept_off_private_pages(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()

    assert {"Disallow: /admin", "Disallow: /order"} <= set(lines)
    assert lines[-1] == "Sitemap: http://localhost/sitemap.xml"


def test_the_sitemap_lists_public_pages_that_are_there(client: FlaskClient) -> None:
    answer = client.get("/sitemap.xml")
    listed = re.findall(r"<loc>(.*?)</loc>", answer.text)

    assert answer.mimetype == "application/xml"
    assert {"http://localhost/", "http://localhost/board", "http://localhost/about/privacy"} <= set(listed)
    for address in listed:
        page = client.get(address)
        assert page.status_code == 200
        assert "noindex" not in page.text


def test_an_empty_installation_begins_with_its_set_up(empty: FlaskClient) -> None:
    assert empty.get("/").location == "/set-up"
    assert empty.get("/set-up").status_code == 200


def test_the_set_up_makes_the_city_and_its_administrator(empty: FlaskClient) -> None:
    answer = empty.post("/set-up", data=SET_UP | {"key": f" {opening_key().upper()}"})

    city = db.session.scalars(db.select(Jurisdiction)).one()
    assert answer.location == "/"
    assert (city.name_en, city.code) == ("Fengzhen", "150981")
    assert empty.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", ""),
        ("key", "0000-0000-0000"),
        ("code", "12"),
        ("zone", "Mars/Base"),
        ("lon", "east"),
        ("lat", "95"),
        ("password", "short"),
        ("login", "x"),
    ],
)
def test_a_set_up_that_is_wrong_says_where_and_makes_nothing(
    empty: FlaskClient, field: str, value: str
) -> None:
    answer = empty.post("/set-up", data=SET_UP | {"key": opening_key()} | {field: value})

    assert answer.status_code == 422
    assert f'id="{field}-err"' in answer.text
    assert 'value="Fengzhen"' in answer.text
    assert db.session.scalars(db.select(Jurisdiction)).all() == []


def test_the_operator_reads_the_key_of_an_empty_installation_alone(app: Flask, empty: FlaskClient) -> None:
    said = app.test_cli_runner().invoke(args=["opening-key"]).output.strip()

    empty.post("/set-up", data=SET_UP | {"key": said})

    assert said == opening_key()
    assert re.fullmatch(r"[0-9a-f]{4}(-[0-9a-f]{4}){2}", said)
    assert db.session.query(Jurisdiction).count() == 1
    assert app.test_cli_runner().invoke(args=["opening-key"]).exit_code == 1


def test_a_city_is_set_up_only_once(client: FlaskClient) -> None:
    assert client.get("/set-up").status_code == 404
    assert client.post("/set-up", data=SET_UP | {"key": opening_key()}).status_code == 409
    assert db.session.query(User).count() == 0
