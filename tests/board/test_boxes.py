"""Boxes and the digest of a mask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.board.boxes import MOST_BOXES, Box, BoxKind, How, mask_digest, refuse_too_many
from reporter.kernel.errors import BadInput

pytestmark = pytest.mark.pure

NAN = float("nan")
sides = st.floats(0, 1, allow_nan=False)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(st.floats(0, 0.99)), draw(st.floats(0, 0.99))
    w, h = draw(st.floats(0.001, 1 - x)), draw(st.floats(0.001, 1 - y))
    return Box(x, y, w, h, draw(st.sampled_from(BoxKind)), judged=draw(st.booleans()))


@pytest.mark.parametrize(
    "place",
    [
        (-0.01, 0, 0.1, 0.1), (0, -0.01, 0.1, 0.1), (0, 0, 0, 0.1), (0, 0, 0.1, 0), (0, 0, -0.1, 0.1),
        (0.95, 0, 0.1, 0.1), (0, 0.95, 0.1, 0.1), (1, 0, 0.1, 0.1), (NAN, 0, 0.1, 0.1), (0, 0, NAN, 0.1),
        (0, 0, float("inf"), 0.1), (0, 0, 1.01, 1),
    ],
)  # fmt: skip
def test_a_box_that_is_not_inside_the_picture_is_refused(place: tuple[float, float, float, float]) -> None:
    with pytest.raises(BadInput) as refused:
        Box(*place)

    assert refused.value.field == "boxes"


def test_a_box_hides_one_of_four_things() -> None:
    with pytest.raises(BadInput):
        Box(0, 0, 0.5, 0.5, "child")


@pytest.mark.parametrize("kind", [kind for kind in BoxKind if kind is not BoxKind.FACE])
def test_only_a_face_may_be_blurred(kind: BoxKind) -> None:
    with pytest.raises(BadInput, match="Only faces"):
        Box(0, 0, 0.5, 0.5, kind, how=How.BLUR)

    assert Box(0, 0, 0.5, 0.5, "face", how="blur").how == How.BLUR


def test_a_box_hides_in_one_of_two_ways_and_is_filled_unless_it_says_so() -> None:
    with pytest.raises(BadInput):
        Box(0, 0, 0.5, 0.5, "face", how="glass")

    assert Box(0, 0, 0.5, 0.5, "face").how == How.SOLID


def test_a_stored_box_of_before_there_were_two_ways_is_filled_and_its_digest_is_what_it_was() -> None:
    old = {"x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4, "kind": "face", "judged": True}

    assert Box.of(old).how == How.SOLID
    assert mask_digest("a" * 64, [old]) == mask_digest("a" * 64, [Box.of(old).as_dict()])
    assert mask_digest("a" * 64, [old]) != mask_digest("a" * 64, [old | {"how": "blur"}])


@pytest.mark.parametrize("place", [(0, 0, 1, 1), (0.9, 0.9, 0.1, 0.1), (0.5, 0.5, 0.5005, 0.5)])
def test_a_box_may_touch_the_edges(place: tuple[float, float, float, float]) -> None:
    assert Box(*place).w == place[2]


@given(boxes())
def test_a_box_comes_back_from_the_store_as_it_went_in(box: Box) -> None:
    stored = box.as_dict()

    again = Box.of(stored)

    assert again.as_dict() == stored
    assert (again.kind, again.judged) == (box.kind, box.judged)


@given(st.lists(boxes(), max_size=6), st.randoms(use_true_random=False))
def test_the_digest_of_a_mask_forgets_the_order_only(found: list[Box], chance: object) -> None:
    stored = [box.as_dict() for box in found]
    shuffled = stored[::-1]

    assert mask_digest("a" * 64, stored) == mask_digest("a" * 64, shuffled)
    assert mask_digest("b" * 64, stored) != mask_digest("a" * 64, stored)
    assert mask_digest("a" * 64, [*stored, Box(0.5, 0.5, 0.25, 0.25).as_dict()]) != mask_digest(
        "a" * 64, stored
    )


def test_a_mask_has_at_most_a_hundred_boxes() -> None:
    box = Box(0, 0, 0.1, 0.1)

    refuse_too_many([box] * MOST_BOXES)
    with pytest.raises(BadInput, match="100"):
        refuse_too_many([box] * (MOST_BOXES + 1))
