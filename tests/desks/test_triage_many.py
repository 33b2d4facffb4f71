"""What stands out on the list, the side queue, and the same decision about several reports at once."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.cases.lifecycle import State as CaseState
from reporter.cases.queries import get_case
from reporter.cases.ready import Purpose
from reporter.cases.rewording import Words, save_sentence
from reporter.cases.sentences import sentences
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports.queue import run_next
from reporter.reports.commands.aside import set_aside
from reporter.reports.commands.intake import Spot
from reporter.reports.commands.triage import decline
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import get_report, history
from tests.desks.queues import rows
from tests.make import HERE, a_moderator, a_report, a_user, the_fallback

Client = Callable[..., FlaskClient]
FAR = (113.13, 41.05)


def picked(*reports: Report) -> list[str]:
    return [f"{report.id}.{report.version}" for report in reports]


def together(browser: FlaskClient, do: str, *reports: Report, query: str = "", **typed: object) -> str:
    """Send what is to be done with `reports`; return the page that follows."""
    sent = {"picked": picked(*reports), "do": do} | typed
    data = {f"together-{key}": value for key, value in sent.items()}
    return browser.post(f"/triage/together{query}", data=data, follow_redirects=True).text


def states(*reports: Report) -> list[State]:
    db.session.expire_all()
    return [get_report(report.id).state for report in reports]


def on(address: str) -> Report:
    return a_report(spot=Spot(source="picked", lon=HERE[0], lat=HERE[1], address=address))


def aside(number: int = 1) -> list[Report]:
    reports = [a_report() for _ in range(number)]
    by = a_moderator().actor
    for report in reports:
        set_aside(report, by=by)
    return reports


# ── What stands out ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_attack_stands_above_and_says_how_many_by_how_many_but_not_by_whom(moderator: FlaskClient) -> None:
    plain = a_report(at=FAR)
    attack = [a_report(origins=["address"], contact="13847400002") for _ in range(4)]

    page = moderator.get(f"/triage/{attack[-1].id}")

    assert rows(page.text) == [*(one.id for one in attack), plain.id]
    assert "This place is reported again and again by few people" in page.text
    assert "4 reports by 1 person within a week" in page.text
    assert page.text.count("repeated place") == 4
    assert "address" not in re.findall(r"by (\w+) within", page.text)
    assert "13847400002" not in page.text


def test_where_nothing_stands_out_nothing_is_said(moderator: FlaskClient) -> None:
    a_report()

    assert "What stands out" not in moderator.get("/triage/").text


def test_the_list_can_be_narrowed_to_what_is_like_one_report(moderator: FlaskClient) -> None:
    here, same_spot = a_report(), a_report()
    a_report(at=FAR, words="路灯不亮")
    same_words = a_report(at=(113.08, 41.0), words="加微信领红包")
    also = a_report(at=(113.09, 41.01), words="加微信，领红包！")

    assert rows(moderator.get(f"/triage/?like={here.id}").text) == [here.id, same_spot.id]
    page = moderator.get(f"/triage/?like={same_words.id}")

    assert rows(page.text) == [same_words.id, also.id]
    assert f"Like {same_words.number}" in page.text


# ── The side queue ───────────────────────────────────────────────────────────────────────────────────────────────


def test_suspected_spam_has_a_list_and_a_number_of_its_own(moderator: FlaskClient) -> None:
    [spam], kept = aside(), a_report()

    page = moderator.get("/triage/?list=aside")

    assert rows(page.text) == [spam.id]
    assert rows(moderator.get("/triage/").text) == [kept.id]
    assert re.search(r'Suspected spam <span class="num">1</span>', page.text)


def test_one_press_takes_a_report_back_and_another_moves_it_aside(moderator: FlaskClient) -> None:
    [report] = aside()
    version = report.version

    moderator.post(f"/triage/{report.id}/back", data={"aside-version": version})
    assert states(report) == [State.SUBMITTED]
    page = moderator.get(f"/triage/{report.id}")
    assert f'action="/triage/{report.id}/aside"' in page.text

    moderator.post(f"/triage/{report.id}/aside", data={"aside-version": get_report(report.id).version})
    assert states(report) == [State.ASIDE]


def test_what_a_colleague_decided_meanwhile_is_not_moved_aside(moderator: FlaskClient) -> None:
    report = a_report()

    answer = moderator.post(f"/triage/{report.id}/aside", data={"aside-version": report.version - 1})

    assert answer.status_code == 409
    assert states(report) == [State.SUBMITTED]


def test_everything_in_the_side_queue_is_declined_in_one_go_with_progress(moderator: FlaskClient) -> None:
    reports = aside(3)
    page = moderator.get("/triage/?list=aside")
    assert "please call" in page.text
    assert "请拨打" in page.text

    answer = moderator.post("/triage/clear", data={"clear-reason": "垃圾信息"}, follow_redirects=True)
    assert "Being declined: 0 of 3" in answer.text
    while run_next():
        pass

    assert states(*reports) == [State.DECLINED] * 3
    assert "The side queue was cleared." in moderator.get("/triage/clearing").text


def test_clearing_without_a_reason_is_refused_on_its_field(moderator: FlaskClient) -> None:
    [report] = aside()

    answer = moderator.post("/triage/clear?list=aside", data={"clear-reason": " "})

    assert answer.status_code == 422
    assert "Please give a reason." in answer.text
    assert states(report) == [State.ASIDE]


def test_a_second_clearing_says_that_there_is_one(moderator: FlaskClient) -> None:
    aside()
    moderator.post("/triage/clear", data={"clear-reason": "垃圾信息"})

    answer = moderator.post("/triage/clear?list=aside", data={"clear-reason": "垃圾信息"})

    assert answer.status_code == 409
    assert "is being emptied already" in answer.text


# ── Several at once ──────────────────────────────────────────────────────────────────────────────────────────────


def test_several_reports_are_declined_with_one_reason(moderator: FlaskClient) -> None:
    first, second, kept = a_report(), a_report(), a_report()

    page = together(moderator, "decline", first, second, reason="不属于受理范围")

    assert states(first, second, kept) == [State.DECLINED, State.DECLINED, State.SUBMITTED]
    assert [history(one)[-1].reason for one in (first, second)] == ["不属于受理范围"] * 2
    assert "2 reports declined." in page


def test_declining_several_without_a_reason_is_refused_and_nothing_happens(moderator: FlaskClient) -> None:
    report = a_report()

    page = together(moderator, "decline", report)

    assert "Please give a reason." in page
    assert re.search(rf'value="{report.id}.{report.version}" data-tick checked', page)
    assert states(report) == [State.SUBMITTED]


def test_several_are_accepted_where_everything_is_known_and_the_others_are_named(
    moderator: FlaskClient,
) -> None:
    first, second = a_report(), a_report(at=FAR)
    nowhere = a_report()
    nowhere.area_id = None
    db.session.commit()

    page = together(moderator, "accept", first, second, nowhere)

    assert states(first, second, nowhere) == [State.ACCEPTED, State.ACCEPTED, State.SUBMITTED]
    cases = [get_case(get_report(one.id).case_id or 0) for one in (first, second)]
    assert [case.state for case in cases] == [CaseState.DISPATCHED] * 2
    assert f"{nowhere.number}: The place lies in no area; please choose one." in page
    assert "2 reports accepted." in page


def test_several_are_moved_aside_and_back(moderator: FlaskClient) -> None:
    reports = [a_report(), a_report()]

    together(moderator, "aside", *reports)
    assert states(*reports) == [State.ASIDE] * 2
    together(moderator, "back", *map(get_report, [one.id for one in reports]), query="?list=aside")

    assert states(*reports) == [State.SUBMITTED] * 2


def test_one_that_changed_meanwhile_is_left_and_stops_none_of_the_others(moderator: FlaskClient) -> None:
    first, second = a_report(), a_report()
    stale = [f"{first.id}.{first.version - 1}", *picked(second)]

    page = together(moderator, "aside", picked=stale)

    assert states(first, second) == [State.SUBMITTED, State.ASIDE]
    assert f"1 was left as it is. {first.number}: Somebody else changed this" in page


def test_of_many_that_were_decided_meanwhile_eight_are_named_with_who_and_what(
    moderator: FlaskClient,
) -> None:
    gone, waits = [a_report() for _ in range(10)], a_report()
    sent = {"together-picked": picked(*gone, waits), "together-do": "aside"}
    colleague = a_moderator(name="王丽").actor
    for report in gone:
        decline(report, "不在辖区", by=colleague)

    page = moderator.post("/triage/together", data=sent, follow_redirects=True).text

    named = [report.number for report in gone if f"{report.number}: 王丽: decline, " in page]
    assert named == [report.number for report in gone[:8]]
    assert "10 were left as they are." in page
    assert "and 2 more" in page
    assert states(waits) == [State.ASIDE]


def test_a_ready_sentence_is_filled_in_for_each_of_several(moderator: FlaskClient) -> None:
    save_sentence(
        "",
        Words("季节性", "seasonal", "{place}的{number}不予受理。", "{number} is not taken up."),
        purpose=Purpose.DECLINE,
        by=SYSTEM,
    )
    key = next(one.key for one in sentences() if one.label_zh == "季节性")
    first, second = on("新华街"), on("民族路")
    english = a_report(locale="en")

    offered = moderator.get("/triage/").text
    together(moderator, "decline", first, second, english, template=key)

    assert 'data-text="{place}的{number}不予受理。"' in offered
    assert [history(get_report(one.id))[-1].reason for one in (first, second, english)] == [
        f"新华街的{first.number}不予受理。",
        f"民族路的{second.number}不予受理。",
        f"{english.number} is not taken up.",
    ]


def test_what_a_moderator_changed_in_a_sentence_is_filled_in_too(moderator: FlaskClient) -> None:
    first, second = on("新华街"), on("民族路")

    together(moderator, "decline", first, second, reason="{place}已有人办。")

    assert [history(get_report(one.id))[-1].reason for one in (first, second)] == [
        "新华街已有人办。",
        "民族路已有人办。",
    ]


def test_the_whole_list_is_more_than_its_page(moderator: FlaskClient) -> None:
    reports = [a_report() for _ in range(22)]

    together(moderator, "aside", everything="y")

    assert states(*reports) == [State.ASIDE] * 22


def test_one_that_is_not_there_stops_none_of_the_others(moderator: FlaskClient) -> None:
    report = a_report()

    page = together(moderator, "aside", picked=["99999.1", *picked(report)])

    assert states(report) == [State.ASIDE]
    assert "99999: There is no such report." in page


@pytest.mark.parametrize(
    "typed", [{"picked": ["x.1"], "do": "aside"}, {"do": "burn"}, {"picked": ["1"], "do": "aside"}]
)
def test_what_no_page_sends_is_refused(moderator: FlaskClient, typed: dict[str, object]) -> None:
    data = {f"together-{key}": value for key, value in typed.items()}

    assert moderator.post("/triage/together", data=data).status_code in {400, 422}


def test_a_dispatcher_has_nothing_to_choose_and_may_not_decide(client_as: Client) -> None:
    the_fallback()
    browser, report = client_as(a_user(Role.DISPATCHER, locale="en")), a_report(spot=Spot("picked", *FAR))

    assert "data-tick" not in browser.get("/triage/").text
    page = together(browser, "aside", report)

    assert "You may not do this here." in page
    assert states(report) == [State.SUBMITTED]
