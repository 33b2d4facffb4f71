"""Ready sentences in the dialogs, and the page on which an administrator writes them."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from reporter.accounts.models import User
from reporter.cases.lifecycle import State
from reporter.cases.queries import get_case, get_category
from reporter.cases.ready import Purpose
from reporter.cases.rewording import Words, save_sentence
from reporter.cases.sentences import get_sentence, sentences
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM, Role
from reporter.reports.commands.intake import Spot
from reporter.routing.models import Unit
from reporter.routing.queries import get_unit
from tests.desks.residents import accepted
from tests.make import HERE, a_case, a_report, a_unit, a_user

Client = Callable[..., FlaskClient]
FORM = {"version": 0, "purpose": "decline", "label_zh": "节日摊点", "label_en": "festival", "text_zh": "{place}的摊点为节日临时设置。", "text_en": "", "active": "y"}  # fmt: skip


@pytest.fixture
def admin(client_as: Client) -> FlaskClient:
    return client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))


def at(address: str) -> Spot:
    return Spot(source="picked", lon=HERE[0], lat=HERE[1], address=address)


def reason_of(action: str) -> str:
    """Return the reason of the one step of a kind."""
    return db.session.scalars(select(TrailEntry).where(TrailEntry.action == action)).one().reason


def texts(page: str) -> list[str]:
    return re.findall(r'data-text="([^"]*)"', page)


# ── In the dialogs ───────────────────────────────────────────────────────────────────────────────────────────────


def test_sentences_come_filled_in_for_the_report_in_the_residents_language(moderator: FlaskClient) -> None:
    report = a_report(spot=at("解放大街12号"), locale="zh_Hans_CN")
    english = a_report(spot=at("解放大街12号"), locale="en")

    chinese_page, english_page = (
        moderator.get(f"/triage/{report.id}").text,
        moderator.get(f"/triage/{english.id}").text,
    )

    assert any("解放大街12号" in text and "已经整改" in text for text in texts(chinese_page))
    assert any(f"Your report ({english.number}) holds nothing" in text for text in texts(english_page))
    own = [text for page in (chinese_page, english_page) for text in texts(page.partition('id="judge"')[2])]
    assert own
    assert not any("{" in text for text in own)


def test_a_sentence_without_english_is_offered_in_chinese_and_says_so(moderator: FlaskClient) -> None:
    save_sentence(
        "", Words("节日摊点", "", "节日摊点，{date}后撤除。", ""), purpose=Purpose.DECLINE, by=SYSTEM
    )
    report = a_report(locale="en")

    page = moderator.get(f"/triage/{report.id}").text

    assert any(text.startswith("节日摊点，") for text in texts(page))
    assert "in Chinese only" in page


def test_an_address_cannot_bring_markup_into_a_sentence(moderator: FlaskClient) -> None:
    report = a_report(spot=at("<b>解放大街</b>{phone}"))

    page = moderator.get(f"/triage/{report.id}").text

    assert "<b>解放大街</b>{phone}" not in page
    assert any("&lt;b&gt;解放大街&lt;/b&gt;{phone}" in text for text in texts(page))


def test_the_server_fills_in_the_chosen_sentence_and_counts_it(moderator: FlaskClient) -> None:
    report = a_report(spot=at("解放大街12号"))

    moderator.post(f"/triage/{report.id}/decline", data={"decline-version": report.version, "decline-template": "decline-settled"})  # fmt: skip

    kind = get_category(report.category_id).name_zh
    assert f"您反映的解放大街12号{kind}问题已经整改，不再另行立案。" in reason_of("decline")
    assert get_sentence("decline-settled").used == 1


def test_what_was_typed_wins_over_the_chosen_sentence(moderator: FlaskClient) -> None:
    report = a_report()

    moderator.post(f"/triage/{report.id}/ask", data={"ask-version": report.version, "ask-template": "ask-when", "ask-reason": "哪一扇门？"})  # fmt: skip

    assert reason_of("request_info") == "哪一扇门？"


def test_a_sentence_that_was_switched_off_is_neither_offered_nor_sent(moderator: FlaskClient) -> None:
    off = Words("不在本区", "", "不在本区。", "", active=False)
    save_sentence("decline-outside", off, purpose=Purpose.DECLINE, by=SYSTEM)
    report = a_report()

    page = moderator.get(f"/triage/{report.id}").text
    answer = moderator.post(f"/triage/{report.id}/decline", data={"decline-version": report.version, "decline-template": "decline-outside"})  # fmt: skip

    assert "decline-outside" not in page
    assert answer.status_code == 422


def test_what_is_sent_most_has_the_first_key(moderator: FlaskClient) -> None:
    first = a_report()
    moderator.post(f"/triage/{first.id}/decline", data={"decline-version": first.version, "decline-template": "decline-spam"})  # fmt: skip
    report = a_report()

    page = moderator.get(f"/triage/{report.id}").text

    assert re.search(r'name="decline-template" value="decline-spam" data-text="[^"]*" data-key="1"', page)


def test_a_shift_leader_closes_without_repair_with_a_sentence(client_as: Client) -> None:
    case = a_case(State.HANDLED, unit=a_unit("市政二队"))
    leader = client_as(a_user(Role.SHIFT_LEADER, locale="en"))

    data = {"close_unfixed-version": case.version, "close_unfixed-template": "close_unfixed-works"}
    leader.post(f"/triage/cases/{case.id}/close_unfixed", data=data)

    assert get_case(case.id).state is State.CLOSED_UNFIXED
    assert "市政二队已将其列入计划" in reason_of("close_unfixed")


def test_an_inspector_has_the_same_sentences(client_as: Client) -> None:
    case = a_case(State.HANDLED)
    leader = client_as(a_user(Role.SHIFT_LEADER, locale="en"))

    page = leader.get(f"/inspection/{case.id}").text
    data = {"close_unfixed-version": case.version, "close_unfixed-template": "close_unfixed-lawful"}
    leader.post(f"/inspection/{case.id}/unfixed", data=data)

    assert 'value="close_unfixed-lawful"' in page
    assert "不构成违规" in reason_of("close_unfixed")


def test_a_unit_asks_with_a_sentence(client_as: Client) -> None:
    case = get_case(accepted(a_report()).id)
    browser = client_as(a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0), locale="en"))
    browser.post(f"/unit/{case.id}/claim", data={"version": case.version})

    page = browser.get(f"/unit/{case.id}").text
    data = {"question-version": get_case(case.id).version, "question-template": "ask-when"}
    browser.post(f"/unit/{case.id}/ask", data=data)

    assert 'data-ready="#question-reason"' in page
    assert "一般在每天什么时段出现" in reason_of("ask_reporter")


def test_the_words_of_a_result_may_be_a_sentence(client_as: Client, unit: Unit, handler: User) -> None:
    case = a_case(State.HANDLING, unit=unit)

    page = client_as(handler).get(f"/unit/{case.id}/result").text

    assert 'data-ready="#words"' in page
    assert any(case.number in text and "环卫一队" in text for text in texts(page))


# ── The administrator's page ─────────────────────────────────────────────────────────────────────────────────────


def test_an_administrator_writes_a_sentence_and_sees_how_it_reads(admin: FlaskClient) -> None:
    tried = admin.post("/admin/sentences/new", data=FORM | {"try": "y"}).text
    assert "解放大街12号的摊点为节日临时设置。" in tried
    assert not [one for one in sentences() if one.own]

    kept = admin.post("/admin/sentences/new", data=FORM, follow_redirects=True).text

    assert "Kept: 节日摊点." in kept
    assert [one.text_zh for one in sentences() if one.own] == ["{place}的摊点为节日临时设置。"]


def test_an_unknown_placeholder_stands_on_its_field_and_nothing_typed_is_lost(admin: FlaskClient) -> None:
    answer = admin.post("/admin/sentences/new", data=FORM | {"text_zh": "在{plaza}的摊点", "try": "y"})

    assert answer.status_code == 422
    assert "There is no placeholder {plaza}. There are: {number} {kind} {place}" in answer.text
    assert "在{plaza}的摊点</textarea>" in answer.text


@pytest.mark.parametrize("kind", ["9" * 11, "9" * 5000, "-1", "x", "²"])
def test_a_kind_that_is_none_is_refused_on_its_field(admin: FlaskClient, kind: str) -> None:
    answer = admin.post("/admin/sentences/new", data=FORM | {"category_ids": kind})

    assert answer.status_code == 422
    assert "Please choose from what is offered here." in answer.text
    assert "{place}的摊点为节日临时设置。</textarea>" in answer.text


def test_a_delivered_sentence_is_changed_and_taken_up_again(admin: FlaskClient) -> None:
    admin.post("/admin/sentences/ask-when", data=FORM)
    page = admin.get("/admin/sentences/ask-when").text
    assert "Restore the original text" in page
    assert get_sentence("ask-when").purpose is Purpose.ASK

    admin.post("/admin/sentences/ask-when/drop", data={"version": get_sentence("ask-when").version})

    assert not get_sentence("ask-when").own


def test_a_second_administrator_keeps_what_was_typed_and_is_told(admin: FlaskClient) -> None:
    save_sentence("ask-when", Words("甲", "", "甲的话", ""), purpose=Purpose.ASK, by=SYSTEM)

    answer = admin.post("/admin/sentences/ask-when", data=FORM | {"text_zh": "乙的话"})

    assert answer.status_code == 409
    assert "What you typed is still here" in answer.text
    assert "乙的话</textarea>" in answer.text
    assert get_sentence("ask-when").text_zh == "甲的话"


def test_what_nobody_has_is_no_page(admin: FlaskClient) -> None:
    assert admin.get("/admin/sentences/own-nothing").status_code == 404
    assert admin.post("/admin/sentences/own-nothing", data=FORM).status_code == 404


def test_moderators_do_not_change_the_citys_words(moderator: FlaskClient) -> None:
    assert moderator.get("/admin/sentences").status_code == 403
