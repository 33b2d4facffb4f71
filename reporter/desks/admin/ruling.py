"""Rules in words: each as a case will tell it, what differs between two lists, what a list would have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _

from reporter.cases.models import Category, Subcategory
from reporter.cases.queries import categories
from reporter.desks.limits import grounds, limit_words
from reporter.desks.words import named
from reporter.kernel.errors import BadInput
from reporter.places.models import Area
from reporter.places.queries import areas_by_id
from reporter.ports import ports
from reporter.routing.changes import Kind, changes
from reporter.routing.choose import Covered, DryRun, RuleLike, covered, try_out
from reporter.routing.models import Unit
from reporter.routing.queries import areas_within, fallback_unit_id, past_matters, rules, units_by_id

TRIED_DAYS = 90  # how far back cases are that a changed list is tried on


@dataclass(frozen=True)
class Names:
    """Everything that rules name, read once."""

    kinds: Mapping[int, Category]
    subs: Mapping[int, Subcategory]
    areas: Mapping[int, Area]
    units: Mapping[int, Unit]

    def unit(self, unit_id: int) -> str:
        """Return what a unit is called, and that it is closed when it is."""
        unit = self.units.get(unit_id)
        name = named(unit)
        return name if unit is None or unit.active else _("%(unit)s (closed)", unit=name)


def names() -> Names:
    """Return what rules of the current city may name."""
    kinds = {kind.id: kind for kind in categories(active=False)}
    subs = {sub.id: sub for kind in kinds.values() for sub in kind.subcategories}
    return Names(kinds, subs, areas_by_id(), units_by_id())


@dataclass(frozen=True)
class Line:
    """A rule as it stands in a list. `warnings`: why it does not do what it says."""

    number: int
    sentence: str
    lead: str
    co_units: str
    limits: str
    warnings: Sequence[str] = ()


def line_of(rule: RuleLike, known: Names, hidden: Mapping[int, Covered] | None = None) -> Line:
    """Return a rule in words."""
    kind = named(known.subs.get(rule.subcategory_id or 0) or known.kinds.get(rule.category_id or 0))
    reason = {
        "rule": rule.sort, "kind": rule.category_id is not None, "subtype": rule.subcategory_id is not None,
        "area": rule.area_id is not None, "when": rule.when, "source": rule.source,
    }  # fmt: skip
    limits = [
        (_("claim within %(time)s", time=limit_words(rule.claim_limit)), rule.claim_limit),
        (_("handle within %(time)s", time=limit_words(rule.handle_limit)), rule.handle_limit),
    ]
    return Line(
        number=rule.sort, sentence=grounds(reason, kind=kind, area=named(known.areas.get(rule.area_id or 0))),
        lead=known.unit(rule.lead_unit_id), co_units=", ".join(known.unit(unit) for unit in rule.co_unit_ids),
        limits=", ".join(words for words, given in limits if given),
        warnings=_warnings(rule, known, (hidden or {}).get(rule.sort)),
    )  # fmt: skip


def _warnings(rule: RuleLike, known: Names, hidden: Covered | None) -> list[str]:
    lead, kind = known.units.get(rule.lead_unit_id), known.kinds.get(rule.category_id or 0)
    said = [
        (_("The unit is closed; the next rule that matches holds."), lead is None or not lead.active),
        (_("The kind is closed; no new case has it."), kind is not None and not kind.active),
    ]
    found = [words for words, holds in said if holds]
    if hidden is not None:
        found.append(
            _("Never holds and contradicts rule %(number)s, which takes all of it.", number=hidden.by)
            if hidden.contradicts
            else _("Never holds: rule %(number)s takes all of it.", number=hidden.by)
        )
    return found


def lines_of(several: Sequence[RuleLike], known: Names) -> list[Line]:
    """Return rules in words, with what is wrong with them as a list."""
    hidden = {one.rule: one for one in covered(several, areas_within())}
    return [line_of(rule, known, hidden) for rule in several]


@dataclass(frozen=True)
class Differs:
    """A rule that is new, gone or moved, in words."""

    what: str
    css: str
    line: Line


def differences(before: Sequence[RuleLike], after: Sequence[RuleLike], known: Names) -> list[Differs]:
    """Return in words what `after` has that `before` has not, and the other way round."""
    words = {Kind.ADDED: _("New"), Kind.GONE: _("Gone"), Kind.MOVED: _("Moved")}
    css = {Kind.ADDED: "ok", Kind.GONE: "bad", Kind.MOVED: "warn"}
    return [
        Differs(words[one.kind], css[one.kind], line_of(one.rule, known)) for one in changes(before, after)
    ]


@dataclass(frozen=True)
class Moved:
    """How many cases would have gone from one unit to another."""

    before: str
    after: str
    cases: int


@dataclass(frozen=True)
class Trial:
    """What a changed list would have done to the cases of the last `TRIED_DAYS` days, in words."""

    cases: int
    moved: Sequence[Moved]
    unowned: Sequence[tuple[str, int]]
    examples: Sequence[str]
    idle: Sequence[int]
    hidden: Sequence[Line]
    differs: Sequence[Differs]

    @property
    def moving(self) -> int:
        """How many cases would have gone elsewhere."""
        return sum(one.cases for one in self.moved)


def trial_of(after: Sequence[RuleLike], known: Names) -> Trial:
    """Try a list of rules on cases of before, beside the one that holds.

    Raises:
        BadInput: the city has no fallback unit yet.
    """
    before = rules()
    since = ports.clock.now() - timedelta(days=TRIED_DAYS)
    found: DryRun = try_out(before, after, past_matters(since=since), fallback=fallback_unit_id())
    lines = lines_of(after, known)
    return Trial(
        cases=found.cases,
        moved=[Moved(known.unit(old), known.unit(new), number) for (old, new), number in found.moved.most_common()],
        unowned=[(named(known.kinds.get(kind)), number) for kind, number in found.unowned.most_common()],
        examples=found.examples, idle=found.idle, hidden=[line for line in lines if line.warnings],
        differs=differences(before, after, known),
    )  # fmt: skip


def fallback_name(known: Names) -> str:
    """Return what the unit is called that takes everything else; "" while there is none."""
    try:
        return known.unit(fallback_unit_id())
    except BadInput:
        return ""
