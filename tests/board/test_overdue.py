"""What a unit owes: shown as a place and its unit, never as a person, and gone when it is put right after all."""

from datetime import timedelta

import pytest

from reporter.board.commands.copies import burn_pictures
from reporter.board.commands.exposures import pass_first, propose_overdue, publish, submit
from reporter.board.lifecycle import Outcome
from reporter.board.lifecycle import State as Shown
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, live_exposure_of
from reporter.board.shown import Filter, posts
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, Nature
from reporter.cases.queries import get_case
from reporter.kernel.errors import NotAllowed, WrongStep
from reporter.kernel.policy import Role
from reporter.ports import ports
from reporter.routing.queries import get_unit
from tests.board.posts import Editors, editors, finish
from tests.make import a_case, a_category, a_unit, a_user, hand_in


def owed(nature: Nature = Nature.CONDITION, state: State = State.HANDLING, **facts: object) -> Case:
    """Return a case a month after it was given to its unit."""
    law = {"legal_basis": "《条例》第三条", "legal_source": "市人大", "legal_date": "2026-11-23"}
    case = a_case(state, category=a_category(nature=nature, **law), **facts)  # type: ignore[arg-type]
    ports.clock.move(timedelta(days=31))  # type: ignore[attr-defined]  # the tests' clock
    return get_case(case.id)


def shown(case: Case, team: Editors) -> Exposure:
    """Return what is overdue, on show."""
    exposure = propose_overdue(case, by=team.redactor.actor)
    finish(exposure, team)
    submit(get_exposure(exposure.id), by=team.redactor.actor)
    pass_first(get_exposure(exposure.id), by=team.first.actor)
    publish(get_exposure(exposure.id), by=team.second.actor)
    burn_pictures(exposure.id)
    return get_exposure(exposure.id)


def handed_in(case: Case) -> Case:
    """Return the case after its unit has done the work."""
    unit = get_unit(case.lead_unit_id or 0)
    hand_in(get_case(case.id), by=a_user(Role.HANDLER, unit=unit).actor)
    return get_case(case.id)


def test_it_is_shown_with_the_picture_from_before_and_how_long_it_is_open() -> None:
    post = shown(owed(unit=a_unit(name_zh="环卫一队")), editors())

    [found] = posts(Filter(outcome=Outcome.OVERDUE)).rows
    assert (found.id, found.unit_zh, found.after) == (post.id, "环卫一队", None)
    assert found.minutes_taken >= 31 * 24 * 60 - 1


def test_its_first_title_says_that_it_is_not_put_right() -> None:
    exposure = propose_overdue(owed(), by=editors().redactor.actor)

    assert exposure.title.endswith("逾期未整改")


@pytest.mark.parametrize("case", [{"nature": Nature.ACT}, {"state": State.SHELVED}, {"state": State.HANDLED}])
def test_what_a_person_did_or_a_unit_does_not_owe_now_is_not_proposed(case: dict[str, object]) -> None:
    late = owed(**case)  # type: ignore[arg-type]

    with pytest.raises(WrongStep):
        propose_overdue(late, by=editors().redactor.actor)


def test_what_is_within_its_limit_is_not_proposed() -> None:
    with pytest.raises(WrongStep):
        propose_overdue(a_case(State.HANDLING), by=editors().redactor.actor)


def test_it_is_proposed_once() -> None:
    case, redactor = owed(), editors().redactor.actor
    propose_overdue(case, by=redactor)

    with pytest.raises(WrongStep):
        propose_overdue(get_case(case.id), by=redactor)


@pytest.mark.parametrize("role", [Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.HANDLER, Role.RESIDENT])
def test_only_redactors_and_leaders_propose(role: Role) -> None:
    with pytest.raises(NotAllowed):
        propose_overdue(owed(), by=a_user(role).actor)


def test_when_it_is_put_right_the_post_goes_and_the_case_is_proposed_as_any_other() -> None:
    case = owed()
    post = shown(case, editors())

    advance(handed_in(case), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)

    assert get_exposure(post.id).state is Shown.WITHDRAWN
    assert posts(Filter()).rows == []
    following = live_exposure_of(case.id)
    assert following is not None
    assert (following.outcome, following.state) == (Outcome.PUT_RIGHT, Shown.PROPOSED)


def test_a_review_refuses_what_has_been_put_right_meanwhile() -> None:
    team, case = editors(), owed()
    exposure = propose_overdue(case, by=team.redactor.actor)
    finish(exposure, team)
    submit(get_exposure(exposure.id), by=team.redactor.actor)
    handed_in(case)

    with pytest.raises(WrongStep):
        pass_first(get_exposure(exposure.id), by=team.first.actor)
