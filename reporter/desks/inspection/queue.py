"""The lists of those who inspect and supervise, as rows of a queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.cases.models import Case, Category
from reporter.cases.queries import categories
from reporter.cases.worklists import (
    MOST,
    AtInspection,
    clocks_began,
    ended_cases,
    inspection_counts,
    inspection_list,
)
from reporter.desks.dossier import covers_of
from reporter.desks.states import state_light, state_word
from reporter.desks.words import named
from reporter.kernel.errors import BadInput
from reporter.kernel.pages import Page
from reporter.places.queries import AreaName, area_names
from reporter.ports import ports
from reporter.routing.models import Unit
from reporter.routing.queries import units_by_id

SIZE = 30
CLOSED = "closed"
TABS = {
    AtInspection.CHECK: _l("To inspect"),
    AtInspection.OVERDUE: _l("Overdue"),
    AtInspection.SUPERVISED: _l("Supervised"),
}


@dataclass(frozen=True)
class Tab:
    """A list that is a page of its own. `number` is None where it is not counted."""

    href: str
    text: object
    number: int | None
    at: str
    most: int = MOST


@dataclass(frozen=True)
class Row:
    """One case as the queue's macro takes it; a countdown, or a word when no clock runs."""

    id: int
    href: str
    photo: str
    title: str
    line: str
    at: datetime
    since: datetime
    due: datetime | None
    before: str
    level: str
    word: str


@dataclass(frozen=True)
class Queue:
    """The left side of the page."""

    tabs: Sequence[Tab]
    at: str
    rows: Sequence[Row]
    more: str
    first: str

    @property
    def place(self) -> int:
        """The place of the current tab."""
        return next((place for place, tab in enumerate(self.tabs) if tab.at == self.at), 0)

    def beside(self, case_id: int, step: int) -> str:
        """Return the address of the row `step` places after (before, when negative) a case, "" at the ends."""
        places = {row.id: place for place, row in enumerate(self.rows)}
        place = places.get(case_id, -1) + step
        return self.rows[place].href if case_id in places and 0 <= place < len(self.rows) else ""


def queue_of(at: str = "", after: str = "") -> Queue:
    """Return one list of cases.

    Raises:
        BadInput: no such list, or a damaged page address.
    """
    at, now = at or AtInspection.CHECK, ports.clock.now()
    if at != CLOSED and at not in list(AtInspection):
        raise BadInput("There is no such list.")
    counts = inspection_counts(now)
    if at == CLOSED:
        page = ended_cases(after=after, size=SIZE)
    else:
        page = inspection_list(AtInspection(at), now=now, after=after, size=SIZE)
    tabs = [Tab(_way(which), text, counts[which], which) for which, text in TABS.items()]
    return Queue(
        tabs=[*tabs, Tab(_way(CLOSED), _l("Closed"), None, CLOSED)], at=at, rows=_rows(page, at),
        more=_way(at, page.after) if page.after else "", first=_way(at) if after else "",
    )  # fmt: skip


def _way(at: str, after: str = "") -> str:
    return url_for("inspection.queue", at=at, after=after or None)


def _rows(page: Page[Case], at: str) -> list[Row]:
    """Return a row for each case; as many queries for thirty as for five."""
    cases = page.rows
    kinds = {kind.id: kind for kind in categories(active=False)}
    areas, units = area_names(case.area_id for case in cases if case.area_id), units_by_id()
    covers, began = covers_of(cases), clocks_began(cases)
    return [
        _row(
            case,
            at,
            line=_line(case, kinds, areas, units),
            photo=covers.get(case.id, ""),
            since=began[case.id],
        )
        for case in cases
    ]


def _line(
    case: Case, kinds: Mapping[int, Category], areas: Mapping[int, AreaName], units: Mapping[int, Unit]
) -> str:
    parts = (kinds.get(case.category_id), areas.get(case.area_id or 0), units.get(case.lead_unit_id or 0))
    return " · ".join(named(part) for part in parts if part)


def _row(case: Case, at: str, *, line: str, photo: str, since: datetime) -> Row:
    ended = case.closed_at is not None
    return Row(
        id=case.id, href=url_for("inspection.case", case_id=case.id, at=at), photo=photo, title=case.title,
        line=line, at=case.closed_at or case.handled_at or case.registered_at, since=since,
        due=None if ended else case.due_at, before=_("urgent") if case.urgent else "",
        level=state_light("case", case.state), word=state_word("case", case.state),
    )  # fmt: skip
