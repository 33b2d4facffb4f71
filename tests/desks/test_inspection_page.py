"""The inspectors' lists and what a case shows them; a longer list costs no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.cases.commands import Outcome, advance, submit_result
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Nature
from reporter.cases.queries import get_case
from reporter.kernel.db import enter_city
from reporter.kernel.policy import Role
from reporter.photos.commands.intake import take_in
from reporter.ports import Ports
from tests.make import HERE, a_case, a_category, a_city, a_unit, a_user, hand_in
from tests.photos.pictures import exif_block, jpeg

Client = Callable[..., FlaskClient]


@pytest.fixture
def browser(client_as: Client) -> FlaskClient:
    """Return the browser of somebody who inspects and supervises."""
    return client_as(a_user(Role.INSPECTOR, Role.SUPERVISOR, locale="en"))


def test_what_was_handed_in_waits_with_the_soonest_due_first(browser: FlaskClient, fakes: Ports) -> None:
    a_case(State.HANDLED, title="handed in first")
    fakes.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]  # the tests' clock
    a_case(State.HANDLED, title="handed in later")
    a_case(State.HANDLING, title="still in hand")

    page = browser.get("/inspection/").text

    assert page.index("handed in first") < page.index("handed in later")
    assert "still in hand" not in page


def test_the_first_case_of_the_list_stands_open(browser: FlaskClient) -> None:
    case = a_case(State.HANDLED)

    page = browser.get("/inspection/").text

    assert case.number in page
    assert "Pass and close" in page


def test_an_empty_list_says_what_will_come(browser: FlaskClient) -> None:
    page = browser.get("/inspection/")

    assert page.status_code == 200
    assert "Nothing here" in page.text
    assert "No case chosen" in page.text


def test_overdue_cases_of_every_stage_are_on_one_list(browser: FlaskClient, fakes: Ports) -> None:
    for state in (State.REGISTERED, State.DISPATCHED, State.HANDLING, State.HANDLED):
        a_case(state, title=f"late while {state}")
    a_case(State.CLOSED, title="closed in time")
    fakes.clock.move(timedelta(days=9))  # type: ignore[attr-defined]  # the tests' clock
    a_case(State.HANDLING, title="fresh")

    page = browser.get("/inspection/?at=overdue").text

    assert [
        f"late while {state}" in page for state in ("registered", "dispatched", "handling", "handled")
    ] == [True] * 4
    assert "closed in time" not in page
    assert "fresh" not in page


def test_supervised_cases_stay_on_their_list_until_they_are_closed(browser: FlaskClient) -> None:
    supervisor = a_user(Role.SUPERVISOR).actor
    unit = a_unit()
    case = a_case(State.HANDLING, unit=unit, title="watched")
    advance(case, Action.SUPERVISE, by=supervisor, reason="Before the holidays.")

    before = browser.get("/inspection/?at=supervised").text
    hand_in(case, by=a_user(Role.HANDLER, unit=unit).actor)
    advance(case, Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)
    after = browser.get("/inspection/?at=supervised").text

    assert "watched" in before
    assert "watched" not in after


def test_closed_cases_come_last_closed_first_and_more_leads_on(browser: FlaskClient, fakes: Ports) -> None:
    for number in range(32):
        a_case(State.CLOSED, title=f"case no {number:02d}")
        fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock

    first = browser.get("/inspection/?at=closed").text
    more = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(more).text

    assert first.index("case no 31") < first.index("case no 30")
    assert "case no 01" not in first
    assert "case no 01" in second
    assert "case no 00" in second


@pytest.mark.parametrize(
    "address", ["/inspection/?at=nonsense", "/inspection/?after=zzz", "/inspection/?at=closed&after=W10"]
)
def test_an_address_that_no_list_has_is_refused_with_words(browser: FlaskClient, address: str) -> None:
    assert browser.get(address).status_code == 422


def test_a_case_is_found_by_its_number(browser: FlaskClient) -> None:
    case = a_case(State.HANDLING)

    found = browser.get(f"/inspection/find?number=%20{case.number}%20")
    nothing = browser.get("/inspection/find")
    wrong = browser.get("/inspection/find?number=150902-x")

    assert found.location == f"/inspection/{case.id}"
    assert nothing.status_code == 302
    assert wrong.status_code == 404
    assert "There is no case with this number." in wrong.text


def test_before_and_after_stand_beside_each_other_with_what_they_claim(
    browser: FlaskClient, fakes: Ports
) -> None:
    unit = a_unit("环卫一队", name_en="Sanitation One")
    case = a_case(State.HANDLING, unit=unit)
    fakes.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]  # the tests' clock
    photo = take_in(_taken_at(HERE[0] + 0.0001, HERE[1]), by=a_user().actor, uploader_key="tests")
    handler = a_user(Role.HANDLER, unit=unit, name="Bayin")
    submit_result(case, Outcome("repair", "Swept.", photo_ids=[photo.id]), by=handler.actor)

    page = browser.get(f"/inspection/{case.id}").text

    assert "data-slider" in page
    assert "23 Nov 14:30 · 8 m off" in page
    assert "Taken 14:30, after the case was claimed." in page
    assert "Taken at the case&#39;s place, 8 m off." in page
    assert "Swept." in page
    assert "Bayin" in page
    assert "Sanitation One" in page


def test_a_photo_from_elsewhere_is_pointed_out(browser: FlaskClient) -> None:
    unit = a_unit()
    case = a_case(State.HANDLING, unit=unit)
    photo = take_in(_taken_at(HERE[0] + 0.05, HERE[1]), by=a_user().actor, uploader_key="tests")
    submit_result(
        case, Outcome("repair", "Swept.", photo_ids=[photo.id]), by=a_user(Role.HANDLER, unit=unit).actor
    )

    page = browser.get(f"/inspection/{case.id}").text

    assert "Taken 4.2 km from the case&#39;s place." in page


def test_an_act_shows_its_record_and_needs_no_photo(browser: FlaskClient) -> None:
    case = a_case(State.HANDLED, category=a_category(nature=Nature.ACT))

    page = browser.get(f"/inspection/{case.id}").text

    assert "Penalty" in page
    assert "示例-2026-1" in page
    assert "an act ends with its record" in page
    assert "data-slider" not in page


def test_after_a_rework_the_photos_of_the_time_before_stand_apart(browser: FlaskClient, fakes: Ports) -> None:
    unit = a_unit()
    case = a_case(State.HANDLED, unit=unit)
    advance(case, Action.INSPECT_FAIL, by=a_user(Role.INSPECTOR).actor, reason="One bag is left.")
    fakes.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]  # the tests' clock
    hand_in(case, by=a_user(Role.HANDLER, unit=unit).actor)

    page = browser.get(f"/inspection/{case.id}").text

    assert page.count("After, the time before") == 1
    assert "Was to be done again: One bag is left." in page


def test_keys_lead_to_the_next_case_and_back(browser: FlaskClient) -> None:
    one, two = (a_case(State.HANDLED, title=title) for title in ("the first", "the second"))

    page = browser.get(f"/inspection/{two.id}?at=check").text

    assert f'href="/inspection/{one.id}?at=check" data-key="k"' in page
    assert 'data-key="j"' not in page


def test_the_lists_of_another_city_are_not_ours(browser: FlaskClient) -> None:
    a_case(State.HANDLED)
    enter_city(a_city().id)
    a_case(State.HANDLED, title="somewhere else")

    page = browser.get("/inspection/").text

    assert 'To inspect <b class="num">1</b>' in page
    assert "somewhere else" not in page


def _taken_at(lon: float, lat: float) -> bytes:
    place = ("N", _degrees(lat), "E", _degrees(lon))
    return jpeg(exif=exif_block(taken="2026:11:23 14:30:00", offset="+08:00", place=place))


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value % 1) * 60
    return float(int(value)), float(int(minutes)), (minutes % 1) * 60


@pytest.mark.parametrize("code", ["", "other"])
def test_a_wrong_list_beside_a_form_loses_nothing_that_was_typed(browser: FlaskClient, code: str) -> None:
    case = a_case(State.HANDLED)
    sent = {"inspect_fail-reason": "One bag is left.", "inspect_fail-code": code}

    page = browser.post(
        f"/inspection/{case.id}/rework?at=nope", data=sent | {"inspect_fail-version": case.version - 1}
    )

    assert page.status_code == (409 if code else 422)
    assert "One bag is left.</textarea>" in page.text
    assert get_case(case.id).version == case.version


def test_after_a_form_beside_a_wrong_list_comes_the_list_of_what_is_to_be_inspected(
    browser: FlaskClient,
) -> None:
    case = a_case(State.HANDLED)

    answer = browser.post(f"/inspection/{case.id}/pass?at=nope", data={"inspect_pass-version": case.version})

    assert answer.location == "/inspection/?at=check"


def test_a_reason_about_an_older_case_stays_in_its_dialog(browser: FlaskClient) -> None:
    case = a_case(State.HANDLED)
    seen = case.version
    advance(get_case(case.id), Action.URGE, by=a_user(Role.SUPERVISOR).actor)

    page = browser.post(
        f"/inspection/{case.id}/rework",
        data={"inspect_fail-version": seen, "inspect_fail-code": "other", "inspect_fail-reason": "One bag."},
    )

    assert page.status_code == 409
    assert "One bag.</textarea>" in page.text
    assert f'name="inspect_fail-version" type="hidden" value="{get_case(case.id).version}"' in page.text


def test_done_already_is_said_only_about_the_same_act(browser: FlaskClient) -> None:
    case = a_case(State.HANDLED)
    seen = case.version
    browser.post(f"/inspection/{case.id}/urge", data={"urge-version": seen})

    page = browser.post(f"/inspection/{case.id}/pass", data={"inspect_pass-version": seen})

    assert page.status_code == 409
    assert "You have done this already" not in page.text
    assert get_case(case.id).state is State.HANDLED


def test_what_is_wrong_with_a_form_whose_dialog_is_gone_is_said_on_the_page(browser: FlaskClient) -> None:
    case = a_case(State.CLOSED)

    page = browser.post(f"/inspection/{case.id}/rework", data={"inspect_fail-version": case.version})

    assert page.status_code == 422
    assert "Please give a reason." in page.text


def test_an_inspector_reads_what_was_reported_without_numbers_that_say_who_it_was(
    browser: FlaskClient,
) -> None:
    case = a_case(State.HANDLED, words="找我 13847400001")

    page = browser.get(f"/inspection/{case.id}").text

    assert "找我 ＊＊＊" in page
    assert "13847400001" not in page
