"""What is kept about somebody, handed to them as one file: data as JSON, and their pictures as they may see them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from flask import url_for
from flask_babel import gettext as _

from reporter.accounts.models import User
from reporter.accounts.queries import real_name_of, wechat_link_of
from reporter.cases.queries import categories
from reporter.desks.dates import zone
from reporter.desks.dossier import replies_of
from reporter.desks.downloads import in_pieces
from reporter.desks.states import RESIDENT, state_word
from reporter.desks.words import named
from reporter.following.naming import titles_of
from reporter.following.queries import digests_of, follower_of, follows_of
from reporter.kernel.audit import trail_of
from reporter.kernel.errors import NotFound
from reporter.kernel.pages import Page
from reporter.notices.models import Notice
from reporter.notices.queries import notices_for, settings_of
from reporter.notices.table import sentence_for
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_ids, staff_copy
from reporter.points.queries import balance_of, ledger_of
from reporter.ports import ports
from reporter.reports.lifecycle import State
from reporter.reports.models import Report, ReportMessage
from reporter.reports.queries import messages_of_each, photo_ids_of_each, reports_of

IN_MEMORY = 8 * 1024 * 1024  # bytes; a larger file is put together on disk
REPORTS, NOTICES = 100, 1000  # in one file; how many notices, the newest


def export_of(user: User, *, after: str = "") -> Iterator[bytes]:
    """Return an archive: `data.json`, and the pictures of a hundred reports in folders by number.

    Args:
        after: where the file before this one ended.
    """
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
        with ZipFile(file, "w", ZIP_STORED) as archive:
            _fill(archive, user, after)
        file.seek(0)
        stack.pop_all()
    return in_pieces(file)


def _fill(archive: ZipFile, user: User, after: str) -> None:
    page = reports_of(user.id, after=after, size=REPORTS)
    photo_ids = photo_ids_of_each([report.id for report in page.rows])
    photos = photos_by_ids({one for ids in photo_ids.values() for one in ids})
    kept: dict[int, list[str]] = {}
    for report in page.rows:
        theirs = [photos[one] for one in photo_ids[report.id] if one in photos]
        kept[report.id] = list(_pictures(archive, report, theirs))
    data = _account(user) | _reports(page, kept) if not after else _reports(page, kept)
    archive.writestr(_entry("data.json"), json.dumps(data, ensure_ascii=False, indent=2))


def _pictures(archive: ZipFile, report: Report, photos: Sequence[Photo]) -> Iterator[str]:
    """Put the clean copies in, and yield the name of each; one whose file is not kept any more is left out."""
    for number, photo in enumerate(photos if report.state is not State.WITHDRAWN else (), 1):
        try:
            content = staff_copy(photo).content
        except NotFound:
            continue
        name = f"{report.number}/{number}.jpg"
        archive.writestr(_entry(name), content)
        yield name


def _entry(name: str) -> ZipInfo:
    now = ports.clock.now().astimezone(zone())
    return ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, now.second))


def _account(user: User) -> dict[str, Any]:
    real, wishes = real_name_of(user.id), settings_of(f"user:{user.id}")
    return {
        "account": {
            "called": user.name, "real_name": real.name if real else "", "phone": user.phone or "", "mail": user.email or "",
            "signs_in_with_wechat": wechat_link_of(user.id) is not None,
            "language": user.locale, "since": _at(user.created_at),
        },
        "points": _points(user.id),
        "following": _following(user.id),
        "told": [_notice(one) for one in notices_for(user_id=user.id, limit=NOTICES)],
        "wishes": {
            "not_wanted": wishes.off, "quiet_from": wishes.quiet_from, "quiet_to": wishes.quiet_to,
            "hour_of_the_daily_mail": wishes.digest_hour, "most_a_day": wishes.most,
        } if wishes else {},
        "what_happened_to_the_account": [{"at": _at(one.at), "what": one.action} for one in trail_of(user)],
    }  # fmt: skip


def _points(user_id: int) -> dict[str, Any]:
    entries = ledger_of(user_id, size=NOTICES).rows
    return {
        "balance": balance_of(user_id) or 0,
        "entries": [
            {
                "at": _at(one.at),
                "for": one.occasion,
                "points": one.amount,
                "balance": one.balance,
                "reason": one.reason,
            }
            for one in entries
        ],
    }


def _following(user_id: int) -> dict[str, Any]:
    follower, rows = follower_of(user_id), follows_of(user_id)
    titles = titles_of(rows)
    return {
        "told": {"rhythm": follower.rhythm, "hour": follower.hour, "weekday": follower.weekday} if follower else {},
        "subscriptions": [
            {
                "what": titles[row.id].words, "since": _at(row.made_at), "paused": row.paused, "rhythm": row.rhythm or "",
                "place_wgs84": list(row.point or ()), "name": row.name,
            }
            for row in rows
        ],
        "digests": [{"at": _at(one.at), "posts": one.number} for one in digests_of(user_id, limit=NOTICES)],
    }  # fmt: skip


def _notice(notice: Notice) -> dict[str, str]:
    words = _(sentence_for(notice.what, notice.who), number=notice.number, reason=notice.reason)
    return {"at": _at(notice.at), "words": words}


def _reports(page: Page[Report], pictures: Mapping[int, Sequence[str]]) -> dict[str, Any]:
    kinds = {kind.id: named(kind) for kind in categories(active=False)}
    talk = messages_of_each([report.id for report in page.rows])
    more = url_for("accounts.export", after=page.after, _external=True) if page.after else ""
    return {
        "exported_at": _at(ports.clock.now()),
        "reports": [_report(one, kinds.get(one.category_id, ""), talk[one.id], pictures[one.id]) for one in page.rows],
        "more_reports": more,
    }  # fmt: skip


def _report(
    report: Report, kind: str, talk: Sequence[ReportMessage], pictures: Sequence[str]
) -> dict[str, Any]:
    return {
        "number": report.number, "query_code": report.code, "sent_at": _at(report.submitted_at), "kind": kind,
        "words": report.words,
        "answers": [{"question": one.question, "answer": one.answer} for one in replies_of(report.answers)], "address": report.address, "place_wgs84": [report.lon, report.lat],
        "taken_at": _at(report.taken_at) if report.taken_at else "", "contact": report.contact,
        "told_of_progress": report.notify, "anonymous": report.anonymous, "rating": report.rating,
        "state": state_word("report", report.state, RESIDENT), "pictures": list(pictures),
        "messages": [{"at": _at(one.at), "from_the_centre": one.from_centre, "words": one.words} for one in talk],
    }  # fmt: skip


def _at(moment: datetime) -> str:
    return moment.astimezone(zone()).isoformat(timespec="seconds")
