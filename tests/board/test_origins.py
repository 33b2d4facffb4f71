"""Objections from one address: a few hide posts at once, further ones stand on top, and beyond twenty there is no more."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from reporter.board.commands.objections import file_objection, forget_origins, take_objection
from reporter.board.editing import objections_in
from reporter.board.lifecycle import (
    GRAVE,
    HIDDEN_A_DAY,
    OBJECTION_LIMIT,
    OBJECTION_OPEN,
    OPEN_AT_MOST,
    ORIGIN_DAYS,
    PRESSING_LIMIT,
    ObjectionAction,
    ObjectionKind,
    ObjectionState,
    Reach,
    State,
    limit_of,
    reach_of,
)
from reporter.board.models import Exposure, Objection
from reporter.board.objected import open_from
from reporter.board.queries import get_exposure, get_objection
from reporter.kernel.db import db
from reporter.kernel.errors import TooMany
from reporter.kernel.policy import ANYONE, Role
from reporter.ports import Ports
from tests.board.posts import an_exposure, an_objection, decided
from tests.make import a_user

ONE, OTHER = ["a" * 32], ["b" * 32]
FLOOD = 10_000 if os.environ.get("DEPTH") == "deep" else 300
KINDS = list(ObjectionKind)


def _posts(number: int) -> list[int]:
    return [an_exposure(State.PUBLISHED).id for _ in range(number)]


def _file(post_id: int, kind: ObjectionKind = ObjectionKind.IDENTITY, origins: list[str] = ONE) -> Objection:
    filed = file_objection(get_exposure(post_id), kind, "认得出", origins=origins, by=ANYONE)
    return get_objection(filed.id)


def _hidden(post_ids: list[int]) -> int:
    return sum(get_exposure(one).state is State.HIDDEN for one in post_ids)


@pytest.mark.pure
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("hidden", [0, HIDDEN_A_DAY - 1, HIDDEN_A_DAY, HIDDEN_A_DAY + 1])
def test_a_grave_kind_hides_unless_it_was_answered_or_many_came(
    kind: ObjectionKind, hidden: int, *, answered: bool
) -> None:
    reach = reach_of(kind, answered=answered, hidden_today=hidden)

    assert (reach is Reach.NOTHING) == (kind not in GRAVE)
    assert (reach is Reach.HIDES) == (kind in GRAVE and not answered and hidden < HIDDEN_A_DAY)
    assert (limit_of(reach) == PRESSING_LIMIT) == (reach in {Reach.MANY, Reach.ANSWERED})
    assert limit_of(Reach.HIDES) == limit_of(Reach.NOTHING) == OBJECTION_LIMIT


def test_one_address_hides_five_posts_a_day_and_what_follows_is_filed_and_due_soon() -> None:
    posts = _posts(HIDDEN_A_DAY + 1)

    filed = [_file(one) for one in posts]

    assert _hidden(posts) == HIDDEN_A_DAY
    assert [one.reach for one in filed] == [Reach.HIDES] * HIDDEN_A_DAY + [Reach.MANY]
    assert all(one.code for one in filed)
    assert filed[-1].due_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # two working hours later


def test_another_address_and_another_day_hide_again(fakes: Ports) -> None:
    posts = _posts(HIDDEN_A_DAY + 2)
    for one in posts[:HIDDEN_A_DAY]:
        _file(one)

    elsewhere = _file(posts[-2], origins=OTHER)
    tomorrow = _file(posts[-1], origins=["c" * 32, *ONE])

    assert (elsewhere.reach, tomorrow.reach) == (Reach.HIDES, Reach.HIDES)


def test_a_post_that_was_hidden_from_there_today_may_be_objected_to_on_another_ground() -> None:
    posts = _posts(HIDDEN_A_DAY)
    for one in posts:
        _file(one)

    assert _file(posts[0], ObjectionKind.MINOR).reach is Reach.HIDES


def test_what_does_not_hide_a_post_does_not_keep_it_hidden_either() -> None:
    posts = _posts(HIDDEN_A_DAY)
    first, *_ = [_file(one) for one in posts]
    late = an_exposure(State.PUBLISHED).id
    hiding = _file(late, origins=OTHER)
    many = _file(late, ObjectionKind.MINOR)

    decided(hiding, ObjectionAction.DISMISS)

    assert (first.reach, many.reach) == (Reach.HIDES, Reach.MANY)
    assert get_exposure(late).state is State.PUBLISHED
    assert get_objection(many.id).state is ObjectionState.FILED


def test_a_ground_that_was_dismissed_hides_the_post_no_second_time() -> None:
    dismissed = an_objection(ObjectionState.DISMISSED, kind=ObjectionKind.WRONG_PLACE)
    post_id = dismissed.exposure_id

    same = _file(post_id, ObjectionKind.WRONG_PLACE)
    state_after_the_same = get_exposure(post_id).state
    other = _file(post_id, ObjectionKind.MINOR)

    assert (same.reach, state_after_the_same) == (Reach.ANSWERED, State.PUBLISHED)
    assert (other.reach, get_exposure(post_id).state) == (Reach.HIDES, State.HIDDEN)


@pytest.mark.parametrize("state", [ObjectionState.PARTLY, ObjectionState.FILED, ObjectionState.IN_REVIEW])
def test_a_ground_that_was_not_dismissed_still_hides(state: ObjectionState) -> None:
    before = an_objection(state, kind=ObjectionKind.WRONG_PLACE)

    assert _file(before.exposure_id, ObjectionKind.WRONG_PLACE).reach is Reach.HIDES


def test_an_address_has_twenty_open_objections_over_all_its_days_and_then_none() -> None:
    post_id, yesterday = an_exposure(State.PUBLISHED).id, ["c" * 32]
    for number in range(OPEN_AT_MOST):
        _file(post_id, ObjectionKind.OTHER, yesterday if number % 2 else ONE)

    with pytest.raises(TooMany):
        _file(post_id, ObjectionKind.MINOR, [*ONE, *yesterday])

    assert get_exposure(post_id).state is State.PUBLISHED
    assert open_from([*ONE, *yesterday]) == OPEN_AT_MOST
    assert _file(post_id, origins=OTHER).reach is Reach.HIDES


def test_a_decision_makes_room_for_the_next() -> None:
    post_id = an_exposure(State.PUBLISHED).id
    filed = [_file(post_id, ObjectionKind.OTHER) for _ in range(OPEN_AT_MOST)]

    decided(filed[0], ObjectionAction.DISMISS)

    assert _file(post_id, ObjectionKind.OTHER).id


def test_the_same_form_sent_again_is_never_one_too_many() -> None:
    post = an_exposure(State.PUBLISHED)
    args = {"client_id": "one and the same", "origins": ONE, "by": ANYONE}
    first = file_objection(post, ObjectionKind.OTHER, "错了", **args)  # type: ignore[arg-type]
    for _ in range(OPEN_AT_MOST - 1):
        _file(post.id, ObjectionKind.OTHER)

    again = file_objection(get_exposure(post.id), ObjectionKind.OTHER, "错了", **args)  # type: ignore[arg-type]

    assert again.id == first.id


def test_where_no_address_is_known_nothing_is_counted() -> None:
    posts = _posts(HIDDEN_A_DAY + 1)

    filed = [_file(one, origins=[]) for one in posts]

    assert {one.reach for one in filed} == {Reach.HIDES}


def test_the_gravest_stand_first_whenever_they_came() -> None:
    plain = an_objection()
    hiding = an_objection(kind=ObjectionKind.MINOR)
    dismissed = an_objection(ObjectionState.DISMISSED, kind=ObjectionKind.WRONG_PLACE)
    pressing = _file(dismissed.exposure_id, ObjectionKind.WRONG_PLACE)

    pages = [objections_in(OBJECTION_OPEN, size=1)]
    while pages[-1].after:
        pages.append(objections_in(OBJECTION_OPEN, after=pages[-1].after, size=1))

    assert [row.id for page in pages for row in page.rows] == [pressing.id, hiding.id, plain.id]


def test_from_where_an_objection_came_is_forgotten_after_seven_days_and_no_form_grows_old_by_it(
    fakes: Ports,
) -> None:
    old, version = _file(an_exposure(State.PUBLISHED).id), 0
    fakes.clock.move(timedelta(days=ORIGIN_DAYS))  # type: ignore[attr-defined]
    young = _file(an_exposure(State.PUBLISHED).id, origins=OTHER)
    version = get_objection(old.id).version

    forget_origins()

    assert (get_objection(old.id).origin, get_objection(young.id).origin) == ("", *OTHER)
    take_objection(get_objection(old.id), by=a_user(Role.LEADER).actor, seen=version)


def test_a_flood_from_one_address_hides_five_posts_at_most() -> None:
    posts, refused = _posts(8), 0

    for number in range(FLOOD):
        try:
            _file(posts[number % len(posts)], KINDS[number % len(KINDS)])
        except TooMany:
            refused += 1

    assert 0 < _hidden(posts) <= HIDDEN_A_DAY
    assert refused == FLOOD - OPEN_AT_MOST
    first = objections_in(OBJECTION_OPEN).rows
    assert [row.rank for row in first] == sorted(row.rank for row in first)
    assert first[0].rank == 0
    assert db.session.query(Exposure).count() == len(posts)
