"""Neutral words, and addresses without anybody's home."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.board.lifecycle import Outcome
from reporter.board.wording import (
    ROAD_AT_MOST,
    names_a_dwelling,
    neutral_title,
    not_neutral,
    road_section,
    says_alleged,
)

pytestmark = pytest.mark.pure

PIECES = st.sampled_from(
    [
        "解放大街",
        "二马路",
        "恩和路",
        "三号楼",
        "２单元",
        "501室",
        "12 号",
        "东侧",
        "，",
        " ",
        "\n",
        "Room 5",
        "apt. 12",
        "一栋",
        "7#",
        "九层",
    ]
)
addresses = st.lists(PIECES | st.text(max_size=6), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("address", "road"),
    [
        ("解放大街", "解放大街"),
        ("解放大街维多利广场东侧", "解放大街维多利广场东侧"),
        ("解放大街101号", "解放大街"),
        ("解放大街 101 号门前", "解放大街"),
        ("二马路三号楼2单元501室", "二马路"),
        ("民建大街阳光小区１２号楼", "民建大街阳光小区"),
        ("恩和路，单元门口", "恩和路"),
        ("Minjian Street, Room 302", "Minjian Street"),
        ("", ""),
    ],
)
def test_an_address_is_reduced_to_its_road(address: str, road: str) -> None:
    assert road_section(address) == road


@given(addresses)
def test_a_road_section_never_names_a_dwelling_and_stays_as_it_is(address: str) -> None:
    road = road_section(address)

    assert not names_a_dwelling(road)
    assert len(road) <= ROAD_AT_MOST
    assert road_section(road) == road


@pytest.mark.parametrize(
    "text", ["3号楼", "三 号楼", "２单元", "单元门口", "501室", "五栋", "12户", "Apt. 12", "Unit no. 3"]
)
def test_a_dwelling_is_seen(text: str) -> None:
    assert names_a_dwelling(f"位于{text}" if not text.isascii() else f"at {text}")


@pytest.mark.parametrize(
    "text",
    ["解放大街人行道", "二马路路口", "住户反映", "地下室出口", "the room for pedestrians", "unit in charge"],
)
def test_a_street_is_no_dwelling(text: str) -> None:
    assert not names_a_dwelling(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("解放大街两车占盲道，已清理", []),
        ("某处、某路段、张家街某小区", []),
        ("马路边堆物，高某表示", ["高某"]),
        ("王某某乱停车", ["王某某"]),
        ("李先生的小车", ["李先生"]),
        ("这个素质低的刁民", ["素质低", "刁民"]),
        ("姓赵的店主", ["姓赵的"]),
        ("Mr Wang, a shameless driver", ["Mr", "shameless"]),
        ("The units met at 10 ms", []),
        ("systems and terms", []),
    ],
)
def test_words_that_judge_or_name_a_person_are_found(text: str, found: list[str]) -> None:
    assert not_neutral(text) == found


@pytest.mark.parametrize(
    ("outcome", "title"),
    [
        (Outcome.PUT_RIGHT, "恩和路线缆，已整改"),
        (Outcome.DEALT_WITH, "恩和路线缆，已依法处理"),
        (Outcome.OVERDUE, "恩和路线缆，逾期未整改"),
    ],
)
def test_a_title_says_where_what_and_what_became_of_it(outcome: Outcome, title: str) -> None:
    assert neutral_title("恩和路", "线缆", outcome=outcome) == title


def test_where_nothing_was_decided_the_title_says_so() -> None:
    title = neutral_title("友谊街", "宠物便溺", outcome=Outcome.DEALT_WITH, decided=False)

    assert title == "友谊街涉嫌宠物便溺，已劝导教育"
    assert says_alleged(title)


@pytest.mark.parametrize(
    ("text", "said"), [("涉嫌占道", True), ("Alleged dumping", True), ("占道，已处理", False)]
)
def test_words_that_leave_it_open_are_known(text: str, said: bool) -> None:
    assert says_alleged(text) == said
