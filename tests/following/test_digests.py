"""Digests: one for everything, only of what is public, nothing twice, nothing at night, nothing lost by a crash."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from reporter.accounts.queries import get_user
from reporter.board.commands.exposures import withdraw
from reporter.board.commands.showing import put_on_show, take_off_show
from reporter.board.lifecycle import State
from reporter.board.queries import get_exposure
from reporter.following.commands import digesting
from reporter.following.commands.choosing import pause_follow, set_when
from reporter.following.models import ShownPost
from reporter.following.naming import told_of
from reporter.following.queries import follower_of, get_follow, mark_now
from reporter.following.rules import Rhythm, What
from reporter.kernel import events
from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.kernel.policy import Role
from reporter.places.shapes import Level
from tests.board.posts import an_exposure
from tests.following.following import A_DAY, BEFORE_EIGHT, EIGHT, a_post, digests, follows, sent, ticked, told
from tests.make import a_category, a_city, a_user, an_area
from tests.notices.posting import set_clock, texts, work
from tests.queries import counted


def test_what_is_new_is_told_once_in_the_morning() -> None:
    made = follows()
    one = a_post()

    ticked(BEFORE_EIGHT)
    early = digests()
    ticked(EIGHT)
    ticked(EIGHT + timedelta(minutes=1))
    ticked(EIGHT + A_DAY)

    (digest,) = digests()
    assert (early, digest.number, digest.groups) == (
        [], 1, [{"follow": made.id, "number": 1, "posts": [one.id]}],
    )  # fmt: skip
    assert told(made.user_id) == ["1"]


def test_without_anything_new_nothing_is_sent_and_what_was_before_is_not_new() -> None:
    a_post()
    made = follows()

    ticked(EIGHT)

    assert (digests(), told(made.user_id), sent()) == ([], [], [])
    follower = follower_of(made.user_id)
    assert follower is not None
    assert follower.next_at == EIGHT.replace(minute=0) + A_DAY


def test_what_is_due_is_not_put_off_by_a_change_before_it_is_written() -> None:
    made = follows(rhythm=Rhythm.WEEKLY)
    by = get_user(made.user_id).actor
    set_when(Rhythm.WEEKLY, hour=8, weekday=1, by=by)
    a_post()

    set_clock(EIGHT)
    pause_follow(made.id, on=True, by=by)
    paused = follower_of(made.user_id).next_at  # type: ignore[union-attr]
    pause_follow(made.id, on=False, by=by)
    a_post()
    set_clock(EIGHT + timedelta(days=7))
    follows(get_user(made.user_id), What.CITY, kind=a_category().slug)
    set_when(Rhythm.WEEKLY, hour=20, weekday=1, by=by)
    ticked(EIGHT + timedelta(days=7, minutes=1))

    assert (paused, told(made.user_id)) == (None, ["1"])


def test_everything_that_is_followed_comes_in_one_message_in_groups() -> None:
    street, user, kind = an_area(), a_user(), a_category()
    around, area, of_kind = (
        follows(user, What.PLACE), follows(user, What.AREA, area_id=street.id), follows(user, kind=kind.slug),
    )  # fmt: skip
    a_post()
    a_post(category=kind)

    ticked(EIGHT)

    (digest,) = digests()
    assert digest.number == 2
    assert [(group["follow"], group["number"]) for group in digest.groups] == [
        (around.id, 2), (area.id, 2), (of_kind.id, 1),
    ]  # fmt: skip
    assert len(sent()) == 1


def test_an_area_has_what_lies_in_the_areas_within_it() -> None:
    county = an_area("区", half=0.2, code="150902", level=Level.COUNTY)
    street = an_area(parent_id=county.id)
    made = follows(what=What.AREA, area_id=county.id)
    a_post(area_id=street.id)

    ticked(EIGHT)

    assert told(made.user_id) == ["1"]


def test_what_was_taken_down_before_it_was_told_is_not_told() -> None:
    made = follows()
    one = a_post()
    withdraw(get_exposure(one.id), "当事人已登报致歉", by=a_user(Role.LEADER).actor)

    ticked(EIGHT)

    assert (digests(), told(made.user_id)) == ([], [])


def test_what_is_taken_down_before_the_letter_leaves_is_not_in_it() -> None:
    follows()
    one = a_post()
    set_clock(EIGHT)
    digesting.tick()
    withdraw(get_exposure(one.id), "当事人已登报致歉", by=a_user(Role.LEADER).actor)

    work()

    (digest,) = digests()
    assert (told_of(digest), sent()) == ([], [])


def test_a_post_that_was_hidden_and_comes_back_is_not_new_again() -> None:
    made = follows()
    one = a_post()
    ticked(EIGHT)
    command(lambda: take_off_show(get_exposure(one.id)))()
    put_on_show(one.id)

    ticked(EIGHT + A_DAY)

    assert told(made.user_id) == ["1"]
    assert len(db.session.scalars(select(ShownPost)).all()) == 1


def test_nothing_of_a_report_is_told() -> None:
    follows()
    category = a_category()
    an_exposure(State.PROPOSED, category=category)

    ticked(EIGHT)

    assert digests() == []


def test_the_digest_of_the_week_waits_for_its_day_and_then_tells_of_the_whole_week() -> None:
    user = a_user()
    follows(user, rhythm=Rhythm.WEEKLY)
    set_when(Rhythm.DAILY, hour=8, weekday=3, by=user.actor)
    a_post()

    ticked(EIGHT)
    on_tuesday = digests()
    ticked(EIGHT + A_DAY)
    on_wednesday = digests()
    ticked(EIGHT + 2 * A_DAY)

    assert (on_tuesday, on_wednesday, told(user.id)) == ([], [], ["1"])


def test_daily_and_weekly_come_together_on_the_day_of_the_week() -> None:
    user = a_user()
    daily, weekly = follows(user), follows(user, rhythm=Rhythm.WEEKLY, kind=a_category().slug)
    set_when(Rhythm.DAILY, hour=8, weekday=2, by=user.actor)
    a_post()
    ticked(EIGHT)
    assert [get_follow(one.id, user_id=user.id).mark for one in (daily, weekly)] == [mark_now(), 0]

    ticked(EIGHT + A_DAY)

    assert [get_follow(one.id, user_id=user.id).mark for one in (daily, weekly)] == [mark_now()] * 2


def test_a_server_that_stood_still_over_its_hour_tells_it_in_the_morning_not_at_night() -> None:
    made = follows()
    a_post()

    ticked(EIGHT + timedelta(hours=15))  # 23:01
    at_night = digests()
    ticked(EIGHT + timedelta(hours=23))  # 07:01
    follower = follower_of(made.user_id)

    assert (at_night, told(made.user_id)) == ([], ["1"])
    assert follower is not None
    assert follower.next_at == EIGHT.replace(minute=0) + A_DAY


def test_two_cities_are_told_each_at_its_own_hour() -> None:
    west = a_city(zone="Europe/Berlin")
    made = follows()
    a_post()
    home = current_city_id()
    enter_city(west.id)
    there = follows()
    an_area()
    a_post()

    ticked(EIGHT)
    early = digests()
    ticked(EIGHT.replace(hour=7))  # 08:01 in Berlin
    in_the_west = told(there.user_id)
    enter_city(home)
    ticked(EIGHT.replace(hour=7))

    assert (early, in_the_west, told(made.user_id)) == ([], ["1"], ["1"])


def test_a_clock_that_was_ahead_keeps_nobody_waiting() -> None:
    made = follows()
    set_clock(EIGHT + 400 * A_DAY)
    digesting.tick()
    set_clock(EIGHT)
    a_post()

    ticked(EIGHT + timedelta(minutes=1))
    ticked(EIGHT + A_DAY)

    assert told(made.user_id) == ["1"]


def test_a_crash_before_the_commit_leaves_everything_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    made = follows()
    a_post()
    set_clock(EIGHT)

    def die(event: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(events, "publish", die)
    with pytest.raises(KeyboardInterrupt):
        digesting.tick()
    monkeypatch.undo()
    after_the_crash = digests()
    ticked(EIGHT)

    assert (after_the_crash, told(made.user_id)) == ([], ["1"])


def test_an_account_that_stopped_is_told_nothing_then_or_later() -> None:
    made = follows()
    a_post()
    _switch(made.user_id, on=False)

    ticked(EIGHT)
    _switch(made.user_id, on=True)
    ticked(EIGHT + A_DAY)

    assert (digests(), told(made.user_id), sent()) == ([], [], [])


@command
def _switch(user_id: int, *, on: bool) -> None:
    get_user(user_id).active = on


def test_what_is_paused_is_told_nothing_of_the_time_in_between() -> None:
    user = a_user()
    made = follows(user)
    pause_follow(made.id, on=True, by=user.actor)
    a_post()
    ticked(EIGHT)
    pause_follow(made.id, on=False, by=user.actor)
    a_post()

    ticked(EIGHT + A_DAY)

    assert told(user.id) == ["1"]


def test_who_has_a_number_alone_gets_a_short_message_and_who_has_neither_the_bell() -> None:
    by_phone, by_bell = a_user(email=None, phone="13847412345"), a_user(email=None)
    follows(by_phone)
    follows(by_bell)
    a_post()

    ticked(EIGHT)

    found = [
        (phone, "/my/following/digests/" in words) for phone, words in texts() if phone == by_phone.phone
    ]
    assert (found, sent()) == ([("13847412345", True)], [])
    assert (told(by_phone.id), told(by_bell.id)) == (["1"], ["1"])


def test_however_many_follow_what_is_read_is_read_in_as_many_statements() -> None:
    def statements(people: int, at: datetime) -> list[str]:
        for _ in range(people):
            follows()
        set_clock(at)
        with counted() as found:
            digesting.write_digests()
        return found

    a_post()

    few, many = statements(2, EIGHT), statements(20, EIGHT + A_DAY)

    assert digests() == []
    assert len(many) == len(few) < 15


def test_a_digest_costs_the_same_few_statements_whoever_gets_it() -> None:
    for _ in range(2):
        follows()
    a_post()
    set_clock(EIGHT)
    with counted() as few:
        digesting.write_digests()
    for _ in range(18):
        follows()
    a_post()
    set_clock(EIGHT + A_DAY)

    with counted() as many:
        digesting.write_digests()

    assert len(digests()) == 22
    assert len(many) - len(few) <= 3 * 18


def test_what_nobody_opens_any_more_is_struck() -> None:
    follows()
    a_post()
    ticked(EIGHT)

    ticked(EIGHT + 91 * A_DAY)

    assert (digests(), db.session.scalars(select(ShownPost)).all()) == ([], [])


def test_what_a_digest_keeps_says_nothing_of_where_a_place_is() -> None:
    an_area()
    follows(what=What.PLACE, name="在家")
    a_post()

    ticked(EIGHT)

    (digest,) = digests()
    kept = json.dumps(digest.groups)
    assert not any(word in kept for word in ("113", "41.0", "在家"))
