"""A case as those who work on it see it: its pictures, its clock, its history. Shared by the desks of staff."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext

from reporter.accounts.queries import names_of
from reporter.cases.answers import LISTS, Answer, Datatype
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import history, photos_of
from reporter.desks.dates import plain_clock, plain_moment
from reporter.desks.errors import words_of
from reporter.desks.guard import me
from reporter.desks.limits import counted_words
from reporter.desks.states import action_word, state_word
from reporter.desks.words import metres, named, speaks_chinese
from reporter.kernel.audit import TrailEntry
from reporter.kernel.errors import ReporterError, WrongStep
from reporter.kernel.policy import Actor, Permission, may
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_ids
from reporter.places.geometry import Point, distance_m
from reporter.places.moved import KEPT_DIGITS, ends_of
from reporter.reports.queries import answers_behind
from reporter.reports.screening import without_personal_data
from reporter.routing.models import Unit
from reporter.routing.queries import units_by_id

SAME_SPOT = 200  # metres within which a photo counts as taken at the case's place: a phone between houses is that far off
BEFORE, AFTER = "before", "after"
TYPED = frozenset(
    {"words", "reason", "note", "reply", "document"}
)  # fields of the desks' forms that hold words
LARGE, SMALL = 1600, 320  # pixels of the long side


@dataclass(frozen=True)
class Picture:
    """A picture of a case and what it claims about itself. `metres`: from the case's place, None when unknown."""

    photo_id: int
    token: str
    url: str
    thumb: str
    href: str
    alt: str
    stage: str
    taken_at: datetime | None
    sent_at: datetime
    metres: float | None
    width: int
    height: int

    @property
    def claims(self) -> str:
        """When and how near it was taken, in one line; what it does not say is said."""
        when = plain_moment(self.taken_at) if self.taken_at else gettext("time unknown")
        if self.metres is None:
            return when
        return gettext("%(when)s · %(distance)s off", when=when, distance=metres(self.metres))

    @property
    def elsewhere(self) -> bool:
        """Whether it says that it was taken at another place."""
        return self.metres is not None and self.metres > SAME_SPOT


def address_of(token: str, size: int = LARGE) -> str:
    """Return the address of a clean copy for staff, `LARGE` or `SMALL`."""
    return url_for("pictures.staff", token=token, size=size)


def picture_of(photo: Photo, case: Case, stage: str) -> Picture:
    """Return `photo` as a picture of `case`. What its camera does not say is taken from the phone that sent it."""
    place = case.address or case.title
    before = stage == BEFORE
    alt = gettext("Before: %(place)s", place=place) if before else gettext("After: %(place)s", place=place)
    large = address_of(photo.token)
    return Picture(
        photo_id=photo.id, token=photo.token, url=large, thumb=address_of(photo.token, SMALL), href=large, alt=alt, stage=stage,
        taken_at=photo.taken_at or (photo.phone_at if photo.in_app else None), sent_at=photo.created_at, metres=_off(photo, case), width=photo.width, height=photo.height,
    )  # fmt: skip


def _off(photo: Photo, case: Case) -> float | None:
    """Return the metres from the case to where the camera, else the phone, says that the photo was taken."""
    for lon, lat in ((photo.lon, photo.lat), (photo.phone_lon, photo.phone_lat)):
        if lon is not None and lat is not None:
            return distance_m(case.lon, case.lat, lon, lat)
    return None


def pictures_of(case: Case) -> list[Picture]:
    """Return the pictures of a case, before first; in two queries."""
    hung = photos_of(case.id)
    photos = photos_by_ids([one.photo_id for one in hung])
    return [picture_of(photos[one.photo_id], case, one.stage) for one in hung if one.photo_id in photos]


def covers_of(cases: Iterable[Case]) -> dict[int, str]:
    """Return case id -> address of the small cover; in one query."""
    ids = {case.id: case.cover_photo_id for case in cases if case.cover_photo_id}
    photos = photos_by_ids(ids.values())
    return {
        case_id: address_of(photos[photo_id].token, SMALL)
        for case_id, photo_id in ids.items()
        if photo_id in photos
    }


@dataclass(frozen=True)
class Happened:
    """One step of a timeline, as the macro takes it."""

    title: str
    at: datetime | None
    text: str = ""
    mark: str = "done"
    promise: datetime | None = None
    light: object = None
    photos: list[Any] = field(default_factory=list)


def told_words(case: Case) -> str:
    """Return what was reported, to the centre as it was written, to others without phone numbers, plates and the like."""
    return case.words if may(me(), Permission.DESK_TRIAGE) else without_personal_data(case.words)


@dataclass(frozen=True)
class Reply:
    """A question of the kind, and what whoever reported answered."""

    question: str
    answer: str


def replies_of(answers: Sequence[Answer], *, whole: bool = True) -> list[Reply]:
    """Return answers of a report in the reader's language; unless `whole`, without phone numbers, plates and the like."""
    return [Reply(named(one, "question") or one["code"], _reply(one, whole=whole)) for one in answers]


def _reply(answer: Answer, *, whole: bool) -> str:
    language = "zh" if speaks_chinese() else "en"
    parts = [str(part[language]) for part in answer["answer"]]
    if answer["datatype"] == Datatype.DATETIME:
        return plain_moment(datetime.fromisoformat(parts[0]))
    words = gettext(", ").join(parts)
    return words if whole or answer["datatype"] in LISTS else without_personal_data(words)


def told_replies(case: Case) -> list[Reply]:
    """Return what whoever reported it first answered, as the reader may know it; in one query."""
    return replies_of(answers_behind([case.id]).get(case.id, ()), whole=may(me(), Permission.DESK_TRIAGE))


def timeline_of(case: Case, entries: Sequence[TrailEntry]) -> list[Happened]:
    """Return what happened to a case, newest first, and on top what is waited for; in one query.

    Args:
        entries: the case's trail, oldest first.
    """
    names = names_of([entry.actor_id for entry in entries])
    firms = units_by_id() if any("link_unit_id" in entry.facts for entry in entries) else {}
    steps = [_happened(entry, names, case, firms) for entry in reversed(entries)]
    if case.is_open:
        waiting = Happened(state_word("case", case.state), None, mark="now", promise=case.due_at)
        return [waiting, *steps]
    return steps


def _happened(entry: TrailEntry, names: Mapping[int, str], case: Case, firms: Mapping[int, Unit]) -> Happened:
    parts = [_who(entry, names, firms), *_facts(entry.facts, case.limits["handle"]), entry.reason]
    word = action_word("case", entry.action)
    stopped = entry.action in {Action.VOID, Action.INSPECT_FAIL, Action.CLOSE_UNFIXED}
    return Happened(
        title=word[:1].upper() + word[1:], at=entry.at, text=" · ".join(part for part in parts if part),
        mark="stop" if stopped else "done",
    )  # fmt: skip


def _who(entry: TrailEntry, names: Mapping[int, str], firms: Mapping[int, Unit]) -> str:
    """Return who did it; whoever reported stays hidden."""
    if firm := entry.facts.get("link_unit_id"):
        return gettext("by link, %(unit)s", unit=named(firms.get(firm)))
    if through := entry.facts.get("through"):
        return gettext("through %(system)s", system=through)
    if "reporter" in entry.actor_role.split(","):
        return gettext("whoever reported")
    if entry.actor_id is None:
        return gettext("the system") if entry.actor_role == "system" else ""
    return names.get(entry.actor_id, "")


def _facts(facts: Mapping[str, Any], limit: str) -> Sequence[str]:
    said = []
    if minutes := facts.get("minutes"):
        said.append(gettext("%(time)s more", time=counted_words(minutes, limit)))
    if review := facts.get("review_at"):
        said.append(gettext("review on %(day)s", day=plain_moment(datetime.fromisoformat(review))))
    if promised := facts.get("promised_at"):
        said.append(gettext("done by %(time)s", time=plain_moment(datetime.fromisoformat(promised))))
    if kept := facts.get("moved"):
        said.append(moved_words(kept))
    if facts.get("escalates"):
        said.append(gettext("for the third time: escalated"))
    return said


def moved_words(kept: Mapping[str, Any]) -> str:
    """Return from where to where a place was put right, as a trail keeps it."""
    start, end = ends_of(kept)
    if start == end:
        return gettext("address before: %(address)s", address=kept["from_address"] or gettext("none"))
    return gettext(
        "place put right by %(distance)s: from %(start)s to %(end)s", distance=metres(kept["metres"]),
        start=_spot(kept["from_address"], start), end=_spot(kept["to_address"], end),
    )  # fmt: skip


def _spot(address: str, point: Point) -> str:
    numbers = f"{point.lat:.{KEPT_DIGITS}f}, {point.lon:.{KEPT_DIGITS}f}"
    return gettext("%(address)s (%(point)s)", address=address, point=numbers) if address else numbers


def moved_on(error: ReporterError, case: Case, actor: Actor, action: Action | None) -> str:
    """Return why `action`, which `actor` sent, did not happen, now that `case` is as it is."""
    if isinstance(error, WrongStep) and "state" not in error.values:
        return f"{words_of(error)} {you_wrote()}".strip()
    state, last = state_word("case", case.state), history(case)[-1]
    if (last.actor_id, last.action) == (actor.id, action):
        return gettext(
            "You have done this already; nothing was done twice. The case now: %(state)s.", state=state
        )
    said = gettext(
        "The case has moved on in the meantime; nothing of yours was written. It is now: %(state)s.",
        state=state,
    )
    return f"{_first(case, action) or said} {you_wrote()}".strip()


def _first(case: Case, action: Action | None) -> str:
    """Return who was first, for whoever wanted to claim the case too; "" when it is about something else."""
    if action is not Action.CLAIM or case.handler_id is None or case.claimed_at is None:
        return ""
    name = names_of([case.handler_id]).get(case.handler_id, "")
    return gettext(
        "%(name)s claimed the case first, at %(time)s. You need not do anything.",
        name=name, time=plain_clock(case.claimed_at),
    )  # fmt: skip


def you_wrote() -> str:
    """Return the words of the form that was sent: the page may have no place for them any more."""
    typed = [text.strip() for name, text in request.form.items() if name.rpartition("-")[2] in TYPED]
    words = " · ".join(text for text in typed if text)
    return gettext("You had written: “%(words)s”", words=words) if words else ""


def last_reason(entries: Sequence[TrailEntry], *actions: Action) -> str:
    """Return the reason given the last time that one of `actions` was taken, "" when none was."""
    return next((entry.reason for entry in reversed(entries) if entry.action in actions), "")


def supervised_words(entries: Sequence[TrailEntry]) -> str:
    """Return why a case is under supervision: the supervisor's reason, or that its time was long over."""
    if reason := last_reason(entries, Action.SUPERVISE):
        return gettext("Under supervision: %(reason)s", reason=reason)
    return gettext("Under supervision, because it is long overdue")


def last_at(entries: Sequence[TrailEntry], *actions: Action) -> datetime | None:
    """Return when one of `actions` was last taken, None when none was."""
    return next((entry.at for entry in reversed(entries) if entry.action in actions), None)


def is_rework(case: Case) -> bool:
    """Tell whether the work has to be done again."""
    return case.state is State.HANDLING and (case.rework_count > 0 or case.reopen_count > 0)
