"""One post as the two reviewers see it, and later whoever looks after the board: always masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.accounts.queries import names_of, whole_person
from reporter.board.editing import actions_open_to, actions_possible, checks_of, objections_to, was_closed
from reporter.board.lifecycle import ENDED, ON_BOARD, Action, ObjectionAction, State
from reporter.board.models import Exposure, Objection, PublicPicture
from reporter.board.queries import history, live_exposure_of
from reporter.cases.queries import get_case, get_category
from reporter.desks.dates import plain_moment
from reporter.desks.dossier import Happened
from reporter.desks.editor.forms import ReasonForm, StepForm, typed_in
from reporter.desks.editor.lists import Listing, at_of, listing_of, masked_address
from reporter.desks.editor.versions import Version, named_pictures, versions_of
from reporter.desks.editor.words import KINDS_OF_OBJECTION, CheckList, check_list, deed_of, steps_of
from reporter.desks.forms import CaseForm
from reporter.desks.states import state_light, state_word
from reporter.desks.tokens import look_again
from reporter.kernel.audit import TrailEntry
from reporter.kernel.policy import Actor, Permission, Role, may
from reporter.photos.queries import photos_by_ids
from reporter.ports import ports

REASONED = (Action.REJECT, Action.WITHDRAW, Action.CORRECT)
REVIEWS = {State.FIRST_REVIEW: Action.PASS_FIRST, State.SECOND_REVIEW: Action.PUBLISH}


@dataclass(frozen=True)
class Image:
    """A masked picture as the macro takes it."""

    url: str
    boxes: str
    stage: str


@dataclass(frozen=True)
class Hand:
    """Who did which part, and when."""

    part: str
    name: str
    at: datetime | None


@dataclass(frozen=True)
class Against:
    """An objection to the post, in one line."""

    id: int
    kind: object
    level: str
    word: str
    at: datetime


@dataclass(frozen=True)
class Past:
    """A picture, its size in pixels and the masks that were kept for it, newest first."""

    name: str
    width: int
    height: int
    versions: Sequence[Version]


@dataclass(frozen=True)
class Post:
    """All that the page shows."""

    exposure: Exposure
    number: str
    listing: Listing
    before: Image | None
    after: Image | None
    others: Sequence[Image]
    checks: CheckList | None
    hands: Sequence[Hand]
    actions: frozenset[Action | ObjectionAction]
    why_not: str
    steps: Sequence[Happened]
    masks: Sequence[Past]
    objections: Sequence[Against]
    forms: Mapping[str, CaseForm]
    wrong: str = ""
    said: str = ""
    unsent: Sequence[tuple[str, str]] = ()
    ready: bool = True
    may_propose: bool = False

    @property
    def on_board(self) -> bool:
        """Whether the public has seen it."""
        return self.exposure.state in ON_BOARD

    @property
    def waits(self) -> bool:
        """Whether it is published and the public does not see it yet."""
        return self.exposure.published_at is not None and self.exposure.published_at > ports.clock.now()

    @property
    def ends(self) -> datetime:
        """Until when it is, or would be, shown."""
        return self.exposure.expires_at or ports.clock.now() + timedelta(days=self.exposure.days)

    @property
    def review(self) -> Action | None:
        """The review that it waits for."""
        return REVIEWS.get(self.exposure.state)

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.exposure.state in ENDED


def post_of(
    exposure: Exposure, actor: Actor, *, wrong: str = "", form: CaseForm | None = None, said: str = ""
) -> Post:
    """Return the page's facts.

    Args:
        wrong: the action whose form came back with something wrong; `form` stays as it was filled in.
        said: why what was sent did not happen.
    """
    if form and form.version.errors:
        look_again(form, exposure.version)
    judged = [picture for picture in exposure.used if picture.confirmed and exposure.state not in ENDED]
    shown = [_image(picture) for picture in judged]
    before, after = _first(shown, "before"), _first(shown, "after")
    entries, actions = history(exposure), actions_open_to(actor, exposure)
    return Post(
        exposure=exposure, number=get_case(exposure.case_id).number,
        listing=listing_of(at_of(exposure), actor), before=before, after=after,
        others=[one for one in shown if one not in (before, after)],
        checks=None if exposure.state in ENDED else check_list(checks_of(exposure)),
        hands=_hands(exposure, entries), actions=actions, why_not=why_not(exposure, actor),
        steps=steps_of("exposure", entries), masks=_masks(exposure, entries), objections=[_against(one) for one in objections_to(exposure.id)],
        forms=_forms(exposure) | ({wrong: form} if form else {}), wrong=wrong, said=said,
        unsent=typed_in(form) if form and wrong not in {*actions, "step"} else (),
        ready=all(picture.ready for picture in exposure.used),
        may_propose=exposure.state in ENDED and _may_propose(exposure, actor),
    )  # fmt: skip


def _masks(exposure: Exposure, entries: Sequence[TrailEntry]) -> list[Past]:
    """Return the pictures of which a mask was kept; in two queries."""
    found = versions_of(exposure, entries)
    photos = photos_by_ids(photo_id for photo_id, masks in found.items() if masks)
    named = [(one.photo_id, name) for one, name in named_pictures(exposure) if one.photo_id in photos]
    return [Past(name, photos[one].width, photos[one].height, found[one]) for one, name in named]


def _may_propose(exposure: Exposure, actor: Actor) -> bool:
    """Tell whether the case of an ended post can be proposed anew by this person."""
    case = get_case(exposure.case_id)
    shown = was_closed(case) and get_category(case.category_id).exposable
    return shown and may(actor, Permission.EXPOSURE_PROPOSE) and live_exposure_of(case.id) is None


def _image(picture: PublicPicture) -> Image:
    stamp = picture.exposure.version
    number = len(picture.boxes)
    return Image(
        url=masked_address(picture.exposure_id, picture.id, "preview", stamp), stage=picture.stage,
        boxes=ngettext("%(num)s box", "%(num)s boxes", number) if number else _("nothing to hide"),
    )  # fmt: skip


def _first(images: Sequence[Image], stage: str) -> Image | None:
    return next((one for one in images if one.stage == stage), None)


def _hands(exposure: Exposure, entries: Sequence[TrailEntry]) -> list[Hand]:
    names = names_of(exposure.editor_ids)
    last = {(entry.action, entry.actor_id): entry.at for entry in entries}
    hands = [
        Hand(
            _("Redacted"),
            names.get(one, ""),
            last.get((Action.SUBMIT, one)) or last.get((Action.REDACT, one)),
        )
        for one in exposure.redactor_ids
    ]
    for part, one, action in (
        (_("First review"), exposure.first_reviewer_id, Action.PASS_FIRST),
        (_("Second review"), exposure.second_reviewer_id, Action.PUBLISH),
    ):
        if one:
            hands.append(Hand(part, names.get(one, ""), last.get((action, one))))
    return hands


def _against(objection: Objection) -> Against:
    return Against(
        objection.id, KINDS_OF_OBJECTION[objection.kind], state_light("objection", objection.state),
        state_word("objection", objection.state), objection.filed_at,
    )  # fmt: skip


def _forms(exposure: Exposure) -> dict[str, CaseForm]:
    forms: dict[str, CaseForm] = {str(action): ReasonForm(None, prefix=action) for action in REASONED}
    forms |= {"step": StepForm(None)}
    for form in forms.values():
        form.version.data = exposure.version
    return forms


def why_not(exposure: Exposure, actor: Actor) -> str:
    """Return why this person cannot give the review that the post waits for, "" when they can."""
    action = REVIEWS.get(exposure.state)
    if action is None:
        return _why_not_redact(exposure, actor)
    if action in actions_open_to(actor, exposure):
        return ""
    person = whole_person(actor)
    if person.is_one_of(exposure.redactor_ids):
        return _("You had a hand in the redaction; the reviews need other people.")
    if person.is_one_of([exposure.first_reviewer_id]) and Role.SECOND_REVIEWER in actor.roles:
        return _("You gave the first review; the second one needs a third person.")
    return (
        _("The first review is given by a first reviewer.")
        if action is Action.PASS_FIRST
        else _("The second review is given by a second reviewer.")
    )


def _why_not_redact(exposure: Exposure, actor: Actor) -> str:
    if Action.REDACT not in actions_possible(exposure) or Action.REDACT in actions_open_to(actor, exposure):
        return ""
    return _("Unmasked pictures are opened by a redactor only.")


def moved_on(exposure: Exposure, actor: Actor, action: str | None) -> str:
    """Return why the `action` that `actor` sent did not happen, now that the post is as it is."""
    state = state_word("exposure", exposure.state)
    last = history(exposure)[-1]
    if last.actor_id == actor.id and last.action == action != Action.REDACT:
        return _("You have done this already; nothing was done twice. The post now: %(state)s.", state=state)
    if last.actor_id == actor.id:
        return _(
            "You changed this post in another window (%(what)s); nothing of this page was written. Please look again.",
            what=deed_of("exposure", last),
        )
    name = names_of([last.actor_id]).get(last.actor_id or 0) or _("the system")
    return _(
        "Nothing of yours was written: %(name)s changed this post at %(time)s (%(what)s). It is now: %(state)s.",
        name=name, time=plain_moment(last.at), what=deed_of("exposure", last), state=state,
    )  # fmt: skip
