"""What the page of a report tells beside its steps: how long such cases usually take, and who refused it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.cases.lifecycle import State
from reporter.cases.models import Category
from reporter.insight.rates import FEW
from reporter.reports.commands.triage import decline
from reporter.reports.models import Report
from tests.make import a_case, a_category, a_moderator, a_report

Client = Callable[..., FlaskClient]
HERE, CITY = "近期 10 件同类案件，半数在约 2 小时 内办结", "全市近期 10 件同类案件"


@pytest.fixture
def kind() -> Category:
    """Return a kind of which as many cases were closed, at once, as say something."""
    category = a_category()
    for _ in range(FEW):
        a_case(State.CLOSED, category=category)
    return category


def page_of(client_as: Client, report: Report) -> str:
    """Return the page of the report, as whoever has its code sees it."""
    return client_as().get(f"/track/{report.code}").text


def test_it_says_how_long_such_cases_took_here(client_as: Client, kind: Category) -> None:
    report = a_report(category=kind)

    page = page_of(client_as, report)

    assert HERE in page
    assert "全市" not in page


def test_where_there_were_few_it_says_how_long_they_took_in_the_city(
    client_as: Client,
) -> None:
    kind = a_category()
    for _ in range(FEW):
        a_case(State.CLOSED, category=kind, area_id=None)
    report = a_report(category=kind)

    assert CITY in page_of(client_as, report)


def test_of_too_few_it_says_nothing(client_as: Client) -> None:
    report = a_report(category=a_category())

    assert "同类案件" not in page_of(client_as, report)


def test_when_nothing_goes_on_it_says_nothing(client_as: Client, kind: Category) -> None:
    report = a_report(category=kind)
    decline(report, "不在受理范围", by=a_moderator().actor)

    assert "同类案件" not in page_of(client_as, report)


def test_a_refusal_says_who_refused_and_where_to_go_instead(client_as: Client) -> None:
    report = a_report()
    decline(report, "照片看不清", by=a_moderator().actor)

    page = page_of(client_as, report)

    assert "照片看不清" in page
    assert "城市运行管理指挥中心决定不予受理" in page
    assert "有不同看法" in page
