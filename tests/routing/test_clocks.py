"""The clocks follow the case: what runs, what stands still, what is lengthened."""

from datetime import timedelta

import pytest

from reporter.cases.commands import advance
from reporter.cases.editing import save_category
from reporter.cases.lifecycle import Action, State
from reporter.cases.queries import get_case, history
from reporter.kernel.errors import NotAllowed, WrongStep
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import Ports
from reporter.routing.commands import dispatch, reassign
from reporter.routing.queries import last_order, open_order
from reporter.routing.ticking import tick
from tests.make import a_case, a_category, a_request, a_rule, a_unit, a_user, hand_in, the_fallback

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_the_claim_clock_runs_from_dispatch_and_the_handling_clock_with_it(fakes: Ports) -> None:
    case = a_case(State.DISPATCHED)

    order = open_order(case.id)

    assert order is not None
    assert (case.stage, case.due_at) == ("claim", fakes.clock.now() + 15 * MINUTE)
    assert order.handle_due_at == fakes.clock.now() + 4 * HOUR


def test_claiming_shows_the_handling_deadline_that_was_promised_at_dispatch(fakes: Ports) -> None:
    case = a_case(State.DISPATCHED)
    promised = fakes.clock.now() + 4 * HOUR
    fakes.clock.move(10 * MINUTE)  # type: ignore[attr-defined]

    advance(case, Action.CLAIM, by=a_user(Role.HANDLER, unit=the_fallback()).actor)

    assert (case.stage, case.due_at) == ("handle", promised)


def test_editing_a_kind_never_moves_an_old_deadline() -> None:
    kind = a_category(handle_limit="4h")
    case = a_case(State.DISPATCHED, category=kind)

    save_category(kind, {"handle_limit": "1h"}, by=SYSTEM)

    assert get_case(case.id).limits["handle"] == "4h"


def test_paused_time_never_counts(fakes: Ports) -> None:
    case = a_case(State.SHELVED)
    fakes.clock.move(timedelta(days=30))  # type: ignore[attr-defined]
    assert case.due_at is None

    advance(case, Action.RESUME, by=a_user(Role.DISPATCHER).actor)

    assert case.due_at == fakes.clock.now() + 4 * HOUR


def test_an_extension_is_added_to_the_deadline_and_two_are_the_most(fakes: Ports) -> None:
    case = a_case(State.HANDLING)
    before = case.due_at
    leader = a_user(Role.SHIFT_LEADER, Role.LEADER).actor
    for _ in range(2):
        a_request("extension", case=case, minutes=60)
        advance(get_case(case.id), Action.APPROVE_EXTENSION, by=leader)

    assert before is not None
    assert get_case(case.id).due_at == before + 2 * HOUR
    with pytest.raises(WrongStep, match="twice"):
        a_request("extension", case=get_case(case.id), minutes=60)


def test_the_second_extension_takes_a_leader() -> None:
    case = a_case(State.HANDLING)
    shift_leader = a_user(Role.SHIFT_LEADER).actor
    a_request("extension", case=case, minutes=60)
    advance(get_case(case.id), Action.APPROVE_EXTENSION, by=shift_leader)
    a_request("extension", case=get_case(case.id), minutes=60)

    with pytest.raises(NotAllowed):
        advance(get_case(case.id), Action.APPROVE_EXTENSION, by=shift_leader)


def test_more_time_is_not_to_be_had_after_the_deadline(fakes: Ports) -> None:
    case = a_case(State.HANDLING)
    fakes.clock.move(4 * HOUR)  # type: ignore[attr-defined]

    with pytest.raises(WrongStep, match="before the deadline"):
        a_request("extension", case=case)


def test_rework_gets_half_the_limit(fakes: Ports) -> None:
    case = a_case(State.HANDLED)

    advance(case, Action.INSPECT_FAIL, by=a_user(Role.INSPECTOR).actor, reason="没清完")

    assert (case.stage, case.due_at) == ("handle", fakes.clock.now() + 2 * HOUR)


def test_the_third_rework_escalates() -> None:
    case, inspector = a_case(State.HANDLED), a_user(Role.INSPECTOR).actor
    for _ in range(2):
        advance(get_case(case.id), Action.INSPECT_FAIL, by=inspector, reason="没清完")
        hand_in(get_case(case.id), by=a_user(Role.HANDLER, unit=the_fallback()).actor)
    assert not get_case(case.id).escalated

    advance(get_case(case.id), Action.INSPECT_FAIL, by=inspector, reason="没清完")

    assert get_case(case.id).escalated
    assert history(get_case(case.id))[-1].facts["escalates"] is True


def test_a_case_has_one_lead_unit_at_any_time(fakes: Ports) -> None:
    other = a_unit("环卫一队")
    case = a_case(State.HANDLING)
    first = open_order(case.id)

    reassign(case, unit_id=other.id, reason="属地有误", by=a_user(Role.DISPATCHER).actor)

    second = open_order(case.id)
    assert first is not None
    assert second is not None
    assert first.closed_at == fakes.clock.now()
    assert (second.unit_id, case.lead_unit_id, case.state) == (other.id, other.id, State.DISPATCHED)


def test_a_clock_that_ran_out_escalates_once_for_each_stage(fakes: Ports) -> None:
    case = a_case(State.DISPATCHED)
    fakes.clock.move(16 * MINUTE)  # type: ignore[attr-defined]

    first, second = tick(), tick()
    advance(get_case(case.id), Action.CLAIM, by=a_user(Role.HANDLER, unit=the_fallback()).actor)
    fakes.clock.move(5 * HOUR)  # type: ignore[attr-defined]
    third = tick()

    assert (first, second, third) == (1, 0, 1)
    assert [entry.action for entry in history(get_case(case.id))][-1] == Action.ESCALATE


def test_time_alone_resumes_and_archives(fakes: Ports) -> None:
    paused, closed = a_case(State.DEFERRED), a_case(State.CLOSED)
    fakes.clock.move(timedelta(days=31))  # type: ignore[attr-defined]

    tick()

    assert get_case(paused.id).state is State.HANDLING
    assert get_case(closed.id).state is State.ARCHIVED


def test_the_first_rule_that_matches_names_the_unit_and_says_why() -> None:
    kind, special, plain = a_category(subtypes=["窗外"]), a_unit(), a_unit()
    a_rule(special, kind, subcategory_id=kind.subcategories[0].id)
    a_rule(plain, kind)

    fine = a_case(State.REGISTERED, category=kind, subcategory_id=kind.subcategories[0].id)
    coarse = a_case(State.REGISTERED, category=kind)
    for case in (fine, coarse):
        dispatch(case, by=a_user(Role.DISPATCHER).actor)

    assert (fine.lead_unit_id, fine.route_reason["subtype"]) == (special.id, True)
    assert (coarse.lead_unit_id, coarse.route_reason["kind"], coarse.route_reason["subtype"]) == (
        plain.id,
        True,
        False,
    )
    assert last_order(fine.id) is not None
