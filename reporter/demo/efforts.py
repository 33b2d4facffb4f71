"""How long the moderators of the demo city took for a decision: a week of invented times, so that the desk's wall has a median."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from reporter.cities.queries import local
from reporter.kernel.db import command
from reporter.kernel.policy import Actor
from reporter.ports.clock import FixedClock
from reporter.reports.commands.effort import note_effort

DAYS = 6  # back from the day of the loading, which has none of its own
A_DAY = 4  # decisions of each on each day
HOURS = (8, 17)  # local
SPREAD = 0.45  # of the logarithm: seldom twice as long, now and then three times


@dataclass(frozen=True)
class Pace:
    """Whose decisions they are. `seconds` and `presses`: the middle ones."""

    actor: Actor
    seconds: float
    presses: int


def paces_of(rows: Sequence[Mapping[str, object]], actors: Mapping[str, Actor]) -> list[Pace]:
    """Return the paces of those in `people.toml` that have one."""
    return [
        Pace(actors[str(row["key"])], float(str(row["seconds"])), int(str(row["presses"])))
        for row in rows
        if "seconds" in row
    ]


@command
def keep_efforts(paces: Sequence[Pace], clock: FixedClock, *, now: datetime, seed: int) -> None:
    """Write down the decisions of a week, in one transaction; the same seed gives the same times."""
    for number, pace in enumerate(paces):
        chance = Random(f"{seed}:effort:{number}")  # noqa: S311 - the same city for the same seed
        for day in range(1, DAYS + 1):
            here = local(now) - timedelta(days=day)
            for _ in range(A_DAY):
                clock.set(here.replace(hour=chance.randint(*HOURS), minute=chance.randint(0, 59)))
                seconds = round(pace.seconds * chance.lognormvariate(0, SPREAD), 1)
                presses = max(1, pace.presses + chance.choice((-1, 0, 0, 1, 2)))
                note_effort(seconds=seconds, presses=presses, by=pace.actor)
    clock.set(now)
