"""The page of what is like a report: rows with small pictures and reasons, and the cases they can join."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.desks.dossier import SMALL, address_of
from reporter.desks.guard import me
from reporter.desks.triage.judged import as_reported
from reporter.desks.triage.lookups import Lookups
from reporter.desks.triage.screen import Twin, twins_of
from reporter.desks.words import metres
from reporter.kernel.policy import Permission, may
from reporter.photos.queries import photos_by_ids
from reporter.reports.lifecycle import State
from reporter.reports.like_it import Like, reports_alike
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of
from reporter.reports.risk import Mark

SAME = {
    Mark.WORDS: _l("the same words"),
    Mark.PICTURE: _l("the same picture"),
    Mark.PLATE: _l("the same number plate"),
    Mark.SHOP: _l("the same shop"),
}


@dataclass(frozen=True)
class AlikeRow:
    """One report. `reasons`: why it is among them, in words; `value`: as the form sends it."""

    key: int
    value: str
    href: str
    title: str
    line: str
    words: str
    photo: str
    at: datetime
    reasons: Sequence[str]
    chosen: bool


@dataclass(frozen=True)
class AlikeScreen:
    """The page. `more`: there are more than it shows; `decides`: whether the reader decides about reports."""

    report: Report
    title: str
    rows: Sequence[AlikeRow]
    more: bool
    twins: Sequence[Twin]
    decides: bool


def alike_screen(report: Report, found: Lookups, chosen: Sequence[str] | None) -> AlikeScreen:
    """Return the page; its parts each cost a fixed number of queries.

    Args:
        chosen: what came back in a form; None when everything is chosen still.
    """
    likes, more = reports_alike(report)
    covers = [one.report.cover_photo_id for one in likes] + [report.cover_photo_id]
    photos = photos_by_ids([one for one in covers if one])
    reports = [(report, [_("the open report")]), *((one.report, _reasons(one)) for one in likes)]
    judged = as_reported(report)
    picked = None if chosen is None else {one.partition(".")[0] for one in chosen}
    rows = [
        AlikeRow(
            key=one.id, value=f"{one.id}.{one.version}", href=url_for("triage.report", report_id=one.id),
            title=found.title(one), line=found.line(one), words=one.words,
            photo=address_of(photos[one.cover_photo_id].token, SMALL) if one.cover_photo_id in photos else "",
            at=one.submitted_at, reasons=reasons, chosen=picked is None or str(one.id) in picked,
        )
        for one, reasons in reports if one.state is State.SUBMITTED
    ]  # fmt: skip
    return AlikeScreen(
        report=report, title=found.title(report), rows=rows, more=more,
        twins=twins_of(report, judged, photo_ids_of(report.id)),
        decides=may(me(), Permission.REPORT_TRIAGE),
    )  # fmt: skip


def _reasons(one: Like) -> list[str]:
    said = [str(SAME[mark]) for mark in one.marks]
    if one.here:
        said.append(_("the same kind, %(distance)s away", distance=metres(one.metres)))
    elif one.marks:
        said.append(_("%(distance)s away", distance=metres(one.metres)))
    return said
