"""A unit's lists as cards for the thumb."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cases.lifecycle import State
from reporter.cases.models import Case, Category
from reporter.cases.queries import categories
from reporter.cases.worklists import clocks_began
from reporter.desks.dossier import covers_of
from reporter.desks.unit.order import Start
from reporter.desks.words import metres, named
from reporter.places.queries import AreaName, area_names


@dataclass(frozen=True)
class Tag:
    """A small label: words and a class."""

    text: str
    css: str = ""


@dataclass(frozen=True)
class Card:
    """One case as the card macro takes it, and what its buttons need."""

    id: int
    version: int
    href: str
    photo: str
    title: str
    place: str
    kind: Category | None
    tags: Sequence[Tag]
    since: datetime
    due: datetime | None
    paused: str
    ok: str
    warn: str
    late: str
    far: str
    claimable: bool
    finishable: bool


@dataclass(frozen=True)
class Words:
    """What a light says at each level; "" leaves it to the macro."""

    ok: str = ""
    warn: str = ""
    late: str = ""


def cards_of(cases: Sequence[Case], start: Start) -> list[Card]:
    """Return a card for each case with how far it is from `start`; as many queries for thirty as for five."""
    kinds: Mapping[int, Category] = {kind.id: kind for kind in categories(active=False)}
    areas = area_names(case.area_id for case in cases if case.area_id)
    covers, began = covers_of(cases), clocks_began(cases)
    return [
        _card(case, kinds.get(case.category_id), areas.get(case.area_id or 0), covers.get(case.id, ""), began[case.id], start)
        for case in cases
    ]  # fmt: skip


def _card(
    case: Case, kind: Category | None, area: AreaName | None, photo: str, since: datetime, start: Start
) -> Card:
    words = light_words(case)
    return Card(
        id=case.id, version=case.version, href=url_for("unit.case", case_id=case.id), photo=photo,
        title=case.title, place=" · ".join(part for part in (named(area), case.address) if part), kind=kind,
        tags=tags_of(case), since=since, due=case.due_at, paused=paused_words(case), ok=words.ok, warn=words.warn,
        late=words.late, far=metres(start.metres_to(case)), claimable=case.state is State.DISPATCHED,
        finishable=case.state is State.HANDLING,
    )  # fmt: skip


def light_words(case: Case) -> Words:
    """Return what the light of the running clock says."""
    if case.stage == "claim":
        return Words(_("Time to claim it"), _("Claim it soon"))
    if case.stage == "inspect":
        return Words(_("Waits for the inspector"), _("Waits for the inspector"), _("The inspection is late"))
    return Words()


def paused_words(case: Case) -> str:
    """Return why the clock stands still; "" while it runs."""
    if case.state is State.SHELVED:
        return _("Shelved: the clock stands still")
    if case.state is State.DEFERRED:
        return _("Deferred: the clock stands still")
    if case.state is State.WAITING:
        return _("Waiting for the reporter: the clock stands still")
    return ""


def tags_of(case: Case) -> list[Tag]:
    """Return what sets a case apart, the gravest first."""
    wished: list[tuple[Any, Tag]] = [
        (case.supervise_count, Tag(_("under supervision"), "bad")),
        (case.urge_count, Tag(ngettext("urged once", "urged %(num)d times", case.urge_count), "bad")),
        (case.urgent, Tag(_("urgent"), "bad")),
        (case.rework_count, Tag(ngettext("rework", "rework no. %(num)d", case.rework_count), "warn")),
        (case.reopen_count, Tag(_("reopened"), "warn")),
        (case.open_request, Tag(_("a request waits for its answer"))),
        (case.report_count > 1, Tag(ngettext("%(num)d report", "%(num)d reports", case.report_count))),
    ]
    return [tag for holds, tag in wished if holds]
