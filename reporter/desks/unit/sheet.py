"""A unit's list as a workbook: one row for each case, dates as dates, everything else as text."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext as _p
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reporter.accounts.queries import names_of
from reporter.cases.models import Case, Category
from reporter.cases.queries import categories
from reporter.cases.worklists import AtUnit, clocks_began, ended_cases, unit_list
from reporter.desks.dates import countdown, plain_moment, zone
from reporter.desks.dossier import told_words
from reporter.desks.downloads import in_pieces
from reporter.desks.states import state_word
from reporter.desks.unit.cards import light_words, paused_words, tags_of
from reporter.desks.unit.inbox import DONE, TABS
from reporter.desks.words import named, thousands
from reporter.kernel.errors import BadInput
from reporter.kernel.pages import Page
from reporter.places.queries import AreaName, area_names
from reporter.ports import ports
from reporter.routing.models import Unit

MOST = 10_000  # rows
AT_A_TIME = 500  # cases read together
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Text stays text: what looks like a formula, a number or an address is none.
PLAIN = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False,
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What the rows of some cases are written from."""

    kinds: dict[int, Category]
    areas: dict[int, AreaName]
    people: dict[int, str]
    began: dict[int, datetime]


@dataclass(frozen=True)
class Column:
    """A heading, how wide it is in letters, and what stands below it: text, a moment, or None."""

    title: str
    width: int
    of: Callable[[Case, Known], str | datetime | None]


def columns() -> list[Column]:
    """Return the columns in the reader's language."""
    return [
        Column(_("Number"), 18, lambda case, _known: case.number),
        Column(_("What it is about"), 32, lambda case, _known: case.title),
        Column(_("Kind"), 14, lambda case, known: named(known.kinds.get(case.category_id))),
        Column(_("Area"), 16, lambda case, known: named(known.areas.get(case.area_id or 0))),
        Column(_("Address"), 32, lambda case, _known: case.address),
        Column(_("State"), 12, lambda case, _known: state_word("case", case.state)),
        Column(_("Light"), 18, light_of),
        Column(_("Due"), 17, lambda case, _known: case.due_at),
        Column(_("Dispatched"), 17, lambda case, _known: case.dispatched_at),
        Column(_("Claimed"), 17, lambda case, _known: case.claimed_at),
        Column(_("Handler"), 12, lambda case, known: known.people.get(case.handler_id or 0, "")),
        Column(_p("time", "Handed in"), 17, lambda case, _known: case.handled_at),
        Column(_p("time", "Closed"), 17, lambda case, _known: case.closed_at),
        Column(_("Notable"), 24, lambda case, _known: _(", ").join(tag.text for tag in tags_of(case))),
        Column(_("As reported"), 48, lambda case, _known: told_words(case)),
    ]


def light_of(case: Case, known: Known) -> str:
    """Return what the light of a case says, in words; "" when no clock runs."""
    if case.due_at is None:
        return paused_words(case)
    now, words = countdown(known.began[case.id], case.due_at), light_words(case)
    said = {
        "ok": words.ok or _("Enough time"),
        "warn": words.warn or _("Due soon"),
        "bad": words.late or now.late,
    }
    return said[now.level]


def name_of_list(at: str) -> str:
    """Return what a list is called. Raises `BadInput`: there is no such list."""
    if at == DONE:
        return _p("time", "Closed")
    if at not in list(AtUnit):
        raise BadInput("There is no such list.")
    return str(TABS[AtUnit(at)])


def name_of_sheet(unit: Unit, at: str) -> str:
    """Return the file's name: unit, list and the day in the city."""
    today = ports.clock.now().astimezone(zone()).date()
    return f"{named(unit)}-{name_of_list(at)}-{today.isoformat()}.xlsx"


def written_sheet(unit: Unit, at: str) -> Iterator[bytes]:
    """Return the list as a workbook, in pieces of a file that is gone with the last of them.

    Holds `AT_A_TIME` cases in memory, whatever the length of the list; `MOST` rows at most, which the second sheet says.

    Raises:
        BadInput: there is no such list.
    """
    name = name_of_list(at)
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        with Workbook(file, PLAIN) as book:
            number = _cases(book, book.add_worksheet(_("Cases")), _rows_of(unit.id, at))
            _about(book.add_worksheet(_("About this list")), unit, name, number)
        file.seek(0)
        stack.pop_all()
    return in_pieces(file)


def _rows_of(unit_id: int, at: str) -> Iterator[Case]:
    after = ""
    while True:
        page = _page(unit_id, at, after)
        yield from page.rows
        after = page.after
        if not after:
            return


def _page(unit_id: int, at: str, after: str) -> Page[Case]:
    if at == DONE:
        return ended_cases(unit_id=unit_id, after=after, size=AT_A_TIME)
    return unit_list(AtUnit(at), unit_id, after=after, size=AT_A_TIME)


def _cases(book: Workbook, sheet: Worksheet, cases: Iterator[Case]) -> int:
    """Write the rows; return how many cases there are, `MOST` + 1 when more than are written."""
    shown = columns()
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for place, column in enumerate(shown):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.title, bold)
    sheet.freeze_panes(1, 1)
    row = 0
    kinds = {kind.id: kind for kind in categories(active=False, subtypes=False)}
    for some in iter(lambda: list(islice(cases, AT_A_TIME)), []):
        known = _known(some, kinds)
        for case in some:
            row += 1
            if row > MOST:
                return row
            _write_row(sheet, row, [column.of(case, known) for column in shown], moment)
    sheet.autofilter(0, 0, row, len(shown) - 1)
    return row


def _known(cases: Sequence[Case], kinds: dict[int, Category]) -> Known:
    return Known(
        kinds=kinds, areas=area_names(case.area_id for case in cases if case.area_id),
        people=names_of([case.handler_id for case in cases]), began=clocks_began(cases),
    )  # fmt: skip


def _write_row(sheet: Worksheet, row: int, values: Sequence[Any], moment: Format) -> None:
    for place, value in enumerate(values):
        if isinstance(value, datetime):
            sheet.write_datetime(row, place, value.astimezone(zone()).replace(tzinfo=None), moment)
        elif value:
            sheet.write_string(row, place, value)


def _about(sheet: Worksheet, unit: Unit, name: str, number: int) -> None:
    cut = _("The list is longer: these are the first %(most)s cases.", most=thousands(MOST))
    told = [
        (_("Unit"), named(unit)),
        (_("List"), name),
        (_("As of"), plain_moment(ports.clock.now())),
        (_("Cases"), cut if number > MOST else thousands(number)),
        (_("Times"), str(zone())),
    ]
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 60)
    for row, (term, text) in enumerate(told):
        sheet.write_string(row, 0, term)
        sheet.write_string(row, 1, text)
