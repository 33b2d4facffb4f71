"""The editors' desk: redact, review twice, publish, correct, withdraw, and decide objections."""

from flask import Blueprint

bp = Blueprint("editor", __name__, url_prefix="/editor")
