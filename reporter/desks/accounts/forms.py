"""What a person may type to sign in, about themselves, and to change the password."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length


def _digits(label: Any) -> StringField:
    """Return a field for a code that was sent."""
    return StringField(
        label,
        validators=[InputRequired(_l("Please type the code.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class SignInForm(FlaskForm):
    """Mail address or phone number, and password."""

    login = StringField(
        _l("Mail address or phone number"),
        validators=[InputRequired(_l("Please give your mail address or phone number.")), Length(max=200)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Please give your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class AskForm(FlaskForm):
    """Where a code is to be sent."""

    contact = StringField(
        _l("Mobile number or mail address"),
        validators=[InputRequired(_l("Please give your mobile number or mail address.")), Length(max=200)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    next = HiddenField()


class CodeForm(FlaskForm):
    """The six digits."""

    code = _digits(_l("Code of six digits"))
    next = HiddenField()


class NewContactForm(AskForm):
    """The contact that is to take the place of the one there is. `own`: by which of one's own it is proved."""

    own = RadioField(
        _l("Prove that it is you by a code to"), default="phone",
        validators=[InputRequired(_l("Please choose where the code goes."))],
    )  # fmt: skip


class ContactForm(FlaskForm):
    """The code that went to the new contact, and the proof: the password, or the code that went to the old one."""

    code = _digits(_l("Code sent to the new contact"))
    own_code = _digits(_l("Code sent to your present contact"))
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Please give your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class EraseForm(FlaskForm):
    """What proves that the account is one's own: the password, or the code that was sent."""

    password = PasswordField(
        _l("Password"), validators=[Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    code = StringField(
        _l("Code of six digits"),
        validators=[Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class AboutMeForm(FlaskForm):
    """What a resident says of themselves; all of it may be left out."""

    name = StringField(
        _l("What we may call you"),
        validators=[Length(max=40, message=_l("Please use at most 40 characters."))],
        render_kw={"autocomplete": "nickname"},
    )
    real_name = StringField(
        _l("Real name"),
        validators=[Length(max=40, message=_l("Please use at most 40 characters."))],
        render_kw={"autocomplete": "name"},
    )
    without = BooleanField(_l("Take my real name away"))


class NameForm(FlaskForm):
    """What somebody is called whose account 微信 opens."""

    name = StringField(
        _l("What we may call you"),
        validators=[InputRequired(_l("Please give your name.")), Length(max=40)],
        render_kw={"autocomplete": "nickname"},
    )


class ChangePasswordForm(FlaskForm):
    """The old password once, the new one twice."""

    old = PasswordField(
        _l("Current password"),
        validators=[InputRequired(_l("Please give your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("New password"),
        description=_l("At least 10 characters; a short sentence is easy to remember."),
        validators=[InputRequired(_l("Please give your password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password once more"),
        validators=[
            InputRequired(_l("Please give your password.")),
            EqualTo("password", _l("The two are not the same.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
