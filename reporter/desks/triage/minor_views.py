"""A moderator's mark that somebody under age can be seen on a picture."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.errors import show
from reporter.desks.guard import allow, me
from reporter.desks.incoming import an_id
from reporter.desks.triage.door import bp
from reporter.desks.triage.panes import Wanted
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission
from reporter.reports.commands.flagging import mark_minors
from reporter.reports.queries import get_report
from reporter.reports.worklists import AtTriage


@bp.post("/<int:report_id>/minors")
@allow(Permission.DESK_TRIAGE)
def mark_report_minors(report_id: int) -> ResponseReturnValue:
    """Keep on which pictures of a report somebody under age can be seen."""
    report = get_report(report_id)
    try:
        mark_minors(report, _photo_ids(), by=me())
    except BadInput as error:
        return show(error)
    flash(_("The mark is kept."))
    args = Wanted.of(request.args, AtTriage, AtTriage.WAITING).args(AtTriage.WAITING)
    return redirect(url_for("triage.report", report_id=report_id, **args))


def _photo_ids() -> list[int]:
    try:
        return [an_id(one) for one in request.form.getlist("photos")]
    except ValueError as error:
        raise BadInput("This form was damaged. Please reload the page.") from error
