"""What a resident may type: shape only. Whether it may happen is the command's business."""

import re
from collections.abc import Sequence
from uuid import UUID, uuid4

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import AnyOf, InputRequired, Length, Optional, StopValidation

from reporter.cases.models import Category
from reporter.desks.enclosed import PhotosForm
from reporter.desks.words import named
from reporter.places.models import Area

PHONE = re.compile(r"^\+?[0-9][0-9 -]{5,17}$")
WORDS_AT_MOST = 1000
ROW = re.compile(r"[0-9]{1,9}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def new_client_id() -> str:
    """Return the id under which what this form sends will be known, however often it is sent."""
    return str(uuid4())


def _undamaged(_form: FlaskForm, field: Field) -> None:
    """Replace a damaged id: the person can do nothing about it but send again."""
    try:
        field.data = str(UUID(str(field.data)))
    except ValueError as error:
        field.data = new_client_id()
        raise ValidationError(_("This form was damaged on its way. Please send it again.")) from error


def at_most(length: int) -> Length:
    """Return the check that a text has at most `length` characters."""
    return Length(max=length, message=_l("At most %(max)d characters; please shorten the text."))


class Mark(Field):
    """No control of its own: stands for a part of the form, so that an error has a place."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take nothing from the request."""


def _tidy(text: str | None) -> str:
    """Return `text` without what no keyboard types: control characters, and line ends in two letters."""
    return _CONTROLS.sub("", (text or "").replace("\r\n", "\n")).strip()


def _looks_reachable(form: FlaskForm, field: Field) -> None:
    if not field.data and form.notify.data:
        raise ValidationError(_("Where shall we tell you? Give a phone number or mail address."))
    if not field.data or PHONE.match(field.data):
        return
    try:
        validate_email(field.data, check_deliverability=False)
    except EmailNotValidError as error:
        raise ValidationError(_("Please give a phone number or a mail address.")) from error


class ReportForm(PhotosForm):
    """A whole report. `place` and the like are where an error about several fields is shown."""

    client_id = HiddenField(_l("Number of this form"), validators=[_undamaged])

    place = Mark(_l("Place"))
    lon = HiddenField()
    lat = HiddenField()
    accuracy = HiddenField()
    place_source = HiddenField()
    area_id = SelectField(_l("Street or township"), coerce=str, validators=[Optional()])
    address = StringField(
        _l("Address"),
        filters=[_tidy],
        validators=[at_most(120)],
        render_kw={"autocomplete": "street-address", "maxlength": 120},
    )
    looked_up = HiddenField(filters=[_tidy])
    found = RadioField(
        _l("Which place is it?"), choices=[], validators=[Optional()], validate_choice=False, default=""
    )
    landmark = StringField(
        _l("How to find it"), filters=[_tidy], validators=[at_most(80)], render_kw={"maxlength": 80}
    )

    category = RadioField(
        _l("Kind"),
        validators=[InputRequired(_l("Please choose a kind; “Other” will do."))],
        validate_choice=False,
    )
    subcategory_id = SelectField(_l("More exactly"), coerce=str, validators=[Optional()])
    joins = StringField(_l("Reported already?"), validators=[Optional()])
    answers = Mark(_l("A little more about it"))

    words = TextAreaField(_l("What you want to say"), filters=[_tidy], validators=[at_most(WORDS_AT_MOST)])
    minors = BooleanField(_l("A child or teenager can be seen in the photos"))
    anonymous = BooleanField(_l("Keep my name and contact from the people who handle it"), default=True)
    notify = BooleanField(_l("Tell me how it goes"))
    contact = StringField(
        _l("Phone number or mail address"),
        filters=[_tidy],
        validators=[at_most(120), _looks_reachable],
        render_kw={"autocomplete": "tel", "maxlength": 120},
    )
    pace = Mark(_l("Sending"))

    @property
    def sub_id(self) -> int | None:
        """The sub-type that was chosen."""
        chosen = self.subcategory_id.data or ""
        return int(chosen) if ROW.fullmatch(chosen) else None

    @property
    def street_id(self) -> int | None:
        """The street or township that was chosen, when it is one of those offered."""
        chosen = self.area_id.data or ""
        return int(chosen) if chosen in self.streets else None

    @property
    def case_id(self) -> int | None:
        """The case that was seen too; None when what came is no number."""
        chosen = self.joins.data or ""
        return int(chosen) if ROW.fullmatch(chosen) else None

    def offer(self, kinds: Sequence[Category], areas: Sequence[Area]) -> None:
        """Fill the choices: the city's kinds with their sub-types, and its areas."""
        self.slugs = {kind.slug for kind in kinds}
        self.category.choices = [SelectChoice(kind.slug, named(kind)) for kind in kinds]
        self.subcategory_id.choices = _subtypes(kinds)
        self.streets = {str(area.id) for area in areas}
        found = [SelectChoice(str(area.id), named(area)) for area in areas]
        self.area_id.choices = [SelectChoice("", _("Please choose")), *found]

    def validate_category(self, field: Field) -> None:
        """Refuse a kind that is not offered."""
        if field.data not in self.slugs:
            raise StopValidation(_("Please choose one of the kinds shown."))


def _subtypes(kinds: Sequence[Category]) -> list[SelectChoice]:
    subs = [(named(kind), sub) for kind in kinds for sub in kind.subcategories if sub.active]
    offered = [SelectChoice(str(sub.id), named(sub), optgroup=group) for group, sub in subs]
    return [SelectChoice("", _("Not sure")), *offered]


class CodeForm(FlaskForm):
    """The query code, as people copy it from the receipt."""

    class Meta:
        """Asks for a page, changes nothing: no token against forged requests."""

        csrf = False

    code = StringField(
        _l("Query code"),
        description=_l("16 letters and figures, on your receipt"),
        validators=[InputRequired(_l("Please type the query code.")), Length(max=60)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class AnswerForm(PhotosForm):
    """An answer to the centre's question. However often it is sent, it is the same one."""

    client_id = HiddenField(_l("Number of this form"), default=new_client_id, validators=[_undamaged])
    words = TextAreaField(
        _l("Your answer"),
        filters=[_tidy],
        validators=[at_most(WORDS_AT_MOST)],
    )


class MaterialForm(AnswerForm):
    """Something to add: words, pictures or both."""

    words = TextAreaField(
        _l("What you want to add"),
        filters=[_tidy],
        validators=[at_most(WORDS_AT_MOST)],
    )


class ReopenForm(PhotosForm):
    """Why it is not put right yet, with a new picture."""

    reason = TextAreaField(
        _l("What is still wrong?"),
        filters=[_tidy],
        validators=[
            InputRequired(_l("Please say what is still wrong.")),
            at_most(500),
        ],
    )

    def validate_photos(self, field: Field) -> None:
        """Ask for a new picture: without one the unit cannot see what is left to do."""
        if not self.tokens.data:
            raise ValidationError(_("Please add a photo of how it looks now."))


class SolvedForm(FlaskForm):
    """Whether it is solved: two buttons, each of which says so itself."""

    solved = StringField(
        _l("Is it solved?"),
        validators=[
            InputRequired(_l("Please say whether it is solved.")),
            AnyOf(("yes", "no"), _l("Please say whether it is solved.")),
        ],
    )


class AppealForm(FlaskForm):
    """Why it is a mistake to be stopped or set apart."""

    code = HiddenField(_l("Query code"))
    words = TextAreaField(
        _l("Why is it a mistake?"),
        filters=[_tidy],
        validators=[
            InputRequired(_l("Please say in a few words why this is a mistake.")),
            at_most(WORDS_AT_MOST),
        ],
    )


class RateForm(SolvedForm):
    """One of four faces, each a button that says so itself, beside what was said before: whether it is solved."""

    rating = StringField(  # no hidden field: its empty value would come before the button's
        _l("How satisfied are you?"), validators=[InputRequired(_l("Please choose one of the four faces."))]
    )


class SureForm(FlaskForm):
    """A button that is pressed on purpose."""
