"""Every way a jurisdiction changes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from reporter.cities.holidays import SpecialDay
from reporter.cities.models import Counter, Holiday, Jurisdiction
from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db, enter_city
from reporter.kernel.dialect import add_up, count_up
from reporter.kernel.errors import BadInput, NotFound, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports
from reporter.ports.backlog import is_of_city, revive


@command
def found_city(facts: Mapping[str, Any], *, by: Actor) -> Jurisdiction:
    """Create a jurisdiction from its columns in `facts` and enter it.

    Raises:
        BadInput: an unknown time zone, or a short name that is taken.
    """
    try:
        ZoneInfo(facts.get("zone", "Asia/Shanghai"))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInput("There is no such time zone; write it like Asia/Shanghai.", field="zone") from error
    if db.session.scalar(select(Jurisdiction.id).where(Jurisdiction.slug == facts["slug"])):
        raise BadInput("A city with this short name exists already.", field="slug")
    city = Jurisdiction(**{"hosts": [], "settings": {}, "created_at": ports.clock.now(), **facts})
    db.session.add(city)
    db.session.flush()
    enter_city(city.id)
    record(city, "found", by=by, at=ports.clock.now())
    return city


@command
def next_number(kind: str, *, day: date) -> int:
    """Return the next number of `kind` on `day` in the current city, from 1, without gaps or doubles."""
    return count_up(Counter, "last", city_id=current_city_id(), name=f"{kind}:{day.isoformat()}")


@command
def next_numbers(kind: str, wanted: Mapping[date, int]) -> dict[date, int]:
    """Return for each day the first of so many next numbers of `kind`, as `next_number` gives them one by one."""
    if not wanted:
        return {}
    names = {f"{kind}:{day.isoformat()}": day for day in sorted(wanted)}
    rows = [{"city_id": current_city_id(), "name": name, "last": wanted[day]} for name, day in names.items()]
    add_up(Counter, rows, key=["city_id", "name"], sums=["last"])
    last = db.session.execute(select(Counter.name, Counter.last).where(Counter.name.in_(list(names))))
    return {names[name]: number - wanted[names[name]] + 1 for name, number in last}


@command
def keep_days(days: Sequence[SpecialDay], *, by: Actor) -> int:
    """Write `days` into the calendar, over what it said of them before; return how many are new or changed.

    Deadlines that were promised before stay as they are.

    Raises:
        NotAllowed: `by` is no system administrator.
    """
    require(by, Permission.ADMIN_SYSTEM)
    known = {
        row.day: row
        for row in db.session.scalars(select(Holiday).where(Holiday.day.in_([one.day for one in days])))
    }
    changed = []
    for one in days:
        row = known.get(one.day)
        if row is None:
            db.session.add(Holiday(day=one.day, working=one.working, name=one.name))
        elif (row.working, row.name) == (one.working, one.name):
            continue
        else:
            row.working, row.name = one.working, one.name
        changed.append(one)
    _tell("calendar", changed, by=by)
    return len(changed)


@command
def forget_day(day: date, *, by: Actor) -> None:
    """Let the week's rhythm hold for `day` again.

    Raises:
        NotAllowed: `by` is no system administrator.
        NotFound: the calendar does not name it.
    """
    require(by, Permission.ADMIN_SYSTEM)
    row = db.session.scalar(select(Holiday).where(Holiday.day == day))
    if row is None:
        raise NotFound("The calendar does not name this day.")
    _tell("calendar_forget", [SpecialDay(row.day, row.working, row.name)], by=by)
    db.session.delete(row)


def _tell(action: str, days: Sequence[SpecialDay], *, by: Actor) -> None:
    if days:
        told = [
            f"{one.day.isoformat()} {'working' if one.working else 'off'} {one.name}".strip() for one in days
        ]
        record(current_city(), action, by=by, at=ports.clock.now(), facts={"days": told})


@command
def try_again(job_id: int, *, by: Actor) -> None:
    """Let work after commit that was given up be tried anew.

    Raises:
        NotFound: there is no such work in this city.
        WrongStep: it is not given up any more.
    """
    require(by, Permission.ADMIN_SYSTEM)
    if not revive(job_id=job_id):
        if not is_of_city(job_id):
            raise NotFound("There is nothing at this address.")
        raise WrongStep("This work is not given up any more.")
    _note_tried_again(by, job=job_id)


@command
def try_all_again(*, by: Actor) -> int:
    """Let all work of the city that was given up be tried anew; return how many pieces."""
    require(by, Permission.ADMIN_SYSTEM)
    number = revive()
    if number:
        _note_tried_again(by, jobs=number)
    return number


def _note_tried_again(by: Actor, **facts: int) -> None:
    city = db.session.get_one(Jurisdiction, current_city_id(), with_for_update=True)
    record(city, "try_again", by=by, at=ports.clock.now(), facts=facts)
