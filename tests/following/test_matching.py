"""What is new for whom, of posts that were sorted once."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.following.matching import ROUNDED, NewPost, News, Wanted
from reporter.following.rules import What
from reporter.places.geometry import distance_m

pytestmark = pytest.mark.pure
HERE = (113.109, 41.032)


def posts(*, number: int = 60, seed: int = 1) -> list[NewPost]:
    chance = random.Random(seed)  # noqa: S311 - no secret
    return [
        NewPost(
            mark=10 * place + 5, post_id=1000 + place, kind=chance.choice(("litter", "signs")),
            areas=frozenset({1, chance.choice((2, 3))}), lon=round(HERE[0] + chance.uniform(-0.03, 0.03), 3),
            lat=round(HERE[1] + chance.uniform(-0.03, 0.03), 3),
        )
        for place in range(number)
    ]  # fmt: skip


def found(wanted: Wanted, *, after: int = 0, among: list[NewPost] | None = None) -> set[int]:
    news = News(among or posts(), after=0, up_to=10_000)
    heap = news.found(wanted, after=after)
    ids = news.newest(heap, most=1000)
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == heap.bit_count()
    return set(ids)


@given(
    st.sampled_from(list(What)), st.sampled_from(("", "litter", "none")), st.sampled_from((1, 2, 9)),
    st.sampled_from((100, 500, 2000)), st.integers(0, 700), st.integers(1, 20),
)  # fmt: skip
def test_what_is_found_is_what_one_by_one_would_be(
    what: What, kind: str, area: int, radius: int, after: int, seed: int
) -> None:
    among = posts(seed=seed)

    ids = found(Wanted(what, kind, area, HERE, radius), after=after, among=among)

    assert ids == {
        post.post_id
        for post in among
        if post.mark > after and kind in {"", post.kind}
        if what is not What.AREA or area in post.areas
        if what is not What.PLACE or distance_m(*HERE, post.lon, post.lat) <= radius + ROUNDED
    }  # fmt: skip


def test_a_place_that_cannot_be_read_finds_nothing() -> None:
    assert found(Wanted(What.PLACE, place=None, radius_m=2000)) == set()


def test_two_subscriptions_that_find_the_same_tell_of_it_once() -> None:
    news = News(posts(), after=0, up_to=10_000)

    together = news.found(Wanted(What.CITY), after=0) | news.found(Wanted(What.AREA, area_id=2), after=0)

    assert together.bit_count() == 60


def test_only_so_many_of_the_newest_are_named() -> None:
    news = News(posts(), after=0, up_to=10_000)

    assert news.newest(news.found(Wanted(What.CITY), after=0), most=3) == [1059, 1058, 1057]


def test_without_posts_nothing_is_new() -> None:
    assert News([], after=7, up_to=7).found(Wanted(What.CITY), after=7) == 0
