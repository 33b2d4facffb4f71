"""The requests of GeoReport v2: which are listed, in which shape, and how dearly."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from reporter.board.lifecycle import State as Shown
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Category
from reporter.cities.queries import current_city
from reporter.kernel.db import command, db
from reporter.open311.models import ServiceRequest
from reporter.ports import Ports
from reporter.reports.commands.triage import decline
from reporter.reports.models import Report
from tests.crowd import copy_all
from tests.make import a_category, a_city, a_moderator, a_report, an_area
from tests.open311.reported import COARSE, a_case_behind, a_post_behind, a_secret_report
from tests.queries import counted

Client = Callable[..., FlaskClient]
HOME = "/jining/open311/v2/requests"
NULL_OR_THERE = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "requested_datetime", "updated_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip


def listed(client: FlaskClient, query: str = "", path: str = HOME) -> list[str]:
    """Return the numbers of the requests in a list."""
    answer = client.get(f"{path}.json{query}")
    assert answer.status_code == 200, answer.text
    return [one["service_request_id"] for one in answer.get_json()]


def refused(client: FlaskClient, query: str) -> list[str]:
    """Return the words of each error of a list that is refused with 400."""
    answer = client.get(f"{HOME}.json?locale=en&{query}")
    assert answer.status_code == 400, answer.text
    return [one["description"] for one in answer.get_json()]


@command
def happened(report: Report, days_ago: int, *, now: Any) -> None:
    """Let a request have come in some days ago."""
    rows = update(ServiceRequest).where(ServiceRequest.report_id == report.id)
    db.session.execute(rows.values(requested_at=now - timedelta(days=days_ago)))


def test_an_unmoderated_report_shows_its_kind_times_and_coarse_place_and_no_more(client_as: Client) -> None:
    report = a_secret_report(category=a_category("乱堆乱放", slug="piles"))

    [found] = client_as().get(f"{HOME}.json").get_json()

    assert {name: found[name] for name in found if name not in {"status_notes", "service_notice"}} == {
        "service_request_id": report.number, "status": "open", "service_name": "乱堆乱放", "service_code": "piles",
        "description": None, "requested_datetime": "2026-11-23T06:00:00Z", "updated_datetime": "2026-11-23T06:00:00Z",
        "address": "桥东街道", "address_id": None, "zipcode": None, "lat": COARSE[1], "long": COARSE[0],
        "media_url": None,
    }  # fmt: skip


def test_xml_says_the_same_with_an_empty_element_for_what_is_not_known(client_as: Client) -> None:
    report = a_secret_report()

    answer = client_as().get(f"{HOME}/{report.number}.xml")
    rows = fromstring(answer.data)  # noqa: S314 - our own

    assert answer.content_type == "text/xml; charset=utf-8"
    assert rows.tag == "service_requests"
    [row] = rows
    parts = {part.tag: part.text for part in row}
    assert row.tag == "request"
    assert (parts["service_request_id"], parts["status"]) == (report.number, "open")
    assert (parts["lat"], parts["long"]) == (str(COARSE[1]), str(COARSE[0]))
    assert [name for name in ("description", "address_id", "zipcode", "media_url") if parts[name]] == []
    assert "expected_datetime" not in parts
    assert no_attributes(rows)


def no_attributes(element: Element) -> bool:
    return not any(one.attrib for one in element.iter())


def test_what_is_on_show_on_the_board_is_read_here_and_gone_with_it(client_as: Client, fakes: Ports) -> None:
    report = a_secret_report()
    post = a_post_behind(report, Shown.PUBLISHED)
    client, path = client_as(), f"{HOME}/{report.number}.json"

    [shown] = client.get(path).get_json()
    picture = client.get(shown["media_url"].removeprefix("http://localhost"))
    fakes.clock.move(timedelta(days=post.days, seconds=1))  # type: ignore[attr-defined]  # no timer has run
    [gone] = client.get(path).get_json()

    assert shown["description"] == f"{post.title}\n{post.summary}"
    assert shown["agency_responsible"] == post.unit_zh
    assert "service_notice" not in shown
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    assert (gone["description"], gone["media_url"], "agency_responsible" in gone) == (None, None, False)
    assert (gone["status"], gone["updated_datetime"]) == (shown["status"], shown["updated_datetime"])


def test_a_picture_has_the_address_of_its_own_city(client_as: Client) -> None:
    a_city("hohhot", hosts=["hohhot.example"])
    report = a_secret_report()
    a_post_behind(report, Shown.PUBLISHED)
    give_host("jining.example")

    answer = client_as().get(f"{HOME}/{report.number}.json", base_url="https://hohhot.example")

    assert answer.get_json()[0]["media_url"].startswith("https://jining.example/")


@command
def give_host(host: str) -> None:
    current_city().hosts = [host]


def test_a_closed_request_says_when_and_how_it_ended_and_what_was_promised(
    client_as: Client, fakes: Ports
) -> None:
    report = a_secret_report()
    fakes.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]  # the tests' clock
    a_case_behind(report, CaseState.CLOSED_UNFIXED)

    [found] = client_as().get(f"{HOME}/{report.number}.json?locale=en").get_json()

    assert found["status"] == "closed"
    assert found["updated_datetime"] == "2026-11-23T07:00:00Z" < found["expected_datetime"]
    assert found["status_notes"] == "It has been closed without being put right."


def test_one_that_is_not_there_is_404_and_absent_from_lists_which_are_then_empty(client_as: Client) -> None:
    report, client = a_secret_report(), client_as()
    decline(report, "不在辖区", by=a_moderator().actor)
    a_city("hohhot")

    assert client.get(f"{HOME}/{report.number}.json").status_code == 404
    assert client.get(f"{HOME}/R-1.xml").status_code == 404
    assert client.get(f"/hohhot/open311/v2/requests/{a_report().number}.json").status_code == 404
    assert listed(client, f"?service_request_id={report.number}") == []
    assert client.get(f"{HOME}.xml?service_code=potholes").data.endswith(b"<service_requests />")


def test_numbers_override_everything_else_and_may_be_listed_either_way(
    client_as: Client, fakes: Ports
) -> None:
    old, new, _ = a_report(), a_report(), a_report()
    happened(old, 400, now=fakes.clock.now())
    client = client_as()

    both = [
        f"?service_request_id={old.number},{new.number}&status=closed&start_date=x",
        f"?service_request_id={old.number}&service_request_id={new.number}",
    ]

    assert [listed(client, query) for query in both] == [[new.number, old.number]] * 2


def test_kinds_and_statuses_narrow_and_an_unknown_kind_matches_nothing(client_as: Client) -> None:
    piles, signs = a_category(slug="piles"), a_category(slug="signs")
    first, second = a_report(category=piles), a_report(category=signs)
    a_case_behind(first, CaseState.CLOSED)
    client = client_as()

    assert listed(client, "?service_code=piles") == [first.number]
    assert listed(client, "?service_code=piles,signs") == [second.number, first.number]
    assert listed(client, "?service_code=piles&service_code=signs&status=open") == [second.number]
    assert listed(client, "?service_code=potholes") == []
    assert listed(client, "?status=closed") == [first.number]
    assert listed(client, "?status=open,closed&service_code=") == [second.number, first.number]
    assert "status" in refused(client, "status=done")[0]


def test_the_last_ninety_days_are_meant_unless_others_are_named(client_as: Client, fakes: Ports) -> None:
    now, client = fakes.clock.now(), client_as()
    days = {age: a_report() for age in (0, 89, 91, 100, 200)}
    for age, report in days.items():
        happened(report, age, now=now)

    def ages(query: str) -> list[int]:
        found = listed(client, query)
        return [age for age, report in days.items() if report.number in found]

    assert ages("") == [0, 89]
    assert ages("?start_date=2026-08-10T00:00:00Z") == [89, 91, 100]
    assert ages("?end_date=2026-08-20") == [100]
    assert ages("?start_date=2026-08-24T06:00:00Z&end_date=2026-08-26T14:00:00+08:00") == [89, 91]


def test_spans_that_are_too_long_or_backwards_or_no_times_are_refused_all_at_once(client_as: Client) -> None:
    client = client_as()

    far = refused(client, "start_date=2026-01-01&end_date=2026-11-23")
    backwards = refused(client, "start_date=2026-11-23&end_date=2026-11-01")
    many = refused(client, "start_date=soon&end_date=later&status=done&bbox=1,2,3&lat=91&long=0&radius=0")

    assert "90 days" in far[0]
    assert "start_date" in backwards[0]
    assert len(many) == 6
    assert [
        word
        for word in ("start_date", "end_date", "status", "bbox", "lat", "radius")
        if word not in str(many)
    ] == []


def test_a_fault_of_an_argument_is_told_in_the_language_of_the_city_too(client_as: Client) -> None:
    client, query = client_as(), "status=done&lat=1&page_size=0&bbox=x&start_date=x"

    chinese = client.get(f"{HOME}.json?{query}").get_json()
    english = refused(client, query)

    assert len(chinese) == len(english) == 4
    assert all(one["description"].startswith("参数 ") for one in chinese)


def test_what_changed_since_is_asked_for_without_a_bound_of_days(client_as: Client, fakes: Ports) -> None:
    now, client = fakes.clock.now(), client_as()
    old, untouched = a_report(), a_report()
    for report in (old, untouched):
        happened(report, 200, now=now)
    fakes.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]  # the tests' clock
    a_case_behind(old)

    assert listed(client, "?updated_after=2026-11-23T06:30:00Z") == [old.number]
    assert listed(client, "?updated_before=2026-11-23T06:30:00Z") == [untouched.number]
    assert listed(client, "?updated_after=2026-11-23T06:30:00Z&updated_before=2026-11-23T06:40:00Z") == []


def test_a_box_and_a_circle_narrow_by_the_coarse_place(client_as: Client) -> None:
    an_area(half=0.5)
    near, far = a_report(at=(113.109, 41.032)), a_report(at=(113.159, 41.032))
    client = client_as()

    assert listed(client, "?bbox=113.1,41.0,113.12,41.1") == [near.number]
    assert listed(client, "?lat=41.032&long=113.109&radius=100") == [near.number]
    assert listed(client, "?lat=41.032&long=113.109&radius=4300") == [far.number, near.number]
    assert listed(client, "?lat=41.032&long=113.109&radius=4100") == [near.number]
    assert listed(client, "?lat=41.032&long=113.109") == [near.number]
    assert "belong together" in refused(client, "lat=41")[0]


def test_pages_are_stable_begin_at_one_and_end_somewhere(client_as: Client) -> None:
    numbers = [a_report().number for _ in range(5)][::-1]
    client = client_as()

    pages = [listed(client, f"?page={page}&page_size=2") for page in (0, 1, 2, 3, 4)]

    assert pages == [numbers[:2], numbers[:2], numbers[2:4], numbers[4:], []]
    assert listed(client, "?per_page=3") == numbers[:3]
    assert len(listed(client, "?page=1")) == 5
    assert "10000 rows" in refused(client, "page=11&page_size=1000")[0]
    assert "page_size" in refused(client, "page_size=1001")[0]


def test_more_than_the_standard_has_is_said_to_those_who_ask_for_it(client_as: Client) -> None:
    report = a_secret_report()
    a_post_behind(report, Shown.PUBLISHED)
    client, path = client_as(), f"{HOME}/{report.number}"

    [plain] = client.get(f"{path}.json").get_json()
    [found] = client.get(f"{path}.json?extensions=true").get_json()
    xml = fromstring(client.get(f"{path}.xml?extensions=v1").data)  # noqa: S314 - our own

    assert {"extended_attributes", "attributes", "notes"} & set(plain) == set()
    assert found["extended_attributes"]["detailed_status"] == "fixed"
    assert [one["title"] for one in found["extended_attributes"]["photos"]] == ["before", "before", "after"]
    assert [one["type"] for one in found["notes"]] == [
        "investigating", "action_scheduled", "in_progress", "fixed",
    ]  # fmt: skip
    assert len(xml.findall("request/notes/note")) == 4
    assert len(xml.findall("request/extended_attributes/photos/photo/media_url")) == 3


def test_what_became_of_requests_is_told_step_by_step_within_the_window(
    client_as: Client, fakes: Ports
) -> None:
    report = a_secret_report()
    case = a_case_behind(report, CaseState.HANDLING)
    fakes.clock.move(timedelta(hours=3))  # type: ignore[attr-defined]  # the tests' clock
    gone = a_report()
    a_case_behind(gone)
    client, path = client_as(), "/jining/open311/v2/servicerequestupdates"

    def told(query: str = "") -> list[tuple[str, str]]:
        rows = client.get(f"{path}.json{query}").get_json()
        return [(one["update_id"].rpartition(".")[2], one["status"]) for one in rows]

    first = client.get(f"{path}.json").get_json()[0]
    assert first["service_request_id"] == report.number
    assert first["updated_datetime"] == "2026-11-23T06:00:00Z"
    assert first["description"]
    assert case.words not in client.get(f"{path}.json").text
    assert told() == [
        ("1", "investigating"), ("2", "action_scheduled"), ("3", "in_progress"), ("1", "investigating"),
    ]  # fmt: skip
    assert told("?start_date=2026-11-23T08:00:00Z&end_date=2026-11-23T10:00:00Z") == [("1", "investigating")]
    assert client.get(f"{path}.json?start_date=2026-11-23T08:00:00Z").status_code == 400
    assert len(fromstring(client.get(f"{path}.xml").data)) == 4  # noqa: S314 - our own


def test_a_list_of_fifty_asks_as_little_as_a_list_of_five(client_as: Client) -> None:
    for state in (Shown.PUBLISHED, Shown.HIDDEN):
        a_post_behind(a_report(), state)
    for case in (CaseState.HANDLING, CaseState.REGISTERED):
        a_case_behind(a_report(), case)
    a_report()
    client = client_as()
    queries: dict[str, list[int]] = {}

    for rows in (5, 50):
        client.get(f"{HOME}.json")
        for query in ("", "?extensions=true", "?status=closed&page=1&page_size=4"):
            db.session.expunge_all()
            with counted() as statements:
                assert client.get(f"{HOME}.json{query}").status_code == 200
            queries.setdefault(query, []).append(len(statements))
        if rows == 5:
            copy_all(1, 9)

    assert {query: few == many for query, (few, many) in queries.items()} == dict.fromkeys(queries, True)
    assert max(queries[""]) <= 8


def test_kinds_that_are_no_longer_offered_are_still_called_by_their_name(client_as: Client) -> None:
    kind = a_category("旧类", slug="old")
    report = a_report(category=kind)
    retire(kind)

    [found] = client_as().get(f"{HOME}.json?service_code=old").get_json()

    assert (found["service_request_id"], found["service_name"]) == (report.number, "旧类")


@command
def retire(kind: Category) -> None:
    db.session.get_one(Category, kind.id).active = False


@pytest.mark.parametrize(
    "query", ["updated_after=0001-01-01", "start_date=9999-12-31", "end_date=0001-01-03", "page=9e9"]
)
def test_the_ends_of_time_break_nothing(client_as: Client, query: str) -> None:
    assert client_as().get(f"{HOME}.json?{query}").status_code in {200, 400}


def test_every_part_of_the_standard_is_there_even_when_it_is_null(client_as: Client) -> None:
    a_report()

    [found] = client_as().get(f"{HOME}.json").get_json()

    assert [name for name in NULL_OR_THERE if name not in found] == []


def test_numbers_override_pages_too(client_as: Client) -> None:
    report, client = a_report(), client_as()

    found = [
        listed(client, f"?service_request_id={report.number}&{page}") for page in ("page=2", "page_size=x")
    ]

    assert found == [[report.number]] * 2


def test_the_last_second_that_is_asked_for_is_asked_for_whole(client_as: Client) -> None:
    report, client = a_report(), client_as()
    at_half(report)

    second = "2026-11-23T06:00:00Z"
    asked = [f"?end_date={second}", f"?updated_before={second}", f"?start_date={second}&end_date={second}"]

    assert [listed(client, query) for query in asked] == [[report.number]] * 3
    assert listed(client, "?end_date=2026-11-23T05:59:59Z") == []


@command
def at_half(report: Report) -> None:
    """Let a request have come in, and have been told of, in the midst of a second."""
    half = datetime(2026, 11, 23, 6, 0, 0, 500_000, tzinfo=UTC)
    rows = update(ServiceRequest).where(ServiceRequest.report_id == report.id)
    db.session.execute(rows.values(requested_at=half, changed_at=half))


def test_what_changed_is_asked_for_ninety_days_at_a_time(client_as: Client) -> None:
    a_report()
    client = client_as()

    far = refused(client, "updated_after=2026-01-01&updated_before=2026-11-23")
    backwards = refused(client, "updated_after=2026-11-23&updated_before=2026-11-01")

    assert "90 days" in far[0]
    assert "updated_after" in backwards[0]
    assert listed(client, "?updated_after=2026-01-01") == []
    assert len(listed(client, "?updated_after=2026-11-01")) == 1


def test_a_kind_that_was_made_a_moment_ago_is_called_by_its_name(
    client_as: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.desks.open311.requests.shelved", lambda *_args: {})
    report = a_report(category=a_category("新类", slug="new"))

    [found] = client_as().get(f"{HOME}/{report.number}.json").get_json()

    assert (found["service_code"], found["service_name"]) == ("new", "新类")
