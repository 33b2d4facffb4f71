"""Limits by place and time: added and taken out by a system administrator, refused with words at the field."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.cities.queries import local
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import Ports
from reporter.routing.commands import add_limit_factor
from reporter.routing.queries import limit_factors
from tests.make import a_user, an_area

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def admin(client_as: SignIn) -> FlaskClient:
    """Return the browser of a system administrator, in English."""
    return client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))


def test_it_opens_to_system_administrators_alone(client_as: SignIn) -> None:
    made = add_limit_factor({"name": "全市", "percent": 50}, by=SYSTEM)
    other = client_as(a_user(Role.LEADER))

    answers = [
        other.get("/admin/factors"),
        other.post("/admin/factors", data={"name": "x", "percent": "50"}),
        other.post(f"/admin/factors/{made.id}/drop"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert len(limit_factors()) == 1


def test_a_grade_of_an_area_and_a_period_are_added_and_taken_out(admin: FlaskClient, fakes: Ports) -> None:
    area, today = an_area("泉山街道"), local(fakes.clock.now()).date()
    empty = admin.get("/admin/factors").text

    admin.post("/admin/factors", data={"name": "城郊", "area_id": area.id, "percent": "150"})
    period = {"name": "创博会", "area_id": "0", "percent": "50", "begins_at": today, "ends_at": today}
    page = admin.post("/admin/factors", data=period, follow_redirects=True).text

    grade, guarded = limit_factors()
    assert "The limits of the kinds hold everywhere" in empty
    assert (grade.area_id, grade.percent, grade.begins_at) == (area.id, 150, None)
    assert guarded.begins_at is not None
    assert guarded.ends_at == guarded.begins_at + timedelta(days=1)
    assert "holds now" in page
    assert "“创博会” holds for cases registered from now on." in page
    admin.post(f"/admin/factors/{guarded.id}/drop")
    assert [one.name for one in limit_factors()] == ["城郊"]
    assert admin.post(f"/admin/factors/{guarded.id}/drop").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Please give a name."),
        ({"percent": ""}, "Please give a share."),
        ({"percent": "5"}, "Please give a share of 10 to 400 percent."),
        ({"percent": "x"}, "integer"),
        ({"area_id": "987654"}, "Please choose from what is offered here."),
        ({"area_id": "x"}, "Please choose from what is offered here."),
        ({"begins_at": "2026-12-01"}, "Please give both days, or none."),
        ({"begins_at": "2026-12-02", "ends_at": "2026-12-01"}, "Please give an end after the beginning."),
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_typed(
    admin: FlaskClient, wrong: dict[str, str], words: str
) -> None:
    page = admin.post("/admin/factors", data={"name": "创博会", "percent": "50"} | wrong)

    assert page.status_code == 422
    assert words in page.text
    assert limit_factors() == []
