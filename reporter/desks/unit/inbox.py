"""What the unit's pages show: the lists on the left, the chosen case on the right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.cases.lifecycle import OPEN, State
from reporter.cases.models import Case
from reporter.cases.queries import cases_by_ids
from reporter.cases.worklists import MOST, AtUnit, ended_cases, unit_counts
from reporter.desks.dossier import is_rework
from reporter.desks.duty import names_on
from reporter.desks.unit.cards import Card, cards_of
from reporter.desks.unit.order import Order, Start, ordered, start_of
from reporter.kernel.errors import BadInput
from reporter.kernel.pages import Page
from reporter.kernel.policy import Actor, Permission, may
from reporter.notices.models import Notice
from reporter.notices.queries import cases_called_to, notices_for
from reporter.notices.table import sentence_for
from reporter.ports import ports
from reporter.routing.duty import roster_of
from reporter.routing.models import Unit
from reporter.routing.pairings import paired_areas
from reporter.routing.queries import get_unit
from reporter.routing.roster import Span

SIZE = 20
BELOW = 5  # cases in hand that stand below those to be claimed
NOTICES = 4
DONE = "done"
TABS = {
    AtUnit.CLAIM: _l("To claim"),
    AtUnit.WORK: _l("In hand"),
    AtUnit.CHECK: _l("At inspection"),
    AtUnit.REWORK: _l("Rework"),
}


@dataclass(frozen=True)
class Tab:
    """A list that is a page of its own."""

    href: str
    text: object
    number: int | None
    at: str
    most: int = MOST


@dataclass(frozen=True)
class Group:
    """Some cards under one heading. `more`: where the next ones are; "" when these are all."""

    title: str
    cards: Sequence[Card]
    more: str = ""


@dataclass(frozen=True)
class Told:
    """A notice in one line."""

    text: str
    href: str
    at: datetime


@dataclass(frozen=True)
class Inbox:
    """The left side of the page."""

    unit: Unit
    tabs: Sequence[Tab]
    at: str
    groups: Sequence[Group]
    first: str  # address of the first page, when this is another one
    told: Sequence[Told]
    start: Start
    order: Order
    called: Sequence[Card] = field(default_factory=list)
    duty: str = ""  # who is on duty now; "" when the unit keeps no roster
    roster: str = ""  # address of the roster, for whoever keeps it
    patch: bool = False  # the unit looks after an area

    @property
    def orders(self) -> list[Tab]:
        """The ways in which the list can be ordered; none when it has an order of its own."""
        if self.at == DONE:
            return []
        ways = {Order.LIGHT: _("By light"), Order.NEAR: _("By distance")}
        return [Tab(_address(self.at, way), text, None, way) for way, text in ways.items()]

    @property
    def order_place(self) -> int:
        """The place of the current order."""
        return list(Order).index(self.order)

    @property
    def cards(self) -> list[Card]:
        """Every card of the page, in its order."""
        return [card for group in self.groups for card in group.cards]

    @property
    def place(self) -> int:
        """The place of the current tab."""
        return next((place for place, tab in enumerate(self.tabs) if tab.at == self.at), -1)


def inbox_of(actor: Actor, at: str = "", after: str = "", by: str = "") -> Inbox:
    """Return the unit's lists: the first that has something when `at` is empty.

    Args:
        by: the name of an order; "" is by light.

    Raises:
        BadInput: no such list or order, or a damaged page address.
    """
    unit_id = actor.unit_id or 0
    counts = unit_counts(unit_id)
    at = at or next((which for which in AtUnit if counts[which]), AtUnit.CLAIM)
    if at != DONE and at not in list(AtUnit):
        raise BadInput("There is no such list.")
    order, start = Order.read(by), start_of(unit_id)
    tabs = [Tab(_address(which, order), text, counts[which], which) for which, text in TABS.items()]
    page, below = _pages(unit_id, at, after, order, start)
    told = notices_for(user_id=actor.id, unit_id=unit_id, limit=NOTICES)
    calls = cases_called_to(unit_id)
    named = cases_by_ids([*calls, *(notice.case_id for notice in told if notice.case_id)])
    called = [
        named[case_id] for case_id in calls if case_id in named and _works_along(named[case_id], unit_id)
    ]
    cards = {card.id: card for card in cards_of([*called, *page.rows, *below.rows], start)}
    return Inbox(
        unit=get_unit(unit_id), tabs=tabs, at=at, groups=_groups(at, order, page, below, cards),
        first=_address(at, order) if after else "", told=_told(told, named, actor), start=start, order=order,
        called=[cards[case.id] for case in called], duty=_on_duty(get_unit(unit_id)),
        roster=url_for("admin.roster", unit_id=unit_id) if may(actor, Permission.DESK_ROSTER) else "",
        patch=bool(paired_areas(unit_id)),
    )  # fmt: skip


def _on_duty(unit: Unit) -> str:
    """Return who is on duty now, in words."""
    now = ports.clock.now()
    kept = roster_of(unit, Span(now, now + timedelta(minutes=1)))
    if not kept.shifts:
        return ""
    names = names_on(kept.turns, kept.members, now)
    return _("On duty now: %(names)s", names=_(", ").join(names)) if names else _("Nobody is on duty now.")


def _address(at: str, order: Order, after: str = "") -> str:
    """Return the address of a list; what is left out of it goes without saying."""
    by = None if order is Order.LIGHT else order
    return url_for("unit.inbox", at=at, by=by, after=after or None)


def _pages(unit_id: int, at: str, after: str, order: Order, start: Start) -> tuple[Page[Case], Page[Case]]:
    """Return the page that was asked for, and what stands below it: the first in hand below those to be claimed."""
    if at == DONE:
        return ended_cases(unit_id=unit_id, after=after, size=SIZE), Page([])
    page = ordered(AtUnit(at), unit_id, order=order, start=start, after=after, size=SIZE)
    if at != AtUnit.CLAIM or after:
        return page, Page([])
    return page, ordered(AtUnit.WORK, unit_id, order=order, start=start, size=BELOW)


def _works_along(case: Case, unit_id: int) -> bool:
    return case.is_open and unit_id in case.co_unit_ids


def _groups(
    at: str, order: Order, page: Page[Case], below: Page[Case], cards: Mapping[int, Card]
) -> list[Group]:
    more = _address(at, order, page.after) if page.after else ""
    groups = [Group(_title(at), [cards[case.id] for case in page.rows], more)]
    if below.rows:
        rest = _address(AtUnit.WORK, order) if below.after else ""
        groups.append(Group(str(TABS[AtUnit.WORK]), [cards[case.id] for case in below.rows], rest))
    return groups


def _title(at: str) -> str:
    titles = {
        AtUnit.CLAIM: _("Claim first, within a quarter of an hour"),
        AtUnit.WORK: _("In hand"),
        AtUnit.CHECK: _("Handed in, waiting for the inspector"),
        AtUnit.REWORK: _("To be done again, in half the time"),
        DONE: _("Closed, the latest first"),
    }
    return titles[at]


def _told(notices: Sequence[Notice], named: Mapping[int, Case], actor: Actor) -> list[Told]:
    return [
        Told(_(sentence_for(notice.what, notice.who), number=notice.number, reason=notice.reason), _way(notice, named, actor), notice.at)
        for notice in notices
    ]  # fmt: skip


def _way(notice: Notice, named: Mapping[int, Case], actor: Actor) -> str:
    """Return the address of the notice's case, "" when it went to another unit since."""
    case = named.get(notice.case_id or 0)
    own = case is not None and may(actor, Permission.CASE_OPEN_AT_UNIT, case)
    return url_for("unit.case", case_id=notice.case_id) if own else ""


def list_of(case: Case) -> str:
    """Return on which list of its unit a case stands."""
    if case.state is State.DISPATCHED:
        return AtUnit.CLAIM
    if is_rework(case):
        return AtUnit.REWORK
    if case.state is State.HANDLED:
        return AtUnit.CHECK
    return AtUnit.WORK if case.state in OPEN else DONE
