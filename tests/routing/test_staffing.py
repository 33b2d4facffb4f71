"""Who works in a unit; what closing one and taking its last person out is refused for; who stands in for nobody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from reporter.accounts.models import User
from reporter.accounts.queries import get_user
from reporter.cases.lifecycle import State
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed, NotFound, ReporterError
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import Ports
from reporter.routing.commands import save_rules, save_unit
from reporter.routing.duty import Why, duties, gaps_ahead, next_duty, on_duty, on_duty_of, works_nights
from reporter.routing.models import Shift, Unit
from reporter.routing.queries import get_unit, suggest_unit
from reporter.routing.rostering import Line, drop_shift, save_shift, swap
from reporter.routing.staffing import change_person, place_person, take_out
from tests.make import a_case, a_category, a_rule, a_unit, a_user, put, the_fallback
from tests.queries import counted

DAY, NIGHT = (480, 1200), (1200, 480)
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # Wednesday, 12:00 in the first city
THREE = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)  # 03:00 of the same Wednesday


def a_shift(unit: Unit, *people: User, hours: tuple[int, int] = DAY) -> Shift:
    return put(
        Shift(
            unit_id=unit.id,
            name="班",
            starts=hours[0],
            ends=hours[1],
            weekdays=[],
            user_ids=[one.id for one in people],
        )
    )


def refused(act: Callable[[], object]) -> ReporterError:
    with pytest.raises(BadInput) as caught:
        act()
    return caught.value


# ── Closing and emptying ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_unit_that_rules_name_and_cases_lie_with_is_not_closed_and_the_message_names_both() -> None:
    unit = a_unit()
    rule = a_rule(unit)
    a_case(State.HANDLING, unit=unit)

    error = refused(lambda: save_unit(unit, {"active": False}, by=SYSTEM))

    assert (error.field, error.values["rules"], error.values["cases"]) == ("active", str(rule.sort), "1")
    assert get_unit(unit.id).active


def test_a_unit_that_a_rule_calls_along_is_not_closed_either() -> None:
    unit, other = a_unit(), a_unit()
    a_rule(other, co_unit_ids=[unit.id])

    assert "rules" in refused(lambda: save_unit(unit, {"active": False}, by=SYSTEM)).values


def test_a_unit_that_nothing_leads_to_is_closed() -> None:
    unit = a_unit()
    a_case(State.CLOSED, unit=unit)

    save_unit(unit, {"active": False}, by=SYSTEM)

    assert not get_unit(unit.id).active


@pytest.mark.parametrize("way", ["taken out", "closed", "moved"])
def test_the_last_person_of_a_unit_with_cases_stays(way: str) -> None:
    unit, other = a_unit(), a_unit()
    last = a_user(unit=unit)
    a_case(State.DISPATCHED, unit=unit)
    ways: dict[str, Callable[[], object]] = {
        "taken out": lambda: take_out(unit, last, by=SYSTEM),
        "closed": lambda: change_person(last, roles=[Role.HANDLER], unit_id=unit.id, active=False, by=SYSTEM),
        "moved": lambda: change_person(last, roles=[Role.HANDLER], unit_id=other.id, active=True, by=SYSTEM),
    }

    error = refused(ways[way])

    assert error.values["cases"] == "1"
    assert (get_user(last.id).unit_id, get_user(last.id).active) == (unit.id, True)


def test_one_of_two_and_whoever_cannot_handle_go_freely() -> None:
    unit = a_unit()
    first, second, clerk = a_user(unit=unit), a_user(unit=unit), a_user(Role.INSPECTOR, unit=unit)
    a_case(State.DISPATCHED, unit=unit)

    take_out(unit, first, by=SYSTEM)
    take_out(unit, clerk, by=SYSTEM)

    assert (get_user(first.id).unit_id, get_user(first.id).roles) == (None, ["resident"])
    assert get_user(clerk.id).roles == ["inspector"]
    assert refused(lambda: take_out(unit, second, by=SYSTEM)).field == "login"


def test_a_person_is_placed_as_head_and_receives_what_is_overdue() -> None:
    unit, person = a_unit(), a_user(Role.INSPECTOR, email="suhe@example.org")

    place_person(unit, "suhe@example.org", head=True, by=a_user(Role.SECURITY_ADMIN).actor)

    assert get_unit(unit.id).head_id == person.id
    assert set(get_user(person.id).roles) == {"inspector", "handler", "unit_head"}
    place_person(unit, "suhe@example.org", head=False, by=SYSTEM)
    assert get_unit(unit.id).head_id is None


def test_who_is_unknown_closed_or_of_another_unit_is_not_placed() -> None:
    unit, other = a_unit(), a_unit("环卫一队")
    a_user(email="gone@example.org", active=False)
    a_user(unit=other, email="theirs@example.org")

    logins = ("nobody@example.org", "gone@example.org", "theirs@example.org")
    wrong = [refused(partial(place_person, unit, login, head=False, by=SYSTEM)) for login in logins]

    assert [error.field for error in wrong] == ["login"] * 3
    assert wrong[2].values["unit"] == "环卫一队"


def test_only_a_security_administrator_places_people() -> None:
    unit, person = a_unit(), a_user()
    system = a_user(Role.SYSTEM_ADMIN).actor

    acts: list[Callable[[], object]] = [
        lambda: place_person(unit, person.email or "", head=False, by=system),
        lambda: take_out(unit, person, by=system),
        lambda: change_person(person, roles=[Role.LEADER], unit_id=None, active=True, by=system),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


# ── Rules that name a closed unit ────────────────────────────────────────────────────────────────────────────────


def test_a_rule_for_a_closed_unit_is_passed_over_and_a_closed_unit_does_not_work_along() -> None:
    closed, open_one, fallback = a_unit(active=False), a_unit(), the_fallback()
    kind = a_category()
    a_rule(closed, kind)
    a_rule(open_one, kind, co_unit_ids=[closed.id, fallback.id])

    choice = suggest_unit(category_id=kind.id, subcategory_id=None, area_id=None)

    assert (choice.lead_unit_id, choice.co_unit_ids) == (open_one.id, (fallback.id,))


def test_without_another_rule_the_fallback_unit_takes_it() -> None:
    closed, fallback = a_unit(active=False), the_fallback()
    a_rule(closed)

    assert (
        suggest_unit(category_id=a_category().id, subcategory_id=None, area_id=None).lead_unit_id
        == fallback.id
    )


def test_new_rules_that_name_a_closed_unit_are_refused_by_number_and_name() -> None:
    rows = [{"lead_unit_id": a_unit().id}, {"lead_unit_id": a_unit("环卫九队", active=False).id}]

    error = refused(lambda: save_rules(rows, by=SYSTEM))

    assert (error.values["rule"], error.values["unit"]) == (2, "环卫九队")


# ── Who is told ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_is_on_duty_is_told_and_in_a_gap_the_head() -> None:
    unit = a_unit()
    head, handler = a_user(Role.UNIT_HEAD, unit=unit), a_user(unit=unit)
    a_shift(unit, handler)

    assert on_duty(unit.id, NOON) == [handler.id]
    assert on_duty(unit.id, THREE) == [head.id]


def test_without_a_head_the_fallback_units_people_are_told() -> None:
    unit, fallback = a_unit(), the_fallback()
    spare = a_user(unit=fallback)
    a_shift(unit, a_user(unit=unit))

    assert duties([unit.id], THREE)[unit.id].why is Why.FALLBACK
    assert on_duty(unit.id, THREE) == [spare.id]


def test_without_a_roster_everybody_is_told_and_without_people_the_fallback_unit() -> None:
    unit, empty, fallback = a_unit(), a_unit(), the_fallback()
    people = {a_user(unit=unit).id, a_user(unit=unit).id}
    spare = a_user(unit=fallback)

    told = on_duty_of([unit.id, empty.id, 999], NOON)

    assert (set(told[unit.id]), told[empty.id], told[999]) == (people, [spare.id], ())


def test_whoever_left_is_told_nothing() -> None:
    unit = a_unit()
    head, gone = a_user(Role.UNIT_HEAD, unit=unit), a_user(unit=unit, active=False)
    a_shift(unit, gone)

    assert on_duty(unit.id, NOON) == [head.id]


def test_twenty_units_are_asked_in_as_many_queries_as_one() -> None:
    units = [a_unit() for _ in range(20)]
    for unit in units:
        a_shift(unit, a_user(unit=unit))
    ids = [unit.id for unit in units]
    on_duty_of(ids, NOON)

    counts = []
    for asked in (ids[:1], ids):
        db.session.expunge_all()
        with counted() as statements:
            on_duty_of(asked, NOON)
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_a_swap_holds_for_its_day_alone_and_can_be_taken_back() -> None:
    unit = a_unit()
    one, other = a_user(unit=unit), a_user(unit=unit)
    shift = a_shift(unit, one)

    swap(unit, shift.id, NOON.date(), [other.id], by=SYSTEM)
    assert on_duty(unit.id, NOON) == [other.id]
    assert on_duty(unit.id, NOON + timedelta(days=1)) == [one.id]

    swap(unit, shift.id, NOON.date(), None, by=SYSTEM)
    assert on_duty(unit.id, NOON) == [one.id]


def test_gaps_and_nights_are_seen_a_week_ahead(fakes: Ports) -> None:
    unit = a_unit()
    handler = a_user(unit=unit)
    assert works_nights(unit.id)  # as its form says
    a_shift(unit, handler)
    assert len(gaps_ahead([unit])[unit.id]) == 7
    assert not works_nights(unit.id)
    late = next_duty(unit)

    a_shift(unit, handler, hours=NIGHT)

    assert gaps_ahead([unit]) == {}
    fakes.clock.move(timedelta(hours=9, minutes=30))  # type: ignore[attr-defined]  # into the night
    assert works_nights(unit.id)
    assert late is not None
    assert late.begins.hour == 0
    with pytest.raises(NotFound):
        works_nights(999)


# ── Changing the roster ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_head_keeps_the_roster_of_the_own_unit_alone() -> None:
    unit, other = a_unit(), a_unit()
    head = a_user(Role.UNIT_HEAD, unit=unit)
    line = Line("白班", *DAY, user_ids=[head.id])

    shift = save_shift(unit, line, by=head.actor)

    assert shift.user_ids == [head.id]
    with pytest.raises(NotAllowed):
        save_shift(other, line, by=head.actor)
    with pytest.raises(NotAllowed):
        drop_shift(unit, shift.id, by=a_user(unit=unit).actor)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (Line(" ", *DAY), "name"),
        (Line("班", 0, 1440), "starts"),
        (Line("班", *DAY, weekdays=[7]), "weekdays"),
        (Line("班", *DAY, user_ids=[999]), "user_ids"),
    ],
)
def test_what_is_no_line_of_a_roster_is_refused(line: Line, field: str) -> None:
    unit = a_unit()

    assert refused(lambda: save_shift(unit, line, by=SYSTEM)).field == field


def test_a_line_goes_with_its_swaps() -> None:
    unit = a_unit()
    shift = a_shift(unit, a_user(unit=unit))
    swap(unit, shift.id, NOON.date(), [], by=SYSTEM)

    drop_shift(unit, shift.id, by=SYSTEM)

    assert duties([unit.id], NOON)[unit.id].why is Why.EVERYBODY
    with pytest.raises(NotFound):
        drop_shift(unit, 999, by=SYSTEM)
