"""What administrators may type."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, Regexp, ValidationError
from wtforms.widgets import HiddenInput

from reporter.desks.forms import choices_of
from reporter.desks.states import role_word
from reporter.desks.words import named
from reporter.kernel.policy import APPOINTED
from reporter.places.geometry import Datum
from reporter.routing.deadlines import Limit

NAME = [InputRequired(_l("Please give a name.")), Length(max=60)]


class Versioned(FlaskForm):
    """Carries the version that the person saw; none for something new."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @property
    def facts(self) -> dict[str, Any]:
        """Return what the form says, by column; the version when there is one."""
        columns = {
            name: "" if value is None else value
            for name, value in self.data.items()
            if name not in {"csrf_token", "version"}
        }
        return columns | ({"version": self.version.data} if self.version.data is not None else {})


def a_limit(_form: FlaskForm, field: Field) -> None:
    """Refuse what is no limit such as 30m, 4h, 4wh or 5wd."""
    try:
        if field.data:
            Limit.parse(field.data)
    except ValueError as error:
        raise ValidationError(
            _("Write a number and a unit: 30m minutes, 4h hours, 4wh working hours, 5wd working days.")
        ) from error


class RolesForm(Versioned):
    """What a person may do, and where."""

    roles = SelectMultipleField(
        _l("Roles"), validators=[InputRequired(_l("Please choose at least one role."))]
    )
    unit_id = SelectField(_l("Unit"), coerce=int, validate_choice=True)
    active = BooleanField(_l("May sign in"), default=True)

    def offer(self, units: Sequence[Any]) -> None:
        """Fill the choices."""
        self.roles.choices = choices_of((str(role), role_word(role)) for role in APPOINTED)
        self.unit_id.choices = choices_of([(0, _("No unit")), *((unit.id, named(unit)) for unit in units)])


class NewUserForm(RolesForm):
    """A new person with roles."""

    name = StringField(_l("Name"), validators=NAME)
    login = StringField(
        _l("Mail address or phone number"),
        validators=[InputRequired(_l("Please give a mail address or a phone number.")), Length(max=200)],
    )
    password = PasswordField(
        _l("First password"),
        description=_l("At least 10 characters; the person changes it after signing in."),
        validators=[InputRequired(_l("Please give a password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )


class UnitForm(Versioned):
    """An enforcement unit."""

    code = StringField(_l("Code"), validators=[InputRequired(_l("Please give a code.")), Length(max=20)])
    name_zh = StringField(_l("Name in Chinese"), validators=NAME)
    name_en = StringField(_l("Name in English"), validators=NAME)
    family = StringField(
        _l("Family"),
        description=_l("Such as sanitation, enforcement, maintenance."),
        validators=[Length(max=40)],
    )
    head_name = StringField(
        _l("Head of the unit"), description=_l("Receives what is overdue."), validators=[Length(max=40)]
    )
    phone = StringField(_l("Telephone"), validators=[Length(max=40)])
    night_shift = BooleanField(_l("Works nights and weekends"))
    fallback = BooleanField(_l("Takes cases that nobody owns (fallback unit)"))
    active = BooleanField(_l("Takes cases"), default=True)


class KindForm(Versioned):
    """A kind of disorder with its limits and its legal basis."""

    code = StringField(_l("Code"), validators=[InputRequired(_l("Please give a code.")), Length(max=8)])
    slug = StringField(
        _l("Short name for addresses"),
        validators=[
            InputRequired(_l("Please give a short name.")),
            Regexp(r"^[a-z][a-z0-9_]{1,39}$", message=_l("Small letters, digits and _ only.")),
        ],
    )
    name_zh = StringField(_l("Name in Chinese"), validators=NAME)
    name_en = StringField(_l("Name in English"), validators=NAME)
    hint_zh = StringField(_l("Two examples in Chinese"), validators=[Length(max=40)])
    hint_en = StringField(_l("Two examples in English"), validators=[Length(max=60)])
    nature = SelectField(
        _l("Nature"),
        choices=choices_of(
            [
                ("condition", _l("A condition: can be put right")),
                ("act", _l("An act: ends with a record")),
            ]
        ),
    )
    register_limit = StringField(_l("Limit to accept"), default="2h", validators=[InputRequired(), a_limit])
    dispatch_limit = StringField(
        _l("Limit to dispatch"), default="30m", validators=[InputRequired(), a_limit]
    )
    claim_limit = StringField(_l("Limit to take over"), default="15m", validators=[InputRequired(), a_limit])
    handle_limit = StringField(
        _l("Limit to handle"), validators=[InputRequired(_l("Please give a limit.")), a_limit]
    )
    urgent_limit = StringField(
        _l("Limit to handle, urgent"), validators=[InputRequired(_l("Please give a limit.")), a_limit]
    )
    inspect_limit = StringField(_l("Limit to inspect"), default="4wh", validators=[InputRequired(), a_limit])
    legal_basis = TextAreaField(_l("Legal basis"), validators=[Length(max=300)], render_kw={"rows": 2})
    legal_source = StringField(_l("Source of the basis"), validators=[Length(max=120)])
    legal_date = StringField(_l("In force since, or looked up on"), validators=[Length(max=40)])
    fine_note = TextAreaField(_l("Note on fines"), validators=[Length(max=300)], render_kw={"rows": 2})
    min_photos = IntegerField(
        _l("Photos asked for"), default=1, validators=[NumberRange(1, 9, message=_l("Between 1 and 9."))]
    )
    exposable = BooleanField(_l("May be shown on the board"), default=True)
    plate_expected = BooleanField(_l("A number plate is to be expected in the picture"))
    active = BooleanField(_l("Offered to residents"), default=True)


class SubtypeForm(FlaskForm):
    """A finer kind within a kind; stands beside the form of the kind, so its ids differ."""

    slug = StringField(
        _l("Short name for addresses"),
        id="sub-slug",
        validators=[
            InputRequired(_l("Please give a short name.")),
            Regexp(r"^[a-z][a-z0-9_]{1,39}$", message=_l("Small letters, digits and _ only.")),
        ],
    )
    name_zh = StringField(_l("Name in Chinese"), validators=NAME, id="sub-name_zh")
    name_en = StringField(_l("Name in English"), validators=NAME, id="sub-name_en")
    handle_limit = StringField(
        _l("Limit to handle"),
        description=_l("Empty: that of the kind."),
        validators=[a_limit],
        id="sub-handle_limit",
    )
    urgent = BooleanField(_l("Urgent by nature"))


class AreaFileForm(FlaskForm):
    """A GeoJSON file of areas and the datum of its coordinates."""

    file = FileField(
        _l("GeoJSON file"),
        description=_l("At most 5 MB."),
        validators=[FileRequired(_l("Please choose a file."))],
    )
    datum = SelectField(
        _l("Datum of the coordinates"),
        choices=choices_of(
            [
                (str(Datum.WGS84), "WGS-84 / CGCS2000"),
                (str(Datum.GCJ02), "GCJ-02"),
                (str(Datum.BD09), "BD-09"),
            ]
        ),
    )


class AreaImportForm(FlaskForm):
    """The second step: what was looked at is imported."""

    upload = HiddenField(validators=[InputRequired(), Regexp(r"^[0-9a-f]{32}$")])
    datum = HiddenField(validators=[InputRequired(), AnyOf([str(datum) for datum in Datum])])
    edition = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    confirmed = BooleanField(_l("I have read the doubts and import it all the same"))
