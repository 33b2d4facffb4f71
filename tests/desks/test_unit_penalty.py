"""A unit writes down that a penalty does not stand any more, and what everybody reads of the post then."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.board.lifecycle import State
from reporter.board.models import Exposure
from reporter.cases.models import Case, Nature
from reporter.cases.queries import get_case, result_of
from reporter.cities.queries import local
from reporter.kernel.policy import Role
from reporter.ports import ports
from reporter.routing.queries import get_unit
from tests.board.posts import an_exposure
from tests.make import a_category, a_user

Client = Callable[..., FlaskClient]
WHY = "区政府行政复议决定 2026-17 号"


@pytest.fixture
def shown() -> Exposure:
    """Return a post about an act that ended with a penalty."""
    law = {"legal_basis": "《条例》第三条", "legal_source": "市人大", "legal_date": "2026-11-23"}
    return an_exposure(State.PUBLISHED, category=a_category(nature=Nature.ACT, plate_expected=True, **law))


@pytest.fixture
def case(shown: Exposure) -> Case:
    """Return the case behind it."""
    return get_case(shown.case_id)


@pytest.fixture
def browser(client_as: Client, case: Case) -> FlaskClient:
    """Return the browser of somebody of its unit."""
    return client_as(a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0)))


def send(browser: FlaskClient, case: Case, **fields: str) -> TestResponse:
    """Send the form about the case as it is now."""
    today = local(ports.clock.now()).date().isoformat()
    plain = {"how": "revoked", "on": today, "reason": WHY} | fields
    named = {f"penalty-{name}": text for name, text in plain.items()}
    return browser.post(f"/unit/{case.id}/penalty", data=named | {"penalty-version": str(case.version)})


def test_the_page_of_the_closed_case_offers_it_and_then_says_so(browser: FlaskClient, case: Case) -> None:
    before = browser.get(f"/unit/{case.id}").text

    answer = send(browser, case)
    after = browser.get(f"/unit/{case.id}").text

    assert answer.status_code == 302
    assert f'action="/unit/{case.id}/penalty"' in before
    assert f'action="/unit/{case.id}/penalty"' not in after
    assert "处罚决定自" in after


def test_the_post_answers_410_and_says_why_in_both_languages(
    browser: FlaskClient, client_as: Client, case: Case, shown: Exposure
) -> None:
    anybody = client_as()
    send(browser, case)

    chinese = anybody.get(f"/board/{shown.public_id}")
    english = anybody.get(f"/board/{shown.public_id}", headers={"Accept-Language": "en"})

    assert (chinese.status_code, english.status_code) == (410, 410)
    assert "处罚决定" in chinese.text
    assert "the penalty behind it no longer stands" in english.text
    assert WHY not in chinese.text


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("on", "2999-01-01", "请填写上报之日至今天之间的日期。"),
        ("on", "", "请填写决定日期。"),
        ("how", "", "请选择一项。"),
        ("reason", " ", "请写明理由。"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_typed_is_lost(
    browser: FlaskClient, case: Case, field: str, text: str, words: str
) -> None:
    typed = {"how": "changed", "on": "2026-11-02", "reason": "复议机关变更罚款数额"} | {field: text}

    answer = send(browser, case, **typed)

    result = result_of(case.id)
    assert answer.status_code == 422
    assert words in answer.text
    assert all(part in answer.text for part in typed.values() if part.strip())
    assert result
    assert result.penalty_stands


def test_somebody_who_looked_before_it_changed_writes_nothing(browser: FlaskClient, case: Case) -> None:
    old = get_case(case.id)
    send(browser, old)

    again = send(browser, old)

    assert again.status_code == 409
    assert WHY in again.text
