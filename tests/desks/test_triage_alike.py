"""What is like an open report: by a mark, by kind and place; and one decision about all of it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import current_app
from flask.testing import FlaskClient

from reporter.cases.lifecycle import State as CaseState
from reporter.cases.queries import get_case
from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import Role
from reporter.reports.lifecycle import State
from reporter.reports.like_it import reports_alike
from reporter.reports.models import Report
from reporter.reports.queries import get_report, history
from reporter.reports.risk import Mark
from tests.make import HERE, a_case, a_category, a_city, a_photo, a_report, a_user, the_fallback

Client = Callable[..., FlaskClient]
NEAR = (HERE[0] + 0.0003, HERE[1])  # some 25 metres to the east
FAR = (113.13, 41.05)
EAST = (HERE[0] + 0.0007, HERE[1])  # some 59 metres to the east


def ids(report: Report) -> list[int]:
    return [one.report.id for one in reports_alike(report)[0]]


def listed(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'name="alike-picked" value="(\d+)\.\d+" data-tick', page)]


def decide(browser: FlaskClient, about: Report, do: str, *reports: Report, **typed: object) -> str:
    sent = {"picked": [f"{one.id}.{one.version}" for one in reports], "do": do} | typed
    data = {f"alike-{key}": value for key, value in sent.items()}
    return browser.post(f"/triage/{about.id}/alike?words=x", data=data, follow_redirects=True).text


def states(*reports: Report) -> list[State]:
    db.session.expire_all()
    return [get_report(report.id).state for report in reports]


def test_of_the_same_kind_within_fifty_metres_but_no_farther_and_no_other_kind() -> None:
    kind, other = a_category(), a_category()
    report = a_report(category=kind, words="旧沙发")
    near = a_report(category=kind, at=NEAR, words="沙发一张")
    a_report(category=kind, at=EAST, words="更远的沙发")
    a_report(category=other, at=NEAR, words="别的事情在这里")

    [only] = reports_alike(report)[0]

    assert (only.report.id, only.here, only.marks) == (near.id, True, [])
    assert 20 < only.metres < 30


def test_whatever_carries_the_same_words_picture_plate_or_shop_wherever_it_lies() -> None:
    report = a_report(words="老王烧烤店占道，蒙J12345乱停", photo_ids=[a_photo("one shot").id])
    words = a_report(at=FAR, words="老王烧烤店占道，蒙J12345乱停！")
    picture = a_report(at=FAR, words="看图上的情况", photo_ids=[a_photo("one shot").id])
    plate = a_report(at=FAR, words="这辆车蒙J12345又来了")
    shop = a_report(at=FAR, words="又是老王烧烤店")
    a_report(at=FAR, words="路灯不亮好几天了")

    found = {one.report.id: list(one.marks) for one in reports_alike(report)[0]}

    assert found == {
        words.id: [Mark.WORDS, Mark.PLATE, Mark.SHOP],
        picture.id: [Mark.PICTURE],
        plate.id: [Mark.PLATE],
        shop.id: [Mark.SHOP],
    }
    assert ids(report)[0] == words.id


def test_what_waits_no_longer_and_what_lies_in_another_city_is_not_among_them(moderator: FlaskClient) -> None:
    report, settled = a_report(), a_report()
    decide(moderator, settled, "aside", settled)

    assert ids(report) == []
    enter_city(a_city().id)
    assert ids(report) == []


def test_the_page_shows_them_chosen_with_pictures_and_reasons(moderator: FlaskClient) -> None:
    report = a_report(words="老王烧烤店占道")
    near, shop = a_report(at=NEAR, words="楼道堆物品"), a_report(at=FAR, words="又是老王烧烤店")

    page = moderator.get(f"/triage/{report.id}/alike?words=x").text

    assert listed(page) == [report.id, shop.id, near.id]
    assert page.count("data-tick checked") + page.count(" checked><span") >= 3
    assert "the same shop" in page
    assert re.search(r"the same kind, \d+ m away", page)
    assert page.count('class="ph"') >= 3
    assert f'href="/triage/{report.id}?words=x"' in page
    assert f"/triage/{report.id}/alike" in moderator.get(f"/triage/{report.id}").text


def test_they_become_one_case_and_what_was_unticked_stays(moderator: FlaskClient) -> None:
    first, second, third = a_report(), a_report(at=NEAR), a_report(at=NEAR)

    page = decide(moderator, first, "join", first, second, case_id="new")

    assert states(first, second, third) == [State.ACCEPTED, State.DUPLICATE, State.SUBMITTED]
    case = get_case(get_report(first.id).case_id or 0)
    assert get_report(second.id).case_id == case.id
    assert case.state is CaseState.DISPATCHED
    assert f"2 reports are with case {case.number} now." in page


def test_they_join_a_case_that_is_open_chosen_or_by_its_number(moderator: FlaskClient) -> None:
    case = a_case(CaseState.DISPATCHED)
    first, second = a_report(), a_report()

    decide(moderator, first, "join", first, case_id=case.id)
    decide(moderator, second, "join", second, number=case.number)

    assert [get_report(one.id).case_id for one in (first, second)] == [case.id, case.id]
    assert states(first, second) == [State.DUPLICATE] * 2


def test_they_are_declined_with_one_reason_or_moved_aside(moderator: FlaskClient) -> None:
    first, second, third = a_report(), a_report(), a_report()

    page = decide(moderator, first, "decline", first, second, reason="不属于受理范围")
    decide(moderator, third, "aside", third)

    assert states(first, second, third) == [State.DECLINED, State.DECLINED, State.ASIDE]
    assert history(get_report(second.id))[-1].reason == "不属于受理范围"
    assert "2 reports declined." in page


@pytest.mark.parametrize("do", ["decline", "aside", "join"])
def test_what_was_decided_about_all_of_them_is_offered_to_be_undone(moderator: FlaskClient, do: str) -> None:
    first, second = a_report(), a_report(at=NEAR)
    current_app.config["UNDO_FOR"] = timedelta(seconds=10)
    page = decide(moderator, first, do, first, second, reason="不属于受理范围", case_id="new")
    batch = re.search(r'name="undo-batch"[^>]*value="(\w+)"', page)
    assert batch

    back = moderator.post("/triage/undo", data={"undo-batch": batch[1]}, follow_redirects=True).text

    current_app.config["UNDO_FOR"] = timedelta(0)
    assert "2 reports are as they were before." in back
    assert states(first, second) == [State.SUBMITTED, State.SUBMITTED]


@pytest.mark.parametrize(
    ("do", "typed", "said"),
    [
        ("decline", {}, "Please give a reason."),
        ("join", {"number": "1"}, "There is no case with this number."),
        ("join", {}, "Please choose the case that the reports join."),
        ("join", {"case_id": "99999"}, "There is no such case."),
    ],
)
def test_what_is_missing_is_said_and_what_was_chosen_is_chosen_still(
    moderator: FlaskClient, do: str, typed: dict[str, str], said: str
) -> None:
    first, second = a_report(), a_report()

    page = decide(moderator, first, do, second, **typed)

    assert said in page
    assert states(first, second) == [State.SUBMITTED] * 2
    assert re.search(rf'value="{second.id}.{second.version}"[^>]* checked', page)
    assert not re.search(rf'value="{first.id}.{first.version}"[^>]* checked', page)


def test_nothing_chosen_is_said(moderator: FlaskClient) -> None:
    report = a_report()

    assert "Please choose at least one report." in decide(moderator, report, "aside")


def test_one_that_changed_meanwhile_is_named_and_stops_none_of_the_others(moderator: FlaskClient) -> None:
    case, first, second = a_case(CaseState.DISPATCHED), a_report(), a_report()
    picked = [f"{first.id}.{first.version - 1}", f"{second.id}.{second.version}"]

    page = decide(moderator, first, "join", case_id=case.id, picked=picked)

    assert states(first, second) == [State.SUBMITTED, State.DUPLICATE]
    assert f"1 was left as it is. {first.number}: Somebody else changed this" in page


def test_a_first_that_cannot_be_accepted_stops_everything_and_says_why(moderator: FlaskClient) -> None:
    first, second = a_report(), a_report()
    first.area_id = None
    db.session.commit()

    page = decide(moderator, first, "join", first, second, case_id="new")

    assert "The place lies in no area; please choose one." in page
    assert states(first, second) == [State.SUBMITTED] * 2


def test_a_dispatcher_sees_them_and_decides_nothing(client_as: Client) -> None:
    the_fallback()
    report = a_report()
    browser = client_as(a_user(Role.DISPATCHER, locale="en"))

    assert "Only an acceptor decides about reports." in browser.get(f"/triage/{report.id}/alike").text
    sent = {"alike-picked": f"{report.id}.{report.version}", "alike-do": "aside"}
    together = {"together-picked": f"{report.id}.{report.version}", "together-do": "aside"}

    assert browser.post(f"/triage/{report.id}/alike", data=sent).status_code == 403
    assert browser.post("/triage/together", data=together).status_code == 403
    assert states(report) == [State.SUBMITTED]


@pytest.mark.parametrize("typed", [{"picked": ["x"], "do": "aside"}, {"do": "burn", "picked": ["1.1"]}])
def test_what_no_page_sends_is_refused(moderator: FlaskClient, typed: dict[str, object]) -> None:
    report = a_report()

    data = {f"alike-{key}": value for key, value in typed.items()}

    assert moderator.post(f"/triage/{report.id}/alike", data=data).status_code in {400, 422}
