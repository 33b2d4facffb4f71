"""A case that is nobody's at first: a question, a send-back, a call of two units, their conclusion, and a follow-up."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from reporter.accounts.models import User
from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.cases.queries import case_by_number, get_case
from reporter.kernel.db import db
from tests.browser import acts
from tests.browser.acts import button, shown
from tests.browser.hands import Finger, Hands, Keys
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, PHONE, Screen, Visitors
from tests.browser.words import zh

Way = Callable[[Page], Hands]
THERE = (113.1301, 41.0240)  # degrees WGS 84, away from where other stories report
CALLED = "交警二中队"


@pytest.mark.parametrize("way", [Finger, Keys])
def test_a_case_that_is_nobodys_at_first(visit: Visitors, city: LiveCity, way: Way) -> None:
    def staff(login: str, *, screen: Screen = DESK) -> Hands:
        hands = way(visit(screen=screen))
        acts.sign_in(hands, login)
        return hands

    resident = way(visit())
    number, code = acts.report(resident, THERE)
    case_id = _case(city, acts.accept(staff("acceptor"), number))
    unit = staff(_login(city, case_id), screen=PHONE)
    ask(unit, case_id)
    answer(resident, code)
    send_back(unit, case_id)
    approve(staff("shift"), case_id)
    assert _now(city, case_id).state is State.DISPATCHED

    called = call_together(staff("dispatcher"), city, case_id)
    report_in(staff(called, screen=PHONE), case_id)
    conclude(staff("dispatcher"), case_id)
    acts.handle(staff(_login(city, case_id), screen=PHONE), case_id)
    acts.inspect(staff("inspector"), case_id)
    follow_up(staff("acceptor"), case_id)

    assert _now(city, case_id).follow_up_due_at is None


def _case(city: LiveCity, number: str) -> int:
    with city.looked_into():
        case = case_by_number(number)
        assert case
        return case.id


def _now(city: LiveCity, case_id: int) -> Case:
    with city.looked_into():
        return get_case(case_id)


def _login(city: LiveCity, case_id: int) -> str:
    """Return the login, without its domain, of the handler of the unit that has the case."""
    with city.looked_into():
        return _of_unit(get_case(case_id).lead_unit_id)


def _of_unit(unit_id: int | None) -> str:
    handler = db.session.scalars(select(User).where(User.unit_id == unit_id).order_by(User.id)).first()
    assert handler is not None
    assert handler.email is not None
    return handler.email.partition("@")[0]


def ask(hands: Hands, case_id: int) -> None:
    """Claim the case and ask whoever reported it."""
    page = hands.page
    hands.press(shown(page.locator(f"form[action$='/unit/{case_id}/claim'] button")))
    hands.press(button(page, "Ask the reporter").first)
    dialog = page.locator("dialog[open]")
    hands.write(dialog.locator("textarea"), "请问是哪个小区门口？")
    hands.press(button(dialog, "Ask the reporter").last)
    expect(page.locator("main")).to_contain_text(zh("Waiting for the reporter: the clock stands still"))


def answer(hands: Hands, code: str) -> None:
    """Read the question by the query code and answer it."""
    page = hands.page
    page.goto(f"/track/{code}")
    expect(page.locator("main")).to_contain_text("请问是哪个小区门口？")
    hands.write(page.locator("textarea").first, "百旺家苑东门，电话 13800000000")
    hands.press(button(page, "Send the answer"))
    expect(page.locator(".flashes")).to_be_visible()


def send_back(hands: Hands, case_id: int) -> None:
    """Read the answer, without the number in it, and ask to send the case back."""
    page = hands.page
    page.goto(f"/unit/{case_id}")
    expect(page.locator("main")).to_contain_text("百旺家苑东门，电话 ＊＊＊")
    hands.press(button(page, "Send back").first)
    dialog = page.locator("dialog[open]")
    hands.choose(dialog.get_by_role("radio", name=zh("Not this unit's duty")))
    hands.write(dialog.locator("textarea"), "小区内由物业和街道负责")
    hands.press(button(dialog, "Ask to send it back"))
    expect(page.locator(".flashes")).to_be_visible()


def approve(hands: Hands, case_id: int) -> None:
    """See whose the case becomes, and agree."""
    page = hands.page
    page.goto(f"/triage/requests/{case_id}")
    expect(page.locator("main")).to_contain_text(
        re.compile(zh("If you approve, it goes next to: %(unit)s").split("%")[0])
    )
    hands.press(page.locator("button[formaction*='approve_send_back']"))
    expect(page.locator(".flashes")).to_be_visible()


def call_together(hands: Hands, city: LiveCity, case_id: int) -> str:
    """Call another unit at the highest level; return the login of its handler."""
    page = hands.page
    page.goto(f"/triage/cases/{case_id}")
    hands.press(page.locator("[data-dialog='#dialog-whistle']"))
    dialog = page.locator("dialog[open]")
    hands.choose(dialog.get_by_role("radio", name=zh("Emergency: within half an hour")))
    unit = dialog.get_by_role("checkbox", name=CALLED)
    chosen = int(unit.get_attribute("value") or 0)
    hands.choose(unit)
    hands.write(dialog.locator("textarea"), "请到场共同认定")
    hands.press(dialog.locator("button.btn-primary"))
    expect(page.locator("main")).to_contain_text(zh("has not come yet"))
    with city.looked_into():
        return _of_unit(chosen)


def report_in(hands: Hands, case_id: int) -> None:
    """Find the call in the inbox and report in with one tap."""
    page = hands.page
    hands.press(shown(page.locator(f"a.btn[href$='/unit/{case_id}']")))
    hands.press(button(page, "Report in"))
    expect(page.locator(".flashes")).to_contain_text(
        zh("Reported in. The others can see that your unit has come.")
    )


def conclude(hands: Hands, case_id: int) -> None:
    """Write down what the units have settled."""
    page = hands.page
    page.goto(f"/triage/cases/{case_id}")
    hands.press(page.locator("[data-dialog='#dialog-conclude']"))
    dialog = page.locator("dialog[open]")
    hands.write(dialog.locator("textarea"), "由主办单位清运，街道看护")
    hands.press(dialog.locator("button.btn-primary"))
    expect(page.locator("main")).to_contain_text("由主办单位清运，街道看护")


def follow_up(hands: Hands, case_id: int) -> None:
    """Write down what the reporter says on the telephone."""
    page = hands.page
    page.goto(f"/triage/dispatch/{case_id}?list=follow_up")
    hands.press(page.locator("[data-dialog='#dialog-follow_up']"))
    dialog = page.locator("dialog[open]")
    hands.choose(dialog.get_by_role("radio", name=zh("It is put right")))
    hands.write(dialog.locator("textarea"), "电话里说满意")
    hands.press(dialog.locator("button.btn-primary"))
    expect(page.locator(".flashes")).to_be_visible()
