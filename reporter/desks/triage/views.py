"""The moderator's desk: accept, ask, decline, merge, dispatch; the shift leader's approvals."""

from flask import Blueprint

bp = Blueprint("triage", __name__, url_prefix="/triage")
