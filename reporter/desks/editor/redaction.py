"""The redactor's screen: the pictures of a case, the one that is judged now, the words, what is still missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.board.boxes import MOST_BOXES, BoxKind
from reporter.board.commands.masks import OPENED, note_opening
from reporter.board.editing import checks_of, opened_by
from reporter.board.models import Exposure, PublicPicture
from reporter.board.queries import history
from reporter.cases.queries import get_case, get_category
from reporter.desks.editor.forms import BOX_KINDS, DaysForm, MaskForm, WordsForm
from reporter.desks.editor.lists import masked_address
from reporter.desks.editor.proposals import Proposals, proposals_for
from reporter.desks.editor.versions import Version, named_pictures, versions_of
from reporter.desks.editor.words import CheckList, check_list
from reporter.desks.tokens import look_again
from reporter.kernel.errors import NotFound
from reporter.kernel.policy import Actor
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_ids


@dataclass(frozen=True)
class Shot:
    """One picture of the case on the redactor's screen."""

    picture: PublicPicture
    photo: Photo
    name: str

    @property
    def href(self) -> str:
        """Where it is judged."""
        return url_for("editor.exposure", exposure_id=self.picture.exposure_id, photo=self.picture.id)

    @property
    def thumb(self) -> str:
        """The small clean copy, unmasked."""
        return url_for("pictures.staff", token=self.photo.token, size=320)

    @property
    def large(self) -> str:
        """The large clean copy, unmasked: the bytes that are judged."""
        return url_for("pictures.staff", token=self.photo.token, size=1600)

    @property
    def preview(self) -> str:
        """What the public will see of it, as the boxes are kept now."""
        return masked_address(
            self.picture.exposure_id, self.picture.id, "preview", self.picture.exposure.version
        )

    @property
    def level(self) -> str:
        """The light: what is to be done with it."""
        if not self.picture.used:
            return "idle"
        return "ok" if self.picture.confirmed else "warn"

    @property
    def word(self) -> str:
        """The light's word."""
        if not self.picture.used:
            return _("Not used")
        if self.picture.confirmed:
            return _("Judged")
        if self.picture.waiting:
            return _("%(num)s to judge", num=self.picture.waiting)
        return _("To judge")


def shots_of(exposure: Exposure) -> list[Shot]:
    """Return the pictures of the case in their order, each with a name; in one query."""
    photos = photos_by_ids(picture.photo_id for picture in exposure.pictures)
    return [Shot(picture, photos[picture.photo_id], name) for picture, name in named_pictures(exposure)]


@dataclass(frozen=True)
class Redaction:
    """All that the two steps of the redactor show."""

    exposure: Exposure
    number: str
    shots: Sequence[Shot]
    at: Shot
    mask: MaskForm
    words: WordsForm
    days: DaysForm
    checks: CheckList
    opened_at: datetime | None
    colleague: str
    box_kind: str
    proposals: Proposals
    versions: Sequence[Version]
    judge: str
    step: str = "masks"
    said: str = ""

    @property
    def box_kinds(self) -> Sequence[tuple[str, object]]:
        """What a box may hide, in the order of the keys."""
        return BOX_KINDS

    @property
    def most_boxes(self) -> int:
        """How many boxes a mask may have."""
        return MOST_BOXES

    @property
    def judging(self) -> bool:
        """Whether a picture that is to be shown still waits to be judged."""
        return any(shot.picture.used and not shot.picture.confirmed for shot in self.shots)


def redaction_of(
    exposure: Exposure, actor: Actor, *, picture_id: int | None = None, step: str = "masks", said: str = "",
    mask: MaskForm | None = None, words: WordsForm | None = None,
) -> Redaction:  # fmt: skip
    """Return the screen; that somebody opened the unmasked pictures is written into the trail.

    Args:
        said: why what was sent did not happen; what is sent next is about the post as it is now.
        mask, words: the form that came back with something wrong, as it was filled in.
    """
    note_opening(exposure, by=actor)
    shots = shots_of(exposure)
    at = _current(shots, picture_id)
    for form in filter(None, (mask, words)):
        if said or form.version.errors:
            look_again(form, exposure.version)
    if mask and (said or mask.sha256.errors):
        mask.sha256.data = at.photo.staff_sha256
    case = get_case(exposure.case_id)
    kind = BoxKind.PLATE if get_category(case.category_id).plate_expected else BoxKind.FACE
    opened = opened_by(exposure, actor.id, OPENED)
    proposals = proposals_for(at.picture, at.photo)
    others = [one for one in exposure.redactor_ids if one != actor.id]
    return Redaction(
        exposure=exposure, number=case.number, shots=shots, at=at, step=step, said=said, box_kind=kind,
        mask=(mask or MaskForm.drawn(exposure.version, at.picture, proposals, at.photo.staff_sha256)).add_spares(kind),
        words=words or WordsForm.of(exposure), days=DaysForm.of(exposure), checks=check_list(checks_of(exposure)),
        proposals=proposals,
        versions=versions_of(exposure, history(exposure)).get(at.photo.id, []),
        judge=names_of([at.picture.confirmed_by]).get(at.picture.confirmed_by or 0, ""),
        opened_at=opened.at if opened else None, colleague=_(", ").join(names_of(others).values()),
    )  # fmt: skip


def _current(shots: Sequence[Shot], picture_id: int | None) -> Shot:
    """Return the picture that was asked for, else the first that waits to be judged.

    Raises:
        NotFound: the exposure has no such picture.
    """
    if picture_id is None:
        return next((shot for shot in shots if shot.picture.used and not shot.picture.confirmed), shots[0])
    for shot in shots:
        if shot.picture.id == picture_id:
            return shot
    raise NotFound("There is no such picture.")
