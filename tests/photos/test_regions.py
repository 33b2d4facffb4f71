"""What is proposed to be hidden, worked out from what programs saw: vectors, and what holds for anything."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.photos.regions import (
    GROWTH,
    MOST_CANDIDATES,
    MOST_REGIONS,
    SAME,
    Found,
    Line,
    Rect,
    RegionKind,
    faces,
    grown,
    joined,
    kind_of,
    may_be_plate,
    may_hold_phone,
    overlap,
    proposals,
    texts,
)

pytestmark = pytest.mark.pure

SIZE = (1600, 1200)
sides = st.floats(-200, 1800, allow_nan=False)
rects = st.builds(
    lambda x, y, w, h: Rect(x, y, x + w, y + h), sides, sides, st.floats(0, 900), st.floats(0, 900)
)
scores = st.floats(0, 1)


def a_line(
    words: str, x: float = 100, y: float = 100, *, w: float = 0, h: float = 20, turned: float = 0
) -> Line:
    """Return a line of text; without `w` as long as its letters, `turned` by degrees about its upper left corner."""
    w = w or len(words) * h * 0.6
    cos, sin = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    corners = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)]
    return Line([(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in corners], words, 0.9)


@pytest.mark.parametrize(
    "words",
    [
        "蒙J12345", "蒙J·12345", "蒙 J 1 2 3 4 5", "蒙JD12345", "皖A·MK620", "京A12345警", "粤Z1234港", "粤Z·F123澳",
        "WJ011234X", "蒙j1234学", "蒙Ｊ１２３４５",
        "城AMK620",  # the province misread
        "DG0656",  # and lost
        "A1B2C", "AB1234567",
    ],
)  # fmt: skip
def test_a_plate_may_look_so(words: str) -> None:
    assert may_be_plate(words)
    assert kind_of(words) is RegionKind.PLATE


@pytest.mark.parametrize(
    "words",
    [
        "", "A12", "AB1C", "A123456789",  # too short, too long
        "12345", "123456", "13847400001",  # no letter
        "ABCDE1", "蒙JABCDE",  # not two digits
        "中心A12街", "电话A12345",  # more than one other sign
        "注意安全", "解放大街12号",
    ],
)  # fmt: skip
def test_a_plate_does_not_look_so(words: str) -> None:
    assert not may_be_plate(words)


@pytest.mark.parametrize(
    ("words", "phone"),
    [
        ("13847400001", True), ("138-4740-0001", True), ("电话：0474 8230001", True), ("办证１３８４７４０", True),
        ("8230001", True), ("823000", False), ("2026年11月", False), ("2026-11-23 14:05", True), ("一三八四七四零零", False), ("", False),
    ],
)  # fmt: skip
def test_a_phone_number_is_text_of_seven_digits(words: str, phone: bool) -> None:
    assert may_hold_phone(words) is phone
    assert kind_of(words) is (RegionKind.PHONE if phone else RegionKind.TEXT)


@given(st.text(max_size=30))
def test_any_words_are_of_one_kind(words: str) -> None:
    plate, phone = may_be_plate(words), may_hold_phone(words)

    assert kind_of(words) is (RegionKind.PLATE if plate else RegionKind.PHONE if phone else RegionKind.TEXT)


@given(rects, st.floats(0, 1), st.floats(0, 1))
def test_a_box_grows_on_every_side_by_its_share(rect: Rect, share: float, up: float) -> None:
    width, height = rect.right - rect.left, rect.bottom - rect.top

    left, top, right, bottom = grown(rect, share, up=up)

    assert rect.left - left == pytest.approx(width * share, abs=1e-6)
    assert right - rect.right == pytest.approx(width * share, abs=1e-6)
    assert bottom - rect.bottom == pytest.approx(height * share, abs=1e-6)
    assert rect.top - top == pytest.approx(height * (share + up), abs=1e-6)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (Rect(0, 0, 10, 10), 1), (Rect(10, 0, 20, 10), 0), (Rect(5, 0, 15, 10), 1 / 3), (Rect(2, 2, 7, 6), 0.2),
        (Rect(30, 30, 40, 40), 0), (Rect(3, 3, 3, 9), 0),
    ],
)  # fmt: skip
def test_how_much_two_boxes_share(other: Rect, shared: float) -> None:
    one = Rect(0, 0, 10, 10)

    assert overlap(one, other) == overlap(other, one) == pytest.approx(shared)


def test_a_face_is_proposed_once_by_its_surest_box_grown() -> None:
    found = faces(
        [(Rect(100, 100, 200, 220), 0.6), (Rect(105, 102, 204, 224), 0.9), (Rect(400, 100, 500, 200), 0.3)]
    )

    assert [(one.kind, one.score) for one in found] == [(RegionKind.FACE, 0.9), (RegionKind.FACE, 0.3)]
    assert found[0].rect == pytest.approx((105 - 14.85, 102 - 18.3, 204 + 14.85, 224 + 18.3))


@given(st.lists(st.tuples(rects, scores), max_size=30))
def test_no_two_boxes_of_faces_mean_the_same_and_the_surest_stays(
    candidates: list[tuple[Rect, float]],
) -> None:
    found = faces(candidates)
    share = 1 + 2 * GROWTH[RegionKind.FACE]
    bare = [grown(one.rect, (1 / share - 1) / 2) for one in found]

    assert all(before.score >= after.score for before, after in pairwise(found))
    assert all(overlap(one, other) <= SAME + 1e-6 for n, one in enumerate(bare) for other in bare[n + 1 :])
    seen = [score for rect, score in candidates if rect.area]
    assert [one.score for one in found][:1] == sorted(seen)[-1:]


def test_a_net_that_sees_faces_everywhere_is_held_short() -> None:
    everywhere = [(Rect(n * 3, 0, n * 3 + 2, 2), 1 - n / 1e6) for n in range(MOST_CANDIDATES + 500)]

    assert len(faces(everywhere)) == MOST_CANDIDATES


def test_a_plate_of_one_row_grows_alike_and_one_of_two_rows_grows_up() -> None:
    (one_row,) = texts([a_line("蒙J12345", w=160, h=40)])
    (lower,) = texts([a_line("12345J", w=120, h=40)])

    assert one_row.rect == pytest.approx((100 - 24, 100 - 6, 260 + 24, 140 + 6))
    assert lower.rect == pytest.approx((100 - 18, 100 - 6 - 40, 220 + 18, 140 + 6))


def test_a_plate_that_stands_on_its_end_does_not_grow_up() -> None:
    (found,) = texts([Line([(100, 100), (140, 100), (140, 260), (100, 260)], "蒙J12345", 0.9)])

    assert found.rect == pytest.approx((100 - 6, 100 - 24, 140 + 6, 260 + 24))


def test_every_line_of_text_is_proposed_and_what_it_says_is_not_kept() -> None:
    found = texts([a_line("电话13847400001"), a_line("蒙J12345", y=300), a_line("便民开锁", y=500)])

    assert [one.kind for one in found] == [RegionKind.PHONE, RegionKind.PLATE, RegionKind.TEXT]
    assert set(Found.__dataclass_fields__) == {"kind", "rect", "score"}
    assert not any("1384740" in repr(one) for one in (*found, *proposals(found, SIZE)))


@pytest.mark.parametrize("turned", [0, 12, -12])
def test_a_number_in_pieces_is_one_region(turned: float) -> None:
    whole = a_line("办证138 4740 0001", w=340, turned=turned)
    step = math.cos(math.radians(turned)), math.sin(math.radians(turned))
    pieces = [
        a_line(words, 100 + at * step[0], 100 + at * step[1], w=100, turned=turned)
        for words, at in (("办证138", 0), ("4740", 120), ("0001", 240))
    ]

    (found,) = texts(pieces[::-1])

    assert found.kind is RegionKind.PHONE
    assert found.rect == pytest.approx(grown(whole.rect, GROWTH[RegionKind.PHONE]))


def test_a_plate_in_two_pieces_is_one_region() -> None:
    (found,) = texts([a_line("12345", 130, w=90), a_line("蒙J", 90, w=32)])

    assert found.kind is RegionKind.PLATE
    assert found.score == 0.9


@pytest.mark.parametrize(
    "other",
    [
        a_line("4740", 300),  # too far
        a_line("4740", 190, 130),  # the next line
        a_line("4740", 190, h=40),  # letters of another size
        a_line("路灯", 190), a_line("站8", 190),  # no digits
        a_line("4740", 20),  # before it
    ],
)  # fmt: skip
def test_what_is_no_piece_of_the_number_stays_by_itself(other: Line) -> None:
    first = a_line("138", w=80)

    assert len(joined([first, other])) == 2
    assert len(joined([first, a_line("4740", 190)])) == 1


def test_a_number_beside_a_plate_is_not_part_of_it() -> None:
    assert len(joined([a_line("蒙J12345", w=80), a_line("8230", 190)])) == 2


@given(st.lists(st.tuples(st.sampled_from(["蒙J", "138", "12345", "路"]), sides, sides), max_size=12))
def test_joining_loses_no_line_and_ends(placed: list[tuple[str, float, float]]) -> None:
    lines = [a_line(words, x, y) for words, x, y in placed]

    whole = joined(lines)

    assert sorted("".join(line.words for line in whole)) == sorted("".join(line.words for line in lines))
    assert joined(whole) == whole or len(joined(whole)) < len(whole)


founds = st.builds(Found, st.sampled_from(RegionKind), rects, scores)


@given(st.lists(founds, max_size=20))
def test_a_region_lies_inside_its_picture(found: list[Found]) -> None:
    for one in proposals(found, SIZE):
        assert 0 <= one["x"] < 1
        assert 0 <= one["y"] < 1
        assert 0 < one["w"] <= 1 - one["x"] + 1e-5
        assert 0 < one["h"] <= 1 - one["y"] + 1e-5
        assert 0 <= one["score"] <= 1


@given(st.lists(founds, max_size=20))
def test_faces_come_first_and_other_text_last_each_kind_the_surest_first(found: list[Found]) -> None:
    kinds = list(RegionKind)
    order = [(kinds.index(one["kind"]), -one["score"]) for one in proposals(found, SIZE)]

    assert order == sorted(order)


def test_a_picture_full_of_text_has_no_more_regions_than_a_mask_may_have() -> None:
    text = [Found(RegionKind.TEXT, Rect(n, 0, n + 5, 9), 1.0) for n in range(MOST_REGIONS)]
    face = Found(RegionKind.FACE, Rect(0, 0, 50, 50), 0.3)

    told = proposals([*text, face], SIZE)

    assert len(told) == MOST_REGIONS
    assert told[0] == {"kind": "face", "x": 0, "y": 0, "w": 0.03125, "h": 0.04167, "score": 0.3}
