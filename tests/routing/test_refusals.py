"""A unit sends a case back: the next candidate takes it; after three the units settle whose it is."""

import pytest

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case, Category
from reporter.cases.queries import get_case, history
from reporter.kernel.errors import NotAllowed, WrongStep
from reporter.kernel.policy import SYSTEM, Role
from reporter.routing.choose import Matter, choose
from reporter.routing.commands import dispatch
from reporter.routing.models import Rule, Unit
from reporter.routing.queries import open_order, open_whistle, units_called
from reporter.routing.refusals import approve_send_back
from reporter.routing.whistles import Purpose
from tests.make import a_case, a_category, a_request, a_rule, a_unit, a_user, the_fallback


def sent_back(case: Case, unit: Unit) -> Case:
    """Return the case after `unit` asked to send it back and the shift leader agreed."""
    asked = a_request("send_back", case=case, unit=unit)
    approve_send_back(asked, by=a_user(Role.SHIFT_LEADER).actor)
    return get_case(case.id)


def dispatched(kind: Category) -> Case:
    case = a_case(State.REGISTERED, category=kind)
    dispatch(case, by=a_user(Role.DISPATCHER).actor)
    return get_case(case.id)


@pytest.mark.pure
def test_the_next_rule_then_the_co_units_then_the_fallback_are_tried() -> None:
    def rule(sort: int, lead: int, *co: int) -> Rule:
        return Rule(
            sort=sort, category_id=1, subcategory_id=None, area_id=None, when="", source="",
            lead_unit_id=lead, co_unit_ids=list(co), claim_limit="", handle_limit="",
        )  # fmt: skip

    rules = [rule(1, 10, 30, 31), rule(2, 20)]
    matter = Matter(1, None, frozenset(), working=True, source="resident")

    tried = [choose(rules, matter, fallback=99, without=out).lead_unit_id for out in ((), {10}, {10, 20})]
    last = choose(rules, matter, fallback=99, without={10, 20, 30, 31})

    assert tried == [10, 20, 30]
    assert (last.lead_unit_id, last.rule_number) == (99, None)
    assert choose(rules, matter, fallback=99, without={10, 20}).co_unit_ids == (31,)


def test_the_next_candidate_has_it_at_once_with_clocks_of_its_own() -> None:
    kind, first, second = a_category(), a_unit(), a_unit()
    a_rule(first, kind)
    a_rule(second)
    case = dispatched(kind)

    case = sent_back(case, first)

    order = open_order(case.id)
    assert order is not None
    assert (case.lead_unit_id, case.state, order.unit_id) == (second.id, State.DISPATCHED, second.id)
    assert case.refused_unit_ids == [first.id]
    assert case.route_reason["refused"] == [first.id]
    assert [entry.action for entry in history(case)][-2:] == ["approve_send_back", "dispatch"]


def test_after_the_last_rule_the_fallback_unit_has_it() -> None:
    kind, only = a_category(), a_unit()
    fallback = the_fallback()
    a_rule(only, kind)

    case = sent_back(dispatched(kind), only)

    assert (case.lead_unit_id, case.state) == (fallback.id, State.DISPATCHED)


def test_what_the_fallback_unit_sends_back_waits_for_a_dispatcher() -> None:
    fallback = the_fallback()
    case = sent_back(dispatched(a_category()), fallback)

    assert case.state is State.REGISTERED
    assert case.stage == "dispatch"


def test_three_that_sent_it_back_are_called_and_the_fallback_unit_has_it_meanwhile() -> None:
    kind, units = a_category(), [a_unit() for _ in range(3)]
    fallback = the_fallback()
    for unit in units:
        a_rule(unit, kind)
    case = dispatched(kind)

    for unit in units:
        assert get_case(case.id).lead_unit_id == unit.id
        case = sent_back(case, unit)

    whistle = open_whistle(case.id)
    assert whistle is not None
    assert whistle.purpose == Purpose.OWNERSHIP
    assert [one.unit_id for one in units_called(whistle.id)] == [unit.id for unit in units]
    assert (case.lead_unit_id, case.escalated, case.state) == (fallback.id, True, State.DISPATCHED)
    assert case.co_unit_ids == [unit.id for unit in units]


def test_only_a_shift_leader_agrees_and_only_to_what_was_asked() -> None:
    unit = a_unit()
    case = a_request("send_back", unit=unit, case=a_case(State.DISPATCHED, unit=unit))

    with pytest.raises(NotAllowed):
        approve_send_back(case, by=a_user(Role.DISPATCHER).actor)
    with pytest.raises(WrongStep, match="no such request"):
        approve_send_back(a_case(State.DISPATCHED), by=a_user(Role.SHIFT_LEADER).actor)
    assert get_case(case.id).state is State.DISPATCHED


def test_the_shift_leaders_refusal_leaves_everything_as_it_is() -> None:
    unit = a_unit()
    case = a_request("send_back", unit=unit, case=a_case(State.DISPATCHED, unit=unit))

    advance(case, Action.REFUSE_SEND_BACK, by=a_user(Role.SHIFT_LEADER).actor, reason="属于你们")

    assert (get_case(case.id).lead_unit_id, get_case(case.id).refused_unit_ids) == (unit.id, [])


def test_the_system_may_dispatch_and_nobody_else_without_the_right() -> None:
    case = a_case(State.REGISTERED)

    with pytest.raises(NotAllowed):
        dispatch(case, by=a_user(Role.SHIFT_LEADER).actor)
    dispatch(case, by=SYSTEM)

    assert get_case(case.id).state is State.DISPATCHED
