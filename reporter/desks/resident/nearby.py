"""Reported already? Open cases near a point, told so that nobody learns anything but what stands in the street.

No picture is shown: a picture is public only after an exposure's masks were burnt in, and a case has an exposure
only once it is closed, so no open case can have one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from reporter.cases.models import Case, Category
from reporter.cases.queries import open_cases_near
from reporter.places.geometry import distance_m
from reporter.ports import ports

WITHIN = 100  # metres
STEP = 10  # metres; finer would give the reported point away
AT_MOST = 3
DUE_SOON = 0.5  # of the time left


@dataclass(frozen=True)
class Near:
    """An open case nearby: its kind, how far and how old it is, its light. `seen`: how many reported it."""

    case_id: int
    kind: Category
    sub: object | None
    metres: int
    at: datetime
    seen: int
    level: str
    word: str


def near_cases(lon: float, lat: float, kind: Category) -> Sequence[Near]:
    """Return the open cases of `kind` within about 100 m of a WGS 84 point, the nearest first."""
    found = open_cases_near(lon, lat, metres=WITHIN, category_id=kind.id, limit=20)
    told = [_told(case, kind, distance_m(lon, lat, case.lon, case.lat)) for case in found]
    return sorted((near for near in told if near.metres <= WITHIN), key=lambda near: near.metres)[:AT_MOST]


def _told(case: Case, kind: Category, metres: float) -> Near:
    sub = next((sub for sub in kind.subcategories if sub.id == case.subcategory_id), None)
    level, word = _light(case)
    return Near(
        case_id=case.id, kind=kind, sub=sub, metres=max(STEP, round(metres / STEP) * STEP), at=case.reported_at,
        seen=case.report_count, level=level, word=word,
    )  # fmt: skip


def _light(case: Case) -> tuple[str, str]:
    if case.due_at is None:
        return "idle", _("Waiting")
    left = (case.due_at - ports.clock.now()).total_seconds()
    if left < 0:
        return "bad", _("Late")
    whole = max((case.due_at - case.registered_at).total_seconds(), 1)
    return ("ok", _("Being handled in time")) if left / whole > DUE_SOON else ("warn", _("Due soon"))
