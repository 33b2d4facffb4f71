"""Send a case to a unit; what units and rules are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporter.cases.commands import advance, keep_route
from reporter.cases.lifecycle import Action
from reporter.cases.models import Case
from reporter.cases.queries import categories
from reporter.kernel.audit import TrailEntry, record
from reporter.kernel.db import add_unless_taken, command, db
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import Actor, Permission, require
from reporter.places.queries import all_areas_around, get_area
from reporter.ports import ports
from reporter.routing.changes import key_of
from reporter.routing.choose import Choice, When
from reporter.routing.deadlines import Limit
from reporter.routing.factors import LEAST, MOST, WHOLE
from reporter.routing.limits import claim_limit
from reporter.routing.models import LimitFactor, Rule, RuleSet, Unit
from reporter.routing.queries import (
    get_limit_factor,
    get_unit,
    newest_number,
    open_whistle,
    rules,
    suggest_unit,
    units,
    units_by_id,
    units_called,
)
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


def unit_for(case: Case, unit_id: int | None = None) -> Unit:
    """Return the unit that `dispatch` would give a case to. Raises what `dispatch` raises."""
    return _route(case, unit_id)[1]


def _route(case: Case, unit_id: int | None) -> tuple[Choice, Unit]:
    choice = suggest_unit(
        category_id=case.category_id,
        subcategory_id=case.subcategory_id,
        area_id=case.area_id,
        source=case.source,
        without=case.refused_unit_ids,
    )
    lead = get_unit(unit_id or choice.lead_unit_id)
    if not lead.active:
        raise BadInput("This unit no longer takes cases.", field="unit_id")
    return choice, lead


def _choose_route(case: Case, unit_id: int | None) -> None:
    choice, lead = _route(case, unit_id)
    by_rule = lead.id == choice.lead_unit_id
    limits = {"handle": _weighed(case, choice.handle_limit)} if by_rule else {}
    limits |= claim_limits(case, lead, choice.claim_limit if by_rule else "")
    co_units = [unit for unit in [*choice.co_unit_ids, *_called(case, choice.co_unit_ids)] if unit != lead.id]
    keep_route(
        case, lead_unit_id=lead.id, co_unit_ids=co_units, reason=_why(choice, by_rule=by_rule) | ({"refused": case.refused_unit_ids} if case.refused_unit_ids else {}),
        limits={stage: limit for stage, limit in limits.items() if limit},
    )  # fmt: skip


def _called(case: Case, besides: Collection[int]) -> list[int]:
    """Return the units that are called together for a case without a conclusion yet: they work along whoever leads."""
    whistle = open_whistle(case.id)
    called = units_called(whistle.id) if whistle else ()
    return [one.unit_id for one in called if one.unit_id not in besides]


def claim_limits(case: Case, unit: Unit, of_rule: str = "") -> dict[str, str]:
    """Return the limits to claim that a case takes along to `unit`: what holds there, and what the kind says."""
    of_kind = case.limits.get("claim_of_kind", case.limits["claim"])
    return {"claim": claim_limit(of_kind, of_rule, unit), "claim_of_kind": of_kind}


def _weighed(case: Case, limit: str) -> str:
    """Return a rule's limit as the factors of place and time that held at registration make it."""
    return str(Limit.parse(limit).scaled(case.limits.get("percent", WHOLE))) if limit else ""


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
        BadInput: a rule that was not there before names a unit that takes no cases, an unknown kind or area, a
            sub-type of another kind, or what is no limit; the field is the column's name, the value `rule` the rule's.
        Conflict: there is a newer version than the one seen.
    """
    require(by, Permission.ADMIN_SYSTEM)
    number = newest_number()
    if seen is not None and seen != number:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    _check_rules(rows, {key_of(rule) for rule in rules(number)})
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


def _check_rules(rows: Sequence[Mapping[str, Any]], kept: Collection[tuple[Any, ...]]) -> None:
    """Refuse rules that cannot be; those that were there before may stay, so that a closed unit stops no other edit."""
    of_kind = {sub.id: kind.id for kind in categories(active=False) for sub in kind.subcategories}
    known_units = units_by_id()
    known = Known({kind.id for kind in categories(active=False)}, set(all_areas_around()), of_kind)
    for number, row in enumerate(rows, 1):
        rule = Rule(
            **{
                "co_unit_ids": [],
                "when": When.ALWAYS,
                "source": "",
                "claim_limit": "",
                "handle_limit": "",
                **row,
            }
        )
        if key_of(rule) in kept:
            continue
        _refuse_closed(known_units.get(rule.lead_unit_id), number, "lead_unit_id")
        for unit_id in rule.co_unit_ids:
            _refuse_closed(known_units.get(unit_id), number, "co_unit_ids")
        if wrong := known.fault_of(rule):
            field, words = wrong
            raise BadInput(words, field=field, rule=number)


def _refuse_closed(unit: Unit | None, number: int, field: str) -> None:
    if unit is None:
        raise BadInput("Rule %(rule)s names a unit that does not exist.", field=field, rule=number)
    if not unit.active:
        raise BadInput(
            "Rule %(rule)s names %(unit)s, which is closed. Choose another unit, or open this one again first.",
            field=field, rule=number, unit=unit.name_zh,
        )  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What a rule may name: kinds, areas, and which kind each sub-type is of."""

    kinds: Collection[int]
    areas: Collection[int]
    of_kind: Mapping[int, int]

    def fault_of(self, rule: Rule) -> tuple[str, str] | None:
        """Return the column and the words of the first thing that is wrong with a rule, None when nothing is."""
        faults = (
            ("category_id", rule.category_id not in {None, *self.kinds}, "There is no such kind."),
            (
                "subcategory_id",
                rule.subcategory_id is not None and self.of_kind.get(rule.subcategory_id) != rule.category_id,
                "This sub-type belongs to another kind.",
            ),
            ("area_id", rule.area_id not in {None, *self.areas}, "There is no such area."),
            (
                "claim_limit",
                not _is_limit(rule.claim_limit),
                "Please write a limit such as 30m, 4h, 4wh or 5wd.",
            ),
            (
                "handle_limit",
                not _is_limit(rule.handle_limit),
                "Please write a limit such as 30m, 4h, 4wh or 5wd.",
            ),
        )
        return next(((field, words) for field, wrong, words in faults if wrong), None)


def _is_limit(text: str) -> bool:
    try:
        return not text or bool(Limit.parse(text))
    except ValueError:
        return False


@command
def add_limit_factor(facts: Mapping[str, Any], *, by: Actor) -> LimitFactor:
    """Make handling limits longer or shorter, for cases registered from now on.

    Args:
        facts: columns of `LimitFactor` by name.
        by: who decides it.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: a share outside 10 to 400 percent, or a period that ends before it begins; fields "percent", "ends_at".
        NotFound: there is no such area.
    """
    require(by, Permission.ADMIN_SYSTEM)
    made = LimitFactor(**facts)
    if not LEAST <= made.percent <= MOST:
        raise BadInput(
            "Please give a share of %(least)s to %(most)s percent.", field="percent", least=LEAST, most=MOST
        )
    if made.area_id is not None:
        get_area(made.area_id)
    if (made.begins_at is None) != (made.ends_at is None):
        raise BadInput("Please give both days, or none.", field="ends_at")
    if made.begins_at is not None and made.ends_at is not None and made.ends_at <= made.begins_at:
        raise BadInput("Please give an end after the beginning.", field="ends_at")
    db.session.add(made)
    db.session.flush()
    record(made, "create", by=by, at=ports.clock.now(), facts=_plain_factor(made))
    return made


@command
def drop_limit_factor(factor_id: int, *, by: Actor) -> None:
    """Let a factor go; cases registered before keep their limits.

    Raises:
        NotAllowed: `by` is no system administrator.
        NotFound: it is gone already.
    """
    require(by, Permission.ADMIN_SYSTEM)
    gone = get_limit_factor(factor_id)
    record(gone, "remove", by=by, at=ports.clock.now(), facts=_plain_factor(gone))
    gone.active = False


def _plain_factor(factor: LimitFactor) -> dict[str, Any]:
    return {
        "name": factor.name, "percent": factor.percent, "area_id": factor.area_id,
        "begins_at": factor.begins_at and factor.begins_at.isoformat(),
        "ends_at": factor.ends_at and factor.ends_at.isoformat(),
    }  # fmt: skip
