"""What editors type into articles, the honour list and public-service notices: shape only."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from reporter.desks.editor.forms import NEEDED, tidy
from reporter.desks.forms import CaseForm, at_most, choices_of
from reporter.desks.incoming import safe_path
from reporter.desks.states import HONOUR_KINDS, RUBRICS
from reporter.editorial.commands.articles import (
    BODY_AT_MOST,
    STANDFIRST_AT_MOST,
    STANDFIRST_EN_AT_MOST,
    TITLE_AT_MOST,
    TITLE_EN_AT_MOST,
    Text,
)
from reporter.editorial.commands.honours import (
    DAYS_SHOWN,
    DEED_AT_MOST,
    DEED_EN_AT_MOST,
    GIVER_AT_MOST,
    NAME_AT_MOST,
    NAME_EN_AT_MOST,
    REFERENCE_AT_MOST,
    Consent,
    Deed,
)
from reporter.editorial.commands.pictures import CAPTION_AT_MOST, CAPTION_EN_AT_MOST, Caption
from reporter.editorial.commands.service_notices import (
    LINK_AT_MOST,
    SENTENCE_AT_MOST,
    SENTENCE_EN_AT_MOST,
    SORT_AT_MOST,
    Appeal,
)
from reporter.editorial.commands.service_notices import TITLE_AT_MOST as NOTICE_TITLE_AT_MOST
from reporter.editorial.commands.service_notices import TITLE_EN_AT_MOST as NOTICE_TITLE_EN_AT_MOST
from reporter.editorial.models import ArticlePicture, ConsentWay, Giver, HonourConsent, HonourKind, Rubric
from reporter.editorial.queries import today
from reporter.editorial.worklists import AnyPiece

GIVERS = (
    (Giver.PERSON.value, _l("Whoever is named")),
    (Giver.GUARDIAN.value, _l("The guardian")),
)
CONSENT_WAYS = (
    (ConsentWay.PAPER.value, _l("On paper")),
    (ConsentWay.MESSAGE.value, _l("By message")),
    (ConsentWay.CALL.value, _l("By a recorded call")),
)
PICTURES = "image/jpeg,image/png,image/webp,image/heic,image/heif"
CHOOSE = InputRequired(_l("Please choose one."))
DAY = InputRequired(_l("Please give the day."))


def _line(label: Any, most: int) -> StringField:
    return StringField(label, filters=[tidy], validators=[NEEDED, at_most(most)])


def _text(label: Any, most: int) -> TextAreaField:
    return TextAreaField(label, filters=[tidy], validators=[NEEDED, at_most(most)])


def _english_line(label: Any, most: int) -> StringField:
    return StringField(label, filters=[tidy], validators=[at_most(most)], render_kw={"lang": "en"})


def _english_text(label: Any, most: int) -> TextAreaField:
    return TextAreaField(label, filters=[tidy], validators=[at_most(most)], render_kw={"lang": "en"})


def _day(field: DateField) -> date:
    """Return the day that the form holds once it is valid."""
    return field.data or today()


def _choice(label: Any, pairs: Iterable[tuple[Any, Any]]) -> RadioField:
    return RadioField(label, choices=choices_of(pairs), validators=[CHOOSE])


class PieceForm(CaseForm):
    """The words of a piece. Fields of the English version are called `<name>_en`."""

    @property
    def english(self) -> list[Field]:
        """The fields of the English version."""
        return [field for field in self if field.short_name.endswith("_en")]

    @property
    def english_open(self) -> bool:
        """Whether the English version is unfolded: something stands in it, or is wrong with it."""
        return any(field.data or field.errors for field in self.english)

    @classmethod
    def of(cls, piece: AnyPiece) -> "PieceForm":
        """Return the form filled in with what is kept."""
        return cls(formdata=None, obj=piece)

    @classmethod
    def blank(cls) -> "PieceForm":
        """Return the form of a new piece."""
        return cls(formdata=None, data={"version": 0, **cls.first()})

    @classmethod
    def first(cls) -> dict[str, Any]:
        """Return what stands in the form of a new piece."""
        return {}

    def said(self) -> Any:
        """Return what was typed, as the command takes it."""
        raise NotImplementedError


class ArticleForm(PieceForm):
    """The words of an article."""

    rubric = _choice(_l("Column"), RUBRICS.items())
    title = _line(_l("Title"), TITLE_AT_MOST)
    standfirst = _text(_l("Standfirst"), STANDFIRST_AT_MOST)
    body = _text(_l("Text"), BODY_AT_MOST)
    title_en = _english_line(_l("Title in English"), TITLE_EN_AT_MOST)
    standfirst_en = _english_text(_l("Standfirst in English"), STANDFIRST_EN_AT_MOST)
    body_en = _english_text(_l("Text in English"), BODY_AT_MOST)

    @classmethod
    def first(cls) -> dict[str, Any]:
        """Return the column that most articles stand in."""
        return {"rubric": Rubric.PROGRESS.value}

    def said(self) -> Text:
        """Return what was typed."""
        return Text(
            Rubric(self.rubric.data), self.title.data or "", self.standfirst.data or "", self.body.data or "",
            self.title_en.data or "", self.standfirst_en.data or "", self.body_en.data or "",
        )  # fmt: skip


class HonourForm(PieceForm):
    """An entry of the honour list."""

    kind = SelectField(_l("Kind"), choices=choices_of(HONOUR_KINDS.items()), validators=[CHOOSE])
    name = _line(_l("Name, as it may be shown"), NAME_AT_MOST)
    deed = _text(_l("The deed"), DEED_AT_MOST)
    name_en = _english_line(_l("Name in English"), NAME_EN_AT_MOST)
    deed_en = _english_text(_l("The deed in English"), DEED_EN_AT_MOST)
    day = DateField(_l("Day of the deed"), validators=[DAY])
    until = DateField(_l("Last day shown"), validators=[DAY])

    @classmethod
    def first(cls) -> dict[str, Any]:
        """Return today, and for how long an entry is usually shown."""
        return {"day": today(), "until": today() + timedelta(days=DAYS_SHOWN)}

    def said(self) -> Deed:
        """Return what was typed."""
        kind, name, deed = HonourKind(self.kind.data), self.name.data or "", self.deed.data or ""
        return Deed(
            kind,
            name,
            deed,
            _day(self.day),
            _day(self.until),
            self.name_en.data or "",
            self.deed_en.data or "",
        )


class NoticeForm(PieceForm):
    """A public-service notice."""

    title = _line(_l("Title"), NOTICE_TITLE_AT_MOST)
    sentence = _line(_l("One sentence"), SENTENCE_AT_MOST)
    title_en = _english_line(_l("Title in English"), NOTICE_TITLE_EN_AT_MOST)
    sentence_en = _english_line(_l("One sentence in English"), SENTENCE_EN_AT_MOST)
    link = StringField(_l("Leads to"), filters=[tidy], validators=[at_most(LINK_AT_MOST)])
    begins = DateField(_l("Shown from"), validators=[DAY])
    until = DateField(_l("Last day shown"), validators=[DAY])
    sort = IntegerField(
        _l("Place in the order"),
        validators=[
            InputRequired(_l("Please give a number.")),
            NumberRange(0, SORT_AT_MOST, _l("Please give a number from %(min)s to %(max)s.")),
        ],
    )

    @classmethod
    def first(cls) -> dict[str, Any]:
        """Return a month from today."""
        return {"begins": today(), "until": today() + timedelta(days=30), "sort": 1}

    def validate_link(self, field: Field) -> None:
        """Refuse what does not lead to a page of this site."""
        if field.data and safe_path(field.data) != field.data:
            raise ValidationError(_("Please give the path of a page of this site, such as /board."))

    def said(self) -> Appeal:
        """Return what was typed."""
        return Appeal(
            self.title.data or "", self.sentence.data or "", self.link.data or "",
            _day(self.begins), _day(self.until), self.sort.data or 0,
            self.title_en.data or "", self.sentence_en.data or "",
        )  # fmt: skip


class ConsentForm(CaseForm):
    """Who agreed to be named, how and when."""

    giver = _choice(_l("Who agreed"), GIVERS)
    giver_name = _line(_l("Name of whoever agreed"), GIVER_AT_MOST)
    way = _choice(_l("How"), CONSENT_WAYS)
    given_on = DateField(_l("When"), validators=[DAY])
    reference = _line(_l("Where it is kept"), REFERENCE_AT_MOST)

    @classmethod
    def of(cls, version: int, consent: HonourConsent | None) -> "ConsentForm":
        """Return the form with what is kept, or with what is usual."""
        usual = {"giver": Giver.PERSON.value, "way": ConsentWay.PAPER.value, "given_on": today()}
        return cls(formdata=None, obj=consent, data={"version": version, **({} if consent else usual)})

    def said(self) -> Consent:
        """Return what was typed."""
        giver, way = Giver(self.giver.data), ConsentWay(self.way.data)
        return Consent(giver, self.giver_name.data or "", way, _day(self.given_on), self.reference.data or "")


class CaptionForm(CaseForm):
    """What a picture of an article shows."""

    caption = _line(_l("What it shows"), CAPTION_AT_MOST)
    caption_en = _english_line(_l("What it shows, in English"), CAPTION_EN_AT_MOST)

    @classmethod
    def of(cls, version: int, picture: ArticlePicture) -> "CaptionForm":
        """Return the form filled in with what is kept."""
        return cls(formdata=None, obj=picture, data={"version": version}, prefix=caption_prefix(picture.id))

    def said(self) -> Caption:
        """Return what was typed."""
        return Caption(self.caption.data or "", self.caption_en.data or "")


def caption_prefix(picture_id: int) -> str:
    """Return what the names of the fields begin with: one page holds the captions of several pictures."""
    return f"picture-{picture_id}"


class PictureForm(CaptionForm):
    """A picture for an article, and what it shows."""

    photos = FileField(
        _l("Picture"),
        validators=[FileRequired(_l("Please choose a picture."))],
        render_kw={"accept": PICTURES},
    )
