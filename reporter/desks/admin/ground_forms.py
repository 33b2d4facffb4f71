"""Forms of the areas: a file is brought, looked at and imported; a version is taken up again."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import AnyOf, InputRequired, Length, Regexp
from wtforms.widgets import HiddenInput

from reporter.desks.admin.fields import RowNumber, one_of
from reporter.desks.forms import choices_of
from reporter.places.geometry import Datum


class AreaFileForm(FlaskForm):
    """A GeoJSON file of areas and the datum of its coordinates."""

    file = FileField(
        _l("GeoJSON file"),
        description=_l("At most 64 MB and 50,000 areas."),
        validators=[FileRequired(_l("Please choose a file."))],
    )
    datum = one_of(
        _l("Datum of the coordinates"),
        choices=choices_of(
            [
                ("", _l("Please choose")),
                (str(Datum.WGS84), "WGS-84 / CGCS2000"),
                (str(Datum.GCJ02), "GCJ-02"),
                (str(Datum.BD09), "BD-09"),
            ]
        ),
        # No file says it, and a guess would move every area by half a kilometre.
        missing=_l("Please say which datum the file is in; who made it knows."),
    )


class NamesFileForm(AreaFileForm):
    """A GeoJSON file of named roads and places and the datum of its coordinates."""

    file = FileField(
        _l("GeoJSON file"),
        description=_l("At most 64 MB and 50,000 entries."),
        validators=[FileRequired(_l("Please choose a file."))],
    )


class NamesBackForm(FlaskForm):
    """The list that is to be searched again."""

    number = RowNumber()


class AreaImportForm(FlaskForm):
    """The second step: what was looked at is imported."""

    upload = HiddenField(validators=[InputRequired(), Regexp(r"^[0-9a-f]{32}\Z")])
    name = HiddenField(validators=[Length(max=200)])
    datum = HiddenField(validators=[InputRequired(), AnyOf([str(datum) for datum in Datum])])
    edition = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    confirmed = BooleanField(_l("I have read the doubts and import it all the same"))


class AreaBackForm(FlaskForm):
    """The version whose areas are to be in force again, and what the person looked at."""

    number = RowNumber()
    edition = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
