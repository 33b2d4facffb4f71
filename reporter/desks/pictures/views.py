"""Pictures for staff: the clean copy of a photo, to whoever works for the city."""

from flask import Blueprint

bp = Blueprint("pictures", __name__, url_prefix="/pictures")
