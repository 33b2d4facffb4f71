"""What an administrator writes as a ready sentence: shape only."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired

from reporter.cases.models import Category
from reporter.cases.ready import LABEL_AT_MOST, TEXT_AT_MOST, Purpose, Sentence
from reporter.cases.rewording import Words
from reporter.desks.admin.fields import Version, an_id, one_line, one_of
from reporter.desks.forms import at_most, choices_of
from reporter.desks.words import named

NO_TEXT = _l("Please write the Chinese text.")
PURPOSES = {
    Purpose.DECLINE: _l("Declining a report"),
    Purpose.ASK: _l("Asking the resident"),
    Purpose.CLOSE: _l("Closing without repair"),
    Purpose.FORWARD: _l("Passing on to another unit"),
    Purpose.LETTER: _l("Telling the resident the result"),
}


class SentenceForm(FlaskForm):
    """A ready sentence. `version` is 0 for a new one, and for one as it was delivered."""

    version = Version(default=0)
    purpose = one_of(_l("For"), choices=choices_of(PURPOSES.items()), default=Purpose.DECLINE)
    label_zh = one_line(
        _l("Name in Chinese"), missing=_l("Please write the Chinese name."), longest=LABEL_AT_MOST, description=_l("A few words, as moderators see it on the button.")
    )  # fmt: skip
    label_en = one_line(
        _l("Name in English"), longest=LABEL_AT_MOST, description=_l("Without it the Chinese name is shown.")
    )
    text_zh = TextAreaField(_l("Text in Chinese"), validators=[DataRequired(NO_TEXT), at_most(TEXT_AT_MOST)])
    text_en = TextAreaField(
        _l("Text in English"), validators=[at_most(TEXT_AT_MOST)],
        description=_l("Without it whoever reads English gets the Chinese text, and moderators see that."),
    )  # fmt: skip
    category_ids = SelectMultipleField(
        _l("Kinds"), validate_choice=False, description=_l("None chosen: it fits all kinds.")
    )
    active = BooleanField(_l("Offered to moderators and units"), default=True)

    @classmethod
    def showing(cls, one: Sentence) -> "SentenceForm":
        """Return the form with what holds now."""
        return cls(
            None, version=one.version, purpose=one.purpose, label_zh=one.label_zh, label_en=one.label_en,
            text_zh=one.text_zh, text_en=one.text_en, category_ids=[str(kind) for kind in one.category_ids],
            active=one.active,
        )  # fmt: skip

    def offer(self, kinds: Sequence[Category]) -> None:
        """Let these kinds be chosen."""
        self.category_ids.choices = [(str(kind.id), named(kind)) for kind in kinds]

    @property
    def words(self) -> Words:
        """Return what was written."""
        return Words(
            self.label_zh.data or "", self.label_en.data or "", self.text_zh.data or "", self.text_en.data or "",
            [an_id(one) for one in self.category_ids.data or ()], active=bool(self.active.data),
        )  # fmt: skip


class DropForm(FlaskForm):
    """Gives up what the city wrote."""

    version = Version()
