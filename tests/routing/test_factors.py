"""Factors of place and time: the finest area, the strictest period, in the snapshot and in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.cases.lifecycle import State
from reporter.cases.queries import get_case
from reporter.kernel.errors import BadInput, NotAllowed, NotFound
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import Ports
from reporter.routing.commands import add_limit_factor, dispatch, drop_limit_factor, reassign
from reporter.routing.deadlines import Limit
from reporter.routing.factors import LEAST, Factor, percent_of, weigh
from reporter.routing.queries import limit_factors, open_order
from tests.make import a_case, a_category, a_rule, a_unit, a_user, an_area, the_fallback

NOON = datetime(2026, 11, 29, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def factor(percent: int, *, area: int | None = None, depth: int = 0, period: bool = False) -> Factor:
    begins, ends = (NOON - DAY, NOON + DAY) if period else (None, None)
    return Factor(1, "factor", area, depth, begins, ends, percent)


@pytest.mark.pure
def test_the_finest_area_holds_and_the_strictest_period() -> None:
    town, street = factor(200, area=1, depth=2), factor(150, area=2, depth=3)
    loose, strict = factor(80, period=True), factor(50, area=1, depth=2, period=True)

    found = weigh([town, street, loose, strict], {1, 2}, NOON)

    assert found == [street, strict]
    assert percent_of(found) == 75


@pytest.mark.pure
def test_elsewhere_before_and_after_nothing_holds() -> None:
    here, period = factor(150, area=1, depth=2), factor(50, period=True)

    assert weigh([here], {2}, NOON) == []
    assert weigh([period], set(), NOON + DAY) == []
    assert weigh([period], set(), NOON - DAY - timedelta(seconds=1)) == []
    assert weigh([period], set(), NOON - DAY) == [period]


@pytest.mark.pure
@given(shares=st.lists(st.integers(10, 400), max_size=4))
def test_however_strict_some_time_is_left(shares: list[int]) -> None:
    assert percent_of([factor(share) for share in shares]) >= LEAST


@pytest.mark.pure
@pytest.mark.parametrize(
    ("limit", "percent", "scaled"),
    [
        ("4h", 150, "6h"), ("4h", 50, "2h"), ("1h", 50, "30m"), ("30m", 50, "15m"), ("5wd", 50, "20wh"),
        ("1wd", 150, "12wh"), ("1wd", 200, "2wd"), ("1wh", 50, "30wm"), ("1m", 10, "1m"), ("3wd", 100, "3wd"),
    ],
)  # fmt: skip
def test_a_scaled_limit_stays_on_its_clock_in_its_largest_whole_unit(
    limit: str, percent: int, scaled: str
) -> None:
    assert str(Limit.parse(limit).scaled(percent)) == scaled


@pytest.mark.pure
@given(
    amount=st.integers(1, 500),
    unit=st.sampled_from(["m", "h", "wm", "wh", "wd"]),
    percent=st.integers(10, 400),
)
def test_scaling_is_right_to_the_minute(amount: int, unit: str, percent: int) -> None:
    limit = Limit(amount, unit)
    scaled = limit.scaled(percent)

    assert scaled.working == limit.working
    assert abs(scaled.span - max(limit.span * percent / 100, timedelta(minutes=1))) <= timedelta(seconds=30)
    assert Limit.parse(str(scaled)) == scaled


def test_a_case_keeps_the_limit_of_its_place_and_time(fakes: Ports) -> None:
    now, area = fakes.clock.now(), an_area()
    add_limit_factor({"name": "城郊", "area_id": area.id, "percent": 200}, by=SYSTEM)
    add_limit_factor(
        {"name": "创博会保障", "begins_at": now - DAY, "ends_at": now + DAY, "percent": 25}, by=SYSTEM
    )

    guarded = a_case(State.DISPATCHED, area_id=area.id)
    fakes.clock.move(2 * DAY)  # type: ignore[attr-defined]
    later = a_case(State.DISPATCHED, area_id=area.id)

    assert (guarded.limits["handle"], guarded.limits["percent"]) == ("2h", 50)
    assert guarded.limits["factors"] == ["城郊", "创博会保障"]
    assert (later.limits["handle"], later.limits["factors"]) == ("8h", ["城郊"])
    order = open_order(guarded.id)
    assert order is not None
    assert order.handle_due_at == now + timedelta(hours=2)


def test_a_rules_own_limit_is_weighed_as_well() -> None:
    kind, unit = a_category(), a_unit()
    the_fallback()
    a_rule(unit, kind, handle_limit="6h")
    add_limit_factor({"name": "全市", "percent": 50}, by=SYSTEM)
    case = a_case(State.REGISTERED, category=kind)

    dispatch(case, by=SYSTEM)

    assert get_case(case.id).limits["handle"] == "3h"


def test_a_factor_that_goes_leaves_old_cases_as_they_are() -> None:
    made = add_limit_factor({"name": "全市", "percent": 50}, by=SYSTEM)
    old = a_case(State.REGISTERED)

    drop_limit_factor(made.id, by=SYSTEM)
    new = a_case(State.REGISTERED)

    assert (get_case(old.id).limits["handle"], new.limits["handle"]) == ("2h", "4h")
    assert limit_factors() == []
    with pytest.raises(NotFound):
        drop_limit_factor(made.id, by=SYSTEM)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"percent": 5}, "percent"),
        ({"percent": 401}, "percent"),
        ({"percent": 50, "begins_at": NOON}, "ends_at"),
        ({"percent": 50, "begins_at": NOON, "ends_at": NOON}, "ends_at"),
    ],
)
def test_what_makes_no_sense_is_refused(facts: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as raised:
        add_limit_factor({"name": "全市", **facts}, by=SYSTEM)

    assert raised.value.field == field
    assert limit_factors() == []


def test_only_a_system_administrator_decides_it() -> None:
    with pytest.raises(NotAllowed):
        add_limit_factor({"name": "全市", "percent": 50}, by=a_user(Role.LEADER).actor)


def test_a_unit_that_works_no_nights_has_a_working_hour_to_claim() -> None:
    kind, day, night = a_category(), a_unit(night_shift=False), a_unit()
    the_fallback()
    a_rule(day, kind)
    case = a_case(State.REGISTERED, category=kind)

    dispatch(case, by=SYSTEM)
    by_day = get_case(case.id).limits["claim"]
    reassign(get_case(case.id), unit_id=night.id, reason="夜间", by=a_user(Role.DISPATCHER).actor)

    assert (by_day, get_case(case.id).limits["claim"]) == ("1wh", "15m")


def test_a_rule_that_says_how_long_claiming_takes_is_heeded_by_day_as_well() -> None:
    kind, day = a_category(), a_unit(night_shift=False)
    the_fallback()
    a_rule(day, kind, claim_limit="5m")
    case = a_case(State.REGISTERED, category=kind)

    dispatch(case, by=SYSTEM)

    assert get_case(case.id).limits["claim"] == "5m"
