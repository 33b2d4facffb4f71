"""A city's past: cases over two years with reports, trails, orders, results and pictures by reference.

Kinds and places are skewed as they are in cities: a few kinds and a few hundred spots make most of it (Zipf), days and
hours have their rhythm. What is newest waits for a moderator or is being worked on; what is older than a month is
archived. The trails hold: `flask audit verify` finds nothing. Counters are counted as the house counts them.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import Table, func, select

from bench.outside import notices_of, request_of
from bench.rows import AT_A_TIME, Writer, filled, moment, table_of, writing
from bench.trails import RESULT, Step, Times, chained, steps_of_case, steps_of_report, times_of
from reporter.cases.models import Case, CasePhoto, CaseResult
from reporter.cases.queries import categories
from reporter.cities.queries import current_city, local
from reporter.insight.commands import sum_days
from reporter.insight.models import STANDING, Tally, UnsummedDay
from reporter.insight.sums import KEY
from reporter.insight.times import measure_of
from reporter.kernel.audit import TrailEntry
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.notices.models import Notice
from reporter.open311.models import ServiceRequest
from reporter.places.queries import area_at, areas
from reporter.ports import ports
from reporter.reports.models import Report, ReportPhoto
from reporter.routing.models import WorkOrder
from reporter.routing.queries import units

SPAN = timedelta(days=730)
HOT, COLD = 400, 2_000  # spots where much happens, and where something happens now and then
AT_HOT = 0.85  # of all that happens
AROUND = 0.0006  # degrees by which things on one spot lie apart, at one sigma: some sixty metres
REACH = 0.05  # degrees around the centre: the town
# Of a day, by the hour of the city: nobody reports at four, most before and after work.
HOURS = (1, 1, 1, 1, 1, 2, 6, 14, 18, 16, 13, 11, 10, 9, 10, 11, 13, 16, 17, 13, 9, 6, 3, 2)
WEEKDAYS = (11, 10, 10, 10, 11, 9, 8)
HANDLED_IN = timedelta(hours=4)
DECLINED, DOUBLE = 0.12, 0.10  # of all reports are declined; of all cases have a second report behind them
STREETS = [f"{name}{kind}" for name in ("解放", "新华", "工农", "怀远", "恩和", "察哈尔", "建设", "桥东", "民建", "九龙") for kind in ("大街", "路", "东街", "西路")]  # fmt: skip
WORDS = (
    "占了人行道，行人只能走机动车道。", "垃圾桶满了，周围都是袋子，没有人收。", "井盖坏了一半，晚上看不见。",
    "每天早上都有人在这里摆摊，路过不去。", "墙上又贴了小广告。", "车停在盲道上，车主不在。", "",
)  # fmt: skip
LIMITS = json.dumps({"register": "2h", "dispatch": "30m", "claim": "15m", "handle": "4h", "inspect": "4wh", "follow_up": "1wd", "claim_of_kind": "15m"})  # fmt: skip
ROUTE = json.dumps({"rule": 2, "rules": 1, "kind": True, "subtype": False, "area": False, "area_id": None, "when": "", "source": "", "chosen": False, "fallback": False})  # fmt: skip
STAGES = {"dispatched": "claim", "handling": "handle", "handled": "inspect"}  # the clock that runs
TABLES: tuple[Table, ...] = tuple(
    table_of(model)
    for model in (
        Case, CasePhoto, CaseResult, WorkOrder, Report, ReportPhoto, TrailEntry, ServiceRequest, Notice, Tally,
        UnsummedDay,
    )
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """How much of it is where.

    Attributes:
        waiting: reports that wait for a moderator.
        open: cases being worked on.
        told: of so many of the newest cases the notices are still there.
    """

    cases: int
    waiting: int
    open: int
    told: int

    @classmethod
    def of(cls, cases: int) -> "Shape":
        """Return the shape of a city of so many cases; a small one, too, has a page of everything."""
        return cls(
            cases, waiting=max(60, cases // 500), open=min(max(120, cases // 100), cases), told=max(300, cases // 10)
        )  # fmt: skip


class Kind(NamedTuple):
    """A kind of disorder, apart from its session."""

    id: int
    name_zh: str
    nature: str


class Spot(NamedTuple):
    """Where things happen, and in which area that is."""

    lon: float
    lat: float
    area_id: int | None
    street: str


@dataclass(frozen=True)
class Ground:
    """What rows are written from, read once."""

    city_id: int
    kinds: Sequence[Kind]
    kind_weights: Sequence[float]
    spots: Sequence[Spot]
    spot_weights: Sequence[float]
    unit_ids: Sequence[int]
    photo_ids: Sequence[int]
    offset: timedelta  # of the city's clock from UTC
    now: datetime  # UTC, without a zone: what is written a million times is written fast
    minutes: Sequence[int]  # of the week, from Monday 00:00 in the city; drawn from its rhythm

    @classmethod
    def here(cls, photo_ids: Sequence[int], dice: Random) -> "Ground":
        """Return the ground of the current city."""
        city, now = current_city(), ports.clock.now()
        kinds = [Kind(one.id, one.name_zh, str(one.nature)) for one in categories()]
        streets = areas(level="street")

        def spot(n: int) -> Spot:
            lon, lat = city.lon + dice.gauss(0, REACH / 2.5), city.lat + dice.gauss(0, REACH / 2.5)
            found = area_at(lon, lat)
            return Spot(lon, lat, (found or streets[n % len(streets)]).id, STREETS[n % len(STREETS)])

        weights = [weight for weight in HOURS for _ in range(60)]
        week = [weight * day for day in WEEKDAYS for weight in weights]
        minutes = dice.choices(range(len(week)), cum_weights=list(accumulate(week)), k=20_000)
        hot = [AT_HOT / (n + 1) for n in range(HOT)]
        scale = sum(hot) / AT_HOT
        return cls(
            current_city_id(), kinds, list(accumulate(1 / (n + 1) for n in range(len(kinds)))),
            [spot(n) for n in range(HOT + COLD)],
            list(accumulate([one / scale for one in hot] + [(1 - AT_HOT) / COLD] * COLD)),
            [unit.id for unit in units()], photo_ids, local(now).utcoffset() or timedelta(), now.replace(tzinfo=None), minutes,
        )  # fmt: skip


@dataclass
class Firsts:
    """The next id of each table."""

    report: int
    case: int
    entry: int

    @classmethod
    def free(cls) -> "Firsts":
        """Return the ids after those that are taken."""
        taken = [
            db.session.scalar(select(func.coalesce(func.max(model.id), 0)))
            for model in (Report, Case, TrailEntry)
        ]
        return cls(*((number or 0) + 1 for number in taken))


Rows = dict[str, list[dict[str, Any]]]


class Past:
    """Makes the rows of one thing after the other, oldest first."""

    def __init__(self, ground: Ground, shape: Shape, firsts: Firsts, dice: Random) -> None:
        self.ground, self.shape, self.firsts, self.dice = ground, shape, firsts, dice
        self.rows: Rows = {table.name: [] for table in TABLES}
        self.tallies: Counter[tuple[str, date, int, int, int]] = Counter()

    def at(self, n: int, most: int) -> datetime:
        """Return when the `n`th of `most` things happened: its week by its turn, within it by the rhythm."""
        now = self.ground.now
        week = (now - SPAN * ((most - n) / most)).replace(second=0, microsecond=0)
        monday = week - timedelta(days=week.weekday(), hours=week.hour + 8, minutes=week.minute)
        at = monday + timedelta(
            minutes=self.ground.minutes[self.dice.randrange(len(self.ground.minutes))],
            microseconds=self.dice.randrange(60_000_000),
        )
        return at if at < now else at - timedelta(days=7)

    def tell(self, n: int) -> None:
        """Add the `n`th case with all that belongs to it, and perhaps a report that came to nothing."""
        shape, dice = self.shape, self.dice
        fresh = n >= shape.cases - shape.open
        newest = shape.cases - n
        at = (
            self.ground.now - timedelta(minutes=3 * newest, seconds=dice.random() * 60) if fresh else self.at(n, shape.cases)
        )  # fmt: skip
        kind = dice.choices(self.ground.kinds, cum_weights=self.ground.kind_weights)[0]
        spot = dice.choices(self.ground.spots, cum_weights=self.ground.spot_weights)[0]
        reports = 1 + (dice.random() < DOUBLE)
        self._case(n, at, kind, spot, fresh=fresh, reports=reports)
        for _ in range(reports):
            self._report(at, kind, spot, "accepted", self.firsts.case)
        self.firsts.case += 1
        if dice.random() < DECLINED:
            self._report(at, kind, spot, "declined", None)

    def wait(self, n: int) -> None:
        """Add a report that waits for a moderator."""
        dice = self.dice
        kind = dice.choices(self.ground.kinds, cum_weights=self.ground.kind_weights)[0]
        spot = dice.choices(self.ground.spots, cum_weights=self.ground.spot_weights)[0]
        self._report(
            self.ground.now - timedelta(seconds=40 * n + dice.random() * 30), kind, spot, "submitted", None
        )

    def _near(self, spot: Spot) -> tuple[float, float]:
        dice = self.dice
        return round(spot.lon + dice.gauss(0, AROUND), 6), round(spot.lat + dice.gauss(0, AROUND), 6)

    def _photo(self, *, after: bool = False) -> int:
        """Return one of the pictures that are shared: of what was found, or of what was put right."""
        ids = self.ground.photo_ids[after::2]
        return ids[self.dice.randrange(len(ids))]

    def _report(self, at: datetime, kind: Kind, spot: Spot, state: str, case_id: int | None) -> None:
        number, (lon, lat), photo_id = self.firsts.report, self._near(spot), self._photo()
        length, head = self._trail("report", number, steps_of_report(at, state, case_id))
        self._count("reported", at, kind, spot)
        self.rows["reports"].append({
            "id": number, "city_id": self.ground.city_id, "number": f"R-B-{number:08d}", "code": f"B{number:015d}",
            "client_id": f"bench-{number}", "state": state, "category_id": kind.id, "subcategory_id": None,
            "area_id": spot.area_id, "lon": lon, "lat": lat, "given_lon": lon, "given_lat": lat, "datum": "wgs84",
            "place_source": "gps", "accuracy": 12.0, "address": f"{spot.street}{number % 300}号",
            "words": WORDS[number % len(WORDS)], "submitted_at": moment(at), "due_at": moment(at + timedelta(hours=2)),
            "case_id": case_id, "cover_photo_id": photo_id, "photo_count": 1, "flags": "[]", "reasons": "[]",
            "version": 2, "trail_length": length, "trail_head": head,
        })  # fmt: skip
        self.rows["report_photos"].append({
            "id": number, "city_id": self.ground.city_id, "report_id": number, "photo_id": photo_id, "sort": 0,
        })  # fmt: skip
        case, order = (self.rows[name][-1] if case_id else None for name in ("cases", "work_orders"))
        request = request_of(self.rows["reports"][-1], case, order)
        if request is not None:
            self.rows["service_requests"].append(request)
        self.firsts.report += 1

    def _case(self, n: int, at: datetime, kind: Kind, spot: Spot, *, fresh: bool, reports: int) -> None:
        number, (lon, lat), photo_id = self.firsts.case, self._near(spot), self._photo()
        unit_id = self.ground.unit_ids[n % len(self.ground.unit_ids)]
        state = ("dispatched", "handling", "handled")[n % 3] if fresh else self._ended(n, at)
        times = times_of(at, self.dice.expovariate(1 / 5), state)
        steps = list(steps_of_case(times, unit_id, state))
        length, head = self._trail("case", number, steps)
        self._count_case(times, state, kind, spot, unit_id)
        result_id = None
        if times.handled:
            result_id = self._photo(after=True)
            self.rows["case_results"].append({
                "id": number, "city_id": self.ground.city_id, "case_id": number, "kind": "repair", "words": RESULT,
                "at": moment(times.handled),
            })  # fmt: skip
        for stage, one in (("before", photo_id), ("after", result_id)):
            if one is not None:
                self.rows["case_photos"].append({
                    "id": 2 * number + (stage == "after"), "city_id": self.ground.city_id, "case_id": number,
                    "photo_id": one, "stage": stage, "sort": int(stage == "after"),
                })  # fmt: skip
        self.rows["work_orders"].append({
            "id": number, "city_id": self.ground.city_id, "case_id": number, "unit_id": unit_id,
            "issued_at": moment(times.dispatched), "claim_due_at": moment(times.dispatched + timedelta(minutes=15)),
            "handle_due_at": moment(times.dispatched + HANDLED_IN), "claimed_at": _text(times.claimed),
            "handled_at": _text(times.handled), "closed_at": _text(times.closed),
        })  # fmt: skip
        self.rows["cases"].append({
            "id": number, "city_id": self.ground.city_id, "number": f"B-{number:08d}", "state": state,
            "category_id": kind.id, "nature": kind.nature, "area_id": spot.area_id, "source": "resident",
            "title": f"{spot.street}{kind.name_zh}", "words": WORDS[n % len(WORDS)], "address": f"{spot.street}{n % 300}号",
            "lon": lon, "lat": lat, "limits": LIMITS, "lead_unit_id": unit_id, "co_unit_ids": "[]",
            "refused_unit_ids": "[]", "route_reason": ROUTE, "cover_photo_id": photo_id, "after_photo_id": result_id,
            "evidence": "C", "due_at": moment(at + timedelta(hours=6)) if fresh else None,
            "ring_at": moment(self.ground.now + timedelta(days=7)) if fresh else None, "report_count": reports, "stage": STAGES.get(state, ""),
            "reported_at": moment(at), "registered_at": moment(times.registered),
            "dispatched_at": moment(times.dispatched), "claimed_at": _text(times.claimed),
            "handled_at": _text(times.handled), "closed_at": _text(times.closed), "version": length,
            "trail_length": length, "trail_head": head,
        })  # fmt: skip
        if n >= self.shape.cases - self.shape.told:
            self.rows["notices"] += notices_of(self.rows["cases"][-1])

    def _ended(self, n: int, at: datetime) -> str:
        if n % 25 == 0:
            return "closed_unfixed"
        return "archived" if self.ground.now - at > timedelta(days=32) else "closed"

    def _trail(self, subject: str, subject_id: int, steps: Sequence[Step]) -> tuple[int, str]:
        """Add a trail; return how many entries it has, and the last digest."""
        entries = chained(self.ground.city_id, subject, subject_id, steps, first=self.firsts.entry)
        self.rows["trail_entries"] += entries
        self.firsts.entry += len(entries)
        return len(entries), entries[-1]["digest"]

    def _count(self, measure: str, at: datetime, kind: Kind, spot: Spot, unit_id: int = 0) -> None:
        day = (at + self.ground.offset).date()
        self.tallies[measure, day, kind.id, spot.area_id or 0, unit_id] += 1

    def _count_case(self, times: Times, state: str, kind: Kind, spot: Spot, unit_id: int) -> None:
        """Count a case as `insight.reactions` does step by step."""
        self._count("registered", times.registered, kind, spot)
        self._count("dispatched", times.dispatched, kind, spot, unit_id)
        if times.claimed:
            self._count("claimed_on_time", times.claimed, kind, spot, unit_id)
        if times.closed is None:
            self.tallies["open", STANDING, kind.id, spot.area_id or 0, 0] += 1
            return
        measures = ["ended"]
        if state != "closed_unfixed" and times.handled:
            in_time = times.handled <= times.dispatched + HANDLED_IN
            took = measure_of(times.registered.replace(tzinfo=UTC), times.closed.replace(tzinfo=UTC))
            measures += ["closed", took, *(["closed_on_time"] if in_time else [])]
        for measure in measures:
            self._count(measure, times.closed, kind, spot, unit_id)

    def add_counters(self) -> None:
        """Add what was counted, in the order of its key, and that no day is summed yet."""
        city_id = self.ground.city_id
        self.rows["tallies"] = [
            dict(zip(KEY, (city_id, *key), strict=True)) | {"n": n} for key, n in sorted(self.tallies.items())
        ]
        days = sorted({day for _, day, *_ in self.tallies} - {STANDING})
        self.rows["unsummed_days"] = [{"city_id": city_id, "day": day} for day in days]
        self.tallies.clear()

    def hand(self, writer: Writer) -> None:
        """Write what was added."""
        for table in TABLES:
            for columns, part in filled(table, self.rows[table.name]):
                writer.write(table, columns, part)
            self.rows[table.name] = []


def _text(at: datetime | None) -> str | None:
    return moment(at) if at else None


def tell_past(
    shape: Shape, photo_ids: Sequence[int], *, told: Callable[[str], None] = lambda _: None
) -> None:
    """Write the past of the current city, which has none, and count it.

    Args:
        photo_ids: of pictures that all reports and cases share.
        told: hears how far it is.
    """
    dice, city_id, began = Random(shape.cases), current_city_id(), time.monotonic()  # noqa: S311 - no secrets
    past = Past(Ground.here(photo_ids, dice), shape, Firsts.free(), dice)
    db.session.rollback()
    with writing(TABLES) as writer:
        for n in range(shape.cases):
            past.tell(n)
            if n % AT_A_TIME == AT_A_TIME - 1:
                past.hand(writer)
            if n % 50_000 == 49_999:
                told(f"{n + 1} cases, {(n + 1) / (time.monotonic() - began):.0f} a second")
        for n in range(shape.waiting):
            past.wait(n)
        past.add_counters()
        past.hand(writer)
        told(f"rows after {time.monotonic() - began:.0f} s")
    told(f"indexes after {time.monotonic() - began:.0f} s")
    enter_city(city_id)
    while sum_days():
        pass
    told(f"counted after {time.monotonic() - began:.0f} s")
