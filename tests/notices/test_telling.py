"""Who gets what, when and how often: by mail and SMS, in quiet hours, in the mail of the day, by a clock that jumps."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.demo.commands import _nothing_leaves
from reporter.kernel.db import command, db, enter_city
from reporter.kernel.policy import Role
from reporter.notices.commands.sending import deliver, send_digest
from reporter.notices.commands.ticking import tick
from reporter.notices.commands.wishing import keep_wishes, recipient_of_token, stop_mail
from reporter.notices.commands.writing import contact_name, spread
from reporter.notices.letters import token_of
from reporter.notices.models import Channel, Delivery, Passage
from reporter.notices.plan import Wishes
from reporter.notices.queries import bell_of, wishes_of
from reporter.ports.mail import LogMail
from reporter.reports.commands.triage import decline, request_info
from reporter.routing.models import Shift
from tests.make import a_case, a_city, a_report, a_unit, a_user, put
from tests.notices.posting import (
    MORNING,
    NIGHT,
    WHO,
    letters,
    rows,
    set_clock,
    states,
    texts,
    tick_and_work,
    urged,
    wish,
    work,
)


def test_a_reporter_gets_a_letter_with_number_link_and_way_out() -> None:
    report = a_report(contact=WHO, notify=True)

    work()

    (letter,) = letters()
    stop = f"https://jining.example/notices/stop/{token_of(contact_name(WHO))}"
    assert letter.to == WHO
    assert report.number in letter.subject
    assert f"https://jining.example/track/{report.code}" in letter.text
    assert report.number in letter.html
    assert letter.headers == {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert stop in letter.text
    assert stop in letter.html


def test_no_letter_carries_a_picture() -> None:
    unit = a_unit()
    a_user(unit=unit)
    report = a_report(contact=WHO, notify=True, photos=2)
    request_info(report, "<img src=/unit/photos/x.jpg> 哪个门？", by=a_user(Role.ACCEPTOR).actor)
    urged(unit)

    work()

    assert len(letters()) > 2
    assert [
        one for one in letters() if "<img" in one.html or "cid:" in one.html or "background=" in one.html
    ] == []
    assert [one for one in letters() if "/photos/" in one.html and "&lt;img" not in one.html] == []


def test_a_telephone_number_gets_an_sms_without_the_words_of_others() -> None:
    report = a_report(contact="138 0000 0000", notify=True)
    decline(report, "不在辖区", by=a_user(Role.ACCEPTOR).actor)

    work()

    assert [to for to, _ in texts()] == ["138 0000 0000"] * 2
    assert report.number in texts()[1][1]
    assert "不在辖区" not in texts()[1][1]
    assert f"/track/{report.code}" in texts()[1][1]


@pytest.mark.parametrize("facts", [{"contact": WHO, "notify": False}, {"contact": "", "notify": True}])
def test_whoever_did_not_ask_is_not_told(facts: dict[str, Any]) -> None:
    a_report(**facts)

    work()

    assert rows() == []


def test_the_same_notice_is_spread_and_sent_once_however_often_that_runs() -> None:
    a_report(contact=WHO, notify=True)
    work()

    spread(1)
    deliver(1)
    work()

    assert len(letters()) == len(rows()) == 1


def test_members_of_the_unit_are_told_and_those_who_left_are_not() -> None:
    unit = a_unit()
    here, gone = a_user(unit=unit), a_user(unit=unit, active=False)
    a_user(unit=a_unit("别的队"))

    case = a_case(State.DISPATCHED, unit=unit)
    work()

    assert [letter.to for letter in letters()] == [here.email]
    assert gone.email not in [letter.to for letter in letters()]
    assert f"https://jining.example/unit/{case.id}" in letters()[0].text


def test_at_night_a_claim_reaches_a_unit_with_a_night_shift_and_no_other() -> None:
    awake, asleep = a_unit("夜班队"), a_unit("日班队", night_shift=False)
    guard, _ = a_user(unit=awake), a_user(unit=asleep)
    set_clock(NIGHT)

    a_case(State.DISPATCHED, unit=awake)
    a_case(State.DISPATCHED, unit=asleep)
    work()

    assert [letter.to for letter in letters()] == [guard.email]
    assert states() == [(Channel.MAIL, Passage.SENT), (Channel.MAIL, Passage.HELD)]


def test_at_night_a_claim_reaches_whoever_the_roster_names_and_nobody_else_of_the_unit() -> None:
    unit = a_unit("夜班队", night_shift=False)
    guard, sleeper = a_user(unit=unit), a_user(unit=unit)
    put(Shift(unit_id=unit.id, name="夜班", starts=1200, ends=480, weekdays=[], user_ids=[guard.id]))
    set_clock(NIGHT)

    a_case(State.DISPATCHED, unit=unit)
    work()

    assert [letter.to for letter in letters()] == [guard.email]
    assert sorted(states()) == [(Channel.MAIL, Passage.HELD), (Channel.MAIL, Passage.SENT)]
    assert sleeper.email not in [letter.to for letter in letters()]


def test_what_is_held_by_night_goes_in_the_morning_once() -> None:
    set_clock(NIGHT)
    a_report(contact=WHO, notify=True)
    tick_and_work()
    assert letters() == []

    set_clock(MORNING)
    tick_and_work()
    tick_and_work()

    assert len(letters()) == 1


def test_a_clock_that_jumps_back_sends_nothing_twice_and_holds_nothing_for_ever() -> None:
    set_clock(NIGHT + timedelta(days=400))
    a_report(contact=WHO, notify=True)
    work()
    assert states() == [(Channel.MAIL, Passage.HELD)]

    set_clock(NIGHT)
    tick_and_work()
    set_clock(NIGHT - timedelta(days=2))
    tick_and_work()
    set_clock(NIGHT + timedelta(days=400))
    tick_and_work()

    assert len(letters()) == 1


def test_what_went_out_is_forgotten_after_three_months() -> None:
    set_clock(MORNING)
    a_report(contact=WHO, notify=True)
    work()
    assert states() == [(Channel.MAIL, Passage.SENT)]

    set_clock(MORNING + timedelta(days=90))
    tick()
    assert states() == [(Channel.MAIL, Passage.SENT)]
    set_clock(MORNING + timedelta(days=91))
    tick()

    assert states() == []


def test_a_clock_that_jumps_ahead_loses_nothing() -> None:
    set_clock(NIGHT)
    a_report(contact=WHO, notify=True)
    work()

    set_clock(NIGHT + timedelta(days=4000))
    tick_and_work()

    assert len(letters()) == 1


def test_what_can_wait_comes_in_one_mail_a_day() -> None:
    report = a_report(contact=WHO, notify=True, by=(person := a_user()).actor)
    keep_wishes(f"user:{person.id}", wish(most=1))
    for _ in range(3):
        a_report(contact=WHO, notify=True, by=person.actor)
    work()
    assert len(letters()) == 1

    set_clock(MORNING)
    tick_and_work()
    tick_and_work()

    together = letters()[-1]
    assert len(letters()) == 2
    assert together.text.count("/track/") == 3
    assert report.number not in together.text
    assert {row.state for row in rows()} == {Passage.SENT}


def test_a_digest_that_failed_is_written_again_with_the_same_rows() -> None:
    person = a_user()
    keep_wishes(f"user:{person.id}", wish(most=1))
    for _ in range(2):
        a_report(contact=WHO, notify=True, by=person.actor)
    work()
    set_clock(MORNING)

    send_digest(f"user:{person.id}", "mail")
    send_digest(f"user:{person.id}", "mail")

    assert len(letters()) == 2


def test_beyond_the_limit_of_the_day_only_what_is_urgent_goes_at_once() -> None:
    unit = a_unit()
    person = a_user(unit=unit)
    keep_wishes(f"user:{person.id}", wish(most=1))

    urged(unit)
    urged(unit)
    work()

    # Two claims, which are urgent, and two reminders, for which the day has no room any more.
    told = [(row.digest, row.state) for row in rows(f"user:{person.id}")]
    assert sorted(told) == [(False, Passage.SENT)] * 2 + [(True, Passage.HELD)] * 2


def test_a_kind_that_is_off_stays_under_the_bell() -> None:
    unit = a_unit()
    person = a_user(unit=unit)
    keep_wishes(f"user:{person.id}", wish(off=frozenset({"work.mail", "clock.mail"})))

    urged(unit)
    work()

    assert rows(f"user:{person.id}") == []


def test_one_press_ends_all_letters_also_those_on_their_way() -> None:
    set_clock(NIGHT)
    a_report(contact=WHO, notify=True)
    work()

    stop_mail(contact_name(WHO))
    stop_mail(contact_name(WHO))
    set_clock(MORNING)
    tick_and_work()
    a_report(contact=f" {WHO.upper()} ", notify=True)
    work()

    assert letters() == []
    assert states() == [(Channel.MAIL, Passage.DROPPED)]


def test_the_centre_is_told_by_mail_only_where_somebody_wants_it() -> None:
    told, other, handler = a_user(Role.SHIFT_LEADER), a_user(Role.SHIFT_LEADER), a_user(unit=a_unit())
    for one in (told, handler):
        keep_wishes(f"user:{one.id}", wish(desk_mail=True))
    unit = a_unit()

    advance(
        a_case(State.HANDLING, unit=unit), Action.REQUEST_SEND_BACK, by=a_user(Role.HANDLER, unit=unit).actor,
        reason="不归我们管",
    )  # fmt: skip
    work()

    to = [letter.to for letter in letters() if "不归我们管" in letter.text]
    assert to == [told.email]
    assert other.email not in to


def test_no_address_stands_in_the_settings_of_whoever_has_no_account() -> None:
    keep_wishes(contact_name(WHO), wish(most=3))

    assert WHO not in contact_name(WHO)
    assert contact_name(WHO) == contact_name(f" {WHO.upper()}")
    assert wishes_of(contact_name(WHO)) == Wishes(most=3)


def test_a_token_of_another_city_opens_nothing() -> None:
    token = token_of(contact_name(WHO))
    enter_city(a_city().id)

    with pytest.raises(Exception, match="not valid"):
        recipient_of_token(token)


@pytest.mark.parametrize("token", ["", "x", "WzEsInVzZXI6MSJd.forged", "1.2.3"])
def test_a_forged_token_opens_nothing(token: str) -> None:
    with pytest.raises(Exception, match="not valid"):
        recipient_of_token(token)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"off": frozenset({"work.pigeon"})}, "off"),
        ({"quiet_from": 1440}, "quiet_from"),
        ({"quiet_to": -1}, "quiet_to"),
        ({"digest_hour": 24}, "digest_hour"),
        ({"most": 0}, "most"),
        ({"most": 101}, "most"),
    ],
)
def test_what_is_out_of_range_is_refused_by_its_name(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(Exception, match=r"\w") as told:
        keep_wishes(contact_name(WHO), wish(**facts))

    assert told.value.field == field  # type: ignore[attr-defined]


def test_a_notice_whose_report_is_gone_from_view_fails_for_good() -> None:
    a_report(contact=WHO, notify=True)
    work()

    @command
    def as_if_new() -> None:
        row = db.session.get_one(Delivery, 1)
        row.state, row.notice_id = Passage.WAITING, None

    as_if_new()
    deliver(1)

    (row,) = rows()
    assert (row.state, row.error) == (Passage.FAILED, "What it is about is not there any more.")


def test_staff_get_what_this_installation_can_send(app: Flask) -> None:
    """Without a mail server those with a telephone get SMS, and the others hear the bell."""
    unit = a_unit()
    both, mail_only = a_user(unit=unit, phone="13800000001"), a_user(unit=unit)

    a_case(State.DISPATCHED, unit=unit)
    vars(app.extensions["ports"])["mail"] = LogMail()
    work()

    assert [to for to, _ in texts()] == ["13800000001"]
    assert [row.recipient for row in rows()] == [f"user:{both.id}"]
    assert bell_of(mail_only.actor).unread == 1


def test_the_invented_history_of_the_demo_city_sends_nothing() -> None:
    with _nothing_leaves():
        a_report(contact=WHO, notify=True)
        work()

    assert letters() == []
    assert states() == [(Channel.MAIL, Passage.SENT)]
