"""The queue narrowed, kept as a filter, shared with the desk."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.ports import ports
from reporter.reports.commands.filters import save_filter
from reporter.reports.filters import filters_for
from reporter.reports.models import SavedFilter
from reporter.reports.narrowing import Narrowing, Sender
from reporter.reports.worklists import AtTriage
from tests.desks.queues import rows
from tests.make import a_category, a_moderator, a_report, a_user, an_area, the_fallback

Client = Callable[..., FlaskClient]
FAR = (113.13, 41.05)


def listed(browser: FlaskClient, **wanted: object) -> list[int]:
    return rows(browser.get(f"/triage/?{urlencode(wanted)}").text)


def keep(
    name: str, *, by: User, which: AtTriage = AtTriage.WAITING, shared: bool = False, **only: object
) -> int:
    return save_filter(name, which, Narrowing(**only), shared=shared, by=by.actor).id  # type: ignore[arg-type]


def change(browser: FlaskClient, filter_id: int, do: str, name: str = "") -> str:
    typed = {f"filter{filter_id}-do": do, f"filter{filter_id}-name": name}
    return browser.post(f"/triage/filters/{filter_id}", data=typed, follow_redirects=True).text


def names_of(user: User) -> list[str]:
    db.session.expire_all()
    return [one.name for one in filters_for(user.id)]


@pytest.fixture
def person(client_as: Client) -> User:
    the_fallback()
    return a_moderator(locale="en", name="乌兰")


@pytest.fixture
def browser(client_as: Client, person: User) -> FlaskClient:
    return client_as(person)


# ── Narrowed ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_queue_is_narrowed_by_each_thing_and_by_several(browser: FlaskClient) -> None:
    kind, other = a_category("乱堆乱放"), a_category("乱摆乱卖")
    piled = a_report(category=kind, words="楼道里堆着旧家具")
    ports.clock.move(timedelta(hours=9))  # type: ignore[attr-defined]  # the tests' clock
    sold = a_report(category=other, at=FAR, words="夜里露天烧烤", by=a_user().actor)
    sold_too = a_report(category=other, at=FAR, words="占道卖水果 100%")

    assert listed(browser, kind=other.id) == [sold.id, sold_too.id]
    assert listed(browser, hours=8) == [piled.id]
    assert listed(browser, sender="known") == [sold.id]
    assert set(listed(browser, sender="unknown")) == {piled.id, sold_too.id}
    assert listed(browser, why="newcomer") == [sold.id]
    assert listed(browser, words="烧烤") == [sold.id]
    assert listed(browser, words="100%") == [sold_too.id]
    assert listed(browser, words="%") == [sold_too.id]
    assert len(listed(browser, words="维多利")) == 3
    assert listed(browser, kind=other.id, sender="unknown", words="水果") == [sold_too.id]
    assert listed(browser, kind=kind.id, words="水果") == []


def test_an_area_and_a_kind_are_both_asked_for(browser: FlaskClient) -> None:
    here, there = an_area("桥东街道"), an_area("桥西街道", at=(113.5, 41.5))
    kind, other = a_category(), a_category()
    wanted = a_report(category=kind, at=(113.5, 41.5))
    a_report(category=other, at=(113.5, 41.5))
    a_report(category=kind)

    assert listed(browser, kind=kind.id, area=there.id) == [wanted.id]
    assert len(listed(browser, area=here.id)) == 1


def test_what_the_address_says_wrongly_is_left_out(browser: FlaskClient) -> None:
    report = a_report()

    assert listed(browser, kind="x", area="9" * 40, why="hunger", hours=7, sender="me") == [report.id]


def test_the_address_of_a_narrowed_list_leads_a_colleague_to_the_same(browser: FlaskClient) -> None:
    report = a_report(words="烧烤")
    a_report(words="水果")

    page = browser.get(f"/triage/?{urlencode({'words': '烧烤'})}").text
    link = re.search(r'class="q" href="([^"]+)"', page)

    assert link
    assert rows(browser.get(unescape(link[1])).text) == [report.id]
    assert "“烧烤”" in page


def test_an_empty_list_says_that_the_filter_is_why(browser: FlaskClient) -> None:
    a_report()

    page = browser.get(f"/triage/?{urlencode({'words': '不在这里'})}").text

    assert "No report on this list is as the filter wants it." in page
    assert "All done" not in page


def test_a_long_list_is_looked_through_a_stretch_at_a_time(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reporter.reports.worklists.LOOKED_AT", 2)
    reports = [a_report(words="水果") for _ in range(4)]
    last = a_report(words="烧烤")
    address = f"/triage/?{urlencode({'words': '烧烤'})}"

    found, pages = list[int](), 0
    while address:
        page = browser.get(address).text
        found, pages = found + rows(page), pages + 1
        link = re.search(r'href="([^"]+)" rel="next"', page)
        address = unescape(link[1]) if link else ""

    assert found == [last.id]
    assert pages == len(reports) - 1
    assert "Nothing found so far" in browser.get(f"/triage/?{urlencode({'words': '烧烤'})}").text


def test_the_whole_list_means_the_narrowed_one(browser: FlaskClient) -> None:
    spam = [a_report(words="加微信领红包") for _ in range(2)]
    kept = a_report(words="占道")

    sent = {"together-everything": "y", "together-do": "aside"}
    browser.post(f"/triage/together?{urlencode({'words': '红包'})}", data=sent)

    assert listed(browser) == [kept.id]
    assert set(listed(browser, list="aside")) == {one.id for one in spam}


def test_a_filter_whose_kind_or_area_is_gone_says_so(browser: FlaskClient, person: User) -> None:
    kind, area = a_category(), an_area("旧街道")
    a_report(category=kind)
    filter_id = keep("旧的", by=person, category_id=kind.id, area_id=area.id)
    kind.active = area.active = False
    db.session.commit()

    page = browser.get(f"/triage/?kind={kind.id}&area={area.id}").text

    assert f"The kind “{kind.name_en}” is no longer offered" in page
    assert f"The area “{area.name_en}” is closed" in page
    assert "is no longer there. Please choose another one." in browser.get("/triage/?kind=99999").text
    assert f"The area “{area.name_en}” is closed" in browser.get("/triage/filters").text
    assert filter_id


# ── Kept ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_narrowed_list_is_kept_under_a_name_and_stands_above_the_list_with_a_key(
    browser: FlaskClient, person: User
) -> None:
    report = a_report(words="烧烤")
    a_report()
    address = urlencode({"words": "烧烤", "hours": 0})

    page = browser.post(
        f"/triage/filters?{address}", data={"save-name": " 烧烤 "}, follow_redirects=True
    ).text

    assert "Kept as “烧烤”." in page
    assert rows(page) == [report.id]
    assert re.search(r'aria-current="page" data-key="g 1"', page)
    assert names_of(person) == ["烧烤"]
    assert "Keep as a filter" not in page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Please give the filter a name."),
        ("长" * 25, "At most 24 characters; please shorten the text."),
        ("长" * 1001, "At most 24 characters; please shorten the text."),
        ("旧的", "There is a filter of this name already."),
    ],
)
def test_a_name_that_cannot_be_is_said_on_its_field_and_comes_back(
    browser: FlaskClient, person: User, name: str, said: str
) -> None:
    keep("旧的", by=person)

    answer = browser.post("/triage/filters?hours=2", data={"save-name": name, "save-shared": "y"})

    assert answer.status_code == 422
    assert said in answer.text
    assert re.search(rf'name="save-name"[^>]+value="{name}"', answer.text)
    assert names_of(person) == ["旧的"]


def test_filters_are_renamed_put_in_order_and_deleted(browser: FlaskClient, person: User) -> None:
    first, second, third = (keep(name, by=person, words=name) for name in ("一", "二", "三"))

    change(browser, third, "up")
    change(browser, first, "up")
    assert names_of(person) == ["一", "三", "二"]
    change(browser, first, "down")
    change(browser, second, "rename", "第二")
    assert names_of(person) == ["三", "一", "第二"]
    page = change(browser, third, "drop")

    assert names_of(person) == ["一", "第二"]
    assert "The filter was deleted." in page


def test_a_name_that_is_taken_comes_back_on_the_page_of_filters(browser: FlaskClient, person: User) -> None:
    keep("一", by=person)
    second = keep("二", by=person)

    page = change(browser, second, "rename", "一")

    assert "There is a filter of this name already." in page
    assert re.search(rf'name="filter{second}-name"[^>]+value="一"', page)
    assert names_of(person) == ["一", "二"]


def test_a_shared_filter_is_seen_by_all_with_its_owners_name_and_changed_by_owner_or_shift_lead(
    browser: FlaskClient, person: User, client_as: Client
) -> None:
    own = keep("红包", by=person, words="红包")
    colleague = a_moderator(locale="en")
    lead = a_user(Role.SHIFT_LEADER, locale="en")
    hers = client_as(colleague)
    assert names_of(colleague) == []
    assert hers.post(f"/triage/filters/{own}").status_code == 404

    change(browser, own, "share")
    page = hers.get("/triage/").text
    assert re.search(r"红包 <span class=\"t-whose\">乌兰</span>", page)
    assert "You may not do this here." in change(hers, own, "drop")
    assert f'name="filter{own}-do"' not in hers.get("/triage/filters").text
    change(client_as(lead), own, "rename", "垃圾信息")

    assert names_of(colleague) == names_of(person) == ["垃圾信息"]


def test_what_is_shared_no_more_leaves_the_others(browser: FlaskClient, person: User) -> None:
    own, colleague = keep("红包", by=person, shared=True), a_moderator()
    assert names_of(colleague) == ["红包"]

    change(browser, own, "keep")

    assert names_of(colleague) == []


def test_a_filter_remembers_its_list_and_everything_it_asks_for(browser: FlaskClient, person: User) -> None:
    kind = a_category()
    keep("旧", by=person, which=AtTriage.ASIDE, category_id=kind.id, sender=Sender.KNOWN, hours=24)

    page = browser.get("/triage/").text

    assert re.search(rf'href="/triage/\?list=aside&amp;kind={kind.id}&amp;hours=24&amp;sender=known"', page)


def test_nobody_keeps_more_than_thirty(browser: FlaskClient, person: User) -> None:
    for number in range(30):
        keep(f"第{number}", by=person)

    answer = browser.post("/triage/filters?hours=2", data={"save-name": "再来一个"})

    assert answer.status_code == 422
    assert "You keep 30 filters already" in answer.text
    assert db.session.query(SavedFilter).count() == 30
