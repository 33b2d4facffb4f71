"""How likely two submissions are the same thing, and why."""

import pytest

from reporter.reports.likeness import Ground, likeness, words_alike

pytestmark = pytest.mark.pure


def test_nearer_is_likelier_and_so_is_newer() -> None:
    far, near, old = (
        likeness(metres=metres, hours=hours, same_kind=True, same_subtype=False, picture_bits=None).score
        for metres, hours in ((90, 1), (10, 1), (10, 200))
    )

    assert near > far
    assert near > old


def test_the_same_picture_outweighs_place_and_kind() -> None:
    found = likeness(metres=95, hours=90, same_kind=False, same_subtype=False, picture_bits=4)

    assert found.score == 0.9
    assert found.grounds == (Ground.PICTURE,)


def test_similar_words_are_a_ground_and_add_a_little() -> None:
    without, with_words = (
        likeness(metres=40, hours=30, same_kind=True, same_subtype=False, picture_bits=None, words=words)
        for words in (0.0, 0.8)
    )

    assert with_words.score > without.score
    assert (without.grounds, with_words.grounds) == ((), (Ground.WORDS,))


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("两辆车占了盲道，老人没法走", "两辆车占了盲道，老人没法走。", 1.0, 1.0),
        ("两辆车占了盲道，老人没法走", "两辆车把盲道占了，老人没法走", 0.5, 0.9),
        ("两辆车占了盲道，老人没法走", "墙上贴满了小广告", 0.0, 0.1),
        ("占道", "占道", 0.0, 0.0),
        ("", "两辆车占了盲道", 0.0, 0.0),
    ],
)
def test_texts_are_compared_by_neighbouring_letters(one: str, other: str, least: float, most: float) -> None:
    found = words_alike(one, other)

    assert least <= found <= most
    assert found == words_alike(other, one)
