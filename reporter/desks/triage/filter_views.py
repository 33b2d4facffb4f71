"""Filters: the list kept as it is narrowed, and the page where they are renamed, put in order, shared and let go."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.filter_forms import Change, ChangeForm, SaveForm
from reporter.desks.triage.filters import filter_rows
from reporter.desks.triage.lookups import look_up
from reporter.desks.triage.pages import report_page, sent
from reporter.desks.triage.panes import Wanted, lists_of_reports
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission
from reporter.reports.commands.filters import (
    NAME_AT_MOST,
    drop_filter,
    move_filter,
    rename_filter,
    save_filter,
    share_filter,
)
from reporter.reports.filters import filter_seen_by
from reporter.reports.models import SavedFilter
from reporter.reports.worklists import AtTriage


@bp.get("/filters")
@allow(Permission.DESK_TRIAGE)
def filters() -> ResponseReturnValue:
    """Show the filters one keeps and those that are shared."""
    return _page()


def _page(returned: tuple[int, ChangeForm] | None = None) -> str:
    rows = filter_rows(look_up(), lists_of_reports(), returned)
    return render_template(
        "triage/filters.html", rows=rows, wrong=returned[1] if returned else None, name_most=NAME_AT_MOST
    )


@bp.post("/filters")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def keep_filter() -> ResponseReturnValue:
    """Keep the list as the address narrows it."""
    form = sent("save", SaveForm(prefix="save"))
    wanted = Wanted.of(request.args, AtTriage, AtTriage.WAITING)
    if not valid(form):
        return report_page(None), 422
    try:
        made = save_filter(
            form.name.data or "", AtTriage(wanted.which), wanted.only, shared=form.shared.data, by=me()
        )
    except BadInput as error:
        blame(form, error)
        return report_page(None), error.status
    flash(_("Kept as “%(name)s”.", name=made.name))
    return redirect(url_for("triage.queue", **{**wanted.args(AtTriage.WAITING), "after": None}))


@bp.post("/filters/<int:filter_id>")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def change_filter(filter_id: int) -> ResponseReturnValue:
    """Rename, move, share or let go of one filter."""
    saved, form = filter_seen_by(me().id or 0, filter_id), ChangeForm.about(filter_id)
    if not valid(form):
        return _page((filter_id, form)), 422
    try:
        CHANGES[form.what](saved, form.name.data or "", me())
    except BadInput as error:
        if error.field not in form:
            raise
        blame(form, error)
        return _page((filter_id, form)), error.status
    flash(_said(form.what))
    return redirect(url_for("triage.filters"))


CHANGES: dict[Change, Callable[[SavedFilter, str, Actor], object]] = {
    Change.RENAME: lambda saved, name, by: rename_filter(saved, name, by=by),
    Change.UP: lambda saved, _name, by: move_filter(saved, up=True, by=by),
    Change.DOWN: lambda saved, _name, by: move_filter(saved, up=False, by=by),
    Change.SHARE: lambda saved, _name, by: share_filter(saved, shared=True, by=by),
    Change.KEEP: lambda saved, _name, by: share_filter(saved, shared=False, by=by),
    Change.DROP: lambda saved, _name, by: drop_filter(saved, by=by),
}


def _said(what: Change) -> str:
    return {
        Change.RENAME: _("The filter has its new name."),
        Change.UP: _("The filter was moved."),
        Change.DOWN: _("The filter was moved."),
        Change.SHARE: _("The whole desk sees the filter now."),
        Change.KEEP: _("Only its owner sees the filter now."),
        Change.DROP: _("The filter was deleted. The list itself can still be narrowed like that."),
    }[what]
