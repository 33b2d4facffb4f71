"""What lets a phone keep the report's form: manifest, icons, service worker, kept pages; and sending what waited there."""

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from reporter.accounts.models import User
from reporter.kernel.db import db
from tests.desks.residents import JSON, Open, a_city_to_report_in, filled, post, rows, the_report, uploaded
from tests.make import a_user

PRIVATE = ("csrf_token", "client_id")


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the browser of somebody who did not sign in."""
    return client_as()


def test_the_manifest_speaks_the_language_of_the_page_that_names_it(client: FlaskClient) -> None:
    page = client.get("/report").text
    link = re.search(r'<link rel="manifest" href="([^"]+)"', page)
    assert link

    chinese, english = client.get(link[1]).get_json(), client.get("/manifest.webmanifest?lang=en").get_json()

    assert (chinese["lang"], english["lang"]) == ("zh-CN", "en")
    assert chinese["name"] != english["name"]
    assert english["name"].startswith("Snap and report · ")
    assert english["start_url"] == "/"
    assert client.get("/manifest.webmanifest?lang=tlh").get_json()["lang"] == "zh-CN"


def test_every_icon_of_the_manifest_is_a_picture_of_the_size_it_says(client: FlaskClient) -> None:
    icons = client.get("/manifest.webmanifest").get_json()["icons"]

    for icon in icons:
        with Image.open(io.BytesIO(client.get(icon["src"]).data)) as drawn:
            assert icon["sizes"] == f"{drawn.width}x{drawn.height}"
    assert {icon["sizes"] for icon in icons} >= {"192x192", "512x512"}
    assert [icon["purpose"] for icon in icons].count("maskable") == 1
    assert client.get("/icons/icon-7.png").status_code == 404


def test_a_maskable_icon_has_its_mark_within_the_safe_circle(client: FlaskClient) -> None:
    with Image.open(io.BytesIO(client.get("/icons/icon-maskable.png").data)) as drawn:
        ground, middle = drawn.getpixel((0, 0)), drawn.width / 2
        marked = [
            (x, y)
            for x in range(0, drawn.width, 8)
            for y in range(0, drawn.height, 8)
            if drawn.getpixel((x, y)) != ground
        ]

    assert marked
    assert all((x - middle) ** 2 + (y - middle) ** 2 < (0.4 * drawn.width) ** 2 for x, y in marked)


def kept_files(client: FlaskClient) -> set[str]:
    return set(re.findall(r'^ +"(/[^"]+)"', client.get("/sw.js").text, re.MULTILINE))


def test_the_service_worker_keeps_every_file_that_the_kept_pages_name_and_import(client: FlaskClient) -> None:
    files, modules = kept_files(client), set()
    pages = [client.get(f"/report/kept/{page}").text for page in ("report", "waiting")]

    named = {file for page in pages for file in re.findall(r'"(/static/[^"#]+)', page)}
    for file in files:
        with client.get(file) as answer:
            assert answer.status_code == 200, file
            if ".js" in file and "/vendor/" not in file:
                modules |= {
                    f"/static/js/{name}"
                    for name in re.findall(r'"\./([a-z_.-]+)"', answer.get_data(as_text=True))
                }

    assert named <= files
    assert modules <= files
    assert len(named) > 10


def test_the_service_worker_is_asked_for_again_and_keeps_no_page_of_posts(client: FlaskClient) -> None:
    answer = client.get("/sw.js")

    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"
    assert client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert not [file for file in kept_files(client) if re.match(r"/(board|map|pictures|my|track)", file)]


def test_a_changed_file_makes_another_service_worker(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get("/sw.js").text

    monkeypatch.setattr("reporter.desks.site.assets._hash", lambda *_: "another")

    assert client.get("/sw.js").text != before


def test_a_kept_page_is_nobodys_whoever_asks(client_as: Open) -> None:
    a_city_to_report_in()
    person = a_user()
    person.phone = "13847412345"
    db.session.commit()
    client = client_as(db.session.get_one(User, person.id))

    own, kept = client.get("/report").text, client.get("/report/kept/report").text

    assert "13847412345" in own
    assert "13847412345" not in kept
    assert all(re.search(rf'name="{name}"[^>]* value=""', kept) for name in PRIVATE)


def test_a_kept_page_is_in_the_language_and_print_of_its_address(client: FlaskClient) -> None:
    chinese = client.get("/report/kept/waiting?lang=zh-CN", headers={"Accept-Language": "en"}).text
    english = client.get("/report/kept/waiting?lang=en&elder=1").text

    assert '<html lang="zh-CN" class="no-js">' in chinese
    assert '<html lang="en" class="no-js elder">' in english
    assert "Waiting to be sent" in english
    assert client.get("/report/kept/board").status_code == 404


def test_only_pages_of_everybody_set_the_service_worker_up(client_as: Open) -> None:
    client = client_as(a_user())

    assert "js/offline.js" in client.get("/").text
    assert "js/offline.js" in client.get("/report").text
    assert "js/offline.js" not in client.get("/account").text
    assert "js/offline.js" not in client.get("/notices").text


def waited(client: FlaskClient, fields: dict[str, Any]) -> Any:
    """Send a report as the outbox does."""
    return post(client, "/report", fields | {"act": "send_as_it_is"}, headers=JSON)


def test_what_waited_on_a_phone_is_sent_once_however_often_it_is_sent(client_as: Open) -> None:
    client, kind = client_as(), a_city_to_report_in()
    fields = filled(kind, photos=[], token=[uploaded(client)], client_id=str(uuid4()))

    first, again = waited(client, fields), waited(client, fields)

    report = the_report()
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert first.get_json()["receipt"] == f"/report/receipt/{report.code}"
    assert first.get_json()["number"] == report.number


def test_the_phone_learns_which_pictures_the_server_no_longer_has(client_as: Open) -> None:
    kind, before, after = a_city_to_report_in(), client_as(), client_as()
    fields = filled(kind, photos=[], token=[uploaded(before)])

    answer = waited(after, fields)

    assert answer.status_code == 422
    assert answer.get_json()["pictures"] == []
    assert "photos" in answer.get_json()["fields"]
    assert rows()["reports"] == 0


def test_what_has_to_be_put_right_is_said_in_words(client_as: Open) -> None:
    client, kind = client_as(), a_city_to_report_in()

    answer = waited(client, filled(kind, photos=[], token=[uploaded(client)], words="长" * 1001))

    assert answer.status_code == 422
    assert answer.get_json()["fields"] == ["words"]
    assert "1000" in answer.get_json()["error"]


def test_without_its_token_nothing_that_waited_is_sent(
    client_as: Open, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, kind = client_as(), a_city_to_report_in()
    token = uploaded(client)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003
    fields = filled(kind, photos=[], token=[token])

    refused = waited(client, fields)
    taken = waited(client, fields | {"csrf_token": client.get("/report/token").get_json()["token"]})

    assert (refused.status_code, refused.get_json()["fields"]) == (422, ["csrf_token"])
    assert taken.status_code == 201
    assert rows()["reports"] == 1


def test_the_token_comes_with_those_pictures_that_the_session_still_has(client_as: Open) -> None:
    client = client_as()
    own, others = uploaded(client), uploaded(client_as())

    said = client.get("/report/token", query_string={"picture": [own, others, "<script>"]}).get_json()

    assert said["pictures"] == [own]
    assert said["token"]
