"""The audit trail: for audit administrators. Looks, verifies, changes nothing."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from reporter.accounts.queries import names_of
from reporter.desks.admin.door import bp
from reporter.desks.guard import allow
from reporter.kernel.audit import SUBJECTS, latest_entries, verify
from reporter.kernel.pages import page_of, read_key
from reporter.kernel.policy import Permission

ROWS = 50


@bp.get("/trail")
@allow(Permission.DESK_AUDIT)
def trail() -> ResponseReturnValue:
    """Show the newest entries of all trails."""
    subject = request.args.get("subject", "")
    subject = subject if subject in SUBJECTS else ""
    key = read_key(request.args.get("after", ""), int)
    rows = latest_entries(before=key[0] if key else None, subject=subject, limit=ROWS + 1)
    page = page_of(rows, size=ROWS, key=lambda entry: (entry.id,))
    names = names_of([entry.actor_id for entry in page.rows])
    return render_template(
        "admin/trail.html", page=page, names=names, subject=subject, subjects=SUBJECTS, faults=None
    )


@bp.post("/trail/verify")
@allow(Permission.DESK_AUDIT)
def verify_trail() -> ResponseReturnValue:
    """Check every chain and seal of the city, and say what is wrong."""
    faults = list(verify(current_app.config["SECRET_KEY"]))
    page = page_of(latest_entries(limit=ROWS), size=ROWS, key=lambda entry: (entry.id,))
    names = names_of([entry.actor_id for entry in page.rows])
    return render_template(
        "admin/trail.html", page=page, names=names, subject="", subjects=SUBJECTS, faults=faults
    )
