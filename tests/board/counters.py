"""The counters of the board as they are kept, and what makes them wrong."""

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import delete, insert, select, update

from reporter.board.cells import LEVELS
from reporter.board.commands.counting import count_cells_anew, count_numbers_anew
from reporter.board.commands.showing import put_on_show
from reporter.board.lifecycle import State
from reporter.board.models import Exposure, ShownCell, ShownCount
from reporter.board.truth import BESIDE, Difference, wrong_cells, wrong_numbers
from reporter.cases.models import Case
from reporter.kernel.db import command, db
from reporter.ports import ports

SERIAL = count(1)
Kept = dict[tuple[str | int, ...], tuple[int, ...]]


def kept() -> Kept:
    """Return every counter: where it stands, and what it says."""
    db.session.rollback()
    cells = db.session.scalars(select(ShownCell))
    found: Kept = {
        (one.facet, one.key, one.level, one.x, one.y): (one.n, one.lon, one.lat, one.ids) for one in cells
    }
    numbers = db.session.scalars(select(ShownCount).where(ShownCount.facet.in_(BESIDE), ShownCount.n != 0))
    return found | {(one.facet, one.key): (one.n,) for one in numbers}


def differences() -> list[Difference]:
    """Return what is wrong anywhere."""
    return wrong_numbers() + [one for level in LEVELS for one in wrong_cells(level)]


def rebuild() -> None:
    """Count everything anew."""
    count_numbers_anew()
    for level in LEVELS:
        count_cells_anew(level)


def another(post: Exposure, **columns: Any) -> None:
    """Show one more post like `post`, of a case of its own and without pictures; the counting is the real one."""
    put_on_show(_another(post.id, columns))


@command
def _another(post_id: int, columns: dict[str, Any]) -> int:
    post = db.session.get_one(Exposure, post_id)
    case, fresh = db.session.get_one(Case, post.case_id), {"trail_length": 0, "trail_head": "", "version": 1}
    case_id = _copied(case, fresh | {"number": f"{case.number}-{next(SERIAL)}"})
    own = {
        "case_id": case_id,
        "public_id": f"{post.public_id}{next(SERIAL)}",
        "on_show": False,
        "state": State.PUBLISHED,
    }
    now = ports.clock.now()
    return _copied(
        post, fresh | own | {"published_at": now, "expires_at": now + timedelta(days=30)} | columns
    )


def _copied(row: Case | Exposure, changes: dict[str, Any]) -> int:
    own = {
        one.name: getattr(row, one.name)
        for one in row.__table__.columns
        if one.name != "id" and one.computed is None
    }
    written = insert(type(row)).values(own | changes).returning(type(row).id)
    return db.session.scalars(written).one()


@command
def mangle() -> None:
    """Delete some counters, make others wrong, and add some of what never was."""
    db.session.execute(delete(ShownCell).where(ShownCell.id % 3 == 0))
    db.session.execute(update(ShownCell).where(ShownCell.id % 3 == 1).values(lon=ShownCell.lon + 7))
    db.session.execute(update(ShownCount).where(ShownCount.facet == "area").values(n=7))
    lost = {"facet": "kind", "key": "lost", "n": 1}
    db.session.add_all([ShownCount(**lost), ShownCell(**lost, level=9, x=1, y=1, lon=1, lat=1, ids=1)])
