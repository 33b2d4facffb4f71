"""A resident's own reports in one list, with the light of each."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case, Category
from reporter.cases.queries import cases_by_ids, categories
from reporter.desks.states import RESIDENT, state_light, state_word
from reporter.kernel.pages import Page
from reporter.photos.models import Photo
from reporter.photos.pixels import SMALL
from reporter.photos.queries import photos_by_ids
from reporter.ports import ports
from reporter.reports.lifecycle import State
from reporter.reports.models import Report
from reporter.reports.queries import first_ids_of, reports_of

OVER = frozenset({CaseState.CLOSED, CaseState.CLOSED_UNFIXED, CaseState.ARCHIVED, CaseState.VOID})


@dataclass(frozen=True)
class OwnRow:
    """One report of the list. `href` is empty when it was withdrawn: there is nothing more to see."""

    report: Report
    kind: Category | None
    href: str
    thumb: str
    level: str
    word: str


def own_reports(user_id: int, *, after: str) -> Page[OwnRow]:
    """Return a resident's reports, newest first, in a fixed number of reads."""
    page = reports_of(user_id, after=after)
    cases = cases_by_ids([report.case_id for report in page.rows if report.case_id])
    firsts = first_ids_of([case.id for case in cases.values() if case.state is CaseState.WAITING])
    kinds = {kind.id: kind for kind in categories(active=False)}
    covers = photos_by_ids([report.cover_photo_id for report in page.rows if report.cover_photo_id])
    rows = [
        _row(report, kinds, covers, _light(report, cases.get(report.case_id or 0), firsts))
        for report in page.rows
    ]
    return Page(rows, after=page.after)


def _row(
    report: Report, kinds: dict[int, Category], covers: dict[int, Photo], light: tuple[str, str]
) -> OwnRow:
    gone = report.state is State.WITHDRAWN
    cover = covers.get(report.cover_photo_id or 0)
    level, word = light
    thumb = url_for("resident.picture", code=report.code, token=cover.token, size=SMALL) if cover else ""
    return OwnRow(
        report=report, kind=kinds.get(report.category_id), level=level, word=word, thumb="" if gone else thumb,
        href="" if gone else url_for("resident.lookup", code=report.code),
    )  # fmt: skip


def _light(report: Report, case: Case | None, firsts: dict[int, int]) -> tuple[str, str]:
    """Return light and word. `firsts`: by which report each case goes that waits for an answer."""
    if case is None:
        return state_light("report", report.state), state_word("report", report.state, RESIDENT)
    word = state_word("case", case.state, RESIDENT)
    if case.state in OVER:
        return state_light("case", case.state), word
    if firsts.get(case.id, report.id) != report.id:
        word = _("Waiting for an answer")
    late = case.due_at is not None and ports.clock.now() > case.due_at
    return ("bad" if late else "warn" if case.state is CaseState.HANDLED else "ok"), word
