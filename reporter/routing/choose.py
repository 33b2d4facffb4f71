"""Which unit a case goes to, and why. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class RuleLike(Protocol):
    """What choosing needs of a rule; None matches everything."""

    id: int
    sort: int
    category_id: int | None
    subcategory_id: int | None
    area_id: int | None
    lead_unit_id: int
    co_unit_ids: list[int]


@dataclass(frozen=True)
class Choice:
    """The unit in charge and the grounds: which rule matched, and on what."""

    lead_unit_id: int
    co_unit_ids: tuple[int, ...]
    rule_number: int | None
    by_kind: bool
    by_subtype: bool
    by_area: bool


def choose(
    rules: Sequence[RuleLike],
    *,
    category_id: int,
    subcategory_id: int | None,
    area_id: int | None,
    fallback: int,
) -> Choice:
    """Return the first matching rule's units, else the fallback unit.

    Args:
        rules: the active rules in their order.
        fallback: the unit that takes what no rule matches.
    """
    for rule in rules:
        fits = (
            rule.category_id in {None, category_id}
            and rule.subcategory_id in {None, subcategory_id}
            and rule.area_id in {None, area_id}
        )
        if fits:
            return Choice(
                lead_unit_id=rule.lead_unit_id, co_unit_ids=tuple(rule.co_unit_ids), rule_number=rule.sort,
                by_kind=rule.category_id is not None, by_subtype=rule.subcategory_id is not None,
                by_area=rule.area_id is not None,
            )  # fmt: skip
    return Choice(fallback, (), None, by_kind=False, by_subtype=False, by_area=False)
