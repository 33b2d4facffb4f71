"""Work after commit that was given up: for system administrators. Each piece, or all of it, is tried anew."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cities.commands import try_again, try_all_again
from reporter.desks.admin.door import bp
from reporter.desks.guard import allow, me
from reporter.kernel.pages import page_of, read_key
from reporter.kernel.policy import Permission
from reporter.ports.backlog import dead_jobs

ROWS = 50


@bp.get("/jobs")
@allow(Permission.DESK_ADMIN)
def jobs() -> ResponseReturnValue:
    """List the work of the city that was given up."""
    key = read_key(request.args.get("after", ""), datetime, int)
    rows = dead_jobs(before=(key[0], key[1]) if key else None, limit=ROWS + 1)
    page = page_of(rows, size=ROWS, key=lambda job: (job.at.isoformat(), job.id))
    return render_template("admin/jobs.html", page=page)


@bp.post("/jobs/<int:job_id>/again")
@allow(Permission.DESK_ADMIN)
def job_again(job_id: int) -> ResponseReturnValue:
    """Let one piece of work be tried anew."""
    try_again(job_id, by=me())
    flash(_("It is tried anew. Should it fail again, it comes back to this list."), "ok")
    return redirect(url_for("admin.jobs"))


@bp.post("/jobs/again")
@allow(Permission.DESK_ADMIN)
def all_again() -> ResponseReturnValue:
    """Let all of it be tried anew."""
    number = try_all_again(by=me())
    flash(
        ngettext("%(num)s piece of work is tried anew.", "%(num)s pieces of work are tried anew.", number),
        "ok",
    )
    return redirect(url_for("admin.jobs"))
