"""Somebody follows where they are; something is published there, stands under the bell, and the letter's link ends it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from reporter.accounts.queries import user_by_login
from reporter.board.commands.copies import burn_pictures
from reporter.board.commands.exposures import publish
from reporter.board.queries import get_exposure
from reporter.following.commands.digesting import write_digests
from reporter.following.models import Follow, Follower
from reporter.following.queries import follows_of
from reporter.kernel.db import command, db
from reporter.notices.commands.wishing import Wish, keep_wishes
from reporter.ports import ports
from tests.browser.acts import button
from tests.browser.axe import violations
from tests.browser.samples import story_exposure
from tests.browser.server import MAIL, LiveCity
from tests.browser.test_sign_in import newest_letter
from tests.browser.visit import DESK, PHONE, Screen, Visitors
from tests.browser.words import zh

# No quiet hours: the story is the same by day and by night.
AT_ANY_HOUR = Wish(off=frozenset(), quiet_from=0, quiet_to=0, digest_hour=8, most=10)


def signed_in(page: Page, city: LiveCity, me: str, *, on: str) -> None:
    """Open an account by a code, on the way to a page."""
    page.goto(f"/sign-in?next={on}")
    page.get_by_label(zh("Mobile number or mail address")).fill(me)
    button(page, "Send me a code").click()
    code = re.search(r"\d{6}", newest_letter(city, me).subject)
    assert code is not None
    page.get_by_label(zh("Code of six digits")).fill(code[0])
    page.get_by_label(zh("Code of six digits")).press("Enter")
    page.wait_for_url(f"**{on}")


def published_near(city: LiveCity, me: str) -> str:
    """Publish a post where somebody follows, let their hour come, and return the post's title."""
    with city.looked_into():
        user, editor = user_by_login(me), user_by_login(f"second@{MAIL}")
        assert user is not None
        assert editor is not None
        (row,) = follows_of(user.id)
        one = story_exposure("second_review")
        if one.published_at is None:
            command(lambda: _move(row.id, one.lon, one.lat))()
            publish(one, by=editor.actor)
            burn_pictures(one.id)
        keep_wishes(f"user:{user.id}", AT_ANY_HOUR)
        due = ports.clock.now() - timedelta(minutes=1)
        command(
            lambda: db.session.execute(
                update(Follower).where(Follower.user_id == user.id).values(next_at=due)
            )
        )()
        write_digests()
        return get_exposure(one.id).title


def _move(follow_id: int, lon: float, lat: float) -> None:
    """Let what is followed lie where the post is: the phone of the test stands elsewhere."""
    db.session.get_one(Follow, follow_id).place = f"{lon:.3f},{lat:.3f}"


def test_from_following_to_the_way_out(visit: Visitors, city: LiveCity) -> None:
    me = f"{uuid4().hex[:8]}@example.org"
    page = visit(screen=PHONE)
    signed_in(page, city, me, on="/my/following/new")
    page.locator("[data-follow-locate]").click()
    expect(page.locator("[data-follow-said]")).to_have_text(zh("The place is marked."))
    expect(page.locator(".map-halo")).to_be_visible()
    page.get_by_label(zh("How far around it")).select_option("2000")
    page.get_by_label(zh("What you call the place")).fill("上班的地方")
    page.get_by_role("button", name=zh("Follow"), exact=True).click()
    expect(page.get_by_role("heading", name="上班的地方")).to_be_visible()
    faults = violations(page)

    title = published_near(city, me)
    page.goto("/notices/")
    page.locator(".told a").first.click()
    expect(page.get_by_role("link", name=title)).to_be_visible()
    faults += violations(page)

    letter = newest_letter(city, me, number=2)
    stop = urlsplit(re.findall(r"<(.+)>", letter.headers["List-Unsubscribe"])[0]).path
    stranger = visit(screen=PHONE)
    stranger.goto(stop)
    faults += violations(stranger)
    button(stranger, "Tell me no more").click()
    expect(stranger.get_by_role("heading", name=zh("You get no more of these messages"))).to_be_visible()
    page.goto("/my/following")
    expect(page.get_by_text(zh("Paused"), exact=True)).to_be_visible()
    assert title in letter.text
    assert faults == []


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_a_place_is_marked_by_the_keyboard_alone(visit: Visitors, city: LiveCity, screen: Screen) -> None:
    page = visit(screen=screen)
    signed_in(page, city, f"{uuid4().hex[:8]}@example.org", on="/my/following/new")
    expect(page.locator("[data-follow-locate]")).to_be_enabled()  # once its script is there
    page.locator("[data-follow-locate]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-halo")).to_be_visible()
    pin = page.locator(".map-pin")
    pin.focus()
    before = page.locator("#lat").input_value()

    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name=zh("Follow"), exact=True).focus()
    moved = page.locator("#lat").input_value()
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{city.address}/my/following")
    assert float(moved) > float(before)


def test_without_scripts_an_area_is_followed(visit: Visitors, city: LiveCity) -> None:
    page = visit(scripts=False)
    signed_in(page, city, f"{uuid4().hex[:8]}@example.org", on="/my/following/new")

    page.locator("input[value=area]").check(force=True)
    page.get_by_label(zh("Area")).select_option(index=2)
    page.get_by_role("button", name=zh("Follow"), exact=True).click()

    expect(page.locator(".own-row")).to_have_count(1)


def test_from_a_post_it_is_one_press(visit: Visitors, city: LiveCity) -> None:
    page = visit("resident")
    with city.looked_into():
        public_id = story_exposure("published").public_id
    page.goto(f"/board/{public_id}")

    button(page, "Follow what is around here").click()

    expect(page).to_have_url(f"{city.address}/my/following")
    expect(page.locator(".own-row")).not_to_have_count(0)
