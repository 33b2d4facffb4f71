"""The left column: which lists there are, how much is on them, and the rows of the one that is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from flask import get_template_attribute, url_for
from flask_babel import get_locale, pgettext
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from reporter.cases.models import Case
from reporter.cases.worklists import AtCentre, centre_counts, centre_list, clocks_began
from reporter.desks.dossier import SMALL, address_of, covers_of
from reporter.desks.incoming import an_id
from reporter.desks.shelf import shelf
from reporter.desks.states import state_word
from reporter.desks.triage.lookups import Lookups
from reporter.desks.triage.narrow import narrowing_args, narrowing_in, nothing_left
from reporter.desks.triage.standing_out import weightiest
from reporter.desks.words import count_to
from reporter.kernel.pages import Page
from reporter.ports import ports
from reporter.reports.appeals import number_open
from reporter.reports.models import Report
from reporter.reports.narrowing import EVERYTHING, Narrowing
from reporter.reports.queries import get_report
from reporter.reports.worklists import AtTriage, Line, triage_counts, triage_list

REPORTS_COUNTED, CASES_COUNTED = 500, 100  # what the lists count to


@dataclass(frozen=True)
class Row:
    """A line of the list, as the macro takes it. `drawn`: what stands in it, where that is kept; `held`: who is at it."""

    key: int
    href: str
    title: str
    line: str
    at: datetime
    photo: str = ""
    since: datetime | None = None
    due: datetime | None = None
    before: str = ""
    level: str = "idle"
    word: str = ""
    why: str = ""
    version: int = 0
    drawn: str = ""
    held: str = ""


@dataclass(frozen=True)
class Tab:
    """A list one can open. `number` is written as it is shown."""

    href: str
    text: str
    number: str
    current: bool
    css: str = ""


@dataclass(frozen=True)
class Pane:
    """The column. `empty`: two sentences for when nothing is on the list."""

    title: str
    number: str
    tabs: Sequence[Tab]
    rows: Sequence[Row]
    empty: tuple[str, str]
    chips: Sequence[Tab] = ()
    more: str = ""
    first: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    which: str = ""
    only: Narrowing = EVERYTHING

    def beside(self, key: int) -> tuple[str, str]:
        """Return the addresses of the free rows before and after the one called `key`, "" where there is none."""
        keys = [row.key for row in self.rows]
        at = keys.index(key) if key in keys else -1
        before = next((row.href for row in reversed(self.rows[: max(at, 0)]) if not row.held), "")
        after = next((row.href for row in self.rows[at + 1 :] if not row.held), "")
        return before, after

    def following(self, key: int) -> int | None:
        """Return the key of the free row after the one called `key`, else None."""
        keys = [row.key for row in self.rows]
        at = keys.index(key) + 1 if key in keys else 0
        return next((row.key for row in self.rows[at:] if row.key != key and not row.held), None)

    @property
    def first_free(self) -> int | None:
        """Return the key of the first row that nobody else is at, of the first one where all are held, None without rows."""
        free = [row.key for row in self.rows if not row.held] or [row.key for row in self.rows]
        return free[0] if free else None

    def held_by(self, words: Mapping[int, str]) -> "Pane":
        """Return the pane with who is at each row, in words, by its key."""
        rows = [replace(row, held=words.get(row.key, "")) for row in self.rows]
        return replace(self, rows=rows)


@dataclass(frozen=True)
class Wanted:
    """Which list is open, from which place on, of which area: the arguments of the address."""

    which: str
    only: Narrowing = EVERYTHING
    after: str = ""
    like_id: int | None = None

    @classmethod
    def of(cls, args: MultiDict[str, str], names: type[AtTriage] | type[AtCentre], default: str) -> "Wanted":
        """Return what an address asks for; what it says wrongly is left out."""
        which = args.get("list", default)
        known = which in list(names)
        like_id = args.get("like", type=an_id)
        return cls(which if known else default, narrowing_in(args), args.get("after", ""), like_id)

    def args(self, default: str) -> dict[str, Any]:
        """Return the arguments that lead back here; nothing for what goes without saying."""
        said = {
            "list": "" if self.which == default else self.which,
            **narrowing_args(self.only),
            "like": str(self.like_id or ""),
            "after": self.after,
        }
        return {name: value for name, value in said.items() if value}


def queue_pane(wanted: Wanted, found: Lookups) -> Pane:
    """Return the moderators' list of reports."""
    which = AtTriage(wanted.which)
    counts = triage_counts()
    like = get_report(wanted.like_id) if wanted.like_id else None
    page = triage_list(which, only=wanted.only, like=like, after=wanted.after)
    args = wanted.args(AtTriage.WAITING)
    return Pane(
        title=lists_of_reports()[which], number=count_to(counts[which], REPORTS_COUNTED), tabs=(),
        chips=[*_chips(which, counts, wanted.only), *_appeals(), *([_like(like, wanted)] if like else [])],
        rows=_report_rows(page, found, args),
        empty=nothing_left(looked_further=bool(page.after)) if wanted.only
        else (_("Nothing waits here"), _("New reports appear by themselves when you come back to this page.")),
        more=url_for("triage.queue", **(args | {"after": page.after})) if page.after else "",
        first=url_for("triage.queue", **{**args, "after": None}) if wanted.after else "",
        args=args, which=which, only=wanted.only,
    )  # fmt: skip


def lists_of_reports() -> dict[AtTriage, str]:
    """Return what the lists of reports are called."""
    return {
        AtTriage.WAITING: _("Waiting for acceptance"),
        AtTriage.URGENT: _("Urgent"),
        AtTriage.ALIKE: _("Possible duplicates"),
        AtTriage.ASKED: _("Unanswered"),
        AtTriage.ASIDE: _("Suspected spam"),
    }


def _chips(at: AtTriage, counts: Mapping[AtTriage, int], only: Narrowing) -> list[Tab]:
    words = lists_of_reports()
    return [
        Tab(
            href=url_for("triage.queue", list=None if which is at else which, **narrowing_args(only)), text=words[which],
            number=count_to(counts[which], REPORTS_COUNTED), current=which is at,
            css="bad" if which is AtTriage.URGENT and counts[which] else "",
        )
        for which in (AtTriage.URGENT, AtTriage.ALIKE, AtTriage.ASKED, AtTriage.ASIDE)
    ]  # fmt: skip


def _appeals() -> list[Tab]:
    """Return the way to the appeals, while some wait."""
    number = number_open()
    if not number:
        return []
    return [
        Tab(
            url_for("triage.appeals"),
            _("Appeals"),
            count_to(number, REPORTS_COUNTED),
            current=False,
            css="warn",
        )
    ]


def _like(report: Report, wanted: Wanted) -> Tab:
    """Return the chip that says the list holds only what is like one report, and leads back to all of it."""
    args = replace(wanted, like_id=None, after="").args(AtTriage.WAITING)
    return Tab(url_for("triage.queue", **args), _("Like %(number)s", number=report.number), "", current=True)


def _tabs(endpoint: str, words: Mapping[AtCentre, str], at: AtCentre) -> list[Tab]:
    """Return the lists of `words` as tabs; the first is where `endpoint` begins."""
    counts = centre_counts()
    return [
        Tab(
            url_for(endpoint, list=which if place else None), text, count_to(counts[which], CASES_COUNTED), which is at,
        )
        for place, (which, text) in enumerate(words.items())
    ]  # fmt: skip


class LineKey(NamedTuple):
    """By what a drawn line is known: all that it shows of the report, and the minute that its clock shows."""

    report_id: int
    version: int
    risk: int
    alike: bool
    locale: str
    minute: int


def _report_rows(page: Page[Line], found: Lookups, args: Mapping[str, Any]) -> list[Row]:
    """Return the rows, what stands in each drawn once for a minute; js/countdown.js lets its clock go on."""
    minute, locale = int(ports.clock.now().timestamp()) // 60, str(get_locale())
    lines = {
        LineKey(line.id, line.version, line.risk, line.alike, locale, minute): line for line in page.rows
    }

    def draw(missing: list[LineKey]) -> dict[LineKey, Markup]:
        macro = get_template_attribute("_parts/staff.html", "queue_line")
        return {key: macro(_report_row(lines[key], found)) for key in missing}

    drawn = shelf().cards_of(lines, draw)
    return [
        Row(
            key=line.id, href=url_for("triage.report", report_id=line.id, **args), title=found.title(line),
            line="", at=line.submitted_at, version=line.version, drawn=drawn[key],
        )
        for key, line in lines.items()
    ]  # fmt: skip


def _report_row(line: Line, found: Lookups) -> Row:
    marks = [found.line(line), _("possibly there already") if line.alike else ""]
    return Row(
        key=line.id, href="", title=found.title(line), line=" · ".join(mark for mark in marks if mark),
        at=line.submitted_at, photo=address_of(line.photo, SMALL) if line.photo else "",
        since=line.submitted_at, due=line.due_at, before=_("Urgent") if line.urgent else "",
        word=state_word("report", line.state), why=weightiest(line.reasons),
    )  # fmt: skip


def dispatch_pane(wanted: Wanted, found: Lookups) -> Pane:
    """Return the dispatchers' lists: registered cases without a unit, and those whose clock stands still."""
    words = {
        AtCentre.DISPATCH: pgettext("list", "to dispatch"),
        AtCentre.PAUSED: pgettext("list", "paused"),
        AtCentre.FOLLOW_UP: pgettext("list", "to follow up"),
    }
    titles = {
        AtCentre.DISPATCH: _("Registered, without a unit"),
        AtCentre.PAUSED: _("The clock stands still"),
        AtCentre.FOLLOW_UP: _("Closed: the reporter to be asked, or said not to be put right"),
    }
    nothing = {
        AtCentre.DISPATCH: _("Every registered case lies with a unit."),
        AtCentre.PAUSED: "",
        AtCentre.FOLLOW_UP: _("Whoever reported a closed case has rated it or was asked."),
    }
    return _case_pane(
        wanted, found, _Lists("triage.waiting_cases", "triage.waiting_case", words, titles, nothing)
    )


def approvals_pane(wanted: Wanted, found: Lookups) -> Pane:
    """Return what waits for the shift leader: requests of the units, and results still to be inspected."""
    words = {
        AtCentre.REQUESTS: pgettext("list", "to approve"),
        AtCentre.CHECK: pgettext("list", "to inspect"),
    }
    titles = {
        AtCentre.REQUESTS: _("Requests of the units"),
        AtCentre.CHECK: _("Handed in, not inspected yet"),
    }
    nothing = {AtCentre.REQUESTS: _("No unit has asked for anything."), AtCentre.CHECK: ""}
    return _case_pane(wanted, found, _Lists("triage.approvals", "triage.approval", words, titles, nothing))


@dataclass(frozen=True)
class _Lists:
    """Lists of cases that share a desk: where they begin, where one case is shown, what they are called."""

    start: str
    one: str
    words: Mapping[AtCentre, str]
    titles: Mapping[AtCentre, str]
    nothing: Mapping[AtCentre, str]


def _case_pane(wanted: Wanted, found: Lookups, lists: _Lists) -> Pane:
    default = next(iter(lists.words))
    which = AtCentre(wanted.which) if wanted.which in lists.words else default
    page = centre_list(which, after=wanted.after)
    args = replace(wanted, which=which).args(default)
    tabs = _tabs(lists.start, lists.words, which)
    return Pane(
        title=lists.titles[which], number=next(tab.number for tab in tabs if tab.current), tabs=tabs,
        rows=case_rows(page.rows, found, lists.one, args), empty=(_("Nothing waits here"), lists.nothing[which]),
        more=url_for(lists.start, **(args | {"after": page.after})) if page.after else "",
        first=url_for(lists.start, **{**args, "after": None}) if wanted.after else "",
        args=args,
    )  # fmt: skip


def case_rows(cases: Sequence[Case], found: Lookups, endpoint: str, args: Mapping[str, Any]) -> list[Row]:
    """Return cases as rows that lead to `endpoint`; in two queries."""
    covers, began = covers_of(cases), clocks_began(cases)
    rows = []
    for case in cases:
        asked = state_word("request", case.open_request) if case.open_request else ""
        marks = [asked, found.line(case), found.unit_name(case.lead_unit_id)]
        rows.append(
            Row(
                key=case.id, href=url_for(endpoint, case_id=case.id, **args), title=case.title,
                line=" · ".join(mark for mark in marks if mark), at=case.reported_at,
                photo=covers.get(case.id, ""), since=began[case.id], due=case.due_at,
                before=_("Urgent") if case.urgent else "", word=state_word("case", case.state),
            )
        )  # fmt: skip
    return rows
