"""What a unit may type: shape only. Whether it may happen is the command's business."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    MultipleFileField,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired

from reporter.cases.models import Revocation
from reporter.desks.dates import zone
from reporter.desks.forms import CaseForm, at_most, choices_of, reason_field
from reporter.desks.limits import counted_words
from reporter.desks.ready import WithReady
from reporter.ports import ports
from reporter.routing.deadlines import Limit

PICTURES = "image/jpeg,image/png,image/webp,image/heic,image/heif"
TOKEN = re.compile(r"^[0-9a-f]{32}$")
PHOTOS_AT_MOST = 9
LONGEST_PAUSE = timedelta(days=366)
OPENING = time(9)  # of the review day

# Minutes of working or natural time that may be asked for, by the unit of the limit.
MORE_TIME = {
    "m": (15, 30, 60, 120),
    "h": (60, 120, 240, 480),
    "wm": (60, 120, 240, 480),
    "wh": (60, 120, 240, 480),
    "wd": (240, 480, 960, 2400),
}
SEND_BACK = (
    ("not_ours", _l("Not this unit's duty")),
    ("outside", _l("The place is outside our area")),
    ("twice", _l("Dispatched twice")),
    ("other", _l("Another reason")),
)
PAUSES = (
    ("defer", _l("Defer: a short pause")),
    ("shelve", _l("Shelve: it waits for a season or for building work")),
)
REPAIRS = (
    ("repair", _l("Repaired")),
    ("penalty", _l("Repaired, with a penalty")),
    ("education", _l("Repaired, with a warning talk")),
)
REVOCATIONS = (
    (Revocation.REVOKED, _l("Revoked")),
    (Revocation.CHANGED, _l("Altered")),
    (Revocation.UNLAWFUL, _l("Found unlawful")),
    (Revocation.VOID, _l("Found void")),
)
RECORDS = (("penalty", _l("Penalty")), ("education", _l("Warning and education")))


class ClaimForm(CaseForm):
    """One tap."""


class SendBackForm(CaseForm):
    """Why the case does not belong here."""

    code = RadioField(
        _l("Why it does not belong here"),
        choices=choices_of(SEND_BACK),
        validators=[InputRequired(_l("Please choose one."))],
    )
    reason = reason_field(_l("Whose it is, or what the centre should know"))


class PromiseForm(CaseForm):
    """When a firm says that it will be done."""

    at = DateTimeLocalField(
        _l("It will be done by"),
        validators=[InputRequired(_l("Please give a day and a time."))],
        description=_l("The deadline stays as it is; the centre sees your time beside it."),
    )

    @property
    def moment(self) -> datetime:
        """Return the time on the city's clock."""
        given = self.at.data
        return given.replace(tzinfo=zone()) if given else ports.clock.now()


class MoreTimeForm(CaseForm):
    """How much more time, and why."""

    minutes = RadioField(
        _l("How much more"), coerce=int, validators=[InputRequired(_l("Please choose how much more time."))]
    )
    reason = reason_field(_l("What keeps it from being done in time"))

    def offer(self, limit: str) -> None:
        """Fill the choices: they follow the limit of the case, such as `4h` or `5wd`."""
        offered = MORE_TIME[Limit.parse(limit).unit]
        self.minutes.choices = choices_of((minutes, counted_words(minutes, limit)) for minutes in offered)


class PauseForm(CaseForm):
    """Shelve or defer, until when, and why."""

    kind = RadioField(
        _l("Which pause"), choices=choices_of(PAUSES), validators=[InputRequired(_l("Please choose one."))]
    )
    review_on = DateField(
        _l("To be reviewed on"),
        validators=[InputRequired(_l("Please give the day on which this is reviewed."))],
    )
    reason = reason_field(_l("What it waits for"))

    def validate_review_on(self, field: Field) -> None:
        """Take a day after today, within a year."""
        today = ports.clock.now().astimezone(zone()).date()
        if field.data is None or not today < field.data <= today + LONGEST_PAUSE:
            raise ValidationError(_("Please choose a day after today, within a year."))

    @property
    def review_at(self) -> datetime:
        """Return when work opens on that day in the city."""
        return datetime.combine(self.review_on.data or date.max, OPENING, zone())


class TokensField(Field):
    """The pictures taken in already, by their tokens; what is no token is left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep each token once, in its order."""
        tokens = [token for token in valuelist[: 3 * PHOTOS_AT_MOST] if TOKEN.match(token)]
        self.data = list(dict.fromkeys(tokens))

    def process_data(self, value: Any) -> None:
        """Begin without pictures."""
        self.data = list(value or [])


class QuestionForm(WithReady, CaseForm):
    """What only whoever reported it can say."""

    reason = reason_field(_l("Your question; whoever reported it reads it"))


class RevocationForm(CaseForm):
    """What became of a penalty, when, and by which decision."""

    how = RadioField(
        _l("What became of the penalty"),
        choices=choices_of(REVOCATIONS),
        validators=[InputRequired(_l("Please choose one."))],
    )
    on = DateField(
        _l("Day of the decision"), validators=[InputRequired(_l("Please give the day of the decision."))]
    )
    reason = reason_field(_l("Who decided it, and the number of the document"))

    @property
    def day(self) -> date:
        """Return the day of the decision."""
        return self.on.data or date.max


class ResultForm(WithReady, CaseForm):
    """What was done: how, in words, with a document number where there is one, and with pictures."""

    wording = "words"
    photos = MultipleFileField(_l("Photos after the work"), render_kw={"accept": PICTURES})
    tokens = TokensField(name="token")
    kind = RadioField(_l("How it was dealt with"), validators=[InputRequired(_l("Please choose one."))])
    document = StringField(
        _l("Number of the document"),
        validators=[at_most(60)],
    )
    words = TextAreaField(
        _l("What was done"),
        validators=[
            InputRequired(_l("Please say in a few words what was done.")),
            at_most(),
        ],
    )

    def offer(self, nature: str) -> None:
        """Fill the choices: an act ends with a record, a condition is put right."""
        self.act = nature == "act"
        self.kind.choices = choices_of(RECORDS if self.act else REPAIRS)
        if self.kind.data is None and not self.act:
            self.kind.data = "repair"
        self.refused: Sequence[str] = ()
        self.takes_away = ""

    def validate_photos(self, _field: Field) -> None:
        """Say which pictures could not be taken, and ask for one where there must be one."""
        if self.refused:
            raise ValidationError(" ".join(self.refused))
        if len(self.tokens.data) > PHOTOS_AT_MOST:
            raise ValidationError(_("At most %(most)s photos; please take some away.", most=PHOTOS_AT_MOST))
        if not self.tokens.data and not self.act:
            raise ValidationError(_("Please add at least one photo taken after the work."))

    def validate_words(self, field: Field) -> None:
        """Blanks are no words."""
        if not (field.data or "").strip():
            raise ValidationError(_("Please say in a few words what was done."))

    def validate_document(self, field: Field) -> None:
        """A penalty has a document, and the document a number."""
        if self.kind.data == "penalty" and not (field.data or "").strip():
            raise ValidationError(_("A penalty has a document: please give its number."))
