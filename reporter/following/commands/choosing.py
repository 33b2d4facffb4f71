"""What a person follows, and when they are told."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from reporter.board.shown import kinds, post
from reporter.cities.queries import local
from reporter.following.models import Follow, Follower
from reporter.following.queries import follows_of, get_follow, held_follower, mark_now
from reporter.following.rules import (
    HOUR,
    HOURS,
    LONGEST_NAME,
    MONDAY,
    MOST,
    NEAR,
    RADII,
    WEEK,
    Rhythm,
    What,
    next_time,
)
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import insert_if_absent
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, require
from reporter.places.geometry import coarsen
from reporter.places.queries import get_area, refuse_outside
from reporter.ports import ports


@dataclass(frozen=True)
class Choice:
    """What a form says.

    Attributes:
        place: of `What.PLACE`: (longitude, latitude), WGS 84; kept to about 100 m.
        name: what the person calls the place.
        radius_m: one of `RADII`.
        area_id: of `What.AREA`.
        kind: a slug, "" for every kind.
        rhythm: None: as for everything else.
    """

    what: What
    place: tuple[float, float] | None = None
    name: str = ""
    radius_m: int = NEAR
    area_id: int | None = None
    kind: str = ""
    rhythm: Rhythm | None = None


@command
def follow(choice: Choice, *, by: Actor) -> Follow:
    """Follow something from now on; what is followed already stays as it is, one that was paused goes on.

    Raises:
        NotAllowed: nobody is signed in.
        BadInput: it cannot be followed, or it is one too many; the field is the attribute's name.
    """
    user_id, follower = _held(by)
    facts = _facts(user_id, choice)
    same = select(Follow).where(Follow.user_id == user_id, Follow.key == facts["key"])
    if (known := db.session.scalar(same)) is not None:
        _go_on(known, follower)
        return known
    if len(follows_of(user_id)) >= MOST:
        raise BadInput("You follow %(most)s things: please remove one first.", field="what", most=MOST)
    made = Follow(user_id=user_id, mark=mark_now(), made_at=ports.clock.now(), **facts)
    db.session.add(made)
    db.session.flush()
    plan_next(follower)
    return made


def follow_around(public_id: str, *, by: Actor) -> Follow:
    """Follow what is around the place of a post on show, as far as the public is shown where that is.

    Raises:
        Gone, NotFound: it is not on show.
        BadInput: it is one too many.
    """
    one = post(public_id)
    return follow(
        Choice(What.PLACE, place=(one.lon, one.lat), name=(one.road or one.area_zh)[:LONGEST_NAME]), by=by
    )


@command
def change_follow(follow_id: int, choice: Choice, *, by: Actor) -> Follow:
    """Change a subscription; of another place, area or kind only what is new from now on is told.

    Raises:
        NotFound: it is not theirs, or gone.
        BadInput: as `follow`.
    """
    user_id, follower = _held(by)
    row, facts = get_follow(follow_id, user_id=user_id), _facts(user_id, choice)
    if facts["key"] != row.key:
        if any(one.key == facts["key"] for one in follows_of(user_id)):
            raise BadInput("You follow this already.", field="what")
        row.mark = mark_now()
    for name, value in facts.items():
        setattr(row, name, value)
    db.session.flush()
    plan_next(follower)
    return row


@command
def pause_follow(follow_id: int, *, on: bool, by: Actor) -> Follow:
    """Be told no more of a subscription for a while, or again of what is new from now on. Raises `NotFound`."""
    user_id, follower = _held(by)
    row = get_follow(follow_id, user_id=user_id)
    if not on:
        _go_on(row, follower)
        return row
    row.paused = True
    db.session.flush()
    plan_next(follower)
    return row


def _go_on(row: Follow, follower: Follower) -> None:
    """Let a subscription that was paused be told again, of what is new from now on; another one stays as it is."""
    if row.paused:
        row.paused, row.mark = False, mark_now()
        db.session.flush()
        plan_next(follower)


@command
def remove_follow(follow_id: int, *, by: Actor) -> None:
    """Follow something no more. Raises `NotFound`."""
    user_id, follower = _held(by)
    db.session.delete(get_follow(follow_id, user_id=user_id))
    db.session.flush()
    plan_next(follower)


@command
def set_when(rhythm: Rhythm, *, hour: int, weekday: int, by: Actor) -> None:
    """Say when everything is told that a person follows, on the city's clock.

    Raises:
        BadInput: it is night at this hour, or there is no such day; the field is the argument's name.
    """
    if hour not in HOURS:
        raise BadInput("Please choose an hour of the day.", field="hour")
    if weekday not in range(WEEK):
        raise BadInput("Please choose a day of the week.", field="weekday")
    _, follower = _held(by)
    follower.rhythm, follower.hour, follower.weekday = rhythm, hour, weekday
    plan_next(follower)


def plan_next(follower: Follower) -> None:
    """Say when the next digest is due after what a person follows has changed. Inside a command that holds the row.

    One that is due and not written yet is written all the same: a change puts nothing off.
    """
    rhythms = db.session.execute(
        select(Follow.rhythm, func.count())
        .where(Follow.user_id == follower.user_id, ~Follow.paused)
        .group_by(Follow.rhythm)
    )
    running = {rhythm or follower.rhythm for rhythm, _ in rhythms}
    daily = Rhythm.DAILY in running
    now = local(ports.clock.now())
    if running and follower.next_at and follower.next_at <= now:
        return
    follower.next_at = (
        next_time(now, hour=follower.hour, weekday=follower.weekday, daily=daily) if running else None
    )


def _held(by: Actor) -> tuple[int, Follower]:
    """Return whose things are changed, and the row that keeps others from them meanwhile."""
    require(by, Permission.DESK_SIGNED_IN)
    user_id = by.id or 0
    insert_if_absent(
        Follower, city_id=current_city_id(), user_id=user_id, rhythm=Rhythm.DAILY, hour=HOUR, weekday=MONDAY
    )
    return user_id, held_follower(user_id)


def _facts(user_id: int, choice: Choice) -> dict[str, Any]:
    """Return the columns of a choice. Raises `BadInput`."""
    place = _place(choice) if choice.what is What.PLACE else ""
    area_id = _area_id(choice) if choice.what is What.AREA else None
    if choice.kind and choice.kind not in {kind.slug for kind in kinds()}:
        raise BadInput("There is no such kind.", field="kind")
    radius_m = choice.radius_m if place else NEAR
    told = f"follow {user_id} {choice.what} {place} {radius_m} {area_id} {choice.kind}"
    return {
        "key": ports.seals.digest(told), "what": choice.what, "place": place, "area_id": area_id,
        "name": choice.name.strip() if place else "", "radius_m": radius_m, "kind_slug": choice.kind,
        "rhythm": choice.rhythm,
    }  # fmt: skip


def _place(choice: Choice) -> str:
    if choice.place is None:
        raise BadInput("Please mark the place on the map.", field="place")
    if choice.radius_m not in RADII:
        raise BadInput("Please choose how far around it.", field="radius_m")
    if len(choice.name.strip()) > LONGEST_NAME:
        raise BadInput("This is too long.", field="name")
    refuse_outside(*choice.place, field="place")
    lon, lat = coarsen(*choice.place)
    return f"{lon:.3f},{lat:.3f}"


def _area_id(choice: Choice) -> int:
    if choice.area_id is None or not get_area(choice.area_id).active:
        raise BadInput("Please choose an area.", field="area_id")
    return choice.area_id
