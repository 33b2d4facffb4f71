"""Two decide about one report: the second reads both, field by field, loses nothing, and goes on from there."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.cases.queries import get_case
from reporter.kernel.policy import Actor, Role
from reporter.reports.commands import followup, triage
from reporter.reports.commands.aside import set_aside
from reporter.reports.commands.triage import Judgement
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from tests.make import a_case, a_category, a_moderator, a_report, a_unit, a_user, the_fallback

Client = Callable[..., FlaskClient]
WHY = "Three owners, one yard."


@pytest.fixture
def second(client_as: Client) -> FlaskClient:
    """Return the browser of whoever decides second, in English; they may do everything at the centre."""
    the_fallback()
    return client_as(a_user(Role.ACCEPTOR, Role.DISPATCHER, Role.SHIFT_LEADER, locale="en"))


def by_wang_li() -> Actor:
    return a_moderator(name="王丽").actor


def fields(page: TestResponse) -> dict[str, tuple[str, str]]:
    """Return what the difference says: what was wanted and what stands, by the name of the field."""
    rows = re.findall(
        r'<tr[^>]*>\s*<th scope="row">(.*?)</th>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>',
        page.text,
        re.DOTALL,
    )
    return {re.sub(r"<.*", "", label, flags=re.DOTALL).strip(): (mine, now) for label, mine, now in rows}


def send(browser: FlaskClient, report: Report, name: str, seen: int, **typed: object) -> TestResponse:
    prefix = "" if name == "accept" else f"{name}-"
    sent = {"version": seen} | typed
    return browser.post(
        f"/triage/{report.id}/{name}", data={f"{prefix}{key}": one for key, one in sent.items()}
    )


def test_a_decline_against_an_acceptance_shows_both(second: FlaskClient) -> None:
    report = a_report()
    seen = report.version
    case = triage.accept(report, Judgement(title="院内杂物"), by=by_wang_li())

    page = send(second, report, "decline", seen, reason=WHY)

    assert page.status_code == 409
    assert "王丽" in page.text
    assert fields(page)["Decision"] == ("decline", "accepted")
    assert fields(page)["Words for the resident"] == (WHY, "–")
    assert fields(page)["Title in the register"] == ("–", get_case(case.id).title)
    assert get_report(report.id).state is State.ACCEPTED


def test_an_acceptance_against_another_one_is_put_on_top_of_the_case(second: FlaskClient) -> None:
    report, other = a_report(), a_category("乱贴乱画", name_en="Graffiti")
    seen = report.version
    case = triage.accept(report, Judgement(), by=by_wang_li())

    page = send(second, report, "accept", seen, category_id=other.id, area_id=report.area_id)
    hidden = dict(re.findall(r'type="hidden" name="(correct-[\w]+)" value="(\d*)"', page.text))
    version = re.search(r'name="correct-version"[^>]*value="(\d+)"', page.text)
    assert version
    done = second.post(
        f"/triage/cases/{case.id}/correct",
        data=hidden
        | {"correct-version": version[1], "correct-reason": "It is paint.", "correct-address": ""},
    )

    assert fields(page)["Kind"][0] == "Graffiti"
    assert "Put your kind and place into the case" in page.text
    assert done.status_code == 302
    assert get_case(case.id).category_id == other.id


def test_another_unit_is_offered_for_the_case(second: FlaskClient) -> None:
    report, unit = a_report(), a_unit("环卫二队", name_en="Sanitation 2")
    seen = report.version
    triage.accept(report, Judgement(), by=by_wang_li())

    page = send(
        second, report, "accept", seen,
        category_id=report.category_id, area_id=report.area_id, unit_id=unit.id,
    )  # fmt: skip

    assert fields(page)["Unit"][0] == "Sanitation 2"
    assert "Give the case to Sanitation 2" in page.text
    assert f'name="unit-unit_id" value="{unit.id}"' in page.text


def test_a_decline_can_go_on_as_the_voiding_of_the_case_where_one_may(second: FlaskClient) -> None:
    report = a_report()
    seen = report.version
    triage.accept(report, Judgement(), by=by_wang_li())

    page = send(second, report, "decline", seen, reason=WHY)

    assert "Void the case, for your reason" in page.text
    assert f"{WHY}</textarea>" in page.text


def test_what_only_has_new_material_can_be_decided_all_the_same(second: FlaskClient) -> None:
    report = a_report()
    seen = report.version
    followup.add_material(report, "It has grown worse.", by=Actor(id=None, report_id=report.id))

    page = send(second, report, "decline", seen, reason=WHY)
    again = send(second, report, "decline", get_report(report.id).version, reason=WHY)

    assert "Edit mine and send it" in page.text
    assert f"{WHY}</textarea>" in page.text
    assert "data-open" not in page.text, "the difference is read first"
    assert again.status_code == 302


def test_a_merge_against_another_merge_names_both_cases(second: FlaskClient) -> None:
    report, mine, theirs = a_report(), a_case(), a_case()
    seen = report.version
    triage.merge(report, theirs, by=by_wang_li())

    page = send(second, report, "merge", seen, number=mine.number)

    assert fields(page)["Case that it joins"] == (mine.number, theirs.number)


def test_a_question_against_the_side_queue_keeps_its_words(second: FlaskClient) -> None:
    report = a_report()
    seen = report.version
    set_aside(report, by=by_wang_li())

    page = send(second, report, "ask", seen, reason="Which crossing?")

    assert page.status_code == 409
    assert fields(page)["Words for the resident"][0] == "Which crossing?"
    assert "Take back into the queue" in page.text


def test_there_is_a_way_on_without_ones_own_decision(second: FlaskClient) -> None:
    report, following = a_report(), a_report()
    seen = report.version
    triage.decline(report, "重复", by=by_wang_li())

    page = send(second, report, "decline", seen, reason=WHY)

    assert re.search(rf'href="/triage/{following.id}">Drop mine and go on', page.text)
    assert fields(page)["Words for the resident"] == (WHY, "重复")


def test_nothing_is_compared_where_nothing_changed(second: FlaskClient) -> None:
    report = a_report()

    page = second.get(f"/triage/{report.id}")

    assert "difference-title" not in page.text
