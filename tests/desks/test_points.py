"""Points on the pages: a resident's ledger in words, the line before sending, the administrator's terms and lists."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action
from reporter.cases.queries import get_case
from reporter.kernel.policy import SYSTEM, Role
from reporter.points.commands import set_terms
from reporter.points.queries import terms_now
from reporter.points.terms import Occasion, Terms
from reporter.ports import Ports
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.models import Report
from tests.desks.residents import a_city_to_report_in
from tests.make import a_category, a_moderator, a_report, a_user, the_fallback
from tests.points.ledger import give_points
from tests.queries import counted

SignIn = Callable[..., FlaskClient]
TYPED = {
    "number": "0",
    "given": "y",
    "registered": "10",
    "joined": "1",
    "put_right": "0",
    "a_day": "30",
    "a_month": "300",
}


@pytest.fixture
def resident() -> User:
    """Return somebody who reports, in English."""
    return a_user(locale="en")


@pytest.fixture
def admin(client_as: SignIn) -> FlaskClient:
    """Return the browser of a system administrator, in English."""
    return client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))


def registered(by: User) -> Report:
    """Return a report of a person that became a case."""
    the_fallback()
    report = a_report(by=by.actor)
    accept(report, Judgement(), by=a_moderator().actor)
    return report


def void(report: Report, reason: str) -> None:
    case = get_case(report.case_id or 0)
    advance(case, Action.VOID, by=a_user(Role.SHIFT_LEADER).actor, reason=reason)


def test_the_page_says_for_what_each_point_was_given_and_why_it_was_taken_back(
    client_as: SignIn, resident: User
) -> None:
    give_points()
    report = registered(resident)
    void(report, "照片是从网上来的")

    page = client_as(resident).get("/my/points").text

    assert "Registered as a case" in page
    assert "Taken back: 照片是从网上来的" in page
    assert "<b>+10</b>" in page
    assert "<b>\N{MINUS SIGN}10</b>" in page
    assert report.number in page
    assert f'<dd class="num">{resident.id}</dd>' in page


def test_the_page_says_that_the_most_is_reached_and_what_it_cut(client_as: SignIn, resident: User) -> None:
    give_points(a_day=15)
    registered(resident)
    registered(resident)

    page = client_as(resident).get("/my/points").text

    assert "15 of at most 15" in page
    assert "The most for today is reached." in page
    assert "10 points, held to the most for one day or month" in page
    assert "<b>+5</b>" in page


def test_the_rules_are_those_that_hold(client_as: SignIn, resident: User) -> None:
    kind = a_category("乱停乱放", name_en="Illegal parking")
    give_points(registered=12, joined=0, kinds={kind.id: 25}, a_day=50)

    page = client_as(resident).get("/my/points").text

    assert "First report of a case: Illegal parking" in page
    assert "At most 50 points for what is sent on one day, and 300 in one month." in page
    assert "Report that a moderator joined to a case" not in page
    assert "No points yet" in page


def test_an_account_of_many_entries_has_pages(client_as: SignIn, resident: User, fakes: Ports) -> None:
    give_points()
    for _ in range(21):
        registered(resident)
        fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
    client = client_as(resident)

    first = client.get("/my/points").text
    second = client.get("/my/points?after=WzJd").text

    assert first.count("Registered as a case") == 20
    assert 'rel="next"' in first
    assert second.count("Registered as a case") == 1
    assert client.get("/my/points?after=x").status_code == 422


def test_the_page_asks_as_often_with_twenty_entries_as_with_two(
    client_as: SignIn, resident: User, fakes: Ports
) -> None:
    give_points(a_day=1000, a_month=1000)
    client = client_as(resident)
    void(registered(resident), "重复")
    client.get("/my/points")

    with counted() as few:
        client.get("/my/points")
    for _ in range(18):
        fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
        registered(resident)
    with counted() as many:
        page = client.get("/my/points").text

    assert page.count("own-row") == 20
    assert len(many) == len(few)


def test_whoever_works_for_the_city_is_told_that_they_get_none(client_as: SignIn) -> None:
    give_points()

    page = client_as(a_moderator(locale="en")).get("/my/points").text

    assert "Whoever works for the city gets no points." in page
    assert "No points yet" not in page


def test_where_no_points_are_given_the_page_says_so_and_nothing_leads_to_it(
    client_as: SignIn, resident: User
) -> None:
    client = client_as(resident)

    assert "The city gives no points at present." in client.get("/my/points").text
    assert "/my/points" not in client.get("/my").text


def test_who_has_points_finds_them_also_when_none_are_given_any_more(
    client_as: SignIn, resident: User
) -> None:
    give_points()
    registered(resident)
    set_terms(Terms(given=False), by=SYSTEM)
    client = client_as(resident)

    assert "/my/points" in client.get("/my").text
    assert "What is written here stays." in client.get("/my/points").text


def test_nobody_sees_points_without_signing_in(client_as: SignIn) -> None:
    answer = client_as().get("/my/points")

    assert answer.status_code == 302
    assert "/sign-in" in answer.location


def test_before_sending_one_line_tells_whoever_has_not_signed_in(client_as: SignIn, resident: User) -> None:
    a_city_to_report_in()
    line = "Points are given only to whoever has signed in."
    english = {"Accept-Language": "en"}
    without = client_as().get("/report", headers=english).text
    give_points()

    asked = client_as().get("/report", headers=english).text
    signed_in = client_as(resident).get("/report").text
    kept = client_as().get("/report/kept/report?lang=en").text

    assert line in asked
    assert line not in without + signed_in + kept


def test_an_administrator_sets_terms_and_they_stay_typed(admin: FlaskClient) -> None:
    kind, other = a_category("乱停乱放"), a_category("乱吐乱扔")

    saved = admin.post("/admin/points", data=TYPED | {f"kind_{kind.id}": "20", f"kind_{other.id}": ""})
    page = admin.get("/admin/points").text

    terms = terms_now()
    assert saved.status_code == 302
    assert (terms.given, terms.amounts[Occasion.REGISTERED], terms.kinds) == (True, 10, {kind.id: 20})
    assert 'value="20"' in page
    assert 'name="number" type="hidden" value="1"' in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"registered": ""}, "Please give a number."),
        ({"joined": "x"}, "Please write a whole number."),
        ({"put_right": "-1"}, "Please give a number from 0 to 1000."),
        ({"a_day": "0"}, "Please give a number from 1 to 100000."),
        ({"a_day": "301"}, "A day cannot have more than its month."),
        ({"number": "x"}, "Please reload the page."),
    ],
)
def test_senseless_terms_are_refused_and_stay_typed(
    admin: FlaskClient, wrong: dict[str, str], words: str
) -> None:
    page = admin.post("/admin/points", data=TYPED | wrong)

    assert page.status_code == 422
    assert words in page.text
    assert terms_now().number == 0


def test_a_senseless_number_for_a_kind_is_said_at_its_field(admin: FlaskClient) -> None:
    kind = a_category("乱停乱放")

    page = admin.post("/admin/points", data=TYPED | {f"kind_{kind.id}": "1001"})

    assert page.status_code == 422
    assert f'id="kind_{kind.id}-err"' in page.text


def test_of_two_administrators_the_second_hears_of_the_first(admin: FlaskClient) -> None:
    admin.post("/admin/points", data=TYPED)

    late = admin.post("/admin/points", data=TYPED | {"registered": "3"})

    assert late.status_code == 409
    assert terms_now().amounts[Occasion.REGISTERED] == 10


def test_the_list_of_a_month_has_numbers_and_no_names(admin: FlaskClient, resident: User) -> None:
    give_points()
    void(registered(resident), "重复")
    registered(resident)

    answer = admin.get("/admin/points.csv?month=2026-11")

    assert answer.text.splitlines() == [
        "account number,reports,given,taken back,sum",
        f"{resident.id},2,20,-10,10",
    ]
    assert "points-2026-11.csv" in answer.headers["Content-Disposition"]
    assert resident.name not in answer.text
    assert admin.get("/admin/points.csv").text == answer.text
    assert admin.get("/admin/points.csv?month=2026-13").status_code == 422


def test_terms_and_lists_open_to_system_administrators_alone(client_as: SignIn) -> None:
    leader = client_as(a_user(Role.LEADER))

    answers = [
        leader.get("/admin/points"), leader.post("/admin/points", data=TYPED), leader.get("/admin/points.csv")
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [403, 403, 403]
