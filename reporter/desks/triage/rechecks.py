"""The re-check list: what was taken in without a moderator and drawn, with the conditions that held, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from reporter.cases.models import Case
from reporter.cases.queries import cases_by_ids
from reporter.desks.dossier import SMALL, address_of
from reporter.desks.guard import me
from reporter.desks.triage.lookups import Lookups
from reporter.desks.triage.recheck_forms import VerdictForm
from reporter.desks.triage.rule_words import held_words
from reporter.kernel.policy import Permission, may
from reporter.photos.queries import photos_by_ids
from reporter.reports.calm_lists import to_check
from reporter.reports.models import CalmPass, Report
from reporter.reports.queries import reports_by_ids


@dataclass(frozen=True)
class Recheck:
    """One of the sample. `form`: None for who does not decide about reports."""

    id: int
    title: str
    number: str
    href: str
    words: str
    line: str
    unit: str
    photo: str
    at: datetime
    why: Sequence[str]
    form: VerdictForm | None


@dataclass(frozen=True)
class Rechecks:
    """The page."""

    rows: Sequence[Recheck]
    more: str
    first: str


def rechecks_page(found: Lookups, after: str, returned: tuple[int, VerdictForm] | None) -> Rechecks:
    """Return the page; in a fixed number of queries."""
    page = to_check(after=after)
    reports = reports_by_ids([one.report_id for one in page.rows])
    cases = cases_by_ids([one.case_id for one in page.rows])
    covers = [one.cover_photo_id for one in reports.values() if one.cover_photo_id]
    photos = {photo_id: address_of(one.token, SMALL) for photo_id, one in photos_by_ids(covers).items()}
    rows = [
        _row(one, reports[one.report_id], cases[one.case_id], found, photos, returned) for one in page.rows
    ]
    return Rechecks(
        rows=rows, more=url_for("triage.rechecks", after=page.after) if page.after else "",
        first=url_for("triage.rechecks") if after else "",
    )  # fmt: skip


def _row(
    one: CalmPass, report: Report, case: Case, found: Lookups, photos: Mapping[int, str],
    returned: tuple[int, VerdictForm] | None,
) -> Recheck:  # fmt: skip
    form = returned[1] if returned and returned[0] == one.id else VerdictForm.about(one.id, empty=True)
    return Recheck(
        id=one.id, title=found.title(case), number=case.number, href=url_for("triage.case", case_id=case.id),
        words=report.words, line=found.line(case), unit=found.unit_name(case.lead_unit_id),
        photo=photos.get(report.cover_photo_id or 0, ""), at=one.at, why=[held_words(each) for each in one.held],
        form=form if may(me(), Permission.REPORT_TRIAGE) else None,
    )  # fmt: skip
