"""Write the counters of the board anew."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, literal, select

from reporter.board.commands.showing import note_change
from reporter.board.models import ShownCell, ShownCount
from reporter.board.truth import BESIDE, cells_right, numbers_right
from reporter.kernel.db import Model, command, current_city_id, db
from reporter.kernel.dialect import hold_writers


@command
def count_cells_anew(level: int) -> int:
    """Replace the counters of one level of the map by what they must be; return how many there are.

    A post that is shown or hidden meanwhile waits until this is done and is then counted once: whoever counts a post
    counts it beside the filters first, and those numbers are held here.
    """
    hold_writers(ShownCount)
    mine = ShownCell.city_id == current_city_id(), ShownCell.level == level
    return _replace(ShownCell, mine, cells_right(level), level=level)


@command
def count_numbers_anew() -> int:
    """Replace the numbers beside the filters by what they must be; return how many there are."""
    hold_writers(ShownCount)
    mine = ShownCount.city_id == current_city_id(), ShownCount.facet.in_(BESIDE)
    return _replace(ShownCount, mine, numbers_right())


def _replace(model: type[Model], mine: Sequence[ColumnElement[bool]], right: Any, **own: int) -> int:
    db.session.execute(delete(model).where(*mine), execution_options={"synchronize_session": False})
    counted, fixed = right.subquery(), {"city_id": current_city_id(), **own}
    rows = select(*map(literal, fixed.values()), counted)
    written: Any = db.session.execute(insert(model).from_select([*fixed, *counted.c.keys()], rows))
    note_change()
    return int(written.rowcount)
