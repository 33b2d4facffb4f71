"""Pages by key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.kernel.errors import BadInput
from reporter.kernel.pages import page_of, read_key

pytestmark = pytest.mark.pure


@given(st.lists(st.integers(), unique=True), st.integers(1, 5))
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
        key = read_key(after, int, str)
    except BadInput:
        return
    assert key is None or [type(value) for value in key] == [int, str]


def test_a_key_of_another_list_is_refused() -> None:
    page = page_of(["a", "b"], size=1, key=lambda word: (word,))

    with pytest.raises(BadInput):
        read_key(page.after, int)
