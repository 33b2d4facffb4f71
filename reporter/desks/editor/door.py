"""The door of the editors' desk; the views hang themselves on it."""

from flask import Blueprint

from reporter.desks.tokens import own_token_check

bp = Blueprint("editor", __name__, url_prefix="/editor")
checks_its_own_token = own_token_check(bp)
