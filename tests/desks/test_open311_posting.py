"""New requests of GeoReport v2: what is taken in which spelling, what is refused in which words, and sent again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from reporter.cases.answers import Datatype
from reporter.desks.guard import FILES
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM
from reporter.open311.commands.keys import revoke_key
from reporter.open311.key_models import Scope
from reporter.open311.keys import keys
from reporter.open311.post_models import PostedRequest
from reporter.photos.models import Photo
from reporter.places.finding import places_called
from reporter.places.gazetteer import import_names
from reporter.places.geometry import Datum
from reporter.ports import ports
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of
from tests.make import HERE, a_category, a_city, a_picture, a_question, an_area
from tests.open311.sending import REQUESTS, a_file, a_key, a_request, send, told
from tests.places.files import collection
from tests.places.names import XINHUA

Fields = dict[str, Any]


@pytest.fixture
def client(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return the client of another system, which reads English."""
    found = client_as()
    found.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return found


def reports() -> list[Report]:
    return list(db.session.scalars(select(Report).order_by(Report.id)))


def test_a_request_becomes_a_report_and_is_answered_with_its_number(client: FlaskClient) -> None:
    answer = send(client, a_request(a_key(), email="wu@example.org", address_string="解放大街"))

    (report,) = reports()
    (made,) = answer.get_json()
    assert answer.status_code == 200
    assert made["service_request_id"] == report.number
    assert made["account_id"] is None
    assert made["service_notice"]
    assert "token" not in made
    assert (report.words, report.address, report.sent_through) == ("路口堆着旧家具", "解放大街", "城市热线")
    assert (report.lon, report.lat, report.contact) == (*HERE, "wu@example.org")
    assert report.flags == ["no_photo"]


def test_the_same_as_xml(client: FlaskClient) -> None:
    answer = send(client, a_request(a_key(), account_id="u-7"), form="xml")

    root = fromstring(answer.data)  # noqa: S314 - our own
    assert answer.content_type == "text/xml; charset=utf-8"
    assert [one.tag for one in root] == ["request"]
    assert root.findtext("request/service_request_id") == reports()[0].number
    assert root.findtext("request/account_id") == "u-7"


@pytest.mark.parametrize("place", ["form", "query", "header"])
def test_the_key_comes_in_the_form_the_address_or_the_header(client: FlaskClient, place: str) -> None:
    secret = a_key()
    fields = a_request(secret if place == "form" else "", api_key=secret if place == "form" else None)
    options: Fields = {
        "query": {"query_string": {"api_key": secret}},
        "header": {"headers": {"Authorization": f"Bearer {secret}"}},
    }.get(place, {})

    answer = send(client, fields, **options)

    assert answer.status_code == 200


def _revoked(secret: str) -> str:
    revoke_key(keys()[0].id, by=SYSTEM)
    return secret


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (lambda: "", "api_key is missing"),
        (lambda: "f" * 48, "not known in this city"),
        (lambda: _revoked(a_key()), "not known in this city"),
        (lambda: a_key(Scope.UPDATE, Scope.READ), "lacks the scope post"),
    ],
)
def test_without_a_key_that_may_nothing_is_taken(
    client: FlaskClient, key: Callable[[], str], words: str
) -> None:
    answer = send(client, a_request(key(), lat="north"))

    assert answer.status_code == 403
    assert [code for code, _ in told(answer)] == [403]
    assert words in answer.get_json()[0]["description"]
    assert reports() == []


def test_a_key_of_one_city_posts_in_no_other(client: FlaskClient) -> None:
    fields = a_request(a_key())
    a_city("hohhot")

    own = client.post("/hohhot/open311/v2/requests.json", data=fields)
    umbrella = client.post("/open311/v2/requests.json", data=fields | {"jurisdiction_id": "hohhot"})

    assert (own.status_code, umbrella.status_code) == (403, 403)
    assert reports() == []


def test_all_faults_are_told_at_once_and_each_names_its_argument(client: FlaskClient) -> None:
    kind = a_category("乱堆乱放", subtypes=["堵消防通道"])
    fields = a_request(
        a_key(), kind, lat="41.03", long=None, description="字" * 4001, email="nobody", media_url="ftp://x/y",
        **{"attribute[subtype]": "nothing"},
    )  # fmt: skip

    answer = send(client, fields | {"media": a_file(b"not a picture", "list.txt")})

    assert answer.status_code == 400
    told_of = [words for _, words in told(answer)]
    for name in ("lat and long", "description", "email", "media_url", "subtype", "media (list.txt)"):
        assert any(name in words for words in told_of), name
    assert len(told_of) == 6
    assert reports() == []


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"service_code": None}, 400, "service_code is missing"),
        ({"service_code": " "}, 400, "service_code is missing"),
        ({"service_code": "dragons"}, 404, "There is no service_code dragons"),
        ({"lat": None, "long": None}, 400, "The place is missing"),
        ({"lat": "", "long": ""}, 400, "The place is missing"),
        ({"lat": "nan"}, 400, "lat, long"),
        ({"lat": "1e999"}, 400, "lat, long"),
        ({"lat": "91", "long": "181"}, 400, "lat, long"),
        ({"lat": "0", "long": "0"}, 400, "lat, long"),
        ({"lat": None, "long": None, "address_string": "月球背面"}, 400, "address_string"),
        ({"lat": None, "long": None, "address_id": "4711"}, 400, "address_id"),
        ({"lat": None, "long": None, "address_id": "9" * 30}, 400, "address_id"),
        ({"lat": None, "long": None, "address_id": "x'--"}, 400, "address_id"),
        ({"first_name": "x" * 201}, 400, "first_name"),
        ({"account_id": "x" * 201}, 400, "account_id"),
        ({"media_url": "https://x/" + "y" * 1000}, 400, "media_url"),
        ({"media_url": "https://[x"}, 400, "media_url"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(
    client: FlaskClient, changes: Fields, status: int, words: str
) -> None:
    answer = send(client, a_request(a_key(), **changes))

    assert answer.status_code == status
    assert len(list(told(answer))) == 1
    assert words in answer.get_json()[0]["description"]
    assert reports() == []


@pytest.mark.parametrize("spelling", ["attribute[subtype]", "attribute[subtype][]", "attribute[subtype][0]"])
def test_an_attribute_is_read_in_every_spelling(client: FlaskClient, spelling: str) -> None:
    kind = a_category("乱堆乱放", subtypes=["堵消防通道"])
    fields = a_request(a_key(), kind, **{spelling: "sub_1"})

    send(client, fields)

    assert reports()[0].subcategory_id == kind.subcategories[0].id


def test_an_empty_attribute_and_unknown_ones_do_no_harm(client: FlaskClient) -> None:
    kind = a_category("乱堆乱放", subtypes=["堵消防通道"])
    odd = {"attribute[subtype]": "", "attribute[What is this?]": "a", "attribute[]": "b", "attribute[": "c"}

    answer = send(client, a_request(a_key(), kind, callback="x", _method="put", locale="fr", **odd))

    assert answer.status_code == 200
    assert reports()[0].subcategory_id is None


@pytest.mark.parametrize("part", ["media", "photo1", "file_8", "media[]"])
def test_every_picture_that_comes_along_hangs_on_the_report(client: FlaskClient, part: str) -> None:
    files = {part: a_file(a_picture("a")), "another": a_file(a_picture("b"), "two.jpg")}

    answer = send(client, a_request(a_key()) | files)

    (report,) = reports()
    assert answer.status_code == 200
    assert report.photo_count == len(photo_ids_of(report.id)) == 2
    assert "no_photo" not in report.flags


def test_a_multipart_form_without_a_file_is_taken_too(client: FlaskClient) -> None:
    answer = send(client, a_request(a_key()), content_type="multipart/form-data")

    assert answer.status_code == 200


def test_a_file_that_is_no_picture_is_refused_and_nothing_of_it_stays(client: FlaskClient) -> None:
    files = {"media": a_file(a_picture("a")), "photo2": a_file(b"<svg onload=alert(1)>", "x.png")}

    answer = send(client, a_request(a_key()) | files)

    assert [code for code, _ in told(answer)] == [400]
    assert "photo2 (x.png)" in answer.get_json()[0]["description"]
    assert reports() == []
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 0


def test_a_name_on_the_citys_list_is_a_place(client: FlaskClient, named_place: int) -> None:
    secret = a_key()

    by_name = send(client, a_request(secret, lat=None, long=None, address_string="新华街"))
    by_number = send(client, a_request(secret, lat=None, long=None, address_id=str(named_place)))

    assert (by_name.status_code, by_number.status_code) == (200, 200)
    one, other = reports()
    assert (one.place_source, other.place_source) == ("address", "address")
    assert (one.lon, one.lat) == (other.lon, other.lat)
    assert other.address == "新华街"


@pytest.fixture
def named_place() -> int:
    """Return the number of a road on the city's list."""
    an_area()
    import_names(collection(XINHUA), Datum.WGS84, by=SYSTEM)
    return places_called("新华街")[0].id


def test_the_same_sent_again_gets_the_same_answer_and_makes_no_second(client: FlaskClient) -> None:
    fields = a_request(a_key())

    first, again = (send(client, fields) for _ in range(2))
    other = send(client, fields | {"description": "又一处"})

    assert first.get_json() == again.get_json()
    assert other.get_json() != first.get_json()
    assert len(reports()) == 2


def test_the_same_words_are_another_request_after_ten_minutes(client: FlaskClient) -> None:
    fields = a_request(a_key())
    first = send(client, fields)

    ports.clock.move(timedelta(minutes=10, seconds=1))  # type: ignore[attr-defined]  # the tests' clock
    later = send(client, fields)

    assert first.get_json() != later.get_json()
    assert len(reports()) == 2


def test_a_number_of_the_clients_own_makes_it_one_for_ever(client: FlaskClient) -> None:
    secret = a_key()
    header: Fields = {"headers": {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}}
    fields = a_request(secret)
    first = send(client, fields | {"media": a_file(a_picture("a"))}, **header)

    ports.clock.move(timedelta(days=1))  # type: ignore[attr-defined]  # the tests' clock
    again = send(client, fields | {"media": a_file(a_picture("a"))}, **header)
    apart = send(client, fields, headers={"Idempotency-Key": "another"})

    assert first.get_json() == again.get_json()
    assert apart.get_json() != first.get_json()
    assert len(reports()) == 2


def test_the_same_picture_in_other_parts_of_the_form_is_known_again(client: FlaskClient) -> None:
    fields = a_request(a_key())

    answers = [send(client, fields | {"media": a_file(a_picture("a"))}) for _ in range(2)]

    assert answers[0].get_json() == answers[1].get_json()
    assert len(reports()) == 1


def test_two_keys_that_say_the_same_are_two_requests(client: FlaskClient) -> None:
    one, other = a_key(), a_key(name="另一个系统")

    send(client, a_request(one))
    send(client, a_request(other))

    assert [report.sent_through for report in reports()] == ["城市热线", "另一个系统"]


def test_what_is_sent_to_the_test_endpoint_is_not_kept(client: FlaskClient) -> None:
    answer = client.post("/jining/open311/test/v2/requests.json", data=a_request(a_key()))

    assert answer.status_code == 400
    assert reports() == []
    assert db.session.scalar(select(func.count()).select_from(PostedRequest)) == 0


def test_a_body_of_json_and_one_that_is_too_large_are_refused_as_lists(client: FlaskClient) -> None:
    json = client.post(f"{REQUESTS}.json", json={"service_code": "x"})
    large = client.post(f"{REQUESTS}.json", data={"description": "x" * 300_000})

    assert (json.status_code, [code for code, _ in told(json)]) == (415, [415])
    assert (large.status_code, [code for code, _ in told(large)]) == (413, [413])


def test_a_key_has_so_many_requests_a_minute_and_says_when_it_goes_on(watched: FlaskClient) -> None:
    fields = a_request(a_key(per_minute=2))

    answers = [send(watched, fields | {"description": str(number)}) for number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [code for code, _ in told(answers[2])] == [429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60


def test_whoever_tries_keys_is_stopped_and_a_good_key_from_there_is_not(watched: FlaskClient) -> None:
    fields = a_request(a_key())

    tried = [send(watched, fields | {"api_key": f"{number:048x}"}).status_code for number in range(31)]
    good = send(watched, fields)

    assert tried == [403] * 30 + [429]
    assert good.status_code == 200


PRIVATE: Fields = {
    "description": "王五家门口的旧沙发", "email": "wangwu@example.org", "phone": "13847400123", "first_name": "五一五",
    "last_name": "王者归", "device_id": "device-4711", "account_id": "account-0815",
    "media_url": "https://pictures.example.org/secret.jpg", "attribute[note]": "藏起来的话",
}  # fmt: skip


def test_nothing_that_was_posted_is_read_by_anybody_without_a_desk(app: Flask, client: FlaskClient) -> None:
    secret = a_key()
    answer = send(client, a_request(secret, **PRIVATE))
    number = answer.get_json()[0]["service_request_id"]
    told_back = {name: word for name, word in PRIVATE.items() if name != "account_id"}
    open311 = [
        f"requests/{number}",
        "requests",
        "services",
        "discovery",
        "servicerequestupdates",
        f"tokens/{number}",
    ]
    at = app.url_map.bind("")
    pages = [
        at.build(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint not in FILES
    ]

    asked = [
        *pages,
        *(f"/jining/open311/v2/{one}.{form}?extensions=true" for one in open311 for form in ("json", "xml")),
    ]
    answers = {path: client.get(path) for path in asked}

    assert not [word for word in told_back.values() if word in answer.text]
    words = [*PRIVATE.values(), secret]
    assert {
        path: word for path, one in answers.items() for word in words if word in one.get_data(as_text=True)
    } == {}


def test_questions_are_answered_in_attributes_and_what_is_wrong_names_its_code(client: FlaskClient) -> None:
    kind = a_category("乱堆乱放")
    a_question(kind, code="how_many", datatype=Datatype.NUMBER, required=True)
    a_question(kind, code="since", datatype=Datatype.DATETIME)
    secret = a_key()

    wrong = send(client, a_request(secret, kind, **{"attribute[since]": "yesterday"}))
    right = send(client, a_request(secret, kind, **{"attribute[how_many]": "3", "attribute[easting]": "12"}))

    words = [description for _, description in told(wrong)]
    assert wrong.status_code == 400
    assert [one.partition(":")[0] for one in words] == ["how_many", "since"]
    assert right.status_code == 200
    assert [one["code"] for one in reports()[0].answers] == ["how_many", "easting"]
