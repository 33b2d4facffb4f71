"""Pictures for people who report the same nearby: what they would see, and a moderator's yes or no to it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.errors import show
from reporter.desks.guard import allow, me
from reporter.desks.images import private_image
from reporter.desks.incoming import an_id
from reporter.desks.triage.door import bp
from reporter.desks.triage.panes import Wanted
from reporter.kernel.errors import BadInput, Conflict, NotFound, WrongStep
from reporter.kernel.policy import Permission, require
from reporter.reports.commands.nearby import hide_nearby, show_nearby
from reporter.reports.nearby import candidates
from reporter.reports.queries import get_report
from reporter.reports.worklists import AtTriage


@bp.get("/<int:report_id>/nearby/<look>.jpg")
@allow(Permission.DESK_TRIAGE)
def nearby_preview(report_id: int, look: str) -> ResponseReturnValue:
    """Send the very picture that people nearby would see."""
    report = get_report(report_id)
    require(me(), Permission.REPORT_TRIAGE, report)
    meant = next((one for one in candidates(report) if one.look == look and not one.hindrances), None)
    if meant is None:
        raise NotFound("There is no such picture.")
    return private_image(meant.copy())


@bp.post("/<int:report_id>/nearby")
@allow(Permission.DESK_TRIAGE)
def show_picture_nearby(report_id: int) -> ResponseReturnValue:
    """Let people nearby see a picture of a report, or take that back."""
    report, form = get_report(report_id), request.form
    try:
        if "hide" in form:
            hide_nearby(report, _an_id(form["hide"]), by=me())
            flash(_("People nearby do not see this picture."))
        else:
            show_nearby(report, _an_id(form.get("show", "")), look=form.get("look", ""), by=me())
            flash(_("People who report the same within 100 m see this picture while the case is open."))
    except (BadInput, Conflict, WrongStep) as error:
        return show(error)
    args = Wanted.of(request.args, AtTriage, AtTriage.WAITING).args(AtTriage.WAITING)
    return redirect(url_for("triage.report", report_id=report_id, **args))


def _an_id(text: str) -> int:
    try:
        return an_id(text)
    except ValueError as error:
        raise BadInput("This form was damaged. Please reload the page.") from error
