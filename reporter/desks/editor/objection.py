"""One objection beside the post it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from reporter.accounts.queries import names_of, whole_person
from reporter.board.editing import actions_open_to, sees_evidence
from reporter.board.lifecycle import ENDED, OBJECTION_OPEN, ObjectionAction, ObjectionState, limit_of
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure, history
from reporter.desks.dossier import Happened
from reporter.desks.editor.forms import DecideForm, StepForm, typed_in
from reporter.desks.editor.lists import OBJECTIONS, Listing, listing_of, masked_address
from reporter.desks.editor.post import Image
from reporter.desks.editor.words import KINDS_OF_OBJECTION, STANDINGS, steps_of
from reporter.desks.limits import limit_words
from reporter.desks.states import state_word
from reporter.desks.tokens import look_again
from reporter.desks.words import masked
from reporter.kernel.policy import Actor
from reporter.photos.pixels import LARGE, SMALL
from reporter.photos.queries import photos_by_ids


@dataclass(frozen=True)
class Evidence:
    """A picture that came along, as those see it who decide: the small copy, and the large one behind it."""

    url: str
    href: str


@dataclass(frozen=True)
class Case:
    """All that the page shows."""

    objection: Objection
    exposure: Exposure
    listing: Listing
    kind: object
    contact: str
    before: Image | None
    after: Image | None
    open: bool
    may_take: bool
    may_decide: bool
    why_not: str
    evidence: Sequence[Evidence]
    standing: str
    limit: str
    decider: str
    steps: Sequence[Happened]
    take: StepForm
    decide: DecideForm
    said: str = ""
    deciding: bool = False
    unsent: Sequence[tuple[str, str]] = ()


def objection_case(
    objection: Objection, actor: Actor, *, form: DecideForm | None = None, said: str = ""
) -> Case:
    """Return the page's facts.

    Args:
        form: the decision that came back with something wrong, as it was filled in.
        said: why what was sent did not happen.
    """
    exposure, actions = get_exposure(objection.exposure_id), actions_open_to(actor, objection)
    data, may_decide = {"version": objection.version}, ObjectionAction.DISMISS in actions
    if form and form.version.errors:
        look_again(form, objection.version)
    return Case(
        objection=objection, exposure=exposure, listing=listing_of(OBJECTIONS, actor),
        kind=KINDS_OF_OBJECTION[objection.kind], contact=masked(objection.contact),
        before=_image(exposure, "before"), after=_image(exposure, "after"),
        open=objection.state in OBJECTION_OPEN, may_take=ObjectionAction.TAKE in actions,
        may_decide=may_decide, why_not=_why_not(objection, actor), evidence=_evidence(objection, actor),
        standing=str(STANDINGS[objection.reach]), limit=limit_words(limit_of(objection.reach)),
        decider=names_of([objection.decider_id]).get(objection.decider_id or 0, ""),
        steps=steps_of("objection", history(objection)), take=StepForm(None, data=data),
        decide=form or DecideForm(None, data=data), said=said,
        deciding=form is not None, unsent=typed_in(form) if form and not may_decide else (),
    )  # fmt: skip


def _evidence(objection: Objection, actor: Actor) -> list[Evidence]:
    if not sees_evidence(actor, objection):
        return []
    photos = photos_by_ids(picture.photo_id for picture in objection.evidence)
    tokens = [photos[picture.photo_id].token for picture in objection.evidence]
    return [
        Evidence(*(url_for("pictures.staff", token=token, size=size) for size in (SMALL, LARGE)))
        for token in tokens
    ]


def _image(exposure: Exposure, stage: str) -> Image | None:
    shot = exposure.before if stage == "before" else exposure.after
    if shot is None or not shot.confirmed or exposure.state in ENDED:
        return None
    return Image(masked_address(exposure.id, shot.id, "preview", exposure.version), "", stage)


def _why_not(objection: Objection, actor: Actor) -> str:
    if objection.state not in OBJECTION_OPEN or actions_open_to(actor, objection):
        return ""
    if whole_person(actor).is_one_of(objection.editor_ids):
        return _("You had a hand in publishing this post; somebody else decides.")
    return _("Objections are decided by a reviewer or a leader.")


def moved_on(objection: Objection, actor: Actor, action: str | None) -> str:
    """Return why the `action` that `actor` sent did not happen, now that the objection is as it is."""
    last, state = history(objection)[-1], state_word("objection", objection.state)
    if last.actor_id == actor.id and last.action == action:
        return _(
            "You have done this already; nothing was done twice. The objection now: %(state)s.", state=state
        )
    if last.actor_id != actor.id and objection.state is ObjectionState.IN_REVIEW:
        return _("Nothing of yours was written: somebody has taken this objection into review meanwhile.")
    return _("Nothing of yours was written: this objection has moved on. It is now: %(state)s.", state=state)
