"""Which unit a case goes to, and why; what a changed list of rules would do to cases of before. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class When(StrEnum):
    """In which time a rule holds."""

    ALWAYS = ""
    WORKING = "working"  # within working time, by the city's calendar
    OUTSIDE = "outside"  # nights, weekends, holidays


class RuleLike(Protocol):
    """What choosing needs of a rule; None or "" matches everything. `area_id` holds for all that lies within it."""

    sort: int
    category_id: int | None
    subcategory_id: int | None
    area_id: int | None
    when: When
    source: str
    lead_unit_id: int
    co_unit_ids: list[int]
    claim_limit: str
    handle_limit: str


@dataclass(frozen=True)
class Matter:
    """What is to be given to a unit.

    Attributes:
        area_ids: the area of its place with all the areas that one lies in.
        working: whether it comes within working time.
        source: how it came to the city, see `cases.models.Source`.
    """

    category_id: int
    subcategory_id: int | None
    area_ids: frozenset[int]
    working: bool
    source: str


@dataclass(frozen=True)
class Choice:
    """The unit in charge and the grounds: which rule matched, and on what. Limits are "" where the kind's hold."""

    lead_unit_id: int
    co_unit_ids: tuple[int, ...] = ()
    rule_number: int | None = None
    by_kind: bool = False
    by_subtype: bool = False
    area_id: int | None = None
    when: When = When.ALWAYS
    source: str = ""
    claim_limit: str = ""
    handle_limit: str = ""

    @property
    def by_area(self) -> bool:
        """Tell whether the place mattered."""
        return self.area_id is not None


def fits(rule: RuleLike, matter: Matter) -> bool:
    """Tell whether `rule` holds for `matter`."""
    return (
        rule.category_id in {None, matter.category_id}
        and rule.subcategory_id in {None, matter.subcategory_id}
        and (rule.area_id is None or rule.area_id in matter.area_ids)
        and (rule.when == When.ALWAYS or (rule.when == When.WORKING) == matter.working)
        and rule.source in {"", matter.source}
    )


def choose(
    rules: Sequence[RuleLike],
    matter: Matter,
    *,
    fallback: int,
    without: Collection[int] = (),
    taking: Collection[int] | None = None,
) -> Choice:
    """Return the first matching rule's units, else the fallback unit.

    Args:
        rules: in the order in which they are tried.
        matter: what is to be given to a unit.
        fallback: the unit that takes what no rule matches.
        without: units that sent it back. The next rule that matches is tried, then the co-units of the first one.
        taking: the units that take cases; a rule for another one is passed over. None: all of them do.
    """
    matching = [rule for rule in rules if fits(rule, matter)]
    for rule in matching:
        if _may_have(rule.lead_unit_id, without, taking):
            return _by_rule(rule, rule.lead_unit_id, taking)
    for rule in matching:
        for unit_id in rule.co_unit_ids:
            if without and _may_have(unit_id, without, taking):
                return _by_rule(rule, unit_id, taking)
    return Choice(fallback)


def _may_have(unit_id: int, without: Collection[int], taking: Collection[int] | None) -> bool:
    return unit_id not in without and (taking is None or unit_id in taking)


def _by_rule(rule: RuleLike, lead_unit_id: int, taking: Collection[int] | None) -> Choice:
    others = (
        unit for unit in rule.co_unit_ids if unit != lead_unit_id and (taking is None or unit in taking)
    )
    return Choice(
        lead_unit_id=lead_unit_id, co_unit_ids=tuple(others), rule_number=rule.sort, by_kind=rule.category_id is not None,
        by_subtype=rule.subcategory_id is not None, area_id=rule.area_id,
        when=rule.when, source=rule.source, claim_limit=rule.claim_limit, handle_limit=rule.handle_limit,
    )  # fmt: skip


@dataclass(frozen=True)
class Past:
    """What some cases of before were about, how many were like it, and the numbers of the newest of them."""

    matter: Matter
    cases: int
    examples: tuple[str, ...] = ()


EXAMPLES = 20  # of cases that no rule would match


@dataclass
class DryRun:
    """What a changed list of rules would have done to cases of before.

    Attributes:
        cases: how many were looked at.
        moved: how many of them would have gone elsewhere, by unit before and unit after.
        unowned: how many no rule would match, by category id.
        examples: the numbers of some of those.
        idle: the numbers of the rules that none of them would have used.
    """

    cases: int = 0
    moved: Counter[tuple[int, int]] = field(default_factory=Counter)
    unowned: Counter[int] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    idle: list[int] = field(default_factory=list)


def try_out(
    before: Sequence[RuleLike],
    after: Sequence[RuleLike],
    past: Iterable[Past],
    *,
    fallback: int,
) -> DryRun:
    """Return what the rules `after` would have done differently from those `before`.

    Args:
        before: the rules that hold.
        after: the rules that are tried.
        past: what cases of before were about.
        fallback: the unit that takes what no rule matches.
    """
    found, used = DryRun(), set[int]()
    for one in past:
        old, new = (choose(rules, one.matter, fallback=fallback) for rules in (before, after))
        found.cases += one.cases
        if old.lead_unit_id != new.lead_unit_id:
            found.moved[old.lead_unit_id, new.lead_unit_id] += one.cases
        if new.rule_number is None:
            found.unowned[one.matter.category_id] += one.cases
            found.examples += one.examples[: EXAMPLES - len(found.examples)]
        else:
            used.add(new.rule_number)
    found.idle = [rule.sort for rule in after if rule.sort not in used]
    return found


@dataclass(frozen=True)
class Covered:
    """A rule that can never hold, because an earlier one takes all it would take; `contradicts`: for another unit."""

    rule: int
    by: int
    contradicts: bool


def covered(rules: Sequence[RuleLike], within: Collection[tuple[int, int]] = ()) -> list[Covered]:
    """Return the rules that an earlier one leaves nothing to.

    Args:
        rules: in the order in which they are tried.
        within: pairs of areas, the first of which lies within the second.
    """
    found = []
    for place, rule in enumerate(rules):
        earlier = next((other for other in rules[:place] if _takes_all(other, rule, within)), None)
        if earlier is not None:
            found.append(
                Covered(rule.sort, earlier.sort, contradicts=earlier.lead_unit_id != rule.lead_unit_id)
            )
    return found


def _takes_all(wide: RuleLike, narrow: RuleLike, within: Collection[tuple[int, int]]) -> bool:
    same_area = wide.area_id in {None, narrow.area_id} or (narrow.area_id, wide.area_id) in within
    return (
        wide.category_id in {None, narrow.category_id}
        and wide.subcategory_id in {None, narrow.subcategory_id}
        and same_area
        and wide.when in {When.ALWAYS, narrow.when}
        and wide.source in {"", narrow.source}
    )
