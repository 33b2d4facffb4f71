"""Every read of jurisdictions."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from reporter.cities.models import Holiday, Jurisdiction
from reporter.kernel.db import current_city_id, db


def all_cities() -> Sequence[Jurisdiction]:
    """Return every jurisdiction of the installation, oldest first."""
    return db.session.scalars(select(Jurisdiction).order_by(Jurisdiction.id)).all()


def city_for_host(host: str) -> Jurisdiction | None:
    """Return the jurisdiction served under `host` (no port), else the oldest, else None when there is none."""
    cities = all_cities()
    named = (city for city in cities if host in city.hosts)
    return next(named, cities[0] if cities else None)


def cities_by_slug() -> dict[str, Jurisdiction]:
    """Return every jurisdiction of the installation by its short name, oldest first."""
    return {city.slug: city for city in all_cities()}


def current_city() -> Jurisdiction:
    """Return the jurisdiction of the current unit of work."""
    known: Jurisdiction | None = db.session.info.get("city")
    if known is not None and known not in db.session:
        db.session.info["city"] = db.session.merge(known, load=False)  # held, or the session would forget it
    return db.session.get_one(Jurisdiction, current_city_id())


def local(instant: datetime) -> datetime:
    """Return `instant` on the city's wall clock."""
    return instant.astimezone(ZoneInfo(current_city().zone))


def day_kinds() -> dict[date, bool]:
    """Return the days that differ from the week's rhythm: True is a working day, False a day off."""
    return {row.day: row.working for row in db.session.scalars(select(Holiday))}


def special_days(year: int) -> Sequence[Holiday]:
    """Return the days of `year` that the calendar names, in their order."""
    inside = Holiday.day.between(date(year, 1, 1), date(year, 12, 31))
    return db.session.scalars(select(Holiday).where(inside).order_by(Holiday.day)).all()


def day_names() -> dict[date, str]:
    """Return what the days are called that the calendar names."""
    return {row.day: row.name for row in db.session.scalars(select(Holiday))}


def calendar_years() -> list[int]:
    """Return the years of which the calendar names a day, in their order."""
    return sorted({day.year for day in db.session.scalars(select(Holiday.day))})
