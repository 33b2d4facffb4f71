"""Pages by key: the next page starts after the last row seen, so page 200 costs what page 1 costs."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from reporter.kernel.errors import BadInput

Row = TypeVar("Row")
Made = TypeVar("Made")
LONGEST = 200  # characters of an address; a key holds three short values at most
LARGEST = 2**31 - 1  # number that a column of whole numbers holds


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows in order, and where the next page starts ("" when this is the last)."""

    rows: Sequence[Row]
    after: str = ""

    def each(self, make: Callable[[Row], Made]) -> "Page[Made]":
        """Return the page of what `make` makes of each row."""
        return Page([make(row) for row in self.rows], after=self.after)


def page_of(rows: Sequence[Row], *, size: int, key: Callable[[Row], Sequence[Any]]) -> Page[Row]:
    """Return the first `size` of `rows`; `rows` must hold one more when there is a next page.

    Args:
        key: the JSON values by which the rows are ordered; read back by `read_key`.
    """
    if len(rows) <= size:
        return Page(rows)
    return Page(rows[:size], after=pack_key(key(rows[size - 1])))


def pack_key(values: Sequence[Any]) -> str:
    """Return JSON values as the place from which the next page starts; `read_key` reads them back."""
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


def read_key(after: str, *kinds: type | None) -> tuple[Any, ...] | None:
    """Return the values packed in `after`, or None when it is empty.

    Args:
        kinds: what each value must be: `int`, not negative; `datetime`, an instant written as ISO text and returned
            in UTC; None, such an instant or "" for a missing one, returned as None.

    Raises:
        BadInput: `after` was not made by `page_of`.
    """
    if not after:
        return None
    try:
        return tuple(_read(value, kind) for value, kind in zip(_unpack(after), kinds, strict=True))
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadInput("This page address is damaged. Please start from the first page.") from error


def _unpack(after: str) -> Any:
    if len(after) > LONGEST:
        raise ValueError(after)
    return json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))


def _read(value: object, kind: type | None) -> object:
    if kind is int and type(value) is int and 0 <= value <= LARGEST:
        return value
    if kind is None and value == "":
        return None
    if kind in {None, datetime} and isinstance(value, str):
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    raise ValueError(value)
