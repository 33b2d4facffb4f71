"""Every way a kind of disorder changes; cases that are under way keep what they were registered with."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reporter.cases.models import Category, Subcategory
from reporter.cases.queries import categories
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports


@command
def save_category(category: Category | None, facts: Mapping[str, Any], *, by: Actor) -> Category:
    """Create or change a kind; cases registered before keep their limits.

    Raises:
        NotAllowed: `by` is no system administrator.
        Conflict: `facts["version"]` is not the version that is stored.
    """
    require(by, Permission.ADMIN_SYSTEM)
    facts = dict(facts)
    seen = facts.pop("version", None)
    if category is None:
        category = Category(**facts)
        db.session.add(category)
        db.session.flush()
        action, changed = "create", sorted(facts)
    else:
        if seen is not None and seen != category.version:
            raise Conflict("Somebody else changed this a moment ago. Please look again.")
        changed = sorted(name for name, value in facts.items() if getattr(category, name) != value)
        for name in changed:
            setattr(category, name, facts[name])
        action = "change"
    record(category, action, by=by, at=ports.clock.now(), facts={"fields": changed})
    return category


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
        BadInput: the sub-type belongs to another kind.
    """
    require(by, Permission.ADMIN_SYSTEM)
    if subcategory is None:
        subcategory = Subcategory(category_id=category.id, **facts)
        db.session.add(subcategory)
        db.session.flush()
    elif subcategory.category_id != category.id:
        raise BadInput("This sub-type belongs to another kind.", field="subcategory_id")
    for name, value in facts.items():
        setattr(subcategory, name, value)
    record(category, "save_subcategory", by=by, at=ports.clock.now(), facts={"slug": subcategory.slug})
    return subcategory
