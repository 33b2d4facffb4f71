"""Looking at a report by its code: who may, what is told, which pictures are sent, how often one may guess."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.board.lifecycle import State as Post
from reporter.cases import commands as cases
from reporter.cases.lifecycle import Action
from reporter.kernel.db import command, db, enter_city
from reporter.kernel.policy import Role
from reporter.photos.models import Photo
from reporter.ports import Ports
from reporter.reports.commands import triage
from reporter.reports.commands.intake import Spot
from reporter.reports.models import Report
from reporter.reports.queries import get_report, photo_ids_of
from reporter.routing.queries import get_unit
from tests.board.posts import an_exposure
from tests.desks.residents import Open, a_file, accepted, closed, post, rows
from tests.make import (
    a_city,
    a_moderator,
    a_photo,
    a_picture,
    a_report,
    a_user,
    an_area,
)
from tests.places.names import LAT, LON, a_gazetteer
from tests.queries import counted


def test_the_code_opens_the_page_in_any_writing(client_as: Open) -> None:
    code = a_report().code
    grouped = " ".join(code[place : place + 4] for place in range(0, 16, 4)).lower()

    page = client_as().get("/track", query_string={"code": grouped}, follow_redirects=True)

    assert page.status_code == 200
    assert page.request.path == f"/track/{code}"


def test_the_code_of_another_city_opens_nothing(client_as: Open) -> None:
    here = a_report()
    city = a_city()
    enter_city(city.id)
    foreign = a_report().code
    enter_city(here.city_id)

    page = client_as().get(f"/track/{foreign}")

    assert page.status_code == 404
    assert 'id="code-err"' in page.text


def test_the_code_of_a_withdrawn_report_opens_nothing_but_a_word(client_as: Open) -> None:
    report = a_report()
    client = client_as()
    client.post(f"/track/{report.code}/withdraw")

    page = client.get(f"/track/{report.code}")

    assert page.status_code == 404
    assert "已经撤回" in page.text
    assert client.get(f"/report/receipt/{report.code}").status_code == 404


def test_the_code_alone_is_enough_after_the_session_is_closed(client_as: Open) -> None:
    report = a_report()
    client_as().get(f"/track/{report.code}")

    assert client_as().get(f"/track/{report.code}").status_code == 200


@pytest.mark.parametrize(
    ("address", "told"), [("", "新华街，民族路口附近"), ("东门口的垃圾桶旁", "东门口的垃圾桶旁")]
)
def test_the_page_says_what_lies_beside_the_point_where_no_address_was_typed(
    client_as: Open, address: str, told: str
) -> None:
    an_area()
    a_gazetteer()
    report = a_report(spot=Spot("picked", LON, LAT, address=address))

    page = client_as().get(f"/track/{report.code}").text

    (title,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page)
    assert title.startswith(told)


def test_every_step_is_told_newest_first_with_units_but_no_names(client_as: Open) -> None:
    report = a_report()
    moderator = a_moderator(name="受理员李某")
    triage.request_info(report, "哪个路口？", by=moderator.actor)
    client = client_as()
    post(client, f"/track/{report.code}/answer", {"say-words": "东口"})
    closed(get_report(report.id))

    page = client.get(f"/track/{report.code}").text

    steps = [
        "等您评价",
        "核查通过",
        "已处理",
        "已领办",
        "已受理、派给单位",
        "您回复了",
        "我们问了您一句",
        "您上报了",
    ]
    places = [page.index(f"<span>{step}</span>") for step in steps]
    assert places == sorted(places)
    assert "交警二中队" in page
    assert "李某" not in page
    assert "王某" not in page


def test_the_promise_of_the_handed_over_case_stands_in_its_step(client_as: Open) -> None:
    report = a_report()
    accepted(report)

    page = client_as().get(f"/track/{report.code}").text

    assert "承诺 18:00 前" in page  # four hours after 14:00


def test_a_late_case_says_so(client_as: Open, fakes: Ports) -> None:
    report = a_report()
    case = accepted(report)
    cases.advance(case, Action.CLAIM, by=a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0)).actor)
    fakes.clock.move(timedelta(hours=5))  # type: ignore[attr-defined]

    page = client_as().get(f"/track/{report.code}").text

    assert 'class="light-lg bad"' in page
    assert "比承诺晚了" in page


def test_the_words_of_a_result_are_shown_without_phone_and_plate_numbers(client_as: Open) -> None:
    report = a_report()
    case = accepted(report)
    handler = a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0)).actor
    cases.advance(case, Action.CLAIM, by=handler)
    words = "车主 13800000000，蒙J12345，已驶离"
    cases.submit_result(case, cases.Outcome("repair", words, photo_ids=[a_photo().id]), by=handler)

    page = client_as().get(f"/track/{report.code}").text

    assert "已驶离" in page
    assert "13800000000" not in page
    assert "蒙J12345" not in page


def test_ones_own_pictures_are_sent_to_whoever_has_the_code(client_as: Open) -> None:
    report = a_report()
    token = db.session.get_one(Photo, photo_ids_of(report.id)[0]).token

    answer = client_as().get(f"/track/{report.code}/photos/{token}/320")

    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"].startswith("private")


def test_a_code_opens_no_picture_of_another_report_and_none_of_the_unit(client_as: Open) -> None:
    report, other = a_report(), a_report()
    case = closed(report)
    foreign = [*photo_ids_of(other.id), case.after_photo_id or 0]
    tokens = [db.session.get_one(Photo, photo_id).token for photo_id in foreign]
    client = client_as()

    answers = [client.get(f"/track/{report.code}/photos/{token}/320") for token in tokens]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not any(token in client.get(f"/track/{report.code}").text for token in tokens)


@command
def stands_behind(report: Report, case_id: int) -> None:
    """Let `report` be one of those behind the case."""
    get_report(report.id).case_id = case_id


@pytest.mark.parametrize(
    ("state", "shown"), [(Post.PUBLISHED, True), (Post.HIDDEN, False), (Post.SECOND_REVIEW, False)]
)
def test_after_pictures_are_shown_only_while_their_masked_copies_are_public(
    state: Post, shown: bool, client_as: Open
) -> None:
    exposure, report = an_exposure(state), a_report()
    stands_behind(report, exposure.case_id)
    masked = exposure.after

    page = client_as().get(f"/track/{report.code}").text

    assert masked is not None
    assert (f"/board/pictures/{masked.token}/" in page) is shown


def test_the_page_of_a_report_costs_the_same_however_much_happened(client_as: Open) -> None:
    report, client = a_report(), client_as()
    accepted(report)
    client.get(f"/track/{report.code}")
    with counted() as few:
        client.get(f"/track/{report.code}")
    for _ in range(5):
        post(client, f"/track/{report.code}/add", {"say-words": "又来了", "say-photos": a_file(a_picture(_))})

    with counted() as many:
        client.get(f"/track/{report.code}")

    assert len(many) == len(few)


CODES = [
    "ABCDEFGH23456789",
    "short",
    "a" * 200,
    "%00",
    "../../etc/passwd",
    '"><script>alert(1)</script>',
    "一二三四五六七八",
]


@pytest.mark.parametrize("code", CODES)
def test_a_wrong_query_code_leads_to_a_clear_page(code: str, client_as: Open) -> None:
    an_area()
    client = client_as()

    page = client.get("/track", query_string={"code": code})

    assert page.status_code in {404, 422}
    assert 'id="code-err"' in page.text
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("action", ["answer", "add", "withdraw", "rate", "reopen", "urge"])
def test_a_wrong_query_code_opens_no_action(action: str, client_as: Open) -> None:
    a_report()
    before = rows()

    answer = client_as().post(f"/track/ABCDEFGH23456789/{action}", data={"say-words": "x"})

    assert answer.status_code == 404
    assert rows() == before


def test_guessing_codes_is_stopped_with_the_time_to_try_again_and_shuts_nobody_out_who_has_one(
    watched: FlaskClient,
) -> None:
    report = a_report()

    guesses = [watched.get(f"/track/ABCDEFGH2345{number:04d}") for number in range(21)]

    assert [page.status_code for page in guesses] == [404] * 20 + [429]
    assert "之后再试" in guesses[-1].text
    assert int(guesses[-1].headers["Retry-After"]) > 0
    assert watched.post("/track/ABCDEFGH23456789/urge").status_code == 429
    assert watched.get(f"/track/{report.code}").status_code == 200


def test_whoever_has_a_code_may_look_as_often_as_they_like(watched: FlaskClient) -> None:
    report = a_report()

    looks = {watched.get(f"/track/{report.code}").status_code for _ in range(25)}

    assert looks == {200}
