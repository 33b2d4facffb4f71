"""The public desk."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from reporter.desks.guard import allow
from reporter.kernel.policy import Permission

bp = Blueprint("public", __name__)


@bp.get("/")
@allow(Permission.DESK_PUBLIC)
def home() -> ResponseReturnValue:
    """Show the city's home page."""
    return render_template("public/home.html")
