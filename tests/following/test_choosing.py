"""What a person follows: within limits, nothing twice, and where they live is nobody's to read."""

import pytest
from sqlalchemy import text

from reporter.following.commands.choosing import (
    Choice,
    change_follow,
    follow,
    follow_around,
    pause_follow,
    remove_follow,
    set_when,
)
from reporter.following.queries import follower_of, follows_of, get_follow, mark_now
from reporter.following.rules import MOST, Rhythm, What
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed, NotFound
from reporter.kernel.policy import ANYONE
from tests.conftest import NOW
from tests.following.following import a_post, follows
from tests.make import HERE, a_city, a_user, an_area, the_kind
from tests.notices.posting import set_clock


def test_a_place_is_kept_to_a_hundred_metres_and_lies_sealed() -> None:
    an_area()
    user = a_user()

    made = follow(Choice(What.PLACE, place=(113.10944, 41.03251), name="在家"), by=user.actor)

    assert (get_follow(made.id, user_id=user.id).point, made.name) == ((113.109, 41.033), "在家")
    row = db.session.execute(text("SELECT place, name FROM follows")).one()
    assert not any(word in column for column in row for word in ("113", "41.03", "在家"))


def test_the_same_is_followed_once_however_often_it_is_pressed() -> None:
    an_area()
    user = a_user()

    first, again = follows(user, What.PLACE), follows(user, What.PLACE, name="别的名字")
    wider = follows(user, What.PLACE, radius_m=1000)

    assert (again.id, first.id != wider.id) == (first.id, True)
    assert len(follows_of(user.id)) == 2


def test_what_was_paused_goes_on_when_it_is_followed_again() -> None:
    user = a_user()
    made = follows(user)
    pause_follow(made.id, on=True, by=user.actor)
    a_post()

    again = follows(user)

    assert (again.id, again.paused, again.mark) == (made.id, False, mark_now())
    assert follower_of(user.id).next_at is not None  # type: ignore[union-attr]


def test_twenty_are_enough() -> None:
    an_area()
    user = a_user()
    for number in range(MOST):
        follows(user, What.PLACE, place=(HERE[0] + number / 500, HERE[1]))

    with pytest.raises(BadInput) as refused:
        follows(user, What.CITY)

    assert refused.value.field == "what"
    assert len(follows_of(user.id)) == MOST


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(What.PLACE), "place"),
        (Choice(What.PLACE, place=(2.35, 48.85)), "place"),
        (Choice(What.PLACE, place=HERE, radius_m=150), "radius_m"),
        (Choice(What.PLACE, place=HERE, name="长" * 31), "name"),
        (Choice(What.AREA), "area_id"),
        (Choice(What.CITY, kind="no_such_kind"), "kind"),
    ],
)
def test_what_cannot_be_followed_is_said_at_its_field(choice: Choice, field: str) -> None:
    an_area()
    user = a_user()

    with pytest.raises(BadInput) as refused:
        follow(choice, by=user.actor)

    assert refused.value.field == field
    assert list(follows_of(user.id)) == []


def test_nobody_follows_without_an_account_nor_in_another_city() -> None:
    area = an_area()
    a_city()

    with pytest.raises(NotAllowed):
        follow(Choice(What.CITY), by=ANYONE)
    with pytest.raises(NotFound):
        follow(Choice(What.AREA, area_id=area.id + 1000), by=a_user().actor)


def test_what_somebody_else_follows_is_not_there() -> None:
    theirs, user = follows(), a_user()
    follows(user)

    for act in (
        lambda: change_follow(theirs.id, Choice(What.CITY), by=user.actor),
        lambda: pause_follow(theirs.id, on=True, by=user.actor),
        lambda: remove_follow(theirs.id, by=user.actor),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_next_time_follows_what_is_followed() -> None:
    user = a_user()
    set_clock(NOW)  # Monday, 14:00

    made = follows(user, rhythm=Rhythm.WEEKLY)
    weekly = follower_of(user.id).next_at  # type: ignore[union-attr]
    change_follow(made.id, Choice(What.CITY, rhythm=Rhythm.DAILY), by=user.actor)
    daily = follower_of(user.id).next_at  # type: ignore[union-attr]
    pause_follow(made.id, on=True, by=user.actor)
    paused = follower_of(user.id).next_at  # type: ignore[union-attr]

    assert [str(weekly), str(daily), paused] == [
        "2026-11-30 00:00:00+00:00", "2026-11-24 00:00:00+00:00", None,
    ]  # fmt: skip


def test_what_is_changed_or_taken_up_again_is_told_from_now_on() -> None:
    user = a_user()
    made = follows(user)
    a_post()
    assert (get_follow(made.id, user_id=user.id).mark, mark_now() > 0) == (0, True)

    change_follow(made.id, Choice(What.CITY, rhythm=Rhythm.WEEKLY), by=user.actor)
    kept = get_follow(made.id, user_id=user.id).mark
    change_follow(made.id, Choice(What.CITY, kind=the_kind().slug), by=user.actor)

    assert (kept, get_follow(made.id, user_id=user.id).mark) == (0, mark_now())


def test_a_day_or_an_hour_that_is_none_is_refused() -> None:
    user = a_user()

    for hour, weekday, field in ((3, 0, "hour"), (8, 7, "weekday")):
        with pytest.raises(BadInput) as refused:
            set_when(Rhythm.DAILY, hour=hour, weekday=weekday, by=user.actor)
        assert refused.value.field == field


def test_around_a_post_its_rounded_place_is_followed_and_its_road_is_the_name() -> None:
    one, user = a_post(), a_user()

    made = follow_around(one.public_id, by=user.actor)

    assert (made.point, made.radius_m, made.name) == ((one.lon, one.lat), 500, one.road)
