"""The admin desk."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from reporter.desks.guard import allow
from reporter.kernel.policy import Permission

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("/")
@allow(Permission.DESK_STAFF)
def home() -> ResponseReturnValue:
    """Show what there is to administer."""
    return render_template("admin/home.html")
