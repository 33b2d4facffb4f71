"""What one list of rules has that another has not. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from reporter.routing.choose import RuleLike

COLUMNS = (
    "category_id", "subcategory_id", "area_id", "when", "source",
    "lead_unit_id", "co_unit_ids", "claim_limit", "handle_limit",
)  # fmt: skip


class Kind(StrEnum):
    """What became of a rule."""

    ADDED = "added"
    GONE = "gone"
    MOVED = "moved"


@dataclass(frozen=True)
class Change:
    """A rule that is new, gone, or at another place; its number is that of the list it stands in."""

    kind: Kind
    rule: RuleLike


def row_of(rule: RuleLike) -> dict[str, Any]:
    """Return what a rule says, by column, without its number."""
    return {name: getattr(rule, name) for name in COLUMNS}


def key_of(rule: RuleLike) -> tuple[Any, ...]:
    """Return what a rule says as something that can be compared and counted."""
    row = row_of(rule)
    return tuple(tuple(value) if isinstance(value, list) else value for value in row.values())


def changes(before: Sequence[RuleLike], after: Sequence[RuleLike]) -> list[Change]:
    """Return how `after` differs from `before`: first what is gone, then what is new or moved, each in its order."""
    old, new = [key_of(rule) for rule in before], [key_of(rule) for rule in after]
    gone: list[RuleLike] = []
    come: list[RuleLike] = []
    for tag, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += before[i:j]
            come += after[k:m]
    both = Counter(map(key_of, gone)) & Counter(map(key_of, come))
    left = both.copy()
    found = []
    for rule in gone:
        if left[key_of(rule)]:
            left[key_of(rule)] -= 1
        else:
            found.append(Change(Kind.GONE, rule))
    for rule in come:
        if both[key_of(rule)]:
            both[key_of(rule)] -= 1
            found.append(Change(Kind.MOVED, rule))
        else:
            found.append(Change(Kind.ADDED, rule))
    return found
