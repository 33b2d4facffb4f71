"""What the areas were in each version: every version, and what the way back to one would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import undefer

from reporter.kernel.db import db
from reporter.kernel.errors import NotFound
from reporter.places.models import Area, AreaVersion, FormerArea
from reporter.places.overlay import moved_share
from reporter.places.preview import AreaChange, Change
from reporter.places.shapes import outline_of

# What of an area a version may change; its id and its code never do.
STATE = (
    "level", "parent_id", "name_zh", "name_en", "geometry", "west", "south", "east", "north", "lon", "lat",
    "approximate", "active",
)  # fmt: skip


_BATCH = 500


@dataclass(frozen=True)
class Turn:
    """What the way back does to one area: `state` holds what it becomes, by column."""

    area: Area
    change: Change
    state: Mapping[str, Any]


def versions(*, most: int = 200) -> Sequence[AreaVersion]:
    """Return the city's versions, the newest first."""
    return db.session.scalars(select(AreaVersion).order_by(AreaVersion.number.desc()).limit(most)).all()


def get_version(number: int) -> AreaVersion:
    """Return the version. Raises `NotFound` when the city has none of this number."""
    version = db.session.scalar(select(AreaVersion).where(AreaVersion.number == number))
    if version is None:
        raise NotFound("There is no such version of the areas.")
    return version


def latest_version() -> int:
    """Return the number of the version in force, 0 when the city has none yet."""
    number: int | None = db.session.scalar(select(func.max(AreaVersion.number)))
    return number or 0


def changed_since(number: int) -> Sequence[int]:
    """Return the ids of the areas that came or changed after the version `number`."""
    later = select(FormerArea.area_id).where(FormerArea.until > number)
    wanted = select(Area.id).where(or_(Area.since > number, Area.id.in_(later))).order_by(Area.code)
    return db.session.scalars(wanted).all()


def turns_back(number: int, ids: Sequence[int]) -> list[Turn]:
    """Return what the way back to the version `number` does to these areas, in the order of their codes."""
    areas = db.session.scalars(
        select(Area).where(Area.id.in_(ids)).options(undefer(Area.geometry)).order_by(Area.code)
    ).all()
    later = select(FormerArea).where(FormerArea.area_id.in_(ids), FormerArea.until > number)
    former = {row.area_id: row for row in db.session.scalars(later.order_by(FormerArea.until.desc()))}
    return [_turn(area, number, former.get(area.id)) for area in areas]


def _turn(area: Area, number: int, former: FormerArea | None) -> Turn:
    """Return what becomes of an area, `former` being the first thing it was after that version began."""
    now = {name: getattr(area, name) for name in STATE}
    then = now if former is None else {name: getattr(former, name) for name in STATE}
    if area.since > number:
        then = now | {"active": False}
    if then == now:
        return Turn(area, Change.UNCHANGED, then)
    if then["active"] != now["active"]:
        return Turn(area, Change.NEW if then["active"] else Change.REMOVED, then)
    return Turn(area, Change.CHANGED, then)


def changes_back(number: int) -> list[AreaChange]:
    """Return what the way back to the version `number` would change, area by area.

    Raises:
        NotFound: the city has no such version.
    """
    get_version(number)
    ids, changes = changed_since(number), list[AreaChange]()
    for first in range(0, len(ids), _BATCH):
        for turn in turns_back(number, ids[first : first + _BATCH]):
            if turn.change is not Change.UNCHANGED:
                changes.append(_said(turn))
    return changes


def _said(turn: Turn) -> AreaChange:
    state, now = turn.state, turn.area
    moved = moved_share(outline_of(state["geometry"]), outline_of(now.geometry))
    before = now.name_zh if now.name_zh != state["name_zh"] else ""
    return AreaChange(
        turn.change, now.code, state["level"], state["name_zh"], state["name_en"], moved, before
    )
