"""When the public begins to see a post and when it ceases to: the only place where `on_show` changes.

What belongs to a post on show goes with it, in the same transaction: the terms by which it is found, the
numbers beside the filters and in the cells of the map, and the edition of the board by which pages that were drawn before are known as old.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, text, update

from reporter.board.cells import LEVELS, micro, place_of
from reporter.board.events import PostShown
from reporter.board.lifecycle import HOLD_AT_MOST, State
from reporter.board.models import Exposure, PostTerm, ShownCell, ShownCount
from reporter.board.months import month_of
from reporter.board.queries import get_exposure
from reporter.board.terms import terms_of
from reporter.cities.queries import current_city
from reporter.kernel import events
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import add_up
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.ports.queue import enqueue


def show_when_due(exposure: Exposure) -> None:
    """Let the pictures be made, and the post be shown, when its hold is over. Inside a command."""
    if exposure.published_at is None:
        raise RuntimeError(f"exposure {exposure.id} is published without a date")
    wait = exposure.published_at - ports.clock.now()
    enqueue("board.burn", exposure_id=exposure.id, after=max(wait, timedelta(0)))


@command
def put_on_show(exposure_id: int) -> None:
    """Let the public see a published post whose pictures are made; doing it twice changes nothing."""
    exposure = get_exposure(exposure_id)
    waits = exposure.published_at is None or exposure.published_at > ports.clock.now()
    if waits or not all(picture.ready for picture in exposure.used):
        return
    if not _turned(exposure, on=True):
        return
    named = (
        exposure.kind_zh,
        exposure.kind_en,
        exposure.area_zh,
        exposure.area_en,
        exposure.unit_zh,
        exposure.unit_en,
    )
    terms = terms_of(exposure.title, exposure.summary, exposure.road, *named)
    own = {"city_id": current_city_id(), "exposure_id": exposure_id, "published_at": exposure.published_at}
    if terms:
        db.session.execute(insert(PostTerm), [own | {"term": term} for term in sorted(terms)])
    _count(exposure, 1)
    events.publish(PostShown(exposure_id))


def take_off_show(exposure: Exposure) -> None:
    """Let the public see it no more. Inside a command, before the state changes; doing it twice changes nothing."""
    if _turned(exposure, on=False):
        db.session.execute(delete(PostTerm).where(PostTerm.exposure_id == exposure.id))
        _count(exposure, -1)


def _turned(exposure: Exposure, *, on: bool) -> bool:
    """Turn `on_show` on or off; return False when it was so, or when the post is not published (any more).

    The version stays: it is what editors work on, and none of them did this.
    """
    mine = update(Exposure).where(
        Exposure.id == exposure.id, Exposure.on_show.is_(not on), Exposure.state == State.PUBLISHED
    )
    changed: Any = db.session.execute(
        mine.values(on_show=on), execution_options={"synchronize_session": False}
    )
    db.session.refresh(exposure, ["on_show"])
    return bool(changed.rowcount)


def _count(exposure: Exposure, n: int) -> None:
    keys = (
        ("kind", exposure.kind_slug), ("area", exposure.area_id or ""), ("unit", exposure.unit_id or ""),
    )  # fmt: skip
    _add([(facet, str(key), n) for facet, key in keys] + [EDITION])
    _count_in_cells(exposure, n)


def _count_in_cells(exposure: Exposure, n: int) -> None:
    """Add the post `n` times to its cell on every level, among all and among those it shares something with.

    After the edition, whose row is held until the end of the transaction: so nobody else is at the cells meanwhile.
    """
    lon, lat = micro(exposure.lon), micro(exposure.lat)
    sums = {"n": n, "lon": n * lon, "lat": n * lat, "ids": n * exposure.id}
    cells = [{"level": level, "x": place_of(lon, level), "y": place_of(lat, level)} for level in LEVELS]
    facets = [
        {"city_id": current_city_id(), "facet": facet, "key": key} for facet, key in _facets_of(exposure)
    ]
    add_up(ShownCell, [facet | cell | sums for facet in facets for cell in cells], key=CELL, sums=list(sums))
    if n < 0:
        emptied = delete(ShownCell).where(text("n = 0"))
        db.session.execute(emptied, execution_options={"synchronize_session": False})


def _facets_of(exposure: Exposure) -> list[tuple[str, str]]:
    """Return by what the post is found on a map that is narrowed in one way, and first the map that is not."""
    if exposure.published_at is None:
        raise RuntimeError(f"exposure {exposure.id} is shown without a date")
    named = (
        ("kind", exposure.kind_slug), ("area", exposure.area_id), ("unit", exposure.unit_id),
        ("outcome", exposure.outcome), ("month", month_of(exposure.published_at, current_city().zone)),
    )  # fmt: skip
    return [("", ""), *((facet, str(key)) for facet, key in named if key)]


def note_change() -> None:
    """Let the next look at any public page be at a new edition of the board. Inside a command."""
    _add([EDITION])


EDITION = ("edition", "", 1)
CELL = ("city_id", "facet", "key", "level", "x", "y")


def _add(rows: Sequence[tuple[str, str, int]]) -> None:
    written = [{"city_id": current_city_id(), "facet": facet, "key": key, "n": n} for facet, key, n in rows]
    add_up(ShownCount, written, key=("city_id", "facet", "key"), sums=["n"])


@command
def set_hold(hours: int, *, by: Actor) -> None:
    """Say how many hours pass between the second review and the public; for posts reviewed from now on.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: not between 0 and 72.
    """
    require(by, Permission.ADMIN_SYSTEM)
    if not 0 <= hours <= HOLD_AT_MOST:
        raise BadInput("Please choose between 0 and %(most)s hours.", field="hours", most=HOLD_AT_MOST)
    city = current_city()
    city.settings = city.settings | {"hold_hours": hours}
    record(city, "set_hold", by=by, at=ports.clock.now(), facts={"hours": hours})
