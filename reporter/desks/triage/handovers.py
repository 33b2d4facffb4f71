"""The heaps of a handover as its pages show them: as they stand now, and as they were frozen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from reporter.desks.triage.lookups import Lookups, look_up
from reporter.desks.words import count_to
from reporter.reports.handing import MOST, Heap, Stand, Thing
from reporter.reports.worklists import AtTriage

# fmt: off
NAMES = {
    Heap.MINE:   _l("In hand and still open"),
    Heap.URGENT: _l("Urgent"),
    Heap.DUE:    _l("Reports due within eight hours, or overdue"),
    Heap.CASES:  _l("Cases due within eight hours, or overdue"),
    Heap.ASKED:  _l("Unanswered"),
    Heap.ASIDE:  _l("Suspected spam"),
}
# fmt: on
LISTS = {Heap.URGENT: AtTriage.URGENT, Heap.ASKED: AtTriage.ASKED, Heap.ASIDE: AtTriage.ASIDE}


@dataclass(frozen=True)
class Entry:
    """A report or case on a heap. `title` and `due_at` are not kept with a handover."""

    number: str
    href: str
    title: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class HeapShown:
    """A heap. `number` as it is written; `left`: there are more than the entries; `href`: the whole list, "" without one."""

    key: str
    name: str
    number: str
    entries: Sequence[Entry]
    left: bool
    href: str = ""


def heaps_now(stands: Sequence[Stand]) -> list[HeapShown]:
    """Return the heaps as they stand now, each entry with its title."""
    found = look_up()
    return [
        HeapShown(
            one.heap, str(NAMES[one.heap]), count_to(one.number, MOST), [_entry(thing, found) for thing in one.things],
            one.number > len(one.things), _list(one.heap),
        )
        for one in stands
    ]  # fmt: skip


def heaps_of(kept: Sequence[Mapping[str, Any]]) -> list[HeapShown]:
    """Return the heaps of a handover as they were frozen: numbers, which lead to what they are the numbers of."""
    return [
        HeapShown(
            one["heap"], str(NAMES[Heap(one["heap"])]), count_to(one["number"], MOST),
            [Entry(number, url_for("triage.search", q=number)) for number in one["shown"]],
            one["number"] > len(one["shown"]),
        )
        for one in kept
    ]  # fmt: skip


def _entry(thing: Thing, found: Lookups) -> Entry:
    href = (
        url_for("triage.case", case_id=thing.id)
        if thing.is_case
        else url_for("triage.report", report_id=thing.id)
    )
    return Entry(thing.number, href, found.title(thing), thing.due_at)


def _list(heap: Heap) -> str:
    return url_for("triage.queue", list=LISTS[heap]) if heap in LISTS else ""
