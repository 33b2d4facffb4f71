"""Pages by key: the next page starts after the last row seen, so page 200 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from reporter.kernel.errors import BadInput

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows in order, and where the next page starts ("" when this is the last)."""

    rows: Sequence[Row]
    after: str = ""


def page_of(rows: Sequence[Row], *, size: int, key: Callable[[Row], Sequence[Any]]) -> Page[Row]:
    """Return the first `size` of `rows`; `rows` must hold one more when there is a next page.

    Args:
        key: the JSON values by which the rows are ordered; read back by `read_key`.
    """
    if len(rows) <= size:
        return Page(rows)
    return Page(rows[:size], after=_pack(key(rows[size - 1])))


def _pack(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def read_key(after: str, *kinds: type) -> tuple[Any, ...] | None:
    """Return the values packed in `after`, or None when it is empty.

    Args:
        kinds: the type each value must have.

    Raises:
        BadInput: `after` was not made by `page_of`.
    """
    if not after:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (binascii.Error, ValueError) as error:
        raise BadInput("This page address is damaged. Please start from the first page.") from error
    fits = isinstance(values, list) and len(values) == len(kinds)
    if not fits or not all(type(value) is kind for value, kind in zip(values, kinds, strict=True)):
        raise BadInput("This page address is damaged. Please start from the first page.")
    return tuple(values)
