"""What a kind asks besides: an administrator asks, a resident answers on a phone, a moderator reads it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from reporter.kernel.db import db
from reporter.reports.models import Report
from tests.browser.acts import NUMBER, button, link, picture
from tests.browser.axe import violations
from tests.browser.server import LiveCity
from tests.browser.test_offline import nothing_waits, ready
from tests.browser.visit import DESK, PHONE, Visitors, Watch
from tests.browser.waiting import wait_until
from tests.browser.words import zh

AWAY = (113.1262, 41.0119)  # degrees WGS 84, in the city, where nothing was reported
KIND, SUB = "posters_graffiti", "喷涂"


@pytest.fixture
def asked(visit: Visitors) -> Iterator[None]:
    """Let a kind that no other story is about ask two things, one of which has to be answered; retire them at the end."""
    page = visit("sysadmin", screen=DESK)
    page.goto("/admin/kinds")
    page.get_by_role("link", name="乱贴乱画").click()
    _ask(page, "surface", "喷在什么上面？", "singlevaluelist", "wall | 墙面\nground | 地面")
    _ask(page, "phone", "上面写着什么？", "string", "", needed=True)
    yield
    for words in ("喷在什么上面？", "上面写着什么？"):
        link_of(page, words).click()
        page.locator("#active").uncheck()
        button(page, "Save").click()
        expect(page.locator("#questions")).to_be_visible()


def link_of(page: Page, words: str) -> Locator:
    return page.get_by_role("link", name=words)


def _ask(page: Page, code: str, words: str, sort: str, choices: str, *, needed: bool = False) -> None:
    """Add a question, or ask the one again that is there already."""
    if link_of(page, words).count():
        link_of(page, words).click()
        page.locator("#active").check()
    else:
        link(page, "Add a question").click()
        page.locator("#code").fill(code)
        page.locator("#question_zh").fill(words)
        page.locator("#datatype").select_option(sort)
        page.locator("#choices").fill(choices)
        page.locator("#required").set_checked(needed)
        assert violations(page) == []
    button(page, "Save").click()
    expect(link_of(page, words)).to_be_visible()


def to_kind(page: Page) -> None:
    """Take a photo and choose the kind with its sub-type."""
    page.context.set_geolocation({"longitude": AWAY[0], "latitude": AWAY[1], "accuracy": 12})
    page.goto("/report")
    page.locator("[data-gallery]").set_input_files([picture("posters-before", minutes_ago=1, at=AWAY)])
    button(page, "Next").click()
    page.locator(f"label:has([data-slug={KIND}])").click()
    page.get_by_role("button", name=SUB).click()


@pytest.mark.usefixtures("asked")
def test_what_has_to_be_answered_is_asked_kept_in_the_draft_sent_and_read(visit: Visitors) -> None:
    page = visit(screen=PHONE)
    to_kind(page)

    expect(page.get_by_role("heading", name=zh("A little more about it"))).to_be_focused()
    assert violations(page) == []
    button(page, "Next").click()
    expect(page.locator("#step-questions [data-step-error]")).to_contain_text("上面写着什么？")
    page.get_by_label("上面写着什么？").fill("办证")
    page.get_by_role("radio", name="墙面", exact=True).check()
    wait_until(page, lambda: "办证" in page.evaluate("localStorage.getItem('report-draft') || ''"))
    page.goto("/report")
    button(page, "Go on with it").click()
    button(page, "Next").click()
    page.get_by_role("button", name=SUB).click()
    expect(page.get_by_label("上面写着什么？")).to_be_visible()
    expect(page.get_by_label("上面写着什么？")).to_have_value("办证")
    page.get_by_label("上面写着什么？").press("Enter")

    expect(page.locator("[data-sum-answers]")).to_have_text("喷在什么上面？ 墙面上面写着什么？ 办证")
    assert violations(page) == []
    button(page, "Send").click()
    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()
    found = NUMBER.search(page.locator("main").inner_text())
    assert found
    moderator = visit("acceptor", screen=DESK)
    moderator.goto(f"/triage/search?q={found[0]}")
    expect(moderator.locator(".t-two")).to_contain_text("上面写着什么？办证")
    assert violations(moderator) == []


@pytest.mark.usefixtures("asked")
def test_the_way_back_leads_past_the_questions_and_another_kind_asks_nothing_of_them(visit: Visitors) -> None:
    page = visit(screen=PHONE)
    to_kind(page)
    page.get_by_label("上面写着什么？").fill("办证")
    button(page, "Next").click()

    page.locator("[data-sum-asked] a").click()
    expect(page.get_by_role("heading", name=zh("A little more about it"))).to_be_focused()
    button(page, "Back a step").click()
    page.locator("label:has([data-slug=littering_dumping])").click()
    page.get_by_role("button", name="暴露垃圾").click()

    expect(page.get_by_role("heading", name=zh("Look it over and send it"))).to_be_focused()
    expect(page.get_by_text("都有什么？")).to_be_visible()
    expect(page.locator("dd[data-sum-asked]")).to_be_hidden()
    button(page, "Back a step").click()
    expect(page.get_by_role("heading", name=zh("What kind is it?"))).to_be_focused()


@pytest.mark.usefixtures("asked")
def test_without_scripts_a_button_shows_what_the_kind_asks(visit: Visitors, watch: Watch) -> None:
    watch.expected.add(422)
    page = visit(scripts=False)
    page.goto("/report")
    page.locator("#photos").set_input_files([picture("posters-before", minutes_ago=9, at=AWAY)])
    page.locator(f"[name=category][data-slug={KIND}]").check(force=True)

    button(page, "Show what this kind asks besides").click()
    page.get_by_label("上面写着什么？").fill("")
    button(page, "Send").click()
    expect(page.locator(f"[id='answer-{KIND}-phone-err']")).to_be_visible()
    page.get_by_label("上面写着什么？").fill("办证")
    button(page, "Send").click()

    expect(page.get_by_role("heading", name=zh("Received, thank you"))).to_be_visible()


def test_answers_given_without_a_network_wait_with_the_report_and_come_back_when_it_is_changed(
    visit: Visitors, city: LiveCity, watch: Watch
) -> None:
    watch.loses = True
    words = "断网时写下的，带着回答。"
    page = visit(keeps=True)
    ready(page)
    page.context.set_offline(True)
    page.goto("/report")
    write_with_answers(page, words)

    button(page.locator("[data-outbox-list] > li"), "Change it").click()
    button(page, "Go on with it").click()
    expect(page.locator("#step-kind")).to_be_attached()
    ticked = page.locator("[name=answer-littering_dumping-what_lies_there]:checked")
    expect(ticked).to_have_count(2)
    page.goto("/report#step-confirm")
    button(page, "Send").click()
    expect(page).to_have_url(re.compile("/report/waiting$"))
    page.context.set_offline(False)

    expect(page.locator("[data-outbox-list] > li")).to_contain_text(zh("Sent, thank you"))
    with city.looked_into():
        sent = db.session.scalars(select(Report).where(Report.words == words)).one()
        answers = {one["code"]: [part["zh"] for part in one["answer"]] for one in sent.answers}
    assert answers == {"what_lies_there": ["生活垃圾", "建筑垃圾"], "since": ["三天"]}
    link(page, "Receipt with the query code").click()
    nothing_waits(page)


def write_with_answers(page: Page, words: str) -> None:
    """Write a whole report, as `test_offline.write` does, with answers."""
    page.locator("[data-gallery]").set_input_files([picture("rubbish-before", minutes_ago=12)])
    button(page, "Next").click()
    page.locator("[data-locate]").click()
    expect(page.locator("[data-place-source]")).to_contain_text("手机")
    button(page, "It is here").click()
    page.locator("[name=category][data-slug=littering_dumping]").check(force=True)
    button(page, "Next").click()
    for answer in ("生活垃圾", "建筑垃圾"):
        page.get_by_role("checkbox", name=answer).check()
    page.get_by_label("大概放了多久？").fill("三天")
    page.locator("#words").fill(words)
    button(page, "Send").click()
    expect(page).to_have_url(re.compile("/report/waiting$"))
