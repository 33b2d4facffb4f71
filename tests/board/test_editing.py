"""Lists, numbers and possible actions, as the editors' desk reads them."""

from dataclasses import replace

import pytest

from reporter.board.editing import (
    actions_open_to,
    actions_possible,
    exposures_by_ids,
    exposures_in,
    newest_exposures_in,
    numbers_waiting,
    objections_in,
    objections_to,
    was_closed,
)
from reporter.board.lifecycle import (
    ENDED,
    OBJECTION_OPEN,
    ON_BOARD,
    Action,
    ObjectionAction,
    ObjectionKind,
    ObjectionState,
    State,
)
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.queries import get_case
from reporter.kernel.db import enter_city
from reporter.kernel.policy import ANYONE, SYSTEM, Role
from tests.board.posts import an_exposure, an_objection, editors
from tests.make import a_case, a_city, a_user
from tests.queries import counted


def test_the_longest_waiting_come_first_page_by_page() -> None:
    made = [an_exposure().id for _ in range(5)]

    first = exposures_in({State.PROPOSED}, size=2)
    second = exposures_in({State.PROPOSED}, size=2, after=first.after)
    third = exposures_in({State.PROPOSED}, size=2, after=second.after)

    assert [row.id for page in (first, second, third) for row in page.rows] == made
    assert third.after == ""


def test_what_is_on_the_board_comes_newest_first_page_by_page() -> None:
    made = [an_exposure(State.PUBLISHED).id for _ in range(3)]

    first = newest_exposures_in(ON_BOARD, size=2)
    second = newest_exposures_in(ON_BOARD, size=2, after=first.after)

    assert [row.id for page in (first, second) for row in page.rows] == made[::-1]
    assert list(newest_exposures_in(ENDED).rows) == []


def test_objections_come_by_their_due_time_page_by_page() -> None:
    post = an_exposure(State.PUBLISHED)
    made = [an_objection(to=post).id for _ in range(3)]

    first = objections_in(OBJECTION_OPEN, size=2)
    second = objections_in(OBJECTION_OPEN, size=2, after=first.after)

    assert [row.id for page in (first, second) for row in page.rows] == made
    assert [row.id for row in objections_to(post.id)] == made[::-1]


def test_what_waits_is_counted_in_one_query_and_no_further_than_the_limit() -> None:
    for _ in range(3):
        an_exposure()
    an_objection(kind=ObjectionKind.MINOR)

    with counted() as statements:
        numbers = numbers_waiting(limit=2)

    assert len(statements) == 1
    assert numbers[State.PROPOSED] == 3  # two and more
    assert (numbers[State.HIDDEN], numbers[State.PUBLISHED], numbers[ObjectionState.FILED]) == (1, 0, 1)


def test_another_city_counts_and_lists_none_of_them() -> None:
    an_objection(kind=ObjectionKind.MINOR)

    enter_city(a_city().id)

    assert set(numbers_waiting().values()) == {0}
    assert list(newest_exposures_in(ON_BOARD).rows) == []
    assert list(objections_in(OBJECTION_OPEN).rows) == []


def test_posts_are_found_by_their_ids_in_one_go() -> None:
    one, two = an_exposure(), an_exposure()

    assert set(exposures_by_ids([one.id, two.id])) == {one.id, two.id}
    assert exposures_by_ids([]) == {}


@pytest.mark.parametrize(
    ("state", "role", "actions"),
    [
        (State.PROPOSED, Role.REDACTOR, {Action.REDACT}),
        (State.REDACTING, Role.REDACTOR, {Action.REDACT, Action.SUBMIT}),
        (State.FIRST_REVIEW, Role.REDACTOR, set()),
        (State.FIRST_REVIEW, Role.FIRST_REVIEWER, {Action.PASS_FIRST, Action.REJECT, Action.WITHDRAW}),
        (State.SECOND_REVIEW, Role.SECOND_REVIEWER, {Action.PUBLISH, Action.REJECT, Action.WITHDRAW}),
        (State.PUBLISHED, Role.LEADER, {Action.CORRECT, Action.WITHDRAW}),
        (State.EXPIRED, Role.LEADER, set()),
    ],
)
def test_a_person_sees_the_actions_of_state_and_role(state: State, role: Role, actions: set[Action]) -> None:
    assert actions_open_to(a_user(role).actor, an_exposure(state)) == actions


def test_what_another_person_would_have_to_do_is_possible_but_not_open() -> None:
    team = replace(editors(), redactor=a_user(Role.REDACTOR, Role.FIRST_REVIEWER))
    exposure = an_exposure(State.FIRST_REVIEW, team=team)

    assert Action.PASS_FIRST in actions_possible(exposure)
    assert Action.PASS_FIRST not in actions_open_to(team.redactor.actor, exposure)


def test_nobody_without_an_account_decides_an_objection() -> None:
    objection = an_objection()

    assert actions_open_to(ANYONE, objection) == frozenset()
    assert actions_open_to(a_user(Role.LEADER).actor, objection) == {ObjectionAction.TAKE}


def test_an_archived_case_counts_as_closed_only_when_its_work_was_passed() -> None:
    unfixed = a_case(CaseState.CLOSED_UNFIXED)
    passed = a_case(CaseState.ARCHIVED)  # thirty days later

    advance(get_case(unfixed.id), CaseAction.ARCHIVE, by=SYSTEM)

    assert was_closed(passed)
    assert not was_closed(get_case(unfixed.id))
