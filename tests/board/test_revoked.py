"""A penalty that does not stand any more: what the board showed of it goes at once, and says why."""

from datetime import date, timedelta

import pytest

from reporter.board.commands.exposures import propose
from reporter.board.lifecycle import State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, live_exposure_of
from reporter.board.shown import Filter, post, posts
from reporter.cases.commands import revoke_penalty
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case, Nature, Revocation
from reporter.cases.queries import get_case, history, result_of
from reporter.cities.queries import local
from reporter.kernel.errors import BadInput, Gone, NotAllowed, WrongStep
from reporter.kernel.policy import SYSTEM, Actor, Role
from reporter.ports import ports
from reporter.routing.queries import get_unit
from tests.board.posts import an_exposure
from tests.make import a_case, a_category, a_unit, a_user

WHY = "区政府行政复议决定 2026-17 号"


def punished(state: State = State.PUBLISHED) -> Exposure:
    """Return a post about an act that ended with a penalty."""
    law = {"legal_basis": "《条例》第三条", "legal_source": "市人大", "legal_date": "2026-11-23"}
    return an_exposure(state, category=a_category(nature=Nature.ACT, plate_expected=True, **law))


def handler_of(case: Case) -> Actor:
    """Return somebody of the unit that the case lies with."""
    return a_user(Role.HANDLER, unit=get_unit(case.lead_unit_id or 0)).actor


def revoked(case: Case, *, on: date | None = None, by: Actor | None = None) -> Case:
    """Let the unit write down that the penalty was revoked."""
    day = on or local(ports.clock.now()).date()
    revoke_penalty(get_case(case.id), Revocation.REVOKED, on=day, words=WHY, by=by or handler_of(case))
    return get_case(case.id)


def test_the_post_is_gone_in_the_same_transaction_and_says_since_when() -> None:
    shown = punished()
    today = local(ports.clock.now()).date()

    revoked(get_case(shown.case_id))

    assert get_exposure(shown.id).state is State.WITHDRAWN
    assert posts(Filter()).rows == []
    with pytest.raises(Gone, match="penalty behind it") as gone:
        post(shown.public_id)
    assert gone.value.values == {"day": today}


@pytest.mark.parametrize("state", [State.PROPOSED, State.FIRST_REVIEW, State.SECOND_REVIEW, State.HIDDEN])
def test_wherever_the_post_stands_it_ends(state: State) -> None:
    waiting = punished(state)

    revoked(get_case(waiting.case_id))

    assert get_exposure(waiting.id).state is State.WITHDRAWN


def test_the_case_keeps_the_record_and_says_who_decided_what() -> None:
    case = revoked(get_case(punished().case_id))

    result, last = result_of(case.id), history(case)[-1]
    assert case.state is CaseState.CLOSED
    assert result
    assert (result.kind, result.revocation, result.penalty_stands) == ("penalty", Revocation.REVOKED, False)
    assert (last.action, last.reason) == ("revoke_penalty", WHY)


def test_the_case_is_not_proposed_again() -> None:
    case = revoked(get_case(punished().case_id))

    assert propose(case, by=SYSTEM) is None
    assert live_exposure_of(case.id) is None


def test_it_is_written_down_once() -> None:
    case = revoked(get_case(punished().case_id))

    with pytest.raises(WrongStep, match="no penalty that still stands"):
        revoked(case)


def test_a_case_without_a_penalty_has_none_to_revoke() -> None:
    with pytest.raises(WrongStep, match="no penalty that still stands"):
        revoked(a_case(CaseState.CLOSED))


@pytest.mark.parametrize("days", [1, -400])
def test_a_day_that_cannot_be_is_named(days: int) -> None:
    case = get_case(punished().case_id)

    with pytest.raises(BadInput) as bad:
        revoked(case, on=local(ports.clock.now()).date() + timedelta(days=days))
    assert bad.value.field == "on"


def test_another_unit_writes_nothing_down() -> None:
    shown = punished()

    with pytest.raises(NotAllowed):
        revoked(get_case(shown.case_id), by=a_user(Role.HANDLER, unit=a_unit()).actor)
    assert get_exposure(shown.id).state is State.PUBLISHED
