"""The unit's desk: claim, handle, hand in the result."""

from flask import Blueprint

bp = Blueprint("unit", __name__, url_prefix="/unit")
