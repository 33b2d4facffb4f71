"""The door of the moderator's desk; the views hang themselves on it."""

from flask import Blueprint

bp = Blueprint("triage", __name__, url_prefix="/triage")
