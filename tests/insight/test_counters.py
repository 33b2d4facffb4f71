"""The counters are what counting the rows would give."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.insight.models import STANDING, Tally
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.ports import Ports
from tests.make import a_case, a_report, a_unit, a_user


def counted(*, standing: bool = False) -> dict[str, int]:
    """Return the sum of every measure that is not nothing."""
    rows = select(Tally.measure, Tally.n).where(
        (Tally.day == STANDING) if standing else (Tally.day != STANDING)
    )
    sums: Counter[str] = Counter()
    for measure, n in db.session.execute(rows):
        sums[measure] += n
    return {measure: n for measure, n in sums.items() if n}


def test_each_step_counts_once_and_cases_of_one_kind_add_up() -> None:
    unit = a_unit()
    a_report()
    for state in (State.REGISTERED, State.DISPATCHED, State.CLOSED, State.CLOSED):
        a_case(state, unit=unit)

    assert counted() == {
        "reported": 1, "registered": 4, "dispatched": 3, "claimed_on_time": 2, "ended": 2, "closed": 2,
        "closed_on_time": 2, "took_4h": 2,
    }  # fmt: skip
    assert counted(standing=True) == {"open": 2}


def test_what_is_reopened_is_taken_back_and_a_late_claim_is_not_in_time(fakes: Ports) -> None:
    unit = a_unit()
    closed, late = a_case(State.CLOSED, unit=unit), a_case(State.DISPATCHED, unit=unit)
    fakes.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]  # the tests' clock

    advance(closed, Action.REOPEN, by=a_user(Role.SUPERVISOR).actor, reason="还在")
    advance(late, Action.CLAIM, by=a_user(Role.HANDLER, unit=unit).actor)

    assert counted() == {"registered": 2, "dispatched": 2, "claimed_on_time": 1, "reopened": 1}
    assert counted(standing=True) == {"open": 2}
