"""The invented times of a week's decisions: enough people and decisions for the wall, the same for the same seed."""

from datetime import timedelta
from statistics import median

from reporter.demo.commands import SEED
from reporter.demo.efforts import Pace, keep_efforts
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.ports.clock import FixedClock
from reporter.reports.effort import Effort, of_the_desk
from reporter.reports.efforts import desk_efforts
from tests.make import a_user

SECONDS = (9.0, 13.0, 18.0, 25.0, 34.0)


def the_clock(fakes: Ports) -> FixedClock:
    """Return the clock of the tests."""
    assert isinstance(fakes.clock, FixedClock)
    return fakes.clock


def written(clock: FixedClock, paces: list[Pace]) -> list[Effort]:
    keep_efforts(paces, clock, now=clock.now(), seed=SEED)
    return list(desk_efforts(since=clock.now() - timedelta(days=7)))


def test_the_wall_has_a_median_of_people_who_differ(fakes: Ports) -> None:
    clock = the_clock(fakes)
    paces = [Pace(a_user(Role.ACCEPTOR).actor, seconds, 3) for seconds in SECONDS]
    now = clock.now()

    efforts = written(clock, paces)
    desk = of_the_desk(efforts)
    own = [median(one.seconds for one in efforts if one.user_id == pace.actor.id) for pace in paces]

    assert desk is not None
    assert SECONDS[0] < desk.seconds < SECONDS[-1]
    assert len(set(own)) == len(SECONDS)
    assert max(one.at for one in efforts) < now
    assert clock.now() == now


def test_the_same_seed_gives_the_same_times(fakes: Ports) -> None:
    clock = the_clock(fakes)
    person = a_user(Role.ACCEPTOR).actor

    first = written(clock, [Pace(person, 12.0, 2)])
    both = written(clock, [Pace(person, 12.0, 2)])

    assert sorted((one.at, one.seconds) for one in both) == sorted(
        (one.at, one.seconds) for one in [*first, *first]
    )
