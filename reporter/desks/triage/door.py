"""The door of the moderator's desk; the views hang themselves on it."""

from flask import Blueprint

from reporter.desks.tokens import own_token_check

bp = Blueprint("triage", __name__, url_prefix="/triage")
checks_its_own_token = own_token_check(bp)
