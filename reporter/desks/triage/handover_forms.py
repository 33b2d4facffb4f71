"""What one shift writes to the next, and what the next one doubts: shape only."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField

from reporter.desks.forms import at_most
from reporter.reports.handing import WORDS_AT_MOST


class HandOverForm(FlaskForm):
    """Words beside the numbers."""

    words = TextAreaField(_l("What the next shift should know"), validators=[at_most(WORDS_AT_MOST)])


class ReceiveForm(FlaskForm):
    """What is doubted, if anything."""

    doubts = TextAreaField(_l("What you doubt, or found otherwise"), validators=[at_most(WORDS_AT_MOST)])
