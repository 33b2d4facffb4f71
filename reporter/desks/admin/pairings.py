"""Pairings (包联): which organ looks after which area; typed one by one, or brought in a file."""

from collections.abc import Callable
from http import HTTPStatus

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.forms import DaysFileForm
from reporter.desks.admin.staff_forms import PairingForm
from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.places.queries import area_names
from reporter.routing.pairings import drop_pairing, import_pairs, read_pairs, save_pair
from reporter.routing.pairings import pairings as all_pairings


@bp.get("/pairings")
@allow(Permission.DESK_ADMIN)
def pairings() -> ResponseReturnValue:
    """Show who looks after what, and how to bring more."""
    return _page()


def _page(
    form: PairingForm | None = None, file: DaysFileForm | None = None, status: int = HTTPStatus.OK
) -> ResponseReturnValue:
    rows = all_pairings()
    page = render_template(
        "admin/pairings.html", rows=rows, areas=area_names(row.area_id for row in rows),
        form=form or PairingForm(formdata=None), file=file or DaysFileForm(formdata=None),
    )  # fmt: skip
    return page, status


@bp.post("/pairings")
@checks_its_own_token
@allow(Permission.DESK_ADMIN)
def keep_pairing() -> ResponseReturnValue:
    """Write one pairing."""
    form = PairingForm()
    if valid(form):
        try:
            save_pair(form.pair, by=me())
        except ReporterError as error:
            blame(form, error)
        else:
            return _done(_("The pairing has been saved."))
    return _page(form, status=BadInput.status)


@bp.post("/pairings/file")
@allow(Permission.DESK_ADMIN)
def import_pairings() -> ResponseReturnValue:
    """Write the pairings of a file, all or none."""
    form = DaysFileForm()
    if form.validate_on_submit():
        with form.file.data.stream as stream:
            content = stream.read()
        try:
            changed = import_pairs(read_pairs(content), by=me())
        except ReporterError as error:
            blame(form, error)
        else:
            told: Callable[..., str] = ngettext
            return _done(
                told("%(num)s line is new or changed.", "%(num)s lines are new or changed.", changed)
            )
    return _page(file=form, status=BadInput.status)


@bp.post("/pairings/<int:pairing_id>/drop")
@allow(Permission.DESK_ADMIN)
def forget_pairing(pairing_id: int) -> ResponseReturnValue:
    """Take a pairing out."""
    drop_pairing(pairing_id, by=me())
    return _done(_("The pairing has been taken out."))


def _done(words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for("admin.pairings"))
