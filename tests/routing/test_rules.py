"""Rules choose by kind, place, time and source; each change is a version; a changed list is tried on cases of before."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from reporter.cases.lifecycle import State
from reporter.cases.models import Source
from reporter.cities.commands import keep_days
from reporter.cities.holidays import SpecialDay
from reporter.kernel.audit import trail_of
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, NotFound
from reporter.kernel.policy import SYSTEM, Role
from reporter.places.queries import all_areas_around, areas_around
from reporter.places.shapes import Level
from reporter.ports import Ports
from reporter.routing.changes import Kind, changes
from reporter.routing.choose import Covered, Matter, Past, When, choose, covered, fits, try_out
from reporter.routing.commands import dispatch, save_rules
from reporter.routing.models import Unit
from reporter.routing.queries import newest_number, past_matters, rule_set, rule_sets, rules, suggest_unit
from tests.make import a_case, a_category, a_moderator, a_rule, a_unit, a_user, an_area

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZONE)
FALLBACK = 99


@dataclass
class A:
    """A rule."""

    sort: int
    lead_unit_id: int
    category_id: int | None = None
    subcategory_id: int | None = None
    area_id: int | None = None
    when: When = When.ALWAYS
    source: str = ""
    co_unit_ids: list[int] = field(default_factory=list)
    claim_limit: str = ""
    handle_limit: str = ""


MATTER = Matter(1, 11, frozenset({5, 50}), working=True, source="resident")


@pytest.mark.pure
@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (A(1, 7), True),
        (A(1, 7, category_id=1), True),
        (A(1, 7, category_id=2), False),
        (A(1, 7, category_id=1, subcategory_id=11), True),
        (A(1, 7, category_id=1, subcategory_id=12), False),
        (A(1, 7, area_id=50), True),
        (A(1, 7, area_id=5), True),
        (A(1, 7, area_id=6), False),
        (A(1, 7, when=When.WORKING), True),
        (A(1, 7, when=When.OUTSIDE), False),
        (A(1, 7, source="resident"), True),
        (A(1, 7, source="patrol"), False),
    ],
)
def test_a_rule_holds_for_what_all_its_parts_hold_for(rule: A, holds: bool) -> None:
    assert fits(rule, MATTER) is holds


@pytest.mark.pure
def test_the_first_that_holds_is_taken_and_else_the_fallback() -> None:
    some = [A(1, 7, category_id=2), A(2, 8, area_id=50, claim_limit="5m", co_unit_ids=[3]), A(3, 9)]

    choice = choose(some, MATTER, fallback=FALLBACK)

    assert (choice.lead_unit_id, choice.rule_number, choice.area_id) == (8, 2, 50)
    assert (choice.by_area, choice.by_kind, choice.claim_limit, choice.co_unit_ids) == (
        True,
        False,
        "5m",
        (3,),
    )
    nobody = choose(some[:1], MATTER, fallback=FALLBACK)
    assert (nobody.lead_unit_id, nobody.rule_number) == (FALLBACK, None)


@pytest.mark.pure
def test_a_dry_run_says_who_loses_what_to_whom_and_which_rules_nobody_needed() -> None:
    before = [A(1, 7, category_id=1), A(2, 8)]
    after = [A(1, 9, category_id=1, when=When.OUTSIDE), A(2, 8, category_id=2), A(3, 5, category_id=4)]
    night = Matter(1, None, frozenset(), working=False, source="resident")
    other = Matter(3, None, frozenset(), working=True, source="resident")

    found = try_out(
        before,
        after,
        [Past(night, 10), Past(MATTER, 4, ("C-1", "C-2")), Past(other, 2, ("C-3",))],
        fallback=FALLBACK,
    )

    assert found.cases == 16
    assert found.moved == {(7, 9): 10, (7, FALLBACK): 4, (8, FALLBACK): 2}
    assert found.unowned == {1: 4, 3: 2}
    assert found.examples == ["C-1", "C-2", "C-3"]
    assert found.idle == [2, 3]


@pytest.mark.pure
def test_a_rule_that_an_earlier_one_leaves_nothing_to_is_named() -> None:
    some = [
        A(1, 7, category_id=1), A(2, 7, category_id=1, area_id=5), A(3, 8, category_id=1, when=When.WORKING),
        A(4, 8, area_id=50), A(5, 8, area_id=5), A(6, 8, area_id=6), A(7, 8),
    ]  # fmt: skip

    assert covered(some, within={(5, 50)}) == [
        Covered(2, 1, contradicts=False), Covered(3, 1, contradicts=True), Covered(5, 4, contradicts=False),
    ]  # fmt: skip


maybe = st.none() | st.integers(1, 2)
any_rule = st.builds(
    A, st.just(0), st.integers(1, 3), category_id=maybe, subcategory_id=st.none(), area_id=maybe,
    when=st.sampled_from(When), source=st.sampled_from(["", "resident", "patrol"]),
)  # fmt: skip
any_matter = st.builds(
    Matter, st.integers(1, 2), st.none(), st.frozensets(st.integers(1, 2)), working=st.booleans(),
    source=st.sampled_from(["resident", "patrol"]),
)  # fmt: skip


@pytest.mark.pure
@given(st.lists(any_rule, max_size=8), any_matter)
def test_what_is_said_to_be_covered_is_never_chosen(some: list[A], matter: Matter) -> None:
    for number, rule in enumerate(some, 1):
        rule.sort = number
    hidden = {one.rule for one in covered(some)}

    chosen = choose(some, matter, fallback=FALLBACK)

    assert chosen.rule_number not in hidden
    kept = [rule for rule in some if rule.sort not in hidden]
    assert choose(kept, matter, fallback=FALLBACK) == chosen


def test_a_rule_for_a_street_holds_for_the_communities_in_it() -> None:
    street = an_area("前进路街道")
    community = an_area("民建社区", level=Level.COMMUNITY, parent_id=street.id)
    elsewhere, unit, fallback = an_area("新华街街道"), a_unit(), a_unit(fallback=True)
    kind = a_category()
    a_rule(unit, kind, area_id=street.id)

    inside, outside = (
        suggest_unit(category_id=kind.id, subcategory_id=None, area_id=area.id)
        for area in (community, elsewhere)
    )

    assert (inside.lead_unit_id, inside.area_id) == (unit.id, street.id)
    assert outside.lead_unit_id == fallback.id
    assert areas_around(community.id) == all_areas_around()[community.id] == {community.id, street.id}
    assert areas_around(None) == frozenset()


def test_nights_weekends_and_holidays_go_to_whoever_is_on_duty_then() -> None:
    by_day, by_night, kind = a_unit(), a_unit(), a_category()
    a_unit(fallback=True)
    a_rule(by_day, kind, when=When.WORKING)
    a_rule(by_night, kind, when=When.OUTSIDE)
    keep_days([SpecialDay(date(2026, 11, 24), working=False)], by=SYSTEM)

    def to(at: datetime) -> int:
        return suggest_unit(category_id=kind.id, subcategory_id=None, area_id=None, at=at).lead_unit_id

    assert to(MONDAY_NOON) == by_day.id
    assert to(MONDAY_NOON + timedelta(hours=8)) == by_night.id
    assert to(MONDAY_NOON + timedelta(days=1)) == by_night.id
    assert to(MONDAY_NOON + timedelta(days=5)) == by_night.id


def test_the_limits_of_the_rule_are_the_cases_and_a_hand_chosen_unit_keeps_the_kinds() -> None:
    kind, unit, other = a_category(claim_limit="15m", handle_limit="4h"), a_unit(), a_unit()
    a_unit(fallback=True)
    a_rule(unit, kind, claim_limit="5m", source=Source.RESIDENT)
    by_rule, by_hand = a_case(State.REGISTERED, category=kind), a_case(State.REGISTERED, category=kind)
    dispatcher = a_user(Role.DISPATCHER).actor

    dispatch(by_rule, by=dispatcher)
    dispatch(by_hand, by=dispatcher, unit_id=other.id)

    assert (by_rule.limits["claim"], by_rule.limits["handle"]) == ("5m", "4h")
    assert by_rule.route_reason["source"] == "resident"
    assert by_rule.route_reason["rules"] == newest_number()
    assert by_hand.limits["claim"] == "15m"


def test_each_change_is_a_version_and_the_newest_holds() -> None:
    kind, first, second = a_category(), a_unit(), a_unit()
    assert newest_number() == 0

    save_rules([{"category_id": kind.id, "lead_unit_id": first.id}], by=SYSTEM)
    save_rules([{"lead_unit_id": second.id}, {"lead_unit_id": first.id}], by=SYSTEM, seen=1, note="换单位")

    assert [rule.lead_unit_id for rule in rules()] == [second.id, first.id]
    assert [rule.lead_unit_id for rule in rules(1)] == [first.id]
    assert [(one.number, one.note) for one in rule_sets()] == [(2, "换单位"), (1, "")]
    assert [entry.action for one in rule_sets() for entry in trail_of(one)] == ["change", "create"]
    with pytest.raises(NotFound):
        rule_set(3)
    with pytest.raises(Conflict):
        save_rules([{"lead_unit_id": first.id}], by=SYSTEM, seen=1)
    assert newest_number() == 2


def test_a_rule_that_cannot_hold_is_refused_and_the_old_ones_stay() -> None:
    kind, other, unit, closed = a_category(subtypes=["一"]), a_category(), a_unit(), a_unit(active=False)
    sub = kind.subcategories[0].id
    save_rules([{"lead_unit_id": unit.id}], by=SYSTEM)

    for row, name in (
        ({"lead_unit_id": closed.id}, "lead_unit_id"),
        ({"lead_unit_id": unit.id, "co_unit_ids": [closed.id]}, "co_unit_ids"),
        ({"lead_unit_id": unit.id, "area_id": 10_000}, "area_id"),
        ({"lead_unit_id": unit.id, "claim_limit": "soon"}, "claim_limit"),
        ({"lead_unit_id": unit.id, "handle_limit": "0h"}, "handle_limit"),
        ({"lead_unit_id": unit.id, "category_id": 10_000}, "category_id"),
        ({"lead_unit_id": unit.id, "category_id": other.id, "subcategory_id": sub}, "subcategory_id"),
        ({"lead_unit_id": unit.id, "subcategory_id": sub}, "subcategory_id"),
    ):
        with pytest.raises(BadInput) as refused:
            save_rules([row], by=SYSTEM)
        assert refused.value.field == name
        assert refused.value.values["rule"] == 1
    with pytest.raises(NotAllowed):
        save_rules([], by=a_moderator().actor)
    assert newest_number() == 1


@command
def close(unit: Unit) -> None:
    """Close a unit though a rule names it, as an older version of the house let one do."""
    db.session.get_one(Unit, unit.id).active = False


def test_a_rule_of_a_unit_that_closed_meanwhile_stops_no_edit_of_another_one() -> None:
    kind, unit, closing = a_category(), a_unit(), a_unit()
    old = {"category_id": kind.id, "lead_unit_id": closing.id}
    save_rules([old], by=SYSTEM)
    close(closing)

    save_rules([old, {"lead_unit_id": unit.id}], by=SYSTEM)

    assert [rule.lead_unit_id for rule in rules()] == [closing.id, unit.id]
    with pytest.raises(BadInput) as refused:
        save_rules([old, {"lead_unit_id": closing.id}], by=SYSTEM)
    assert refused.value.values["rule"] == 2


@pytest.mark.pure
def test_two_lists_differ_by_what_is_gone_new_and_moved() -> None:
    before = [A(1, 7, category_id=1), A(2, 8), A(3, 9, area_id=5), A(4, 9, area_id=5)]
    after = [A(1, 8), A(2, 7, category_id=1), A(3, 9, area_id=5), A(4, 6)]

    found = changes(before, after)

    assert {str(one.kind) for one in found} == {"gone", "moved", "added"}
    assert [one.rule.lead_unit_id for one in found if one.kind is Kind.GONE] == [9]
    assert [one.rule.lead_unit_id for one in found if one.kind is Kind.ADDED] == [6]
    assert changes(before, before) == []


@pytest.mark.pure
@given(
    st.lists(st.integers(1, 4), max_size=8),
    st.lists(st.integers(1, 4), max_size=8),
)
def test_whatever_changed_the_new_list_is_the_old_one_with_it(old: list[int], new: list[int]) -> None:
    before, after = ([A(place, lead) for place, lead in enumerate(some, 1)] for some in (old, new))

    found = changes(before, after)

    made = Counter(old)
    made.subtract(one.rule.lead_unit_id for one in found if one.kind is Kind.GONE)
    made.update(one.rule.lead_unit_id for one in found if one.kind is Kind.ADDED)
    assert +made == Counter(new)
    assert bool(found) == (old != new)


def test_cases_of_before_are_counted_by_what_they_were_about(fakes: Ports) -> None:
    kind = a_category()
    since = fakes.clock.now() - timedelta(days=1)
    for _ in range(3):
        a_case(State.REGISTERED, category=kind)
    a_case(State.VOID, category=kind)

    found = [one for one in past_matters(since=since) if one.matter.category_id == kind.id]

    assert [one.cases for one in found] == [3]
    assert len(found[0].examples) == 3
    assert past_matters(since=fakes.clock.now() + timedelta(days=1)) == []


def test_the_command_explains_unit_limits_and_reason(app: Flask) -> None:
    kind, unit = a_category(claim_limit="15m", handle_limit="4wh", subtypes=["占道"]), a_unit("环卫一队")
    area = an_area("桥东街道")
    a_unit(fallback=True)
    a_rule(unit, kind, area_id=area.id, when=When.OUTSIDE, claim_limit="5m")
    place = [str(area.lon), str(area.lat), "--category", kind.slug]

    def told(*args: str) -> tuple[int, list[str], str]:
        answer = app.test_cli_runner().invoke(args=["route", "explain", *args])
        return answer.exit_code, answer.stdout.splitlines(), answer.stderr

    sort = rules()[0].sort
    assert told(*place, "--at", "2026-11-27T20:00") == (
        0,
        [
            "unit    环卫一队",
            f"area    桥东街道 ({area.code})",
            "claim   5m, by 2026-11-27T20:05+08:00",
            "handle  4wh, by 2026-11-30T13:00+08:00",
            (
                f"because rule {sort} of version 1: the kind is {kind.name_zh} and the place lies in 桥东街道 "
                "and 2026-11-27 20:00 is outside working time"
            ),
        ],
        "",
    )
    assert told(*place, "--at", "2026-11-27T12:00")[1][-1].startswith("because no rule matches")
    assert "outside every area" in told("100", "40", "--category", kind.slug)[1][1]
    assert kind.slug in told("113", "41", "--category", "nothing")[2]
    assert kind.subcategories[0].slug in told(*place, "--subtype", "nothing")[2]
    assert "is no time" in told(*place, "--at", "soon")[2]
    assert told("500", "41", "--category", kind.slug)[0] == 2


def test_the_command_says_when_there_is_no_fallback_unit(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(
        args=["route", "explain", "113", "41", "--category", a_category().slug]
    )

    assert answer.exit_code == 1
    assert "No fallback unit" in answer.stderr
