"""The pages of the rule for low risk, of the re-check, of the words that lift a report, and of the mark on a picture."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import ports
from reporter.reports.calm import Terms
from reporter.reports.calm_lists import newest_rule, to_check
from reporter.reports.commands.calm import settle_rule
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.models import CalmPass, Report
from reporter.reports.queries import flagged_words, get_report, photo_ids_of
from tests.make import a_category, a_moderator, a_report, a_user, the_fallback, the_kind

Client = Callable[..., FlaskClient]
TERMS = {"accepted": 3, "from_hour": 8, "until_hour": 20, "share": 10, "most_wrong": 5}


@pytest.fixture
def admin(client_as: Client) -> FlaskClient:
    return client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))


def a_pass() -> Report:
    """Return a report that the rule let through, and that was drawn."""
    the_fallback()
    rule = newest_rule() or settle_rule(Terms([the_kind().id]), by=SYSTEM)
    report = a_report()
    case = accept(report, Judgement(), by=a_moderator().actor)
    held = [
        {"need": "sender", "accepted": 4, "refused": 0},
        {"need": "place", "accuracy": 12.0},
        {"need": "unit", "rule": 3},
    ]
    db.session.add(
        CalmPass(
            report_id=report.id, case_id=case.id, rule_id=rule.id, held=held, draw=5, sampled=True,
            at=ports.clock.now(), verdict="", note="",
        )
    )  # fmt: skip
    db.session.commit()
    return get_report(report.id)


def test_the_rule_is_off_until_an_administrator_switches_it_on(admin: FlaskClient) -> None:
    kind = a_category()
    assert newest_rule() is None

    page = admin.post("/admin/calm", data=TERMS | {"category_ids": [kind.id]}, follow_redirects=True).text

    rule = newest_rule()
    assert rule
    assert (rule.on, rule.from_hour, rule.category_ids) == (True, 8, [kind.id])
    assert "Version 1 of the rule is on" in page
    page = admin.post("/admin/calm/off", follow_redirects=True).text
    assert "The rule is off" in page
    assert "The rule is off already." in admin.post("/admin/calm/off", follow_redirects=True).text


def test_a_trial_changes_nothing_and_shows_figures(admin: FlaskClient) -> None:
    kind = a_category()

    page = admin.post("/admin/calm", data=TERMS | {"category_ids": [kind.id], "try": "1"}).text

    assert "0 of 0 reports would have been accepted without a moderator." in page
    assert newest_rule() is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"share": "x"}, "Please write a whole number."),
        ({"share": "1"}, "Please give a number from 5 to 100."),
        ({"category_ids": []}, "Please choose at least one kind."),
        ({"category_ids": ["x"]}, "Please choose at least one kind."),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_what_was_typed_comes_back(
    admin: FlaskClient, typed: dict[str, object], said: str
) -> None:
    kind = a_category()

    answer = admin.post("/admin/calm", data=TERMS | {"category_ids": [kind.id]} | typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert re.search(r'name="until_hour"[^>]+value="20"', answer.text)


def test_the_page_gives_figures_of_how_many_and_between_which_shares(admin: FlaskClient) -> None:
    report = a_pass()
    one = to_check().rows[0]
    one.checked_at, one.verdict = ports.clock.now(), "kind"
    db.session.commit()

    page = admin.get("/admin/calm").text

    assert "between 20.7 % and 100.0 % of all are wrong" in page
    assert "the rule is judged from 20 re-checks on" in page
    assert report.id


def test_a_moderator_sees_why_it_went_through_and_says_what_was_wrong(moderator: FlaskClient) -> None:
    report = a_pass()
    one = to_check().rows[0]

    assert "To re-check" in moderator.get("/triage/").text
    page = moderator.get("/triage/rechecks").text
    assert "4 reports of the sender were accepted in 90 days, none refused" in page
    assert "Rule 3 names the unit" in page
    assert "without a moderator" in moderator.get(f"/triage/{report.id}").text

    refused = moderator.post(f"/triage/rechecks/{one.id}", data={f"check{one.id}-note": "写了一半"})
    assert refused.status_code == 422
    assert "Please choose one." in refused.text
    assert "写了一半" in refused.text
    sent = {f"check{one.id}-verdict": "kind", f"check{one.id}-note": "应为乱摆乱卖"}
    page = moderator.post(f"/triage/rechecks/{one.id}", data=sent, follow_redirects=True).text

    assert "Nothing to re-check" in page
    late = moderator.post(f"/triage/rechecks/{one.id}", data=sent | {f"check{one.id}-note": "门牌不对"})
    assert (late.status_code, "门牌不对" in late.text) == (409, True)


def test_the_citys_words_are_kept_and_a_wrong_one_is_named(admin: FlaskClient) -> None:
    page = admin.post("/admin/flagged", data={"words": "传销\n赌博"}, follow_redirects=True).text
    assert "2 words kept." in page
    assert flagged_words() == ["传销", "赌博"]

    answer = admin.post("/admin/flagged", data={"words": "传销\n一"})

    assert answer.status_code == 422
    assert "please change “一”" in answer.text
    assert flagged_words() == ["传销", "赌博"]


def test_the_mark_of_a_picture_is_kept_and_said(moderator: FlaskClient) -> None:
    report = a_report(photos=2)
    first, _second = photo_ids_of(report.id)

    page = moderator.post(
        f"/triage/{report.id}/minors", data={"shown": "", "photos": [first]}, follow_redirects=True
    ).text

    assert "Somebody under age can be seen: 1 picture" in page
    assert "It is marked: somebody under age can be seen" in page
    assert (
        moderator.post(f"/triage/{report.id}/minors", data={"shown": "", "photos": ["x"]}).status_code == 422
    )
    assert moderator.post(f"/triage/{report.id}/minors", data={"photos": [first]}).status_code == 422


def test_a_mark_that_a_colleague_set_meanwhile_stays_and_is_said(moderator: FlaskClient) -> None:
    report = a_report(photos=2)
    first, second = photo_ids_of(report.id)
    address = f"/triage/{report.id}/minors"
    moderator.post(address, data={"shown": "", "photos": [first]})

    page = moderator.post(address, data={"shown": "", "photos": [second]}, follow_redirects=True).text

    assert "Somebody under age can be seen: 2 pictures" in page
    assert "changed the mark on other pictures meanwhile (1)" in page
    assert f'name="shown" value="{first}"' in page
