"""What services of another system become here: kinds with their limits as they are now."""

from collections.abc import Mapping
from dataclasses import dataclass

from reporter.cases.commands import take_snapshot
from reporter.cases.models import Category, Nature, Subcategory
from reporter.cases.queries import categories
from reporter.history.mapping import SKIP


@dataclass(frozen=True)
class Target:
    """A kind, or a sub-type of it. `title` is what its cases are called: never a word of the other system."""

    category_id: int
    subcategory_id: int | None
    nature: Nature
    title: str
    urgent: bool
    limits: Mapping[str, str]


def targets() -> dict[str, Target]:
    """Return by `kind` and `kind/sub-type` what a service can become, in the order of the city's kinds."""
    found: dict[str, Target] = {}
    for kind in categories():
        found[kind.slug] = _target(kind, None)
        found |= {f"{kind.slug}/{sub.slug}": _target(kind, sub) for sub in kind.subcategories if sub.active}
    return found


def _target(kind: Category, sub: Subcategory | None) -> Target:
    urgent = bool(sub and sub.urgent)
    limits = take_snapshot(kind, kind.limit_to_handle(sub, urgent=urgent))
    return Target(
        kind.id, sub.id if sub else None, kind.nature, sub.name_zh if sub else kind.name_zh, urgent, limits
    )


def chosen(services: Mapping[str, str], known: Mapping[str, Target]) -> dict[str, Target | None]:
    """Return by service code what it becomes, None for what is left out; codes without a kind are not there."""
    return {code: known.get(kind) for code, kind in services.items() if kind == SKIP or kind in known}
