"""Pages by key."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.kernel.errors import BadInput
from reporter.kernel.pages import page_of, read_key

pytestmark = pytest.mark.pure


@given(st.lists(st.integers(0, 2**31 - 1), unique=True), st.integers(1, 5))
def test_pages_put_together_are_the_whole_list_in_order(numbers: list[int], size: int) -> None:
    numbers.sort()
    seen: list[int] = []
    after = ""
    while True:
        last = read_key(after, int)
        rest = [number for number in numbers if last is None or number > last[0]]
        page = page_of(rest[: size + 1], size=size, key=lambda number: (number,))
        seen += page.rows
        after = page.after
        if not after:
            break
    assert seen == numbers


@given(st.text())
def test_a_damaged_address_is_refused_and_never_breaks(after: str) -> None:
    try:
        key = read_key(after, int, datetime)
    except BadInput:
        return
    assert key is None or [type(value) for value in key] == [int, datetime]


NOT_OURS: dict[str, Any] = {
    "a word": "x",
    "no zone": "2026-11-01T00:00:00",
    "a day of the year one, east of here": "0001-01-01T00:00:00+14:00",
    "a number in the place of an instant": 5,
    "nothing": None,
    "a list": ["2026-11-01T00:00:00+00:00"],
}


@pytest.mark.parametrize("case", NOT_OURS)
def test_what_is_no_instant_is_refused(case: str) -> None:
    with pytest.raises(BadInput):
        read_key(packed(NOT_OURS[case], 1), datetime, int)


@pytest.mark.parametrize("number", [-1, 2**31, 10**20, 1.0, True, "1"])
def test_what_is_no_id_is_refused(number: object) -> None:
    with pytest.raises(BadInput):
        read_key(packed(number), int)


def test_an_address_as_deep_as_a_well_is_refused() -> None:
    with pytest.raises(BadInput):
        read_key(base64.urlsafe_b64encode(b"[" * 50_000).decode(), int)


def test_an_instant_comes_back_in_utc_and_a_missing_one_as_none() -> None:
    assert read_key(packed("2026-11-23T14:00:00+08:00", 7), datetime, int) == (
        datetime(2026, 11, 23, 6, tzinfo=UTC),
        7,
    )
    assert read_key(packed("", 7), None, int) == (None, 7)


def packed(*values: object) -> str:
    """Return an address as somebody makes it who plays with it."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def test_a_key_of_another_list_is_refused() -> None:
    page = page_of(["a", "b"], size=1, key=lambda word: (word,))

    with pytest.raises(BadInput):
        read_key(page.after, int)
