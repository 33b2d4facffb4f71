"""The door of the editors' desk; the views hang themselves on it."""

from flask import Blueprint

bp = Blueprint("editor", __name__, url_prefix="/editor")
