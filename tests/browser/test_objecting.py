"""An objection from the phone to its outcome: the post is gone at once, and comes back when somebody has decided so."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from reporter.board.lifecycle import OBJECTION_OPEN
from reporter.board.models import Objection
from reporter.kernel.db import db
from tests.browser.acts import button, link, picture, see_on_board, shown, sign_in
from tests.browser.hands import Finger, Hands, Keys
from tests.browser.samples import story_exposure
from tests.browser.server import LiveCity
from tests.browser.visit import Visitors, Watch
from tests.browser.words import like, zh

WHY = "照片里的人能认出来，请核实。"
OUTCOME = "已逐张核对，画面中没有可辨认的人。"


@pytest.mark.parametrize(("way", "kind"), [(Finger, "identity"), (Keys, "minor")])  # each hides once
def test_who_objects_hides_the_post_and_reads_what_became_of_it(
    visit: Visitors, city: LiveCity, watch: Watch, way: Callable[[Page], Hands], kind: str
) -> None:
    watch.expected |= {410}  # while it is hidden
    with city.looked_into():
        post = story_exposure("published")
        post_id, public_id = post.id, post.public_id
    resident, leader = way(visit()), way(visit())

    code = object_to(resident, public_id, kind)
    gone = resident.page.goto(f"/board/{public_id}")
    assert gone
    assert gone.status == 410
    expect(resident.page.locator("main")).to_contain_text(
        zh("This post is hidden while an objection to it is being looked at.")
    )
    resident.page.goto("/board")
    expect(resident.page.locator(f"a[href$='/board/{public_id}']")).to_have_count(0)

    sign_in(leader, "leader")
    decide(leader, objection_to(city, post_id))

    resident.page.goto("/objections")
    resident.write(resident.page.locator("#code"), code)
    resident.press(button(resident.page.locator("main"), "Look it up"))
    expect(resident.page.locator("main")).to_contain_text(OUTCOME)
    see_on_board(resident, public_id)


def object_to(hands: Hands, public_id: str, kind: str) -> str:
    """Object to the post with a photo; return the receipt code."""
    page = hands.page
    page.goto(f"/board/{public_id}")
    hands.press(link(page.locator("main"), "Object"))
    hands.choose(page.locator(f"[name=kind][value={kind}]"))
    hands.write(page.locator("#words"), WHY)
    page.locator("#photos").set_input_files([picture("rubbish-before", minutes_ago=30)])
    expect(page.locator("[data-enclosed-shown] img")).to_have_count(1)
    hands.press(button(page, "Send the objection"))
    expect(page.get_by_role("heading", name=zh("Your objection"))).to_be_visible()
    expect(page.locator("main")).to_contain_text(
        like("%(num)d photo came along; only those who decide see it.")
    )
    return page.locator("#code").inner_text()


def objection_to(city: LiveCity, post_id: int) -> int:
    """Return the id of the open objection to the post."""
    with city.looked_into():
        of_it = select(Objection.id).where(
            Objection.exposure_id == post_id, Objection.state.in_(OBJECTION_OPEN)
        )
        return db.session.execute(of_it).scalars().one()


def decide(hands: Hands, objection_id: int) -> None:
    """Take the objection into review, look at its photo, and dismiss it."""
    page = hands.page
    page.goto("/editor/?at=objections")
    hands.press(shown(page.locator(f"a[href*='/editor/objections/{objection_id}']")))
    expect(page.locator(".e-quote")).to_contain_text(WHY)
    hands.press(button(page, "Take into review"))
    expect(page.locator(".e-evidence img")).to_have_count(1)
    hands.press(shown(page.locator("[data-dialog='#dialog-decide']")))
    dialog = page.locator("dialog[open]")
    hands.choose(dialog.locator("[name$=decision][value=dismiss]"))
    hands.write(dialog.locator("textarea"), OUTCOME)
    hands.press(dialog.locator("button.btn-primary"))
    expect(page.locator(".flashes")).to_contain_text(zh("Decided. Whoever objected can read the reason."))
