"""The link by which a firm outside answers a case: shown to whoever dispatches, made anew, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.desks.guard import allow, me
from reporter.desks.triage.door import bp
from reporter.kernel.policy import Permission, may
from reporter.routing.links import link_of_order, link_path, make_link, revoke_links
from reporter.routing.models import Unit
from reporter.routing.queries import open_order


@dataclass(frozen=True)
class Firm:
    """A firm outside that has the case now. `address` is "" when no link is alive."""

    unit: Unit
    address: str
    expires_at: datetime | None
    opened_at: datetime | None
    promised_at: datetime | None


def firm_of(case: Case, units: Mapping[int, Unit]) -> Firm | None:
    """Return the firm that has the case now, for those who dispatch; else None."""
    unit = units.get(case.lead_unit_id or 0)
    if unit is None or not unit.external or not may(me(), Permission.CASE_DISPATCH, case):
        return None
    if open_order(case.id) is None:
        return None
    link = link_of_order(case.id)
    if link is None:
        return Firm(unit, "", None, None, None)
    address = request.url_root.rstrip("/") + link_path(link, current_app.config["SECRET_KEY"])
    return Firm(unit, address, link.expires_at, link.opened_at, link.promised_at)


@bp.post("/cases/<int:case_id>/link")
@allow(Permission.DESK_TRIAGE)
def new_link(case_id: int) -> ResponseReturnValue:
    """Make a link for the firm that has the case."""
    make_link(get_case(case_id), by=me())
    flash(_("The link is ready to be copied."), "ok")
    return redirect(url_for("triage.case", case_id=case_id))


@bp.post("/cases/<int:case_id>/link/revoke")
@allow(Permission.DESK_TRIAGE)
def revoke_link(case_id: int) -> ResponseReturnValue:
    """Take the links to a case back."""
    revoke_links(get_case(case_id), by=me())
    flash(_("The link opens nothing any more."), "ok")
    return redirect(url_for("triage.case", case_id=case_id))
