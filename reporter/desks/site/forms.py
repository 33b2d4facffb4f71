"""What an empty installation is asked once: which city, and who administers it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FloatField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

LONGEST_NAME = 40


class SetUpForm(FlaskForm):
    """City and first administrator."""

    key = StringField(
        _l("Key of this installation"),
        description=_l(
            "It was printed where the installation was started; the command “flask opening-key” prints it again."
        ),
        validators=[InputRequired(_l("Please give the key.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    name_zh = StringField(
        _l("Name of the city or district"),
        validators=[InputRequired(_l("Please give a name.")), Length(max=LONGEST_NAME)],
    )
    name_en = StringField(
        _l("The same in English"),
        validators=[InputRequired(_l("Please give a name.")), Length(max=LONGEST_NAME)],
    )
    code = StringField(
        _l("Division code"),
        description=_l("Six digits; they lead the number of every case."),
        validators=[InputRequired(), Regexp(r"^\d{6}$", message=_l("Please give six digits."))],
        render_kw={"inputmode": "numeric", "maxlength": 6},
    )
    zone = StringField(
        _l("Time zone"),
        description=_l("As in Asia/Shanghai."),
        validators=[InputRequired(), Length(max=LONGEST_NAME)],
    )
    lon = FloatField(
        _l("Longitude of its centre"),
        description=_l("In degrees, WGS-84, such as 113.1092."),
        validators=[InputRequired(_l("Please give a number.")), NumberRange(-180, 180)],
        render_kw={"inputmode": "decimal"},
    )
    lat = FloatField(
        _l("Latitude of its centre"),
        description=_l("In degrees, WGS-84, such as 41.0323."),
        validators=[InputRequired(_l("Please give a number.")), NumberRange(-90, 90)],
        render_kw={"inputmode": "decimal"},
    )
    phone = StringField(_l("Telephone of the duty desk"), validators=[Length(max=LONGEST_NAME)])
    name = StringField(
        _l("Your name"),
        validators=[InputRequired(_l("Please give your name.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "name"},
    )
    login = StringField(
        _l("Your mail address or phone number"),
        validators=[InputRequired(_l("Please give a mail address or a phone number.")), Length(max=200)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Your password"),
        description=_l("At least 10 characters; a short sentence is easy to remember."),
        validators=[InputRequired(_l("Please give a password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )

    @property
    def facts(self) -> dict[str, object]:
        """The columns of the city."""
        columns = ("name_zh", "name_en", "code", "zone", "lon", "lat", "phone")
        return {"slug": self.code.data, **{name: self[name].data for name in columns}}
