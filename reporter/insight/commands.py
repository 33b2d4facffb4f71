"""Write the counters anew."""

from datetime import date

from sqlalchemy import delete, insert

from reporter.insight.models import Tally
from reporter.insight.truth import counters_of
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import hold_writers


@command
def count_anew(day: date) -> int:
    """Replace the counters of `day` by what they must be; return how many there are.

    A step that somebody takes meanwhile waits until this is done and is then counted once: either it is seen here, or
    it adds itself to what was written here.
    """
    hold_writers(Tally)
    db.session.execute(delete(Tally).where(Tally.day == day, Tally.city_id == current_city_id()))
    right = [{"city_id": current_city_id(), "day": day, **row} for row in counters_of(day)]
    if right:
        db.session.execute(insert(Tally), right)
    return len(right)
