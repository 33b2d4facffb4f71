"""Somebody new signs in by the code of a letter, comes back by its link, and keeps no password at all."""

import re
import time
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from reporter.ports.mail import Letter
from tests.browser.acts import button
from tests.browser.axe import violations
from tests.browser.server import LiveCity
from tests.browser.visit import DESK, PHONE, Screen, Visitors
from tests.browser.words import zh

PATIENCE = 60  # seconds until the worker has sent a letter; builds share two processors


def newest_letter(city: LiveCity, to: str, *, number: int = 1) -> Letter:
    """Return the letter that has come to an address as the one with this number, once it is there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = [letter for letter in city.app.extensions["ports"].mail.sent if letter.to == to]
        if len(found) >= number:
            newest: Letter = found[number - 1]
            return newest
        time.sleep(0.1)
    raise AssertionError(f"no letter to {to}")


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_new_signs_in_by_the_code_and_comes_back_by_the_link(
    visit: Visitors, city: LiveCity, screen: Screen, scripts: bool
) -> None:
    me = f"{uuid4().hex[:8]}@example.org"
    page = visit(screen=screen, scripts=scripts)
    page.goto("/account")
    page.get_by_label(zh("Mobile number or mail address")).fill(me)
    button(page, "Send me a code").click()
    code = re.search(r"\d{6}", newest_letter(city, me).subject)
    assert code is not None
    expect(page.get_by_label(zh("Code of six digits"))).to_be_visible()
    faults = violations(page) if scripts else []

    page.get_by_label(zh("Code of six digits")).fill(code[0])
    page.get_by_label(zh("Code of six digits")).press("Enter")

    expect(page.get_by_role("heading", name=zh("About me"))).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text(f"{me[0]}***@example.org")
    assert faults == []

    other = visit(screen=screen, scripts=scripts)
    other.goto("/sign-in")
    other.get_by_label(zh("Mobile number or mail address")).fill(me)
    button(other, "Send me a code").click()
    link = re.search(r"/sign-in/by/\S+", newest_letter(city, me, number=2).text)
    assert link is not None
    third = visit(screen=screen, scripts=scripts)
    third.goto(link[0])
    third.locator("main form button").click()

    expect(third).to_have_url(f"{city.address}/my")


def test_a_wrong_code_is_said_and_the_right_one_still_works(visit: Visitors, city: LiveCity) -> None:
    visit.watch.expected.add(422)
    me = f"{uuid4().hex[:8]}@example.org"
    page = visit()
    page.goto("/sign-in")
    page.get_by_label(zh("Mobile number or mail address")).fill(me)
    button(page, "Send me a code").click()
    code = re.search(r"\d{6}", newest_letter(city, me).subject)
    assert code is not None

    page.get_by_label(zh("Code of six digits")).fill("00")
    page.get_by_label(zh("Code of six digits")).press("Enter")
    expect(page.locator("#code-err")).to_be_visible()
    page.get_by_label(zh("Code of six digits")).fill(code[0])
    page.get_by_label(zh("Code of six digits")).press("Enter")

    expect(page).to_have_url(f"{city.address}/my")
