"""Signs of life of those who look at reports: they hold them softly, let go, and take over."""

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.guard import allow, me, wants_json
from reporter.desks.incoming import an_id
from reporter.desks.triage.door import bp
from reporter.desks.triage.locks import decided, idle, in_words, lock_now
from reporter.desks.triage.panes import Wanted
from reporter.kernel.policy import Permission, may
from reporter.reports.commands.locking import come_to, leave
from reporter.reports.lifecycle import WAITING
from reporter.reports.locks import holders_of
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from reporter.reports.worklists import AtTriage

ROWS_AT_MOST = 50  # of a list whose holders one sign of life asks for


@bp.post("/<int:report_id>/here")
@allow(Permission.DESK_TRIAGE)
def here(report_id: int) -> ResponseReturnValue:
    """Note that somebody looks at a report and moves; say who holds it, and those beside it."""
    report = get_report(report_id)
    if request.form.get("moved") and report.state in WAITING and may(me(), Permission.REPORT_TRIAGE):
        come_to(report_id, by=me(), idle=idle())
    return _as_it_stands(get_report(report_id), request.form.get("held", ""))


@bp.post("/<int:report_id>/take-over")
@allow(Permission.DESK_TRIAGE)
def take_over(report_id: int) -> ResponseReturnValue:
    """Hold a report that a colleague held; one that is decided is held by nobody any more."""
    report, holder = get_report(report_id), holders_of([report_id], idle=idle()).get(report_id)
    waits = report.state in WAITING
    taken = waits and come_to(report_id, by=me(), idle=idle(), take_over=True)
    if wants_json():
        return _as_it_stands(get_report(report_id), "")
    if taken and holder and holder.user_id != me().id:
        flash(_("You have taken this over from %(name)s.", name=holder.name))
    elif not waits:
        flash(decided(report), "warn")
    args = Wanted.of(request.args, AtTriage, AtTriage.WAITING).args(AtTriage.WAITING)
    return redirect(url_for("triage.report", report_id=report_id, **args))


@bp.post("/<int:report_id>/leave")
@allow(Permission.DESK_TRIAGE)
def go_away(report_id: int) -> ResponseReturnValue:
    """Let go of a report: its page was left."""
    leave(get_report(report_id).id, by=me())
    return "", 204


def _as_it_stands(report: Report, before: str) -> ResponseReturnValue:
    lock = lock_now(report, before)
    rows = in_words(holders_of(_rows(), idle=idle()))
    return jsonify(held=lock.held, words=lock.words, rows=rows)


def _rows() -> list[int]:
    """Return the ids of the reports on the page's list; what no page sends is left out."""
    sent = request.form.get("rows", "").split(".")[:ROWS_AT_MOST]
    found = []
    for one in sent:
        try:
            found.append(an_id(one))
        except ValueError:
            continue
    return found
