"""What a resident does: report, follow the progress, answer, rate."""

from flask import Blueprint

bp = Blueprint("resident", __name__)
