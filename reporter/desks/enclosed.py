"""Pictures that come along with a form: taken in at once, known by token, bound to the browser that sent them."""

import re
import secrets
from collections.abc import Sequence
from contextlib import closing
from typing import Any, ClassVar

from flask import session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import Field, MultipleFileField

from reporter.desks.errors import refuse_bytes, words_of
from reporter.desks.forms import short_name
from reporter.desks.guard import me
from reporter.kernel.errors import BadInput, ReporterError
from reporter.photos.commands.intake import take_in
from reporter.photos.models import Photo, Way
from reporter.photos.queries import photos_by_tokens

PICTURES = "image/jpeg,image/png,image/webp,image/heic,image/heif"
TOKEN = re.compile(r"^[0-9a-f]{32}$")
TOKENS_READ = 30  # of one request; far more than a form may carry
BYTES_READ = 20 * 1024 * 1024 + 1  # one more than is taken, so that too large is seen as too large
UPLOADER = "uploader"


class TokensField(Field):
    """The pictures taken in already, by their tokens; what is no token is left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep each token once, in its order."""
        tokens = [token for token in valuelist[:TOKENS_READ] if TOKEN.match(token)]
        self.data = list(dict.fromkeys(tokens))

    def process_data(self, value: Any) -> None:
        """Begin without pictures."""
        self.data = list(value or [])


class PhotosForm(FlaskForm):
    """Pictures: those that come along with the form, and those that came before.

    Attributes:
        way: the door they come through.
        most: how many the form takes.
    """

    way: ClassVar[Way] = Way.REPORT
    most: ClassVar[int] = 9

    photos = MultipleFileField(_l("Photos"), render_kw={"accept": PICTURES})
    tokens = TokensField(_l("Photos"), name="token")


class EvidenceForm(PhotosForm):
    """Pictures that show why a post should not stand as it does."""

    way: ClassVar[Way] = Way.OBJECTION
    most: ClassVar[int] = 3


def uploader_key() -> str:
    """Return what binds pictures to this browser session."""
    if UPLOADER not in session:
        session[UPLOADER] = secrets.token_urlsafe(16)
    key: str = session[UPLOADER]
    return key


def own(photos: Sequence[Photo]) -> list[Photo]:
    """Return those of `photos` that the browser's session sent."""
    key = session.get(UPLOADER)
    return [photo for photo in photos if photo.uploader_key == key]


def gather(form: PhotosForm, *, files: bool = True) -> list[Photo]:
    """Take in the files that came with `form` and return all its pictures in order.

    What cannot be taken is told on the form's field for pictures; all the others stay. The form's tokens are
    those of the pictures returned. Pictures are taken in before anything is said of the form itself, also for a
    session that was forgotten: they hang on nothing yet, and what nobody sends is swept after a day.

    Args:
        files: False for somebody who sends too often: what came along is not looked at.
    """
    problems: list[str] = []
    tokens: list[str] = form.tokens.data
    photos = [photo for photo in own(photos_by_tokens(tokens)) if photo.way is form.way]
    if len(photos) < len(tokens):
        problems.append(
            _("Some photos could not be kept, because the session had ended. Please add them again.")
        )
    for file in _chosen(form.photos.data) if files else ():
        try:
            photos.append(_taken_in(file, form, have=len(photos)))
        except ReporterError as error:
            problems.append(
                _("%(file)s: %(problem)s", file=short_name(file.filename), problem=words_of(error))
            )
    form.tokens.data = [photo.token for photo in photos]
    form.photos.process_errors = [*form.photos.process_errors, *problems]
    if len(photos) > form.most:
        form.photos.process_errors.append(
            _("At most %(most)s photos; please take some away.", most=form.most)
        )
    return photos


def _chosen(files: Any) -> list[FileStorage]:
    return [file for file in files or () if isinstance(file, FileStorage) and file.filename]


def _taken_in(file: FileStorage, form: PhotosForm, *, have: int) -> Photo:
    """Take in one file that came with `form`, which has `have` pictures already.

    Raises:
        BadInput: there are as many already as it takes; and what `take_in` raises.
        TooMany: as `refuse_bytes`.
    """
    if have >= form.most:
        raise BadInput("At most %(most)s photos; please take some away.", field="photos", most=form.most)
    with closing(file.stream) as stream:
        content = stream.read(BYTES_READ)
    refuse_bytes(len(content))
    return take_in(content, by=me(), uploader_key=uploader_key(), way=form.way)
