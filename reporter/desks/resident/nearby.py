"""Reported already? Open cases near a point, told so that nobody learns anything but what stands in the street.

A picture is shown only where a moderator has judged it, covered for good, and only to whoever has taken one too: nobody
looks through a street by asking for one place after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from flask_babel import gettext as _

from reporter.cases.models import Case, Category
from reporter.cases.queries import categories
from reporter.desks.likened import why_alike
from reporter.desks.resident.nearby_picture import picture_address
from reporter.places.queries import area_names
from reporter.ports import ports
from reporter.reports.alike import Alike, Sighting, joinable
from reporter.reports.likeness import Ground
from reporter.reports.nearby import Candidate, shown_nearby

STEP = 50  # metres; finer would give the reported point away
DUE_SOON = 0.5  # of the time left


@dataclass(frozen=True)
class Near:
    """An open case nearby: its kind, how far and how old it is, its light, and why it may be the same.

    `seen`: how many reported it. `picture`: the address of a masked picture of it, "" where none may be shown.
    """

    case_id: int
    kind: Category
    sub: object | None
    metres: int
    at: datetime
    seen: int
    level: str
    word: str
    why: Sequence[str]
    area: object | None = None
    picture: str = ""


def near_cases(seen: Sighting) -> Sequence[Near]:
    """Return the open cases that whoever saw something may join, the likeliest first."""
    kinds = {kind.id: kind for kind in categories(active=False)}
    near = joinable(seen)
    areas = area_names(one.case.area_id for one in near if one.case.area_id)
    shown = shown_nearby([one.case for one in near]) if seen.photo_ids else {}
    return [
        _told(
            one,
            kinds[one.case.category_id],
            area=areas.get(one.case.area_id or 0),
            shown=shown.get(one.case.id),
        )
        for one in near
    ]


def _told(one: Alike, kind: Category, *, area: object | None, shown: Candidate | None) -> Near:
    case = one.case
    sub = next((sub for sub in kind.subcategories if sub.id == case.subcategory_id), None)
    level, word = _light(case)
    return Near(
        case_id=case.id, kind=kind, sub=sub, metres=max(STEP, ceil(one.metres / STEP) * STEP), at=case.reported_at,
        seen=case.report_count, level=level, word=word, why=why_alike(_tellable(one)),
        area=area, picture=picture_address(case.id, shown) if shown else "",
    )  # fmt: skip


def _tellable(one: Alike) -> list[Ground]:
    """Leave out that the words are alike: nobody is to find out by trying what somebody else wrote."""
    return [ground for ground in one.grounds if ground is not Ground.WORDS]


def _light(case: Case) -> tuple[str, str]:
    if case.due_at is None:
        return "idle", _("Waiting")
    left = (case.due_at - ports.clock.now()).total_seconds()
    if left < 0:
        return "bad", _("Late")
    whole = max((case.due_at - case.registered_at).total_seconds(), 1)
    return ("ok", _("Being handled in time")) if left / whole > DUE_SOON else ("warn", _("Due soon"))
