"""The city's own words that lift a report in the moderators' queue."""

from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from reporter.desks.admin.calm_forms import FlaggedForm
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission
from reporter.reports.commands.flagging import keep_flagged_words
from reporter.reports.queries import flagged_words


@bp.get("/flagged")
@allow(Permission.DESK_ADMIN)
def flagged() -> ResponseReturnValue:
    """Show the list."""
    return _page(FlaggedForm(None, words="\n".join(flagged_words())))


def _page(form: FlaggedForm, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    return render_template("admin/flagged.html", form=form), status


@bp.post("/flagged")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def keep_flagged() -> ResponseReturnValue:
    """Keep the list as it was typed."""
    form = FlaggedForm()
    if not valid(form):
        return _page(form, BadInput.status)
    try:
        words = keep_flagged_words(form.words.data or "", by=me())
    except BadInput as error:
        blame(form, error)
        return _page(form, error.status)
    kept = ngettext("%(num)d word kept. It holds for reports that come from now on.", "%(num)d words kept. They hold for reports that come from now on.", len(words))  # fmt: skip
    flash(kept, "ok")
    return redirect(url_for("admin.flagged"))
