"""What the public may type: the board's filters and an objection."""

from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from reporter.board.lifecycle import ObjectionKind
from reporter.desks.enclosed import EvidenceForm
from reporter.desks.forms import choices_of

KINDS = (
    (ObjectionKind.MINOR, _l("Somebody under age can be seen")),
    (ObjectionKind.IDENTITY, _l("Somebody can be recognised")),
    (ObjectionKind.WRONG_PLACE, _l("The place is wrong")),
    (ObjectionKind.NOT_TRUE, _l("It is not true")),
    (ObjectionKind.PUT_RIGHT, _l("It has been put right since")),
    (ObjectionKind.OTHER, _l("Something else")),
)


def new_client_id() -> str:
    """Return a number for a form: what is sent under it twice is filed once."""
    return str(uuid4())


class ObjectionForm(EvidenceForm):
    """Why a post should not stand as it does, and what shows it."""

    client_id = HiddenField(_l("This form"), default=new_client_id)
    kind = RadioField(
        _l("What is wrong?"),
        choices=choices_of(KINDS),
        validators=[InputRequired(_l("Please choose what is wrong."))],
    )
    words = TextAreaField(
        _l("Please explain"),
        description=_l("What exactly, and how can we check it? At most 1,000 characters."),
        validators=[
            InputRequired(_l("Please say what is wrong with this post.")),
            Length(max=1000, message=_l("At most 1,000 characters, please.")),
        ],
        render_kw={"rows": 5},
    )
    contact = StringField(
        _l("How we may reach you"),
        description=_l(
            "A phone number or mail address, only for this objection. You can also ask with the receipt code."
        ),
        validators=[Optional(), Length(max=200)],
        render_kw={"autocomplete": "email"},
    )

    def validate_client_id(self, field: Field) -> None:
        """Refuse a damaged number."""
        try:
            field.data = str(UUID(str(field.data)))
        except ValueError as error:
            raise ValidationError(
                _("This form was damaged on its way. Please look through it and send it again.")
            ) from error

    def renew(self) -> "ObjectionForm":
        """Give a form whose number cannot be used another one, and return it."""
        if self.client_id.errors:
            self.client_id.data = new_client_id()
        return self


class CodeForm(FlaskForm):
    """The receipt code of an objection."""

    code = StringField(
        _l("Receipt code"),
        validators=[InputRequired(_l("Please type the receipt code.")), Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
