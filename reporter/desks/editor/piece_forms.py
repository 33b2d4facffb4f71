"""What editors type into articles, the honour list and public-service notices: shape only."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateField,
    Field,
    Form,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, ValidationError
from wtforms.widgets import FileInput, TextArea

from reporter.desks.editor.forms import NEEDED, tidy
from reporter.desks.enclosed import PICTURES, PhotosForm, gather
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
    NAME_AT_MOST,
    NAME_EN_AT_MOST,
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
from reporter.editorial.models import Article, ArticlePicture, HonourKind, Rubric
from reporter.editorial.queries import today
from reporter.editorial.worklists import AnyPiece
from reporter.photos.models import Photo, Way

NAMES_NOBODY, NAMES_PEOPLE = "nobody", "people"
NAMING = ((NAMES_NOBODY, _l("Nobody is named")), (NAMES_PEOPLE, _l("People are named")))
CHOOSE = InputRequired(_l("Please choose one."))
DAY = InputRequired(_l("Please give the day."))


def line(label: Any, most: int) -> StringField:
    """Return a field for one line that must be given."""
    return StringField(label, filters=[tidy], validators=[NEEDED, at_most(most)])


def _text(label: Any, most: int) -> TextAreaField:
    return TextAreaField(label, filters=[tidy], validators=[NEEDED, at_most(most)])


def _english_line(label: Any, most: int) -> StringField:
    return StringField(label, filters=[tidy], validators=[at_most(most)], render_kw={"lang": "en"})


def _english_text(label: Any, most: int) -> TextAreaField:
    return TextAreaField(label, filters=[tidy], validators=[at_most(most)], render_kw={"lang": "en"})


def day_of(field: DateField) -> date:
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


class LinesField(Field):
    """Names, one to a line; holds a list of them, without blanks around them and each only once."""

    widget = TextArea()  # type: ignore[assignment]  # it asks for nothing but `_value`

    def _value(self) -> str:
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the lines apart."""
        lines = (line.strip() for text in valuelist for line in text.splitlines())
        self.data = list(dict.fromkeys(line for line in lines if line))


class ArticleForm(PieceForm):
    """The words of an article."""

    rubric = _choice(_l("Column"), RUBRICS.items())
    title = line(_l("Title"), TITLE_AT_MOST)
    standfirst = _text(_l("Standfirst"), STANDFIRST_AT_MOST)
    body = _text(_l("Text"), BODY_AT_MOST)
    naming = _choice(_l("Whom does it name?"), NAMING)
    people = LinesField(_l("Their names"))
    title_en = _english_line(_l("Title in English"), TITLE_EN_AT_MOST)
    standfirst_en = _english_text(_l("Standfirst in English"), STANDFIRST_EN_AT_MOST)
    body_en = _english_text(_l("Text in English"), BODY_AT_MOST)

    @classmethod
    def of(cls, piece: AnyPiece) -> "ArticleForm":
        """Return the form filled in with what is kept."""
        named = isinstance(piece, Article) and piece.people
        return cls(formdata=None, obj=piece, data={"naming": NAMES_PEOPLE if named else NAMES_NOBODY})

    def validate_people(self, field: Field) -> None:
        """Refuse names that are missing, or that stand there although nobody is named."""
        if self.naming.data == NAMES_PEOPLE and not field.data:
            raise ValidationError(_("Please write down who is named."))
        if self.naming.data == NAMES_NOBODY and field.data:
            raise ValidationError(_("Names stand here; take them out, or say above that people are named."))

    @classmethod
    def first(cls) -> dict[str, Any]:
        """Return the column that most articles stand in."""
        return {"rubric": Rubric.PROGRESS.value}

    def said(self) -> Text:
        """Return what was typed."""
        return Text(
            Rubric(self.rubric.data), self.title.data or "", self.standfirst.data or "", self.body.data or "",
            self.title_en.data or "", self.standfirst_en.data or "", self.body_en.data or "",
            self.people.data or [],
        )  # fmt: skip


class HonourForm(PieceForm):
    """An entry of the honour list."""

    kind = SelectField(_l("Kind"), choices=choices_of(HONOUR_KINDS.items()), validators=[CHOOSE])
    name = line(_l("Name, as it may be shown"), NAME_AT_MOST)
    deed = _text(_l("The deed"), DEED_AT_MOST)
    name_en = _english_line(_l("Name, in English"), NAME_EN_AT_MOST)
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
            day_of(self.day),
            day_of(self.until),
            self.name_en.data or "",
            self.deed_en.data or "",
        )


class NoticeForm(PieceForm):
    """A public-service notice."""

    title = line(_l("Title"), NOTICE_TITLE_AT_MOST)
    sentence = line(_l("One sentence"), SENTENCE_AT_MOST)
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
            day_of(self.begins), day_of(self.until), self.sort.data or 0,
            self.title_en.data or "", self.sentence_en.data or "",
        )  # fmt: skip


class CaptionForm(CaseForm):
    """What a picture of an article shows."""

    caption = line(_l("What it shows"), CAPTION_AT_MOST)
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


class Chosen:
    """Refuses a form without a picture, be it a file or one that was sent ahead of the form."""

    field_flags: ClassVar[dict[str, Any]] = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Raise `ValidationError` unless there is one, or something was said of one already."""
        if not form["tokens"].data and not field.process_errors:
            raise ValidationError(_("Please choose a picture."))


class PictureForm(PhotosForm, CaptionForm):
    """A picture for an article, and what it shows. One that came ahead of the form gives way to a file."""

    way: ClassVar[Way] = Way.ARTICLE
    most: ClassVar[int] = 1

    photos = MultipleFileField(
        _l("Picture"), validators=[Chosen()], widget=FileInput(), render_kw={"accept": PICTURES}
    )

    def gather(self) -> list[Photo]:
        """Return the picture, or none; what cannot be taken in is told at its field."""
        if any(file.filename for file in self.photos.data or () if isinstance(file, FileStorage)):
            self.tokens.data = []
        return gather(self)
