"""The pictures of a result: taken in at once or with the form, and looked at before anybody else does."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from reporter.cases.commands import Outcome
from reporter.cases.models import Case
from reporter.desks.arriving import Sender
from reporter.desks.dates import plain_clock
from reporter.desks.dossier import AFTER, BEFORE, Picture, picture_of, pictures_of
from reporter.desks.errors import words_of
from reporter.desks.forms import short_name
from reporter.desks.unit.forms import PHOTOS_AT_MOST, ResultForm
from reporter.desks.words import metres
from reporter.kernel.errors import NotFound, ReporterError
from reporter.kernel.policy import Actor
from reporter.photos.commands.intake import discard, take_in
from reporter.photos.models import Photo, Way
from reporter.photos.queries import photos_by_tokens, same_picture, seen_before

WORST_FIRST = ("b", "n", "i", "y")


@dataclass(frozen=True)
class Check:
    """What a look at one picture says: y is fine, n wants a second look, i cannot be told."""

    name: str
    mark: str
    text: str


@dataclass(frozen=True)
class Shown:
    """A picture that waits to be handed in."""

    picture: Picture
    checks: Sequence[Check]

    @property
    def plain(self) -> dict[str, Any]:
        """The same for js/unit-result.js."""
        one = self.picture
        return {
            "token": one.token, "thumb": one.thumb, "url": one.url, "claims": one.claims,
            "checks": [asdict(check) for check in self.checks],
        }  # fmt: skip


def key_of(actor: Actor) -> str:
    """Return under which key a member of a unit, or a firm by its link, sends pictures: on every device the same."""
    return f"link:{actor.link_id}" if actor.link_id else f"user:{actor.id}"


def sender(case: Case, actor: Actor) -> Sender:
    """Return the person as one who sends pictures of the case in parts."""
    return Sender(
        key=key_of(actor), way=Way.RESULT, answer=lambda photo: shown(photo, case).plain,
        address=lambda token: url_for("unit.upload", case_id=case.id, token=token),
    )  # fmt: skip


def _taken_in(upload: FileStorage, actor: Actor) -> Photo:
    return take_in(upload.read(), by=actor, uploader_key=key_of(actor), way=Way.RESULT)


def drop(token: str, actor: Actor) -> None:
    """Give up a picture that was not handed in; one that is gone already is no fault."""
    try:
        discard(token, uploader_key=key_of(actor))
    except NotFound:
        return


def take_along(form: ResultForm, uploads: Iterable[FileStorage], actor: Actor) -> None:
    """Take in what came with the form itself; what could not be taken is named at its field."""
    refused = []
    for upload in uploads:
        if len(form.tokens.data) >= PHOTOS_AT_MOST:
            refused.append(_("At most %(most)s photos; please take some away.", most=PHOTOS_AT_MOST))
            break
        try:
            photo = _taken_in(upload, actor)
        except ReporterError as error:
            refused.append(
                _("%(file)s: %(problem)s", file=short_name(upload.filename), problem=words_of(error))
            )
        else:
            form.tokens.data.append(photo.token)
    if len(waiting(form, actor)) < len(form.tokens.data):
        refused.append(_("One of the photos is no longer there. Please add it again."))
        form.tokens.data = [photo.token for photo in waiting(form, actor)]
    form.refused = refused


def waiting(form: ResultForm, actor: Actor) -> list[Photo]:
    """Return the pictures of the form that are this person's and hang on nothing yet."""
    photos = photos_by_tokens(form.tokens.data)
    return [photo for photo in photos if photo.uploader_key == key_of(actor) and not photo.used]


def outcome_of(form: ResultForm, actor: Actor) -> Outcome:
    """Return what is handed in."""
    return Outcome(
        kind=form.kind.data, words=form.words.data or "", document=form.document.data or "",
        photo_ids=[photo.id for photo in waiting(form, actor)],
    )  # fmt: skip


def shown(photo: Photo, case: Case) -> Shown:
    """Return a picture with what a look at it says."""
    picture = picture_of(photo, case, AFTER)
    return Shown(picture, [_time(picture, case), _place(picture), _fresh(photo)])


def _time(picture: Picture, case: Case) -> Check:
    if picture.taken_at is None:
        return Check("time", "i", _("The photo does not say when it was taken; the inspector will look."))
    if case.claimed_at and picture.taken_at < case.claimed_at:
        return Check(
            "time",
            "n",
            _("Taken at %(time)s, before the case was claimed", time=plain_clock(picture.taken_at)),
        )
    return Check("time", "y", _("Taken after the case was claimed"))


def _place(picture: Picture) -> Check:
    if picture.metres is None:
        return Check("place", "i", _("The photo does not say where it was taken; the inspector will look."))
    far = metres(picture.metres)
    if picture.elsewhere:
        return Check(
            "place",
            "n",
            _("Taken %(distance)s away: please stand where the first photo was taken", distance=far),
        )
    return Check("place", "y", _("Taken at the same spot, %(distance)s off", distance=far))


def _fresh(photo: Photo) -> Check:
    if seen_before([photo]):
        return Check(
            "fresh", "b", _("The very same photo was sent before: please take a new one on the spot")
        )
    if same_picture(photo, limit=1):
        return Check("fresh", "n", _("Looks like a photo that was sent before"))
    return Check("fresh", "y", _("Not an old photo, not seen in another case"))


def together(pictures: Iterable[Shown]) -> list[Check]:
    """Return one check of each name: the one that most wants a look."""
    worst: dict[str, Check] = {}
    for check in (check for one in pictures for check in one.checks):
        known = worst.setdefault(check.name, check)
        if WORST_FIRST.index(check.mark) < WORST_FIRST.index(known.mark):
            worst[check.name] = check
    return list(worst.values())


def pictures_before(case: Case) -> list[Picture]:
    """Return what the place looked like before the work."""
    return [picture for picture in pictures_of(case) if picture.stage == BEFORE]
