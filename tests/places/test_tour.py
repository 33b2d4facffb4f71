"""A tour: against every order there is, and what holds for any number of stops."""

import random
from itertools import pairwise, permutations
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.places.geometry import Pair, distance_m
from reporter.places.tour import improved, legs, nearest_next, tour

pytestmark = pytest.mark.pure
START = (113.11, 41.03)
STOPS = st.lists(st.tuples(st.floats(113.0, 113.2), st.floats(40.95, 41.1)), max_size=6)


def length(points: list[Pair]) -> float:
    return sum(distance_m(*one, *other) for one, other in pairwise(points))


def best(stops: list[Pair]) -> float:
    return min(length([START, *order]) for order in permutations(stops))


def town(seed: int, number: int) -> list[Pair]:
    chance = random.Random(seed)  # noqa: S311 - the same towns each time
    return [(113.11 + chance.uniform(-0.1, 0.1), 41.03 + chance.uniform(-0.08, 0.08)) for _ in range(number)]


@given(STOPS)
def test_a_few_stops_are_visited_by_the_shortest_way_there_is(stops: list[Pair]) -> None:
    order = tour(stops, start=START)

    assert sorted(order) == list(range(len(stops)))
    assert sum(legs(stops, order, start=START)) <= best(stops) + 0.01


def test_turning_parts_around_comes_near_to_the_shortest_way() -> None:
    shares = []
    for seed in range(25):
        stops = town(seed, 6)
        points = [START, *stops]
        far = [[distance_m(*one, *other) for other in points] for one in points]
        way = improved(far, nearest_next(far))
        shares.append(length([points[place] for place in way]) / best(stops))

    assert all(share >= 1 - 1e-9 for share in shares)
    assert mean(shares) < 1.06
    assert max(shares) < 1.35


def test_many_stops_are_each_visited_once_and_no_longer_than_from_neighbour_to_neighbour() -> None:
    stops = town(1, 60)
    far = [[distance_m(*one, *other) for other in [START, *stops]] for one in [START, *stops]]
    plain = [place - 1 for place in nearest_next(far)[1:]]

    order = tour(stops, start=START)

    assert sorted(order) == list(range(60))
    assert sum(legs(stops, order, start=START)) < sum(legs(stops, plain, start=START))


@given(STOPS, st.sets(st.integers(0, 5)))
def test_what_comes_first_comes_first(stops: list[Pair], before: set[int]) -> None:
    order = tour(stops, start=START, before=before)

    waits = [place not in before for place in order]
    assert waits == sorted(waits)
    assert sorted(order) == list(range(len(stops)))


def test_stops_at_one_place_are_all_visited() -> None:
    assert sorted(tour([START] * 12, start=START)) == list(range(12))
    assert legs([START] * 2, [0, 1], start=START) == [0, 0]
