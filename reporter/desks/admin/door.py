"""The administrators' desk: where each part is."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from reporter.desks.guard import allow, me
from reporter.desks.tokens import own_token_check
from reporter.kernel.policy import Permission, may

bp = Blueprint("admin", __name__, url_prefix="/admin")
checks_its_own_token = own_token_check(bp)


@bp.get("/")
@allow(Permission.DESK_ADMINISTRATION)
def home() -> ResponseReturnValue:
    """Show what this person may administer."""
    return render_template("admin/home.html")


# fmt: off
PARTS = (
    # endpoint         who                          words                          what it is for
    ("admin.users",    Permission.DESK_SECURITY,    _l("Users and roles"),         _l("Who works here, and what each may do.")),
    ("admin.units",    Permission.DESK_ADMIN,       _l("Units"),                   _l("Enforcement units with their heads, and the fallback unit.")),
    ("admin.rules",    Permission.DESK_ADMIN,       _l("Rules"),                   _l("Which unit a case goes to: by kind, place, time and source.")),
    ("admin.pairings", Permission.DESK_ADMIN,       _l("Pairings"),                _l("Which organ looks after which street, community or patch.")),
    ("admin.kinds",    Permission.DESK_ADMIN,       _l("Kinds and limits"),        _l("The nine kinds, their sub-types, limits and legal basis.")),
    ("admin.list_of_sentences", Permission.DESK_ADMIN, _l("Ready sentences"),         _l("What moderators and units write again and again: refusals, questions, endings.")),
    ("admin.suggestions", Permission.DESK_ADMIN,    _l("Suggested kinds"),         _l("What the city learnt from its decided reports, and how often that is right.")),
    ("admin.calendar", Permission.DESK_ADMIN,       _l("Calendar"),                _l("Holidays, the days worked for them, and what holds in this city alone.")),
    ("admin.factors",  Permission.DESK_ADMIN,       _l("Limits by place and time"), _l("Grades of areas, and shorter limits while something is guarded.")),
    ("admin.calm",     Permission.DESK_ADMIN,       _l("Low risk by rule"),        _l("Which reports are accepted without a moderator, and what the re-check found.")),
    ("admin.flagged",  Permission.DESK_ADMIN,       _l("Words that lift a report"), _l("The city's own list, beside the words for children and pupils.")),
    ("admin.board",    Permission.DESK_ADMIN,       _l("Exposure board"),          _l("How long a reviewed post waits before the public sees it.")),
    ("admin.points",   Permission.DESK_ADMIN,       _l("Points"),                  _l("What residents get points for, how many, and the list of a month.")),
    ("admin.areas",    Permission.DESK_ADMIN,       _l("Areas"),                   _l("Streets and townships, imported from GeoJSON.")),
    ("admin.names",    Permission.DESK_ADMIN,       _l("Roads and places"),        _l("What a typed address is looked up in, imported from GeoJSON.")),
    ("admin.webhooks", Permission.DESK_ADMIN,       _l("Webhooks"),                _l("Other systems that are told of every step, signed.")),
    ("admin.api_keys", Permission.DESK_ADMIN,       _l("Keys of other systems"),   _l("Other systems that send reports and updates here.")),
    ("admin.imports",  Permission.DESK_ADMIN,       _l("Brought over"),            _l("Requests of the system that the city used before.")),
    ("admin.deliveries", Permission.DESK_ADMIN,     _l("Undelivered notices"),     _l("What nobody took: mail, SMS, group robots, webhooks.")),
    ("admin.jobs",     Permission.DESK_ADMIN,       _l("Work given up"),           _l("What was to happen by itself and failed time after time.")),
    ("admin.trail",    Permission.DESK_AUDIT,       _l("Audit trail"),             _l("Who did what and when, in chains that show every forgery.")),
)
# fmt: on


@dataclass(frozen=True)
class Part:
    """A part of the administration that this person may open."""

    href: str
    text: Any
    purpose: Any
    current: bool


@bp.app_template_global("admin_ways")
def admin_ways() -> list[Part]:
    """Return the parts that are open to whoever is signed in."""
    here = (request.endpoint or "").removeprefix("admin.")
    return [
        Part(url_for(name), text, purpose, current=_belongs(here, name.removeprefix("admin.")))
        for name, permission, text, purpose in PARTS
        if may(me(), permission)
    ]


def _belongs(here: str, part: str) -> bool:
    return part.rstrip("s") in here
