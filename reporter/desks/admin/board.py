"""What is shown of cases: how long a post waits between the second review and the public; pictures for people nearby."""

from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.board.commands.showing import set_hold
from reporter.board.queries import hold
from reporter.desks.admin.door import bp
from reporter.desks.admin.forms import HoldForm
from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission
from reporter.reports.commands.nearby import switch_nearby_pictures
from reporter.reports.nearby import pictures_wanted

HOUR = 3600


@bp.get("/board")
@allow(Permission.DESK_ADMIN)
def board() -> ResponseReturnValue:
    """Show the hold."""
    return _page(HoldForm(formdata=None, hours=round(hold().total_seconds() / HOUR)))


def _page(form: HoldForm, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    return render_template("admin/board.html", form=form, nearby=pictures_wanted()), status


@bp.post("/board")
@allow(Permission.DESK_ADMIN)
def change_board() -> ResponseReturnValue:
    """Change the hold; posts that were reviewed keep theirs."""
    form = HoldForm()
    if form.validate_on_submit():
        try:
            set_hold(form.hours.data or 0, by=me())
        except BadInput as error:
            blame(form, error)
        else:
            flash(_("Saved. It holds for posts that pass the second review from now on."), "ok")
            return redirect(url_for("admin.board"))
    return _page(form, BadInput.status)


@bp.post("/board/nearby")
@allow(Permission.DESK_ADMIN)
def switch_nearby() -> ResponseReturnValue:
    """Say whether people who report the same nearby may see pictures of open cases."""
    wanted = request.form.get("on") == "1"
    switch_nearby_pictures(wanted=wanted, by=me())
    flash(
        _("Moderators may show pictures to people nearby.")
        if wanted
        else _("Nobody nearby sees pictures now."),
        "ok",
    )
    return redirect(url_for("admin.board"))
