"""How long a unit has: by the kind, by the rule, by place and time, and by whether the unit works nights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reporter.places.queries import areas_around
from reporter.routing.choose import Choice
from reporter.routing.deadlines import Limit
from reporter.routing.duty import works_nights
from reporter.routing.factors import percent_of, weigh
from reporter.routing.models import Unit
from reporter.routing.queries import limit_factors

DAY_CLAIM = "1wh"  # of a unit that nobody answers for at night, where the kind counts day and night


@dataclass(frozen=True)
class Limits:
    """How long claiming and handling may take, and the names of what made handling longer or shorter."""

    claim: str
    handle: str
    factors: Sequence[str]


def claim_limit(of_kind: str, of_rule: str, unit: Unit) -> str:
    """Return how long `unit` has to claim: as the rule says, else the kind; a working hour where nobody works nights.

    Whether somebody does says its roster, and its form where it keeps none.
    """
    if of_rule or Limit.parse(of_kind).working or works_nights(unit.id):
        return of_rule or of_kind
    return DAY_CLAIM


def limits_at(
    unit: Unit, choice: Choice | None, *, claim: str, handle: str, area_id: int | None, at: datetime
) -> Limits:
    """Return what a case that is registered at an instant would have at `unit`.

    Args:
        unit: that it goes to.
        choice: by which rule; None when a person chose the unit.
        claim: the kind's limit to claim.
        handle: the kind's limit to handle.
        area_id: the finest area of the place.
        at: when it is registered.
    """
    found = weigh(limit_factors(), areas_around(area_id), at)
    by_rule = (choice and choice.handle_limit) or handle
    return Limits(
        claim=claim_limit(claim, choice.claim_limit if choice else "", unit),
        handle=str(Limit.parse(by_rule).scaled(percent_of(found))) if found else by_rule,
        factors=[one.name for one in found],
    )
