"""The inspector's and the supervisor's desk: look at what was done, pass it or send it back."""

from flask import Blueprint

bp = Blueprint("inspection", __name__, url_prefix="/inspection")
