"""Somebody looks at what is kept about them, takes a copy, and erases the account: by a code, on a phone, without scripts too."""

import re
from uuid import uuid4
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from reporter.accounts.queries import user_by_login
from tests.browser.acts import button, link
from tests.browser.axe import violations
from tests.browser.server import LiveCity
from tests.browser.test_sign_in import newest_letter
from tests.browser.visit import Visitors
from tests.browser.words import zh


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_copy_is_taken_and_the_account_is_erased_by_a_fresh_code(
    visit: Visitors,
    city: LiveCity,
    scripts: bool,
) -> None:
    me = f"{uuid4().hex[:8]}@example.org"
    page = visit(scripts=scripts)
    page.goto("/sign-in?next=/my/data")
    page.get_by_label(zh("Mobile number or mail address")).fill(me)
    button(page, "Send me a code").click()
    code = re.search(r"\d{6}", newest_letter(city, me).subject)
    assert code is not None
    page.get_by_label(zh("Code of six digits")).fill(code[0])
    page.get_by_label(zh("Code of six digits")).press("Enter")
    expect(page.get_by_role("heading", name=zh("My data"), exact=True)).to_be_visible()

    with page.expect_download() as download:
        link(page, "Download my data").click()
    with ZipFile(download.value.path()) as archive:
        assert me in archive.read("data.json").decode()
    link(page, "What that means, and how").click()
    button(page, "Send me the code for it").click()
    expect(page.get_by_label(zh("Code of six digits"))).to_be_visible()
    faults = violations(page) if scripts else []
    fresh = re.search(r"\d{6}", newest_letter(city, me, number=2).subject)
    assert fresh is not None
    page.get_by_label(zh("Code of six digits")).fill(fresh[0])
    button(page, "Erase my account for good").click()

    expect(page).to_have_url(f"{city.address}/")
    assert faults == []
    page.goto("/account")
    expect(page).to_have_url(re.compile("/sign-in"))
    with city.looked_into():
        assert user_by_login(me) is None
