"""Two accounts of one phone number are one person: what needs two people is not done with both."""

from dataclasses import replace

import pytest

from reporter.accounts.models import User
from reporter.accounts.queries import whole_person
from reporter.board.commands.exposures import pass_first, publish
from reporter.board.commands.objections import decide_objection, take_objection
from reporter.board.editing import actions_open_to
from reporter.board.lifecycle import Action, ObjectionAction, ObjectionKind, State
from reporter.board.queries import get_exposure, get_objection
from reporter.kernel.db import current_city_id, enter_city
from reporter.kernel.errors import NotAllowed
from reporter.kernel.policy import Role
from tests.board.posts import an_exposure, an_objection, editors
from tests.make import a_city, a_user

NUMBER = "13847400009"


def _two(one: Role, other: Role) -> tuple[User, User]:
    """Return two accounts of one person."""
    return a_user(one, mobile=NUMBER), a_user(other, mobile=NUMBER)


def test_accounts_of_one_number_know_each_other_and_nobody_else() -> None:
    one, other = _two(Role.REDACTOR, Role.FIRST_REVIEWER)
    strangers = [a_user(Role.LEADER, mobile="13847400010"), a_user(Role.LEADER), a_user(Role.LEADER)]

    assert whole_person(one.actor).also == {other.id}
    assert [whole_person(user.actor).also for user in strangers] == [frozenset()] * 3


@pytest.mark.parametrize("review", [Role.FIRST_REVIEWER, Role.SECOND_REVIEWER])
def test_whoever_redacted_reviews_by_no_other_account(review: Role) -> None:
    redactor, again = _two(Role.REDACTOR, review)
    first = review is Role.FIRST_REVIEWER
    post = an_exposure(
        State.FIRST_REVIEW if first else State.SECOND_REVIEW, team=replace(editors(), redactor=redactor)
    )

    with pytest.raises(NotAllowed):
        (pass_first if first else publish)(post, by=again.actor)

    step = Action.PASS_FIRST if first else Action.PUBLISH
    assert step not in actions_open_to(again.actor, get_exposure(post.id))
    assert step in actions_open_to(a_user(review).actor, get_exposure(post.id))


def test_whoever_gave_the_first_review_gives_the_second_by_no_other_account() -> None:
    first, again = _two(Role.FIRST_REVIEWER, Role.SECOND_REVIEWER)
    post = an_exposure(State.SECOND_REVIEW, team=replace(editors(), first=first))

    with pytest.raises(NotAllowed):
        publish(post, by=again.actor)

    assert get_exposure(post.id).state is State.SECOND_REVIEW


@pytest.mark.parametrize(
    ("hand", "role"),
    [("redactor", Role.REDACTOR), ("first", Role.FIRST_REVIEWER), ("second", Role.SECOND_REVIEWER)],
)
def test_whoever_had_a_hand_in_it_decides_by_no_other_account(hand: str, role: Role) -> None:
    own, again = _two(role, Role.LEADER)
    post = an_exposure(State.PUBLISHED, team=replace(editors(), **{hand: own}))
    objection = an_objection(to=post, kind=ObjectionKind.NOT_TRUE)

    with pytest.raises(NotAllowed):
        take_objection(objection, by=again.actor)
    take_objection(get_objection(objection.id), by=a_user(Role.LEADER).actor)
    with pytest.raises(NotAllowed):
        decide_objection(get_objection(objection.id), ObjectionAction.DISMISS, "属实", by=again.actor)


def test_the_same_number_in_another_city_makes_nobody_the_same_person() -> None:
    one, here = a_user(Role.REDACTOR, mobile=NUMBER), current_city_id()
    enter_city(a_city().id)
    a_user(Role.FIRST_REVIEWER, mobile=NUMBER)
    enter_city(here)

    assert whole_person(one.actor).also == frozenset()
