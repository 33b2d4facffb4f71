"""A moderator's mark that somebody under age can be seen on a picture."""

from collections.abc import Collection, Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.guard import allow, me
from reporter.desks.incoming import an_id
from reporter.desks.triage.door import bp
from reporter.desks.triage.panes import Wanted
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission
from reporter.reports.commands.flagging import mark_minors
from reporter.reports.queries import get_report, photo_ids_of
from reporter.reports.worklists import AtTriage


@bp.post("/<int:report_id>/minors")
@allow(Permission.DESK_TRIAGE)
def mark_report_minors(report_id: int) -> ResponseReturnValue:
    """Keep on which pictures of a report somebody under age can be seen."""
    report = get_report(report_id)
    if "shown" not in request.form:
        raise BadInput("This form was damaged. Please reload the page.")
    otherwise = mark_minors(report, _ids_in("photos"), shown=_ids_in("shown"), by=me())
    flash(_("The mark is kept."))
    if otherwise:
        flash(_meanwhile(photo_ids_of(report.id), otherwise), "warn")
    args = Wanted.of(request.args, AtTriage, AtTriage.WAITING).args(AtTriage.WAITING)
    return redirect(url_for("triage.report", report_id=report_id, **args))


def _meanwhile(photo_ids: Sequence[int], otherwise: Collection[int]) -> str:
    numbers = [f"{number}" for number, photo_id in enumerate(photo_ids, 1) if photo_id in otherwise]
    return _(
        "A colleague has changed the mark on other pictures meanwhile (%(numbers)s). It stays as they set it; please look again.",
        numbers=", ".join(numbers),
    )


def _ids_in(field: str) -> list[int]:
    try:
        return [an_id(one) for one in request.form.getlist(field) if one]
    except ValueError as error:
        raise BadInput("This form was damaged. Please reload the page.") from error
