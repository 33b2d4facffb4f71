"""Send a case to a unit; what units and rules are; what the clock sets off."""

from collections.abc import Mapping, Sequence
from typing import Any

from reporter.cases.commands import advance, keep_route
from reporter.cases.lifecycle import ARCHIVE_AFTER, Action
from reporter.cases.models import Case
from reporter.cases.queries import categories, ended_before, get_case, overdue_ids, paused_for_review
from reporter.kernel.audit import TrailEntry, record
from reporter.kernel.db import add_unless_taken, command, db
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import SYSTEM, Actor, Permission, require
from reporter.ports import ports
from reporter.routing.choose import Choice
from reporter.routing.models import Rule, RuleSet, Unit
from reporter.routing.queries import get_unit, newest_number, suggest_unit, units, units_by_id
from reporter.routing.staffing import refuse_closing


@command
def dispatch(
    case: Case, *, by: Actor, unit_id: int | None = None, reason: str = "", seen: int | None = None
) -> TrailEntry:
    """Give a registered case to a unit: the one the rules name, or `unit_id` when a person chose.

    Raises:
        NotFound: there is no such unit.
        BadInput: the unit is no longer active.
        What `advance` raises.
    """
    _choose_route(case, unit_id)
    return advance(case, Action.DISPATCH, by=by, reason=reason, seen=seen, unit_id=case.lead_unit_id)


@command
def reassign(case: Case, *, unit_id: int, reason: str, by: Actor, seen: int | None = None) -> TrailEntry:
    """Give a case to another unit; its clocks start anew. Raises what `dispatch` raises."""
    before = case.lead_unit_id
    if unit_id == before:
        raise BadInput("The case lies with this unit already.", field="unit_id")
    _choose_route(case, unit_id)
    return advance(case, Action.REASSIGN, by=by, reason=reason, seen=seen, unit_id=unit_id, before=before)


def _choose_route(case: Case, unit_id: int | None) -> None:
    choice = suggest_unit(
        category_id=case.category_id,
        subcategory_id=case.subcategory_id,
        area_id=case.area_id,
        source=case.source,
    )
    lead = get_unit(unit_id or choice.lead_unit_id)
    if not lead.active:
        raise BadInput("This unit no longer takes cases.", field="unit_id")
    by_rule = lead.id == choice.lead_unit_id
    limits = {"claim": choice.claim_limit, "handle": choice.handle_limit} if by_rule else {}
    co_units = [unit for unit in choice.co_unit_ids if unit != lead.id]
    keep_route(
        case, lead_unit_id=lead.id, co_unit_ids=co_units, reason=_why(choice, by_rule=by_rule),
        limits={stage: limit for stage, limit in limits.items() if limit},
    )  # fmt: skip


def _why(choice: Choice, *, by_rule: bool) -> dict[str, Any]:
    return {
        "rule": choice.rule_number if by_rule else None, "rules": newest_number(), "kind": choice.by_kind,
        "subtype": choice.by_subtype, "area": choice.by_area, "area_id": choice.area_id, "when": choice.when,
        "source": choice.source, "chosen": not by_rule, "fallback": by_rule and choice.rule_number is None,
    }  # fmt: skip


@command
def save_unit(unit: Unit | None, facts: Mapping[str, Any], *, by: Actor) -> Unit:
    """Create or change a unit.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: another unit has the code; the last fallback unit would go; a unit would close that rules name or
            with which open cases lie.
        Conflict: it was changed in the meantime.
    """
    require(by, Permission.ADMIN_SYSTEM)
    facts = dict(facts)
    seen = facts.pop("version", None)
    if unit and seen is not None and seen != unit.version:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    if unit and unit.fallback and not (facts.get("fallback", True) and facts.get("active", True)):
        raise BadInput("Name another fallback unit first; every city needs one.", field="fallback")
    if unit and unit.active and not facts.get("active", True):
        refuse_closing(unit)
    if any(other.code == facts.get("code") for other in units(active=False) if other is not unit):
        raise _taken_code()
    saved = unit or Unit()
    changed = sorted(name for name, value in facts.items() if not unit or getattr(unit, name) != value)
    for name in changed:
        setattr(saved, name, facts[name])
    add_unless_taken(saved, lambda _line: _taken_code())
    record(saved, "change" if unit else "create", by=by, at=ports.clock.now(), facts={"fields": changed})
    return saved


def _taken_code() -> BadInput:
    return BadInput("Another unit has this code already.", field="code")


@command
def save_rules(
    rows: Sequence[Mapping[str, Any]], *, by: Actor, seen: int | None = None, note: str = ""
) -> RuleSet:
    """Make a new version of the rules out of `rows`, in their order; it holds from now on.

    Args:
        rows: columns of `Rule` by name; what is left out matches everything.
        by: who changes them.
        seen: the version that the person looked at; None when nobody looked.
        note: what was changed, in words.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: a rule names a unit that takes no cases, an unknown kind or area, or a sub-type of another kind; the
            field is the column's name.
        Conflict: there is a newer version than the one seen.
    """
    require(by, Permission.ADMIN_SYSTEM)
    number = newest_number()
    if seen is not None and seen != number:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    _check_rules(rows)
    made = RuleSet(number=number + 1, made_at=ports.clock.now(), made_by=by.id, note=note)
    add_unless_taken(
        made, lambda _line: Conflict("Somebody else changed this a moment ago. Please look again.")
    )
    db.session.add_all(
        Rule(rule_set_id=made.id, sort=place, **{"co_unit_ids": [], **row})
        for place, row in enumerate(rows, 1)
    )
    record(
        made,
        "change" if number else "create",
        by=by,
        at=made.made_at,
        reason=note,
        facts={"rules": len(rows)},
    )
    return made


def _check_rules(rows: Sequence[Mapping[str, Any]]) -> None:
    known_units = units_by_id()
    of_kind = {sub.id: kind.id for kind in categories(active=False) for sub in kind.subcategories}
    known = {kind.id for kind in categories(active=False)}
    for place, row in enumerate(rows, 1):
        for unit_id in (row["lead_unit_id"], *row.get("co_unit_ids", ())):
            _refuse_closed(known_units.get(unit_id), place)
        if row.get("category_id") not in {None, *known}:
            raise BadInput("There is no such kind.", field="category_id")
        sub = row.get("subcategory_id")
        if sub is not None and of_kind.get(sub) != row.get("category_id"):
            raise BadInput("This sub-type belongs to another kind.", field="subcategory_id")


def _refuse_closed(unit: Unit | None, place: int) -> None:
    if unit is None:
        raise BadInput("Rule %(rule)s names a unit that does not exist.", field="lead_unit_id", rule=place)
    if not unit.active:
        raise BadInput(
            "Rule %(rule)s names %(unit)s, which is closed. Choose another unit, or open this one again first.",
            field="lead_unit_id", rule=place, unit=unit.name_zh,
        )  # fmt: skip


def tick() -> int:
    """Do what time alone sets off in the current city: escalate, resume, archive; return how many."""
    now = ports.clock.now()
    done = 0
    for case_id in overdue_ids(now):
        done += _step_if_due(case_id, Action.ESCALATE)
    for case_id in paused_for_review(now):
        done += _step_if_due(case_id, Action.RESUME)
    for case_id in ended_before(now - ARCHIVE_AFTER):
        done += _step_if_due(case_id, Action.ARCHIVE)
    return done


@command
def _step_if_due(case_id: int, action: Action) -> bool:
    advance(get_case(case_id), action, by=SYSTEM)
    return True
