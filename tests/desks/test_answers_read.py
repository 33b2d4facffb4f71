"""What was answered to a kind's questions stands with the words, before the people who handle it and nobody else."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.cases.answers import Datatype
from reporter.cases.models import Case, Category
from reporter.kernel.policy import Role
from reporter.reports.commands.triage import Judgement, accept, merge
from reporter.reports.models import Report
from reporter.reports.queries import answers_behind
from reporter.routing.links import link_path, make_link
from reporter.routing.models import Unit
from tests.desks.residents import finish
from tests.make import a_case, a_category, a_moderator, a_question, a_report, a_unit, a_user, the_fallback

SignIn = Callable[..., FlaskClient]
CARS = [{"key": "few", "name_zh": "两三辆", "name_en": "Two or three"}, {"key": "more", "name_zh": "更多", "name_en": "More"}]  # fmt: skip
SAID = {"cars": ["few", "more"], "when": ["2027-01-05T14:30"], "whose": ["店主电话13847412345"]}


@pytest.fixture
def kind() -> Category:
    """Return a kind that asks three things."""
    kind = a_category("乱停乱放")
    a_question(kind, "cars", Datatype.SEVERAL, choices=CARS, question_zh="有几辆？", question_en="How many?")
    a_question(kind, "when", Datatype.DATETIME, question_zh="何时看到？")
    a_question(kind, "whose", question_zh="知道是谁的吗？")
    return kind


@pytest.fixture
def report(kind: Category) -> Report:
    """Return a report with an answer to each."""
    the_fallback()
    return a_report(category=kind, answers=SAID)


def dispatched(report: Report, unit: Unit) -> Case:
    return accept(report, Judgement(unit_id=unit.id), by=a_user(Role.ACCEPTOR, Role.DISPATCHER).actor)


def test_a_moderator_reads_them_as_they_were_given_on_the_report_and_on_its_case(
    client_as: SignIn, report: Report
) -> None:
    moderator = client_as(a_moderator())

    before = moderator.get(f"/triage/{report.id}").text
    case = dispatched(report, a_unit())
    after = moderator.get(f"/triage/cases/{case.id}").text

    for page in (before, after):
        assert "<dt>有几辆？</dt><dd>两三辆、更多</dd>" in page
        assert "14:30</dd>" in page
        assert "店主电话13847412345" in page


def test_in_english_question_and_words_are_english(client_as: SignIn, report: Report) -> None:
    moderator = client_as(a_moderator())
    moderator.set_cookie("locale", "en")

    page = moderator.get(f"/triage/{report.id}").text

    assert "<dt>How many?</dt><dd>Two or three, More</dd>" in page


def test_the_unit_the_inspector_and_the_paper_have_them_without_telephone_numbers(
    client_as: SignIn, report: Report
) -> None:
    unit = a_unit()
    case = dispatched(report, unit)
    handler, inspector = client_as(a_user(Role.HANDLER, unit=unit)), client_as(a_user(Role.INSPECTOR))

    pages = [handler.get(f"/unit/{case.id}"), handler.get(f"/pictures/cases/{case.id}")]
    finish(case)
    pages += [inspector.get(f"/inspection/{case.id}")]

    for page in pages:
        assert page.status_code == 200, page.request.path
        assert "两三辆、更多" in page.text
        assert "店主电话" in page.text
        assert "13847412345" not in page.text


def test_a_firm_reads_them_behind_its_link(client_as: SignIn, report: Report) -> None:
    firm = a_unit(external=True, contact="13800000001")
    case = dispatched(report, firm)

    page = client_as().get(link_path(make_link(case, by=a_moderator().actor), "test")).text

    assert "<dt>有几辆？</dt><dd>两三辆、更多</dd>" in page
    assert "13847412345" not in page


def test_a_case_goes_by_the_answers_of_the_report_that_it_was_made_of(kind: Category) -> None:
    the_fallback()
    older = a_report(category=kind, answers={"cars": ["more"]})
    case = dispatched(a_report(category=kind, answers=SAID), a_unit())
    merge(older, case, by=a_moderator().actor)
    joined = a_report(category=kind, joins_case_id=case.id, answers={"cars": ["more"]})
    silent = a_case(category=kind)

    found = answers_behind([case.id, silent.id])

    assert (older.case_id, joined.case_id) == (case.id, case.id)
    assert list(found) == [case.id]
    assert [one["code"] for one in found[case.id]] == ["cars", "when", "whose"]
    assert answers_behind([]) == {}
