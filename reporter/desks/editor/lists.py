"""The editors' lists: what waits at each step, what is on the board, what is objected to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.accounts.queries import names_of
from reporter.board.editing import (
    exposures_by_ids,
    exposures_in,
    newest_exposures_in,
    numbers_waiting,
    objections_in,
)
from reporter.board.lifecycle import ENDED, OBJECTION_OPEN, ON_BOARD, ObjectionState, State
from reporter.board.models import Exposure, Objection
from reporter.desks.editor.words import KINDS_OF_OBJECTION, NOTES
from reporter.desks.states import state_light, state_word
from reporter.desks.words import named
from reporter.kernel.errors import BadInput
from reporter.kernel.pages import Page
from reporter.kernel.policy import Actor, Permission, Role, may
from reporter.photos.queries import photos_by_ids
from reporter.ports import ports

SIZE = 30
MOST = 1000  # what a tab counts up to
PROPOSED, REDACTING, FIRST, SECOND = "proposed", "redacting", "first", "second"
BOARD, OBJECTIONS, ENDED_POSTS = "board", "objections", "ended"
STATES: Mapping[str, frozenset[State]] = {
    PROPOSED: frozenset({State.PROPOSED}),
    REDACTING: frozenset({State.REDACTING}),
    FIRST: frozenset({State.FIRST_REVIEW}),
    SECOND: frozenset({State.SECOND_REVIEW}),
    BOARD: ON_BOARD,
    ENDED_POSTS: ENDED,
}
WORK_OF = ((Role.REDACTOR, PROPOSED), (Role.FIRST_REVIEWER, FIRST), (Role.SECOND_REVIEWER, SECOND))
NAMES = {
    PROPOSED: _l("To redact"),
    REDACTING: _l("Being redacted"),
    FIRST: _l("First review"),
    SECOND: _l("Second review"),
    BOARD: _l("On the board"),
    OBJECTIONS: _l("Objections"),
    ENDED_POSTS: _l("Taken down, expired, rejected"),
}
EMPTY = {
    PROPOSED: _l("A case that closes is proposed by itself, if its kind may be shown."),
    REDACTING: _l("What a redactor has begun stands here until it is handed to the first review."),
    FIRST: _l("What was redacted waits here for somebody else to look at it."),
    SECOND: _l("What passed the first review waits here for a third person."),
    BOARD: _l("Nothing is shown to the public at the moment."),
    OBJECTIONS: _l("Nobody objects to anything."),
    ENDED_POSTS: _l("What was taken down, has expired or was rejected stands here."),
}


@dataclass(frozen=True)
class Tab:
    """A list that is a page of its own. `number` is None where it is not counted."""

    at: str
    href: str
    text: object
    number: int | None
    most: int = MOST


@dataclass(frozen=True)
class Row:
    """One exposure or objection, as the cards and the queue's macro take it."""

    id: int
    href: str
    title: str
    kind: str
    line: str
    at: datetime
    photo: str = ""
    after: str = ""
    level: str = "idle"
    word: str = ""
    note: str = ""
    warning: str = ""
    since: datetime | None = None
    due: datetime | None = None
    before: str = ""


@dataclass(frozen=True)
class Listing:
    """One page of one list, with the tabs of all."""

    at: str
    tabs: Sequence[Tab]
    rows: Sequence[Row]
    more: str
    first: str

    @property
    def place(self) -> int:
        """The place of the current tab; past the last one for a list that has none."""
        return next((place for place, tab in enumerate(self.tabs) if tab.at == self.at), len(self.tabs))

    @property
    def name(self) -> str:
        """What the list is called."""
        return str(NAMES[self.at])

    @property
    def empty(self) -> str:
        """What it means that there is nothing on it."""
        return str(EMPTY[self.at])

    def beside(self, row_id: int, step: int) -> str:
        """Return the address of the row `step` places after (before, when negative) this one, "" at the ends."""
        places = {row.id: place for place, row in enumerate(self.rows)}
        place = places.get(row_id, -1) + step
        return self.rows[place].href if row_id in places and 0 <= place < len(self.rows) else ""


def at_of(thing: Exposure | Objection) -> str:
    """Return the list on which a thing stands."""
    if isinstance(thing, Objection):
        return OBJECTIONS
    return next(at for at, states in STATES.items() if thing.state in states)


def work_of(actor: Actor) -> str:
    """Return the list that waits for this person; whoever has no part in the editing looks after objections."""
    return next((at for role, at in WORK_OF if role in actor.roles), OBJECTIONS)


def listing_of(at: str, actor: Actor, after: str = "") -> Listing:
    """Return one page of one list; as many queries for thirty rows as for five.

    Raises:
        BadInput: no such list, or a damaged page address.
    """
    if at not in NAMES:
        raise BadInput("There is no such list.")
    if at == OBJECTIONS:
        found = objections_in(OBJECTION_OPEN, after=after, size=SIZE)
        rows, following = _objection_rows(found), found.after
    else:
        newest = at in {BOARD, ENDED_POSTS}
        page = (newest_exposures_in if newest else exposures_in)(STATES[at], after=after, size=SIZE)
        rows, following = exposure_rows(page.rows, actor), page.after
    return Listing(
        at=at, tabs=_tabs(), rows=rows, more=_way(at, following) if following else "",
        first=_way(at) if after else "",
    )  # fmt: skip


def _way(at: str, after: str = "") -> str:
    return url_for("editor.queue", at=at, after=after or None)


def _tabs() -> list[Tab]:
    numbers = numbers_waiting(limit=MOST)
    sums = {at: sum(numbers.get(state, 0) for state in states) for at, states in STATES.items()}
    sums[OBJECTIONS] = sum(numbers[state] for state in OBJECTION_OPEN)
    return [Tab(at, _way(at), NAMES[at], sums[at]) for at in NAMES if at != ENDED_POSTS]


def exposure_rows(exposures: Sequence[Exposure], actor: Actor) -> list[Row]:
    """Return a row for each exposure."""
    names = names_of([one.redactor_id for one in exposures])
    shots = _Shots.of(exposures, actor)
    return [_exposure_row(one, names, shots) for one in exposures]


def _exposure_row(one: Exposure, names: Mapping[int, str], shots: "_Shots") -> Row:
    who = names.get(one.redactor_id or 0, "")
    return Row(
        id=one.id, href=url_for("editor.exposure", exposure_id=one.id), title=one.title, kind=named(one, "kind"),
        line=" · ".join(filter(None, (named(one, "kind"), named(one, "area")))), at=_since(one),
        photo=shots.address(one, "before"), after=shots.address(one, "after"),
        level=state_light("exposure", one.state),
        word=_("in its hold") if _waits(one) else state_word("exposure", one.state),
        note=_("Redacted by %(name)s", name=who) if who else "",
    )  # fmt: skip


def _waits(one: Exposure) -> bool:
    return one.published_at is not None and one.published_at > ports.clock.now()


def _since(one: Exposure) -> datetime:
    return one.ended_at or one.published_at or one.proposed_at


@dataclass(frozen=True)
class _Shots:
    """Small pictures for rows: masked where the mask is judged, else the staff's for whoever may open them."""

    tokens: Mapping[int, str]

    @classmethod
    def of(cls, exposures: Iterable[Exposure], actor: Actor) -> "_Shots":
        if not may(actor, Permission.ORIGINAL_OPEN):
            return cls({})
        wanted = {
            shot.photo_id
            for one in exposures
            if one.state not in ENDED
            for shot in one.used
            if not shot.confirmed
        }
        return cls({photo.id: photo.token for photo in photos_by_ids(wanted).values()})

    def address(self, one: Exposure, stage: str) -> str:
        shot = one.before if stage == "before" else one.after
        if shot is None:
            return ""
        if shot.confirmed and one.state not in ENDED:
            return masked_address(one.id, shot.id, "small")
        token = self.tokens.get(shot.photo_id)
        return url_for("pictures.staff", token=token, size=320) if token else ""


def masked_address(exposure_id: int, picture_id: int, size: str, stamp: int | None = None) -> str:
    """Return the address of what the public will see: `preview` (1600 px) or `small` (320 px)."""
    return url_for("editor.masked", exposure_id=exposure_id, picture_id=picture_id, size=size, v=stamp)


def _objection_rows(page: Page[Objection]) -> list[Row]:
    posts = exposures_by_ids({one.exposure_id for one in page.rows})
    return [_objection_row(one, posts[one.exposure_id]) for one in page.rows]


def _objection_row(one: Objection, post: Exposure) -> Row:
    shot, still_shown = post.before, one.pressing and post.state is State.PUBLISHED
    return Row(
        id=one.id, href=url_for("editor.objection", objection_id=one.id), title=post.title,
        kind=str(KINDS_OF_OBJECTION[one.kind]), line=str(KINDS_OF_OBJECTION[one.kind]), at=one.filed_at,
        photo=masked_address(post.id, shot.id, "small") if shot and shot.confirmed and post.state not in ENDED else "",
        level=state_light("objection", one.state), word=state_word("objection", one.state),
        note=_("The post is hidden") if post.state is State.HIDDEN else "",
        warning=str(NOTES[one.reach]) if still_shown else "",
        since=one.filed_at, due=one.due_at,
        before=_("in review") if one.state is ObjectionState.IN_REVIEW else _("not hidden") if still_shown else "",
    )  # fmt: skip
