"""The ladder: a reminder, the head, supervision, the fallback unit; each once, each in its time."""

import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.cases.commands import advance, keep_ring
from reporter.cases.lifecycle import ARCHIVE_AFTER, Action, State
from reporter.cases.models import Case, Source
from reporter.cases.queries import get_case, history, ringing_ids
from reporter.kernel.db import command, db
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.routing.deadlines import Calendar, Limit
from reporter.routing.ladder import AFTER, Rung, climb, reminder_at
from reporter.routing.queries import open_order
from reporter.routing.ticking import tick
from tests.make import a_case, a_request, a_unit, a_user, the_fallback

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHANGHAI = Calendar(ZoneInfo("Asia/Shanghai"))
NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)  # Monday, 9 o'clock in Shanghai


def actions(case: Case, *, after: int = 0) -> list[str]:
    """Return what was done to `case` since the trail had `after` entries."""
    return [entry.action for entry in history(get_case(case.id))[after:]]


def ticks(fakes: Ports, *, minutes: int, every: int = 1) -> None:
    """Let time go on, with a tick every so many minutes."""
    for _ in range(minutes // every):
        fakes.clock.move(every * MINUTE)  # type: ignore[attr-defined]
        tick()


@pytest.mark.pure
def test_the_reminder_comes_when_a_fifth_of_the_time_is_left() -> None:
    assert reminder_at(NINE, NINE + 4 * HOUR, SHANGHAI, working=False) == NINE + timedelta(hours=3.2)


@pytest.mark.pure
def test_working_time_is_reminded_of_within_working_time() -> None:
    evening = NINE + 7 * HOUR  # 16:00
    due = NINE + timedelta(days=1, hours=1)  # two working hours later

    assert reminder_at(evening, due, SHANGHAI, working=True) == NINE + timedelta(days=1, minutes=36)


@pytest.mark.pure
def test_a_clock_that_begins_late_is_never_reminded_of_after_its_end() -> None:
    assert reminder_at(NINE, NINE - HOUR, SHANGHAI, working=False) == NINE - HOUR


@pytest.mark.pure
@given(
    stage=st.sampled_from(sorted(AFTER)),
    unit=st.sampled_from(["m", "h", "wh", "wd"]),
    amount=st.integers(1, 40),
    late=st.integers(-600, 60 * 24 * 40),
)
def test_however_late_one_looks_every_rung_comes_once_in_its_order(
    stage: str, unit: str, amount: int, late: int
) -> None:
    limit, due, now = Limit(amount, unit), NINE, NINE + late * MINUTE
    reached, seen = Rung.START, []
    for _ in range(12):
        step = climb(stage, reached, due, limit, now=now, calendar=SHANGHAI)
        if step.rung is not None:
            seen.append(step.rung)
            reached = step.rung
        if step.next_at is None:
            break
        assert step.next_at > now
        now = step.next_at

    expected = list(AFTER[stage])
    assert seen in (expected, [Rung.REMINDER, *expected])
    assert (Rung.REMINDER in seen) == (late < 0)


@pytest.mark.pure
def test_who_was_stopped_gives_those_told_their_whole_time() -> None:
    """A day late the head is told now, and supervision comes one limit later, not at once."""
    late = NINE + timedelta(days=1)

    step = climb("claim", Rung.REMINDER, NINE, Limit(15, "m"), now=late, calendar=SHANGHAI)

    assert (step.rung, step.next_at) == (Rung.HEAD, late + 15 * MINUTE)


def test_an_unclaimed_case_climbs_to_the_fallback_unit(fakes: Ports) -> None:
    slow = a_unit("城管一中队")
    case = a_case(State.DISPATCHED, unit=slow)
    before = case.trail_length

    ticks(fakes, minutes=61)

    assert actions(case, after=before) == ["remind", "escalate", "supervise_late", "fall_back"]
    case = get_case(case.id)
    order = open_order(case.id)
    assert order is not None
    assert (case.lead_unit_id, order.unit_id, case.state) == (
        the_fallback().id,
        the_fallback().id,
        State.DISPATCHED,
    )
    assert case.route_reason["fell_back"]


def test_the_rungs_come_at_their_minutes(fakes: Ports) -> None:
    case = a_case(State.DISPATCHED, unit=a_unit())
    sent = fakes.clock.now()

    ticks(fakes, minutes=70)

    at = {entry.action: (entry.at - sent) / MINUTE for entry in history(get_case(case.id))}
    assert [at[action] for action in ("remind", "escalate", "supervise_late", "fall_back")] == [
        12,
        15,
        30,
        60,
    ]


def test_where_the_fallback_unit_is_late_nobody_is_left_and_those_above_are_told_again(fakes: Ports) -> None:
    case = a_case(State.DISPATCHED, unit=the_fallback())
    before = case.trail_length

    ticks(fakes, minutes=60 * 24, every=4)

    assert actions(case, after=before) == ["remind", "escalate", "supervise_late", "escalate"]
    assert get_case(case.id).ring_at is None


def test_at_a_case_that_is_being_handled_the_fallback_unit_joins_in(fakes: Ports) -> None:
    slow = a_unit("城管一中队")
    case = a_case(State.HANDLING, unit=slow)
    before = case.trail_length

    ticks(fakes, minutes=60 * 9, every=5)

    assert actions(case, after=before) == ["remind", "escalate", "supervise_late", "fall_back"]
    case = get_case(case.id)
    assert (case.lead_unit_id, case.co_unit_ids, case.escalated) == (slow.id, [the_fallback().id], True)


def test_a_case_that_nobody_dispatches_goes_where_the_rules_say(fakes: Ports) -> None:
    case = a_case(State.REGISTERED)

    ticks(fakes, minutes=95)

    assert actions(case)[1:4] == ["remind", "escalate", "dispatch"]
    assert get_case(case.id).state is State.DISPATCHED


def test_a_request_that_waits_for_the_centre_is_no_reason_to_take_the_case_away(fakes: Ports) -> None:
    slow = a_unit()
    case = a_request("send_back", case=a_case(State.DISPATCHED, unit=slow), unit=slow)

    ticks(fakes, minutes=120, every=5)

    assert get_case(case.id).lead_unit_id == slow.id
    assert actions(case)[-1] == "escalate"


def test_a_worker_that_stood_still_for_a_week_doubles_nothing(fakes: Ports) -> None:
    case = a_case(State.DISPATCHED, unit=a_unit())
    before = case.trail_length
    fakes.clock.move(timedelta(days=7))  # type: ignore[attr-defined]

    done = [tick() for _ in range(5)]

    assert done == [1, 0, 0, 0, 0]
    assert actions(case, after=before) == ["escalate"]


def test_a_clock_that_jumps_back_sets_off_nothing_twice(fakes: Ports) -> None:
    case = a_case(State.DISPATCHED, unit=a_unit())
    before = case.trail_length
    fakes.clock.move(20 * MINUTE)  # type: ignore[attr-defined]
    tick()
    fakes.clock.move(-2 * HOUR)  # type: ignore[attr-defined]
    tick()
    fakes.clock.move(2 * HOUR)  # type: ignore[attr-defined]

    tick()

    assert actions(case, after=before) == ["escalate"]


def test_claiming_begins_the_ladder_of_handling_anew(fakes: Ports) -> None:
    case = a_case(State.DISPATCHED)
    ticks(fakes, minutes=20)

    advance(get_case(case.id), Action.CLAIM, by=a_user(Role.HANDLER, unit=the_fallback()).actor)

    case = get_case(case.id)
    assert case.rung == Rung.START
    assert case.due_at is not None
    assert case.ring_at is not None
    assert fakes.clock.now() < case.ring_at < case.due_at


def test_one_case_that_fails_is_put_off_and_the_others_go_on(
    fakes: Ports, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = a_case(State.DISPATCHED), a_case(State.DISPATCHED)
    _break(broken)
    fakes.clock.move(16 * MINUTE)  # type: ignore[attr-defined]

    with caplog.at_level(logging.CRITICAL):
        tick()

    assert actions(sound)[-1] == "escalate"
    assert get_case(broken.id).ring_at == fakes.clock.now() + HOUR


@command
def _break(case: Case) -> None:
    """Leave a case without the limit of its clock, as no command would."""
    row = db.session.get_one(Case, case.id)
    row.limits = {}


def test_what_is_due_is_found_the_longest_due_first(fakes: Ports) -> None:
    first, second = a_case(State.REGISTERED), a_case(State.REGISTERED)
    _ring(first, fakes.clock.now() - MINUTE)
    _ring(second, fakes.clock.now() - HOUR)

    assert ringing_ids(fakes.clock.now()) == [second.id, first.id]


@command
def _ring(case: Case, at: datetime) -> None:
    keep_ring(db.session.get_one(Case, case.id), rung=0, ring_at=at)


def test_whoever_reported_a_closed_case_is_asked_within_a_working_day_else_the_centre_is_reminded(
    fakes: Ports,
) -> None:
    case = a_case(State.CLOSED)
    closed = case.closed_at
    assert closed is not None
    assert case.follow_up_due_at == closed + timedelta(days=1)

    fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
    done = [tick(), tick()]

    assert done == [1, 0]
    assert actions(case)[-1] == "remind"
    assert get_case(case.id).ring_at == closed + ARCHIVE_AFTER


def test_a_case_of_a_patrol_is_followed_up_with_nobody() -> None:
    case = a_case(State.CLOSED, source=Source.PATROL)

    assert case.follow_up_due_at is None
    assert case.ring_at == (case.closed_at or case.registered_at) + ARCHIVE_AFTER


@pytest.mark.parametrize("state", [State.VOID, State.ARCHIVED])
def test_where_all_is_over_time_sets_off_nothing(state: State) -> None:
    assert a_case(state).ring_at is None
