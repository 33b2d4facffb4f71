"""The administrators' calendar: national days are taken over, a day is overridden, a file is taken or refused as a whole."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from reporter.cities.commands import keep_days
from reporter.cities.holidays import SpecialDay
from reporter.cities.queries import day_kinds, day_names
from reporter.kernel.policy import SYSTEM, Role
from tests.make import a_user

SignIn = Callable[..., FlaskClient]
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def admin(client_as: SignIn) -> FlaskClient:
    return client_as(a_user(Role.SYSTEM_ADMIN))


def test_it_opens_to_system_administrators_alone(client_as: SignIn) -> None:
    assert client_as(a_user(Role.SYSTEM_ADMIN)).get("/admin/calendar").status_code == 200
    assert client_as(a_user(Role.ACCEPTOR)).get("/admin/calendar").status_code == 403
    assert client_as(a_user(Role.SECURITY_ADMIN)).post("/admin/calendar/2026/seed").status_code == 403
    assert day_kinds() == {}


def test_the_national_days_are_taken_over_with_one_button(admin: FlaskClient) -> None:
    assert "39 天与日历不一致" in admin.get("/admin/calendar?year=2026").text

    page = admin.post("/admin/calendar/2026/seed", follow_redirects=True).text

    assert "10月1日 周四" in page
    assert "与日历不一致" not in page
    assert day_kinds()[date(2026, 10, 10)] is True


def test_a_year_nobody_knows_cannot_be_taken_over(admin: FlaskClient) -> None:
    assert "与日历不一致" not in admin.get("/admin/calendar?year=2990").text
    assert admin.post("/admin/calendar/2990/seed").status_code == 404


@pytest.mark.parametrize("year", ["soon", "0", "10000", "-1"])
def test_what_is_no_year_has_no_page(admin: FlaskClient, year: str) -> None:
    assert admin.get(f"/admin/calendar?year={year}").status_code == 404


def test_a_day_is_overridden_and_taken_out_again(admin: FlaskClient) -> None:
    admin.post("/admin/calendar/2026/seed")

    shown = admin.post(
        "/admin/calendar/days",
        data={"day": "2026-10-08", "working": "no", "name": "苏木节"},
        follow_redirects=True,
    )

    assert "苏木节" in shown.text
    assert day_names()[date(2026, 10, 8)] == "苏木节"
    assert "与日历不一致" not in shown.text  # a day of the city's own is no difference
    assert admin.post("/admin/calendar/2026-10-08/forget", follow_redirects=True).status_code == 200
    assert date(2026, 10, 8) not in day_kinds()
    assert admin.post("/admin/calendar/2026-10-08/forget").status_code == 404
    assert admin.post("/admin/calendar/soon/forget").status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": "", "working": "no", "name": "元旦"}, "请填写日期"),
        ({"day": "2027-02-30", "working": "no", "name": "元旦"}, "不是有效的日期值"),
        ({"day": "2027-01-01", "working": "perhaps", "name": "元旦"}, "请从"),
        ({"day": "2027-01-01", "working": "no", "name": "元旦" * 30}, "元旦" * 30),
    ],
)
def test_a_wrong_day_is_said_and_nothing_typed_is_lost(
    admin: FlaskClient, typed: dict[str, str], words: str
) -> None:
    answer = admin.post("/admin/calendar/days", data=typed)

    assert answer.status_code == 422
    assert words in answer.text
    assert typed["name"] in answer.text
    assert day_kinds() == {}


def test_a_file_is_taken_as_a_whole_or_refused_with_its_line(admin: FlaskClient) -> None:
    good = "day,working,name\n2027-01-01,no,元旦\n2027-01-09,yes,元旦\n".encode()
    bad = b"day,working\n2027-01-01,no\nsoon,no\n"

    refused = admin.post("/admin/calendar/file", data={"file": (BytesIO(bad), "days.csv")})
    assert refused.status_code == 422
    assert "第 3 行" in refused.text
    assert day_kinds() == {}

    taken = admin.post(
        "/admin/calendar/file", data={"file": (BytesIO(good), "days.csv")}, follow_redirects=True
    )
    assert "元旦" in taken.text
    assert day_kinds() == {NEW_YEAR: False, date(2027, 1, 9): True}
    assert admin.post("/admin/calendar/file").status_code == 422


def test_a_missing_year_is_said_on_the_first_page_until_it_is_there(admin: FlaskClient) -> None:
    assert "年的节假日安排" in admin.get("/admin/").text
    keep_days([SpecialDay(date(2026, 1, 1), working=False), SpecialDay(NEW_YEAR, working=False)], by=SYSTEM)

    assert "年的节假日安排" not in admin.get("/admin/").text
