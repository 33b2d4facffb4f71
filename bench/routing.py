"""How many cases a second find their unit, and how many deadlines are counted: `python -m bench.routing [POINTS]`.

Routing: 100 000 points through 2 000 areas to the first of 500 rules that matches, as the product does it (the finest area,
the areas around it, the rules in their order); its bound is finding the areas alone. Deadlines: limits of every clock from
instants of a year, on the calendar of Shanghai with its holidays; their bound is one addition to each instant. In a
process of its own, so that its memory can be told.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bench.places import SOUTH, WEST, WIDE, city
from reporter.cities.holidays import known_days
from reporter.places.shapes import AreaIndex
from reporter.routing.choose import Choice, Matter, RuleLike, When, choose
from reporter.routing.deadlines import Calendar, Limit, due_at

POINTS, RULES, ROUNDS = 100_000, 500, 3
DEADLINES = 20_000
KINDS = 60  # sub-types of ten kinds
YEAR = 2026


@dataclass(frozen=True)
class Figures:
    """Things a second, and megabytes that areas and rules take."""

    routed: float
    areas_alone: float
    by_rule: int  # of a hundred points
    deadlines: float
    additions: float
    megabytes: float


@dataclass
class OneRule:
    """A rule, without a database."""

    sort: int
    category_id: int | None
    subcategory_id: int | None
    area_id: int | None
    when: When
    source: str
    lead_unit_id: int
    co_unit_ids: list[int]
    claim_limit: str = ""
    handle_limit: str = ""


def rules(areas: int) -> list[RuleLike]:
    """Return 500 rules as a city has them: most for a sub-type in an area, some for a kind, some for a time."""
    dice = Random(20261129)  # noqa: S311 - rules, not secrets
    found: list[RuleLike] = []
    for place in range(1, RULES + 1):
        sub = dice.randrange(KINDS)
        found.append(
            OneRule(
                place, sub // 6, sub if dice.random() < 0.7 else None,
                dice.randrange(1, areas + 1) if place < RULES - 20 else None,
                dice.choice([When.ALWAYS, When.ALWAYS, When.OUTSIDE]), "", dice.randrange(30), [],
            )
        )  # fmt: skip
    return found


def upwards(parents: Mapping[int, int | None]) -> dict[int, frozenset[int]]:
    """Return for each area its id with those of all it lies in."""
    found: dict[int, frozenset[int]] = {}
    for area in parents:
        chain, one = [], area
        while one:
            chain.append(one)
            one = parents[one] or 0
        found[area] = frozenset(chain)
    return found


def measured(points: int = POINTS) -> Figures:
    """Measure in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.routing", "--alone", str(points)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return Figures(**json.loads(told))


def alone(number: int) -> Figures:
    """Measure in this process."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    areas, parents = city()
    index, around, kept = AreaIndex(areas, parents), upwards(parents), rules(len(areas))
    megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    dice = Random(7)  # noqa: S311
    spots = [
        (
            WEST + dice.random() * WIDE,
            SOUTH + dice.random() * WIDE,
            dice.randrange(KINDS),
            dice.random() < 0.3,
        )
        for _ in range(number)
    ]

    def routed() -> list[Choice]:
        answers = []
        for lon, lat, sub, working in spots:
            area = index.at(lon, lat)
            matter = Matter(
                sub // 6, sub, around.get(area or 0, frozenset()), working=working, source="resident"
            )
            answers.append(choose(kept, matter, fallback=0))
        return answers

    def placed() -> list[int | None]:
        return [index.at(lon, lat) for lon, lat, _, _ in spots]

    times = {what: [] for what in ("routed", "placed", "due", "added")}  # type: dict[str, list[float]]
    calendar = Calendar(ZoneInfo("Asia/Shanghai"), {day.day: day.working for day in known_days(YEAR)})
    begins = [
        datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(525_000))
        for _ in range(DEADLINES)
    ]
    limits = [Limit.parse(text) for text in ("15m", "4h", "4wh", "1wd", "5wd", "15wd")]
    pairs = [(start, limits[place % len(limits)]) for place, start in enumerate(begins)]

    def due() -> list[datetime]:
        return [due_at(start, limit, calendar) for start, limit in pairs]

    def added() -> list[datetime]:
        return [start + limit.span for start, limit in pairs]

    answers: list[Choice] = []
    for _ in range(ROUNDS):
        times["placed"].append(took(placed))
        times["routed"].append(took(lambda: answers.extend(routed())))
        times["due"].append(took(due))
        times["added"].append(took(added))
    half = {what: statistics.median(several) for what, several in times.items()}
    by_rule = sum(answer.rule_number is not None for answer in answers[:number]) * 100 // number
    return Figures(
        number / half["routed"], number / half["placed"], by_rule,
        DEADLINES / half["due"], DEADLINES / half["added"], megabytes,
    )  # fmt: skip


def took(what: Callable[[], object]) -> float:
    """Return how many CPU seconds `what` took."""
    began = time.process_time()
    what()
    return time.process_time() - began


def main() -> None:
    """Print two lines."""
    if "--alone" in sys.argv:
        print(json.dumps(asdict(alone(int(sys.argv[-1])))))
        return
    figures = measured(int(sys.argv[1]) if len(sys.argv) > 1 else POINTS)
    print(
        f"{figures.routed:.0f} cases a second through 2 000 areas and {RULES} rules ({figures.by_rule} of 100 by a rule), "
        f"{figures.routed / figures.areas_alone:.2f} of finding the areas alone; {figures.megabytes:.0f} MB"
    )
    print(
        f"{figures.deadlines:.0f} deadlines a second, {figures.deadlines / figures.additions:.3f} of bare additions; "
        f"load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
