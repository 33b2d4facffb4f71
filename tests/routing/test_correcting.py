"""Kind and place are put right together: new limits, one routing, honest counters."""

from datetime import timedelta

import pytest

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, get_category, history
from reporter.cities.queries import local
from reporter.insight.models import STANDING, Tally
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import Role
from reporter.places.geometry import Point
from reporter.ports import Ports
from reporter.reports.queries import get_report
from reporter.routing.correcting import Correction, correct
from reporter.routing.queries import open_order
from tests.make import a_case, a_category, a_report, a_request, a_rule, a_unit, a_user, an_area

HOUR = timedelta(hours=1)


def correction_of(case: Case, **changes: object) -> Correction:
    """Return what `case` is about, with `changes`."""
    now = {
        "category_id": case.category_id,
        "subcategory_id": case.subcategory_id,
        "area_id": case.area_id,
        "address": case.address,
    }
    return Correction(**(now | changes))  # type: ignore[arg-type]


def counted(measure: str, category_id: int) -> int:
    """Return what the counters of one kind add up to."""
    rows = db.session.query(Tally).filter_by(measure=measure, category_id=category_id)
    return sum(row.n for row in rows)


def test_kind_and_place_together_route_once(fakes: Ports) -> None:
    old, new = a_category(), a_category(handle_limit="2h")
    first, second = a_unit(), a_unit()
    a_rule(first, old)
    there = an_area("泉山街道", at=(113.3, 41.2))
    a_rule(second, new, area_id=there.id)
    case = a_case(State.HANDLING, unit=first, category=old)
    before = case.trail_length

    correct(
        case,
        correction_of(case, category_id=new.id, area_id=there.id, address="泉山街 8 号"),
        reason="拍的是占道经营",
        by=a_user(Role.DISPATCHER).actor,
    )

    case = get_case(case.id)
    assert [entry.action for entry in history(case)[before:]] == ["correct", "reassign"]
    assert (case.lead_unit_id, case.state, case.address) == (second.id, State.DISPATCHED, "泉山街 8 号")
    assert case.limits["handle"] == "2h"
    order = open_order(case.id)
    assert order is not None
    assert order.handle_due_at == fakes.clock.now() + 2 * HOUR


def test_where_the_unit_stays_time_is_counted_from_the_dispatch_but_half_of_it_is_left(
    fakes: Ports,
) -> None:
    case = a_case(State.HANDLING)
    short = a_category(handle_limit="2h")
    sent = fakes.clock.now()
    fakes.clock.move(30 * timedelta(minutes=1))  # type: ignore[attr-defined]
    by = a_user(Role.DISPATCHER).actor

    correct(case, correction_of(case, category_id=short.id), reason="类别有误", by=by)
    first = get_case(case.id).due_at
    fakes.clock.move(2 * HOUR)  # type: ignore[attr-defined]
    correct(
        get_case(case.id), correction_of(case, category_id=short.id, address="八号"), reason="地址有误", by=by
    )
    second = get_case(case.id).due_at

    assert first == sent + 2 * HOUR
    assert second == fakes.clock.now() + HOUR


def test_the_counters_follow_the_kind() -> None:
    old, new = a_category(), a_category()
    case = a_case(State.DISPATCHED, category=old)

    correct(
        case, correction_of(case, category_id=new.id), reason="类别有误", by=a_user(Role.DISPATCHER).actor
    )

    assert [counted(measure, old.id) for measure in ("registered", "open")] == [0, 0]
    assert [counted(measure, new.id) for measure in ("registered", "open")] == [1, 1]
    days = {row.day for row in db.session.query(Tally).filter_by(measure="registered", category_id=new.id)}
    assert days == {local(case.registered_at).date()}
    assert STANDING not in days


def test_a_registered_case_is_only_put_right() -> None:
    case = a_case(State.REGISTERED)
    new = a_category()
    due = case.due_at

    correct(
        case, correction_of(case, category_id=new.id), reason="类别有误", by=a_user(Role.DISPATCHER).actor
    )

    case = get_case(case.id)
    assert (case.state, case.category_id, case.due_at) == (State.REGISTERED, new.id, due)


def test_units_that_sent_it_back_may_be_asked_about_the_new_kind() -> None:
    case = a_case(State.REGISTERED)
    unit = a_unit()
    new = a_category()
    a_rule(unit, new)
    case.refused_unit_ids = [unit.id]
    db.session.commit()

    correct(
        get_case(case.id),
        correction_of(case, category_id=new.id),
        reason="类别有误",
        by=a_user(Role.DISPATCHER).actor,
    )

    assert get_case(case.id).refused_unit_ids == []


def test_what_cannot_be_is_refused_and_nothing_changes() -> None:
    case, by = a_case(State.HANDLING), a_user(Role.DISPATCHER).actor
    other = a_category(subtypes=["别的"])
    wrong_sub = correction_of(case, subcategory_id=other.subcategories[0].id)

    with pytest.raises(BadInput, match="Nothing is different"):
        correct(case, correction_of(case), reason="没变", by=by)
    with pytest.raises(BadInput, match="another kind"):
        correct(get_case(case.id), wrong_sub, reason="有误", by=by)
    with pytest.raises(NotFound):
        correct(get_case(case.id), correction_of(case, area_id=987654), reason="有误", by=by)
    with pytest.raises(BadInput, match="reason"):
        correct(get_case(case.id), correction_of(case, address="八号"), reason=" ", by=by)
    with pytest.raises(NotAllowed):
        correct(
            get_case(case.id),
            correction_of(case, address="八号"),
            reason="有误",
            by=a_user(Role.ACCEPTOR).actor,
        )
    assert get_case(case.id).address == "解放大街"


@pytest.mark.parametrize("state", [State.HANDLED, State.CLOSED, State.SHELVED, State.WAITING])
def test_what_is_handed_in_paused_or_over_stays_what_it_was(state: State) -> None:
    case = a_case(state)

    with pytest.raises(WrongStep):
        correct(case, correction_of(case, address="八号"), reason="有误", by=a_user(Role.DISPATCHER).actor)


def test_a_request_is_answered_first() -> None:
    case = a_request("send_back")

    with pytest.raises(WrongStep, match="request"):
        correct(case, correction_of(case, address="八号"), reason="有误", by=a_user(Role.DISPATCHER).actor)
    advance(get_case(case.id), Action.REFUSE_SEND_BACK, by=a_user(Role.SHIFT_LEADER).actor, reason="不行")
    correct(
        get_case(case.id),
        correction_of(case, address="八号"),
        reason="有误",
        by=a_user(Role.DISPATCHER).actor,
    )

    assert get_case(case.id).address == "八号"


def test_a_point_outside_the_city_is_refused_and_nothing_moves() -> None:
    case = a_case(State.HANDLING)
    before = (case.lon, case.lat, case.version)

    with pytest.raises(BadInput):
        correct(
            case,
            correction_of(case, point=Point(121.47, 31.23)),
            reason="地点有误",
            by=a_user(Role.DISPATCHER).actor,
        )

    case = get_case(case.id)
    assert (case.lon, case.lat, case.version) == before


def test_what_waits_beside_the_old_and_the_new_place_is_marked_anew() -> None:
    case = a_case(State.HANDLING)
    an_area("泉山街道", at=(113.3, 41.032))
    kind = get_category(case.category_id)
    beside = a_report(category=kind)
    there = a_report(category=kind, at=(113.3, 41.032))
    first = (beside.alike, there.alike)

    correct(
        case,
        correction_of(case, point=Point(113.3, 41.032), by_point=True),
        reason="地点有误",
        by=a_user(Role.DISPATCHER).actor,
    )

    db.session.expire_all()
    assert first == (True, False)
    assert (get_report(beside.id).alike, get_report(there.id).alike) == (False, True)


def test_what_turns_out_to_be_urgent_gets_the_urgent_limits_and_loses_them_again() -> None:
    lane = a_category("消防通道", handle_limit="4h", urgent_limit="30m", subtypes=[{"urgent": True}])
    case, by = a_case(State.HANDLING), a_user(Role.DISPATCHER).actor
    before = case.category_id

    correct(
        case, correction_of(case, category_id=lane.id, subcategory_id=lane.subcategories[0].id), reason="堵了消防通道", by=by,
    )  # fmt: skip

    case = get_case(case.id)
    assert (case.urgent, case.limits["handle"]) == (True, "30m")
    correct(case, correction_of(case, category_id=before, subcategory_id=None), reason="没有堵", by=by)
    assert (get_case(case.id).urgent, get_case(case.id).limits["handle"]) == (False, "4h")


def test_where_only_the_place_was_wrong_an_urgent_case_stays_urgent() -> None:
    case = a_case(State.HANDLING, urgent=True)

    correct(
        case, correction_of(case, address="泉山街 8 号"), reason="地址有误", by=a_user(Role.DISPATCHER).actor
    )

    assert get_case(case.id).urgent
