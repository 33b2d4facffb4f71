"""The door of the house: where a sign-in leads."""

from flask import Blueprint, current_app, request, url_for
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from reporter.desks.guard import me
from reporter.desks.incoming import safe_path
from reporter.desks.tokens import own_token_check
from reporter.kernel.policy import Permission, may

bp = Blueprint("accounts", __name__)
checks_its_own_token = own_token_check(bp)

# The first desk that opens to a person is where the sign-in leads.
HOMES = (
    (Permission.DESK_TRIAGE, "triage.queue"),
    (Permission.DESK_UNIT, "unit.inbox"),
    (Permission.DESK_INSPECTION, "inspection.queue"),
    (Permission.DESK_EDITOR, "editor.queue"),
    (Permission.DESK_ADMIN, "admin.home"),
    (Permission.DESK_SECURITY, "admin.home"),
    (Permission.DESK_AUDIT, "admin.home"),
    (Permission.DESK_RESIDENT, "resident.mine"),
)


def home() -> str:
    """Return the address of the first desk that is open to whoever is signed in."""
    return next(url_for(endpoint) for permission, endpoint in HOMES if may(me(), permission))


def typed(form: FlaskForm, *names: str) -> list[str]:
    """Return what stands in the fields called `names`."""
    return [form[name].data or "" for name in names]


def own_page(target: str | None) -> str:
    """Return `target` when it is a page of this site, else the person's desk."""
    path = safe_path(target)
    try:
        current_app.url_map.bind(request.host).match(path.partition("?")[0], method="GET")
    except MethodNotAllowed:  # what a form was sent to is no page
        return home()
    except HTTPException:
        pass
    return path or home()
