"""What was brought over from other systems, run by run: for system administrators."""

from flask import render_template
from flask.typing import ResponseReturnValue

from reporter.desks.admin.door import bp
from reporter.desks.guard import allow
from reporter.history.queries import import_runs
from reporter.kernel.policy import Permission

RUNS = 100  # that are listed; a city brings its past over in a handful


@bp.get("/imports")
@allow(Permission.DESK_ADMIN)
def imports() -> ResponseReturnValue:
    """List the runs that brought something over."""
    return render_template("admin/imports.html", runs=import_runs(limit=RUNS))
