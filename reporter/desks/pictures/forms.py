"""The form that opens an original."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from reporter.desks.forms import reason_field


class OriginalForm(FlaskForm):
    """For what the original is needed."""

    purpose = reason_field(_l("Purpose of opening the original"))
