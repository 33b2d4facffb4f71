"""What a person may type to sign in, to open an account, to change the password."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length


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


class OpenAccountForm(FlaskForm):
    """A resident's new account."""

    name = StringField(
        _l("What we may call you"),
        validators=[InputRequired(_l("Please give a name.")), Length(max=40)],
        render_kw={"autocomplete": "nickname"},
    )
    login = StringField(
        _l("Mail address or phone number"),
        validators=[InputRequired(_l("Please give your mail address or phone number.")), Length(max=200)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Password"),
        description=_l("At least 10 characters; a short sentence is easy to remember."),
        validators=[InputRequired(_l("Please give your password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
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
        validators=[EqualTo("password", _l("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )
