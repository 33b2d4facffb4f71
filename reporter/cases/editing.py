"""Every way a kind of disorder changes; cases that are under way keep what they were registered with."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reporter.cases.models import Category, Subcategory
from reporter.cases.queries import categories
from reporter.kernel.audit import record
from reporter.kernel.db import add_unless_taken, command
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports


@command
def save_category(category: Category | None, facts: Mapping[str, Any], *, by: Actor) -> Category:
    """Create or change a kind; cases registered before keep their limits.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: another kind has the code or the short name.
        Conflict: `facts["version"]` is not the version that is stored.
    """
    require(by, Permission.ADMIN_SYSTEM)
    facts = dict(facts)
    seen = facts.pop("version", None)
    if category and seen is not None and seen != category.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    others = [kind for kind in categories(active=False) if kind is not category]
    for field in ("code", "slug"):
        if facts.get(field) in {getattr(kind, field) for kind in others}:
            raise _taken(field)
    saved = category or Category()
    changed = sorted(
        name for name, value in facts.items() if not category or getattr(category, name) != value
    )
    for name in changed:
        setattr(saved, name, facts[name])
    add_unless_taken(saved, lambda line: _taken("code" if "code" in line else "slug"))
    record(saved, "change" if category else "create", by=by, at=ports.clock.now(), facts={"fields": changed})
    return saved


def _taken(field: str) -> BadInput:
    if field == "code":
        return BadInput("Another kind has this code already.", field="code")
    return BadInput("This short name is in use already.", field="slug")


def default_kinds() -> list[dict[str, Any]]:
    """Return the kinds a city may start with: columns, sub-types under `sub`, units by key under `lead`, `co`."""
    table = tomllib.loads((Path(__file__).with_name("kinds.toml")).read_text(encoding="utf-8"))
    kinds: list[dict[str, Any]] = table["kind"]
    return kinds


@command
def start_with_default_kinds(*, by: Actor) -> int:
    """Add the default kinds that the city does not have yet; return how many."""
    known = {kind.slug for kind in categories(active=False)}
    rows = [(place, row) for place, row in enumerate(default_kinds(), 1) if row["slug"] not in known]
    for place, row in rows:
        subs = row.pop("sub")
        facts = {name: value for name, value in row.items() if name not in {"lead", "co"}}
        kind = save_category(None, facts | {"sort": place}, by=by)
        for order, sub in enumerate(subs, 1):
            save_subcategory(
                kind, None, {k: v for k, v in sub.items() if k != "lead"} | {"sort": order}, by=by
            )
    return len(rows)


@command
def save_subcategory(
    category: Category, subcategory: Subcategory | None, facts: Mapping[str, Any], *, by: Actor
) -> Subcategory:
    """Create or change a sub-type of `category`; noted in the trail of the kind.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: the sub-type belongs to another kind, or another one of the kind has the short name.
    """
    require(by, Permission.ADMIN_SYSTEM)
    if subcategory and subcategory.category_id != category.id:
        raise BadInput("This sub-type belongs to another kind.", field="subcategory_id")
    if any(sub.slug == facts.get("slug") for sub in category.subcategories if sub is not subcategory):
        raise _taken("slug")
    saved = subcategory or Subcategory(category_id=category.id)
    for name, value in facts.items():
        setattr(saved, name, value)
    add_unless_taken(saved, lambda _line: _taken("slug"))
    record(category, "save_subcategory", by=by, at=ports.clock.now(), facts={"slug": saved.slug})
    return saved
