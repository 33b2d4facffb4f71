"""What the pictures of a kind must show, and how far those of a report do. Pure.

Rules are the kind's own columns; what traffic police ask of residents' pictures (three of them, a parking pair ten
seconds apart, sent within a day) is the model. Nothing is refused for a lack: it lowers the level, with its reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from reporter.photos.models import Photo, View


class Lack(StrEnum):
    """What the pictures do not show."""

    FEW = "few"
    OLD = "old"
    SEEN = "seen"
    NO_TIME = "no_time"
    TOGETHER = "together"
    NO_NEAR = "no_near"
    NO_FAR = "no_far"
    NOT_IN_APP = "not_in_app"


class Level(StrEnum):
    """How much the pictures prove: A all that is asked; B enough of them, something is open; C not enough."""

    A = "A"
    B = "B"
    C = "C"


GRAVE = frozenset({Lack.FEW, Lack.OLD, Lack.SEEN})


class Rule(Protocol):
    """What a kind asks of the pictures: `Category` has these columns."""

    min_photos: int
    near_and_far: bool
    oldest_photo_hours: int
    photos_apart_seconds: int
    taken_in_app: bool


@dataclass(frozen=True)
class Shot:
    """What is known of one picture: when it was taken as the camera or else the phone says, and what it is of."""

    taken_at: datetime | None
    view: str
    in_app: bool
    seen: bool


def shots_of(
    photos: Iterable[Photo], seen: Iterable[int], views: Mapping[int, View] | None = None
) -> list[Shot]:
    """Return the shots behind `photos`.

    Args:
        photos: the pictures.
        seen: the ids of those that were sent before.
        views: what each is of, by its id, while that is not kept yet.
    """
    known, said = set(seen), views or {}
    return [
        Shot(
            photo.taken_at or photo.phone_at, said.get(photo.id, photo.view), photo.in_app, photo.id in known
        )
        for photo in photos
    ]


def lacks(rule: Rule, shots: Sequence[Shot], *, at: datetime) -> list[Lack]:
    """Return what is missing, the gravest first; `at` is when the pictures were sent."""
    times = sorted(shot.taken_at for shot in shots if shot.taken_at)
    views = {shot.view for shot in shots}
    oldest, apart = timedelta(hours=rule.oldest_photo_hours), timedelta(seconds=rule.photos_apart_seconds)
    missing = {
        Lack.FEW: len(shots) < rule.min_photos,
        Lack.OLD: bool(oldest and times and at - times[0] > oldest),
        Lack.SEEN: any(shot.seen for shot in shots),
        Lack.NO_TIME: bool(oldest or apart) and len(times) < len(shots),
        Lack.TOGETHER: bool(apart and len(times) > 1 and times[-1] - times[0] < apart),
        Lack.NO_NEAR: rule.near_and_far and View.NEAR not in views,
        Lack.NO_FAR: rule.near_and_far and View.FAR not in views,
        Lack.NOT_IN_APP: rule.taken_in_app and not all(shot.in_app for shot in shots),
    }
    return [lack for lack, so in missing.items() if so]


def level(missing: Iterable[Lack]) -> Level:
    """Return what pictures that lack this are worth."""
    found = set(missing)
    return Level.C if found & GRAVE else Level.B if found else Level.A
