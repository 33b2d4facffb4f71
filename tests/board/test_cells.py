"""The heaps of the map are read from counters, which are what counting the posts on show gives, whatever happens."""

import os
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from reporter.board.cells import LEVELS, MICRO, edges_of, level_of, micro, place_of, width_of
from reporter.board.commands.copies import burn_pictures
from reporter.board.commands.exposures import hide, show_again, tick, withdraw
from reporter.board.commands.showing import put_on_show, take_off_show
from reporter.board.lifecycle import Outcome, State
from reporter.board.models import Exposure
from reporter.board.months import month_of
from reporter.board.queries import get_exposure
from reporter.board.shown import Filter, Heap, heaps, post_keys, posts
from reporter.board.truth import Difference
from reporter.cities.queries import current_city
from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.kernel.errors import BadInput
from reporter.ports import Ports, ports
from tests.board.counters import another, differences, kept, mangle, rebuild
from tests.board.posts import an_exposure, editors
from tests.make import HERE, a_city, a_unit, an_area

DEEP = os.environ.get("DEPTH") == "deep"
GLOBE = (-180.0, -90.0, 180.0, 90.0)
AROUND = (HERE[0] - 0.5, HERE[1] - 0.5, HERE[0] + 0.5, HERE[1] + 0.5)
WAYS = {State.PUBLISHED, State.HIDDEN, State.WITHDRAWN, State.EXPIRED}
EVERYTHING = 10_000_000  # cells


class Walk:
    """Posts of several kinds, areas, units and outcomes, in few places, that come and go in any order."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - a walk, no secret
        self.team = editors()
        self.first = an_exposure(State.PUBLISHED, team=self.team)
        self.areas = [self.first.area_id, an_area("泉山街道", at=(113.3, 41.2)).id, None]
        self.units = [self.first.unit_id, a_unit().id, None]
        self.ways = [*[self.publish] * 5, self.hide, self.hide, self.show_again, self.withdraw, self.expire]

    def step(self) -> None:
        """Let a post come or go, or time pass."""
        self.random.choice(self.ways)()
        ports.clock.move(timedelta(hours=self.random.choice([0, 1, 30])))  # type: ignore[attr-defined]

    def publish(self) -> None:
        pick = self.random.choice
        another(
            self.first, kind_slug=pick(["litter", "parking"]), outcome=pick(list(Outcome)), area_id=pick(self.areas),
            unit_id=pick(self.units), lon=round(HERE[0] + pick([0, 0.001, 0.01, 0.3]), 3), lat=HERE[1] + pick([0, 0.002]),
        )  # fmt: skip

    def some(self, state: State) -> Exposure | None:
        """Return a post in this state, if there is one."""
        ids = db.session.scalars(select(Exposure.id).where(Exposure.state == state)).all()
        return get_exposure(self.random.choice(ids)) if ids else None

    def hide(self) -> None:
        if post := self.some(State.PUBLISHED):
            hide(post, objection_id=1)
            put_on_show(post.id)  # as a job that comes too late

    def show_again(self) -> None:
        if post := self.some(State.HIDDEN):
            show_again(post, objection_id=1)
            burn_pictures(post.id)
            burn_pictures(post.id)

    def withdraw(self) -> None:
        if post := self.some(self.random.choice([State.PUBLISHED, State.HIDDEN])):
            withdraw(post, "当事人已登报致歉", by=self.team.first.actor)

    def expire(self) -> None:
        ports.clock.move(timedelta(days=5))  # type: ignore[attr-defined]
        tick()


def filters() -> Iterator[Filter]:
    """Yield every way to narrow, by one thing or two, that any post on show answers to."""
    rows = db.session.scalars(select(Exposure).where(Exposure.on_show)).all()
    one: dict[str, set[Any]] = {
        "kind": {row.kind_slug for row in rows}, "area_id": {row.area_id for row in rows if row.area_id},
        "unit_id": {row.unit_id for row in rows if row.unit_id}, "outcome": {row.outcome for row in rows}, "month": {_month(row) for row in rows},
    }  # fmt: skip
    yield Filter()
    for name, values in one.items():
        yield from (Filter(**{name: value}) for value in values)
    yield from (Filter(kind=kind, area_id=area) for kind, area in product(one["kind"], one["area_id"]))
    yield from (Filter(unit_id=unit, month=month) for unit, month in product(one["unit_id"], one["month"]))


def _month(post: Exposure) -> str:
    assert post.published_at
    return month_of(post.published_at, current_city().zone)


def plainly(narrow: Filter, level: int) -> list[Heap]:
    """Return the heaps as one counts them by hand."""
    cells = defaultdict[tuple[int, int], list[Exposure]](list)
    for post in posts(narrow, size=1000).rows:
        cells[tuple(place_of(micro(point), level) for point in (post.lon, post.lat))].append(post)  # type: ignore[index]
    found = []
    for (x, y), there in cells.items():
        lon, lat = (
            sum(map(micro, points)) / len(there) / MICRO
            for points in ([post.lon for post in there], [post.lat for post in there])
        )
        found.append(
            Heap(len(there), lon, lat, edges_of(level, x, y), there[0].id if len(there) == 1 else None)
        )
    return sorted(found, key=lambda heap: (-heap.number, heap.edges))


@pytest.mark.parametrize("seed", range(12 if DEEP else 2))
def test_whatever_comes_and_goes_the_counters_are_the_truth_and_can_be_made_anew(seed: int) -> None:
    walk, most, seen = Walk(seed), 0, set[State]()

    for _ in range(6):
        for _ in range(10):
            walk.step()
            seen |= set(db.session.scalars(select(Exposure.state)))
        most = max(most, len(post_keys(Filter(), size=100).rows))
        assert differences() == []

    counters = kept()
    assert most >= 8
    assert seen == WAYS
    assert all(numbers[0] > 0 for numbers in counters.values())
    rebuild()
    assert kept() == counters


def test_heaps_are_what_one_counts_by_hand_on_every_level_and_however_narrowed() -> None:
    walk = Walk(1)
    for _ in range(12):
        walk.publish()
        ports.clock.move(timedelta(days=2))  # type: ignore[attr-defined]
    walk.hide()
    seen = 0

    for narrow in filters():
        assert heaps(narrow, GLOBE, zoom=2, most=400) == plainly(narrow, 2)
        for zoom in LEVELS:
            assert heaps(narrow, AROUND, zoom=zoom, most=EVERYTHING) == plainly(narrow, zoom)
            seen += 1

    assert seen > 100


def test_of_a_box_the_cells_that_it_touches_are_read_and_no_others() -> None:
    post = an_exposure(State.PUBLISHED)
    [heap] = heaps(Filter(), AROUND, zoom=12, most=EVERYTHING)
    west, south, east, north = heap.edges
    wide = width_of(12)

    def there(*edges: float) -> list[int | None]:
        return [one.post_id for one in heaps(Filter(), edges, zoom=12, most=400)]  # type: ignore[arg-type]

    assert there(west - wide, south - wide, west + wide / 9, south + wide / 9) == [post.id]
    assert there(east - wide / 9, north - wide / 9, east + wide, north + wide) == [post.id]
    assert there(west - wide, south, west - wide / 9, north) == []
    assert there(west, north + wide / 9, east, north + wide) == []


def test_the_fullest_cells_come_first_when_there_are_more_than_fit() -> None:
    first = an_exposure(State.PUBLISHED, lon=113.1)
    for lon in (113.3, 113.3, 113.5):
        another(first, lon=lon)

    found = heaps(Filter(), (113.09, 41.0, 113.51, 41.04), zoom=9, most=10)

    assert [heap.number for heap in found] == [2, 1, 1]
    assert [heap.number for heap in heaps(Filter(), GLOBE, zoom=9, most=1)] == [4]


def test_a_month_is_that_of_the_citys_clock(fakes: Ports) -> None:
    fakes.clock.set(datetime(2026, 11, 30, 16, 30, tzinfo=UTC))  # type: ignore[attr-defined]
    assert fakes.clock.now().astimezone(ZoneInfo(current_city().zone)).month == 12
    post = an_exposure(State.PUBLISHED)

    december, november = (
        heaps(Filter(month=month), GLOBE, zoom=9, most=400) for month in ("2026-12", "2026-11")
    )

    assert [heap.post_id for heap in december] == [post.id]
    assert november == []
    assert heaps(Filter(month="2026-12", outcome=Outcome.PUT_RIGHT), GLOBE, zoom=9, most=400) == december
    assert differences() == []


def test_posts_that_are_newer_than_a_clock_that_was_put_back_are_counted(fakes: Ports) -> None:
    an_exposure(State.PUBLISHED)

    fakes.clock.move(timedelta(days=-40))  # type: ignore[attr-defined]  # the tests' clock

    assert differences() == []


@pytest.mark.parametrize("narrow", [Filter(month="2026-13"), Filter(month="x", kind="y"), Filter(words="a")])
def test_a_map_that_cannot_be_narrowed_so_says_why(narrow: Filter) -> None:
    with pytest.raises(BadInput):
        heaps(narrow, GLOBE, zoom=9, most=400)


def test_what_fails_is_counted_no_more_than_it_is_shown() -> None:
    post = an_exposure(State.PUBLISHED)
    before = kept()

    @command
    def half() -> None:
        take_off_show(get_exposure(post.id))
        raise BadInput("and then something else went wrong")

    with pytest.raises(BadInput):
        half()

    assert kept() == before
    assert differences() == []


def test_what_is_wrong_is_named_and_put_right_in_its_own_city_alone() -> None:
    here, there = current_city_id(), a_city("hohhot").id
    an_exposure(State.PUBLISHED)
    right = kept()
    enter_city(there)
    an_exposure(State.PUBLISHED)
    mangle()
    wrong = kept()

    enter_city(here)
    assert differences() == []
    rebuild()

    assert kept() == right
    enter_city(there)
    assert kept() == wrong
    assert Difference(("kind", "lost"), kept=1, counted=0) in differences()
    assert Difference(("kind", "lost", 1, 1), kept=1, counted=0) in differences()
    rebuild()
    assert differences() == []
    assert kept() != wrong


def test_posts_that_come_and_go_while_everything_is_counted_anew_are_counted_once(app: Flask) -> None:
    first, here = an_exposure(State.PUBLISHED), current_city_id()
    for _ in range(3):
        another(first)
    shown = [key.id for key in post_keys(Filter()).rows]
    db.session.rollback()

    def work(post_id: int) -> None:
        with app.app_context():
            enter_city(here)
            if not post_id:
                rebuild()
                return
            hide(get_exposure(post_id), objection_id=1)
            show_again(get_exposure(post_id), objection_id=1)
            burn_pictures(post_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [one for post_id in shown for one in (post_id, 0)]))

    assert differences() == []
    [heap] = heaps(Filter(), GLOBE, zoom=2, most=400)
    assert heap.number == len(shown) == 4


@pytest.mark.pure
def test_in_the_last_level_each_place_that_posts_are_rounded_to_has_a_cell_of_its_own() -> None:
    places = [micro(round(113 + n / 1000, 3)) for n in range(1000)]

    cells = [place_of(place, LEVELS[-1]) for place in places]

    assert len(set(cells)) == len(places)
    assert len({place_of(place, LEVELS[-1] - 1) for place in places}) < len(places)


@pytest.mark.pure
@pytest.mark.parametrize("level", LEVELS)
def test_a_point_lies_between_the_edges_of_its_cell(level: int) -> None:
    for lon, lat in ((113.1, 41.0), (-0.001, -0.001), (0.0, 0.0), (112.5, 45.0), (-180.0, -90.0)):
        west, south, east, north = edges_of(level, place_of(micro(lon), level), place_of(micro(lat), level))

        assert west <= lon < east
        assert south <= lat < north


@pytest.mark.pure
@pytest.mark.parametrize(("zoom", "level"), [(0, 2), (2, 2), (11, 11), (17, 17), (18, 17), (22, 17)])
def test_a_level_suits_the_zoom_as_far_as_there_are_levels(zoom: int, level: int) -> None:
    assert level_of(zoom, (113.1, 41.0, 113.101, 41.001), most=400) == level
