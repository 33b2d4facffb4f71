"""Who looks at a report just now, in words; coming to one, and whether one is free."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request
from flask_babel import gettext as _

from reporter.desks.dates import ago, plain_clock
from reporter.desks.guard import me
from reporter.desks.triage.list_forms import AgreeForm
from reporter.desks.triage.panes import Pane
from reporter.desks.triage.wording import last_change
from reporter.kernel.policy import Permission, may
from reporter.ports import ports
from reporter.reports.commands.locking import come_to
from reporter.reports.lifecycle import WAITING
from reporter.reports.locks import Holder, holders_of
from reporter.reports.models import Report
from reporter.reports.queries import history, reports_by_ids
from reporter.reports.worklists import STATE_ON, AtTriage

BEATS = 6  # signs of life within the time after which one counts as idle
MINE, THEIRS, FREE, DECIDED, UNASKED = "mine", "theirs", "free", "decided", "unasked"


@dataclass(frozen=True)
class Lock:
    """Who is at a report. `held` is mine, theirs, free, decided, or unasked on a page that was fetched ahead."""

    held: str
    words: str = ""

    @property
    def form(self) -> AgreeForm:
        """Return the form that takes the report over, and whose token the page's signs of life carry."""
        return AgreeForm(None, prefix="lock")

    @property
    def seconds(self) -> float:
        """Return the time between two signs of life."""
        return max(idle().total_seconds() / BEATS, 1)


def idle() -> timedelta:
    """Return for how long somebody who does not move still holds a report."""
    span: timedelta = current_app.config["LOCK_FOR"]
    return span


def holders_on(pane: Pane, report_id: int | None = None) -> dict[int, Holder]:
    """Return who is at each report of a list, and at the one beside it; in one query."""
    return holders_of([*(row.key for row in pane.rows), *([report_id] if report_id else [])], idle=idle())


def in_words(holders: Mapping[int, Holder]) -> dict[int, str]:
    """Return report id -> that somebody else is at it."""
    return {report_id: _at_it(one) for report_id, one in holders.items() if one.user_id != me().id}


def _at_it(holder: Holder) -> str:
    return _("%(name)s is at it, last moved %(ago)s", name=holder.name, ago=ago(holder.moved_at).striptags())


def come(report: Report, holders: Mapping[int, Holder]) -> Lock | None:
    """Note that whoever opens `report` is at it now; return who holds it, None where nothing is left to decide.

    A page that is fetched ahead is not looked at yet, and one that answers what was sent says only how things stand.
    """
    if report.state not in WAITING:
        return None
    if request.headers.get("X-Ahead"):
        return Lock(UNASKED)
    holder = holders.get(report.id)
    if request.method != "GET" or not may(me(), Permission.REPORT_TRIAGE) or not _worth_noting(holder):
        return lock_of(holder)
    if come_to(report.id, by=me(), idle=idle()):
        return Lock(MINE)
    return lock_of(holders_of([report.id], idle=idle()).get(report.id))


def _worth_noting(holder: Holder | None) -> bool:
    """Tell whether coming to a report changes anything: not while a sign of life of one's own is fresh."""
    fresh = holder and ports.clock.now() - holder.moved_at < idle() / BEATS
    return not (holder and holder.user_id == me().id and fresh)


def lock_of(holder: Holder | None) -> Lock:
    """Return who holds a report, as whoever asks reads it."""
    if holder is None:
        return Lock(FREE)
    return Lock(MINE) if holder.user_id == me().id else Lock(THEIRS, _at_it(holder))


def lock_now(report: Report, before: str) -> Lock:
    """Return who holds `report` now, and what has become of it since the page said `before`."""
    if report.state not in WAITING:
        return Lock(DECIDED, _still_here(decided(report)))
    holder = holders_of([report.id], idle=idle()).get(report.id)
    now = lock_of(holder)
    if holder and now.held == THEIRS and before == MINE:
        said = _(
            "%(name)s has taken this over, at %(time)s.", name=holder.name, time=plain_clock(holder.since)
        )
        return Lock(THEIRS, _still_here(said))
    return now


def decided(report: Report) -> str:
    """Return that nothing is left to decide about `report`, and who saw to that."""
    return _("This was decided meanwhile (%(change)s).", change=last_change("report", history(report)))


def _still_here(said: str) -> str:
    return _("%(said)s What you typed is still here.", said=said)


def is_free(report_id: int, which: AtTriage) -> bool:
    """Tell whether a report is still on a list and nobody else is at it."""
    report = reports_by_ids([report_id]).get(report_id)
    if report is None or report.state is not STATE_ON[which]:
        return False
    return not in_words(holders_of([report_id], idle=idle()))
