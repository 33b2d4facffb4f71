"""The unit's lists: what is on them, in which order, what a card says, and that a longer list costs no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.kernel.db import enter_city
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.routing.models import Unit
from reporter.routing.whistles import call_together
from tests.make import a_case, a_city, a_rule, a_unit, a_user, hand_in

Client = Callable[..., FlaskClient]


@pytest.fixture
def unit() -> Unit:
    """Return the unit these tests are about."""
    return a_unit("环卫一队", name_en="Sanitation One")


@pytest.fixture
def browser(client_as: Client, unit: Unit) -> FlaskClient:
    """Return the browser of one of its handlers."""
    return client_as(a_user(Role.HANDLER, unit=unit, locale="en"))


def test_the_inbox_shows_first_what_is_to_be_claimed_and_below_it_what_is_in_hand(
    browser: FlaskClient, unit: Unit
) -> None:
    a_case(State.HANDLING, unit=unit, title="In work already")
    a_case(State.DISPATCHED, unit=unit, title="Fresh from the centre")

    page = browser.get("/unit/")

    assert page.status_code == 200
    assert page.text.index("Fresh from the centre") < page.text.index("In work already")
    assert "Claim this case" in page.text
    assert "Sanitation One" in page.text


def test_each_list_holds_its_own_cases(browser: FlaskClient, unit: Unit) -> None:
    a_case(State.DISPATCHED, unit=unit, title="one to claim")
    a_case(State.HANDLING, unit=unit, title="one in hand")
    a_case(State.SHELVED, unit=unit, title="one shelved")
    a_case(State.HANDLED, unit=unit, title="one handed in")
    a_case(State.CLOSED, unit=unit, title="one closed")
    again = a_case(State.HANDLED, unit=unit, title="one to redo")
    advance(again, Action.INSPECT_FAIL, by=a_user(Role.INSPECTOR).actor, reason="Half of it is left.")

    lists = {at: browser.get(f"/unit/?at={at}").text for at in ("work", "check", "rework", "done")}

    assert "one in hand" in lists["work"] and "one shelved" in lists["work"]  # noqa: PT018 - one list
    assert "the clock stands still" in lists["work"]
    assert "one to redo" not in lists["work"]
    assert "one handed in" in lists["check"]
    assert "one to redo" in lists["rework"]
    assert "one closed" in lists["done"]
    assert "one to claim" not in lists["done"]


def test_another_units_cases_are_on_no_list(browser: FlaskClient) -> None:
    a_case(State.DISPATCHED, unit=a_unit("别的单位"), title="not ours")

    page = browser.get("/unit/")

    assert "not ours" not in page.text
    assert "Nothing here" in page.text


def test_the_soonest_due_comes_first_and_more_leads_on(
    browser: FlaskClient, unit: Unit, fakes: Ports
) -> None:
    for number in range(22):
        a_case(State.HANDLED, unit=unit, title=f"case no {number:02d}")
        fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]  # the tests' clock

    first = browser.get("/unit/?at=check")
    more = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(more)

    assert first.text.index("case no 00") < first.text.index("case no 01")
    assert "case no 20" not in first.text
    assert "case no 21" in second.text
    assert "Back to the first" in second.text


def test_a_card_says_that_it_is_urgent_urged_and_under_supervision(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.HANDLING, unit=unit, urgent=True)
    advance(case, Action.URGE, by=a_user(Role.INSPECTOR).actor)
    advance(case, Action.URGE, by=a_user(Role.INSPECTOR).actor)
    advance(case, Action.SUPERVISE, by=a_user(Role.SUPERVISOR).actor, reason="Before the holidays.")

    page = browser.get("/unit/?at=work")

    assert "under supervision" in page.text
    assert "urged 2 times" in page.text
    assert "urgent" in page.text
    assert "Under supervision: Before the holidays." in page.text


@pytest.mark.parametrize(
    ("passed", "level", "word"),
    [(1, "count ok", "Time to claim it"), (10, "count warn", "Claim it soon"), (20, "count bad", "Overdue by 5 min")],
)  # fmt: skip
def test_the_light_turns_from_green_to_amber_to_red(
    browser: FlaskClient, unit: Unit, fakes: Ports, passed: int, level: str, word: str
) -> None:
    a_case(State.DISPATCHED, unit=unit)
    fakes.clock.move(timedelta(minutes=passed))  # type: ignore[attr-defined]  # the tests' clock

    page = browser.get("/unit/")

    assert level in page.text
    assert word in page.text


def test_what_the_unit_was_told_stands_below_its_lists(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)

    page = browser.get("/unit/")

    assert f"Case {case.number} was given to your unit: please claim it" in page.text


def test_a_case_to_which_the_unit_is_called_stands_on_top_until_it_ends(
    browser: FlaskClient, unit: Unit
) -> None:
    lead = a_unit("主办单位")
    a_rule(lead, co_unit_ids=[unit.id])
    case = a_case(State.HANDLING, unit=lead, title="called together")
    call_together(case, [unit.id], by=a_user(Role.DISPATCHER).actor, reason="Three owners, one yard.")

    before = browser.get("/unit/").text
    hand_in(case, by=a_user(Role.HANDLER, unit=lead).actor)
    advance(case, Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)
    after = browser.get("/unit/").text

    assert "Called together with others" in before
    assert "called together" in before
    assert "Look and report in" not in after


def test_the_counts_of_another_city_are_not_ours(client_as: Client) -> None:
    unit = a_unit()
    a_case(State.DISPATCHED, unit=unit)
    person = a_user(Role.HANDLER, unit=unit, locale="en")
    browser = client_as(person)
    other = a_city()
    enter_city(other.id)
    a_case(State.DISPATCHED, unit=a_unit())

    page = browser.get("/unit/")

    assert 'To claim <b class="num">1</b>' in page.text


@pytest.mark.parametrize("address", ["/unit/?at=nonsense", "/unit/?at=claim&after=zzz"])
def test_an_address_that_no_list_has_is_refused_with_words(browser: FlaskClient, address: str) -> None:
    page = browser.get(address)

    assert page.status_code == 422


def test_nobody_but_a_unit_opens_the_desk(client_as: Client, unit: Unit) -> None:
    resident = client_as(a_user(Role.RESIDENT))
    unattached = client_as(a_user(Role.HANDLER))
    stranger = client_as()

    answers = [one.get("/unit/").status_code for one in (resident, unattached, stranger)]

    assert answers == [403, 403, 302]
