"""The operator's lines about time: when a limit ends and why, and which days the calendar names."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from reporter.cities.commands import keep_days
from reporter.cities.holidays import SpecialDay, known_days, missing_year, read_days
from reporter.cities.models import Jurisdiction
from reporter.cities.queries import calendar_years, day_names, local, special_days
from reporter.cli.city import CITY, one_city
from reporter.kernel.db import enter_city
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import SYSTEM
from reporter.ports import ports
from reporter.routing.deadlines import Calendar, Limit, Stretch, due_at, stretches
from reporter.routing.queries import calendar as city_calendar

CLOCKS = {"natural_hour": "h", "working_hour": "wh", "working_day": "wd"}
ONE_DAY = timedelta(days=1)
WORDS = {
    "m": "minutes",
    "h": "natural hours",
    "wm": "working minutes",
    "wh": "working hours",
    "wd": "working days",
}

calendar = AppGroup(
    "calendar", help="The days that differ from the week's rhythm: holidays and the days worked for them."
)


@click.command()
@click.argument("start")
@click.argument("limit")
@click.option(
    "--clock",
    type=click.Choice(list(CLOCKS)),
    help="What LIMIT counts, where it is a number or says hours or days.",
)
@CITY
@with_appcontext
def deadline(*, start: str, limit: str, clock: str | None, city: str) -> None:
    """Print when LIMIT, counted from START, is over, and how it was counted. Changes nothing.

    START is like 2026-09-30T16:00, on the city's wall clock unless it names a zone; LIMIT like 30m (minutes), 4h (natural
    hours), 4wh (working hours) or 5wd (working days).
    """
    here = one_city(city)
    enter_city(here.id)
    kept = city_calendar()
    began, wanted = instant(start, kept, hint="START"), _limit(limit, clock)
    due = due_at(began, wanted, kept).astimezone(kept.zone)
    click.echo(due.isoformat(timespec="minutes"))
    click.echo(
        f"{wanted.amount} {WORDS[wanted.unit]} from {began:%Y-%m-%d %H:%M}, on the calendar of {here.name_zh} ({kept.zone.key})"
    )
    for line in _lines(stretches(began, wanted, kept), kept, day_names()):
        click.echo(line)
    _warn_of_unknown_years(began.date(), due.date(), wanted)


def instant(text: str, kept: Calendar, *, hint: str) -> datetime:
    """Return the moment that `text` names, on the city's clock unless it names a zone. Raises `BadParameter` of `hint`."""
    try:
        moment = datetime.fromisoformat(text.strip().replace(" ", "T"))
    except ValueError as error:
        raise click.BadParameter(
            f"{text} is no time; write it like 2026-09-30T16:00.", param_hint=hint
        ) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=kept.zone)).astimezone(kept.zone)


def _limit(text: str, clock: str | None) -> Limit:
    """Return the limit; with `clock` a bare number, or one of hours or days, counts as that clock does."""
    wanted = text.strip()
    if clock:
        unit = CLOCKS[clock]
        number = wanted.removesuffix(unit) if wanted.endswith(unit) else wanted.removesuffix(unit[-1])
        wanted = number + unit
    try:
        return Limit.parse(wanted)
    except ValueError as error:
        raise click.BadParameter(
            f"{text} is no limit{f' of {clock}s' if clock else ''}; write it like 30m, 4h, 4wh or 5wd.",
            param_hint="LIMIT",
        ) from error


def _lines(pieces: Sequence[Stretch], kept: Calendar, names: dict[date, str]) -> list[str]:
    lines = []
    for piece in pieces:
        span = f"{piece.begins:%Y-%m-%d %H:%M} to {piece.ends:%Y-%m-%d %H:%M}"
        hours = (piece.ends - piece.begins).total_seconds() / 3600
        why = f"counts {hours:.2f} h" if piece.counts else f"does not count{_why_not(piece, kept, names)}"
        lines.append(f"  {span}  {why}")
    return lines


def _why_not(piece: Stretch, kept: Calendar, names: dict[date, str]) -> str:
    days = [
        piece.begins.date() + number * ONE_DAY
        for number in range((piece.ends.date() - piece.begins.date()).days + 1)
    ]
    idle = [day for day in days if not kept.works(day)]
    called = list(dict.fromkeys(names.get(day) or f"{day:%A}" for day in idle))
    return f": {', '.join(called)}" if called else ": outside working time"


def _warn_of_unknown_years(first: date, last: date, limit: Limit) -> None:
    unknown = sorted({first.year, last.year} - set(calendar_years())) if limit.working else []
    if unknown:
        click.echo(
            f"The calendar names no day of {', '.join(map(str, unknown))}: see flask calendar seed.", err=True
        )


@calendar.command("list")
@click.argument("year", type=click.IntRange(1949, 2999))
@CITY
def calendar_list(*, year: int, city: str) -> None:
    """Print the days of YEAR that the calendar names. Changes nothing."""
    enter_city(one_city(city).id)
    for one in special_days(year):
        click.echo(f"{one.day.isoformat()} {'working' if one.working else 'off'} {one.name}".rstrip())
    missing = missing_year(calendar_years(), local(ports.clock.now()).date())
    if missing:
        click.echo(f"The days of {missing} are not in the calendar yet.", err=True)


@calendar.command("seed")
@click.argument("year", type=click.IntRange(1949, 2999))
@CITY
def calendar_seed(*, year: int, city: str) -> None:
    """Write China's holidays and make-up days of YEAR into the calendar, as the package chinesecalendar knows them."""
    days = known_days(year)
    if not days:
        raise click.ClickException(
            f"The installed package does not know {year} yet. Bring the announced days as a file: flask calendar import."
        )
    _keep(one_city(city), days)


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@CITY
def calendar_import(*, file: Path, city: str) -> None:
    """Write the days of a CSV FILE (day, working, name) into the calendar, all or none, over what it said of them."""
    try:
        days = read_days(file.read_bytes())
    except ReporterError as error:
        raise click.ClickException(str(error)) from error
    _keep(one_city(city), days)


def _keep(here: Jurisdiction, days: Sequence[SpecialDay]) -> None:
    enter_city(here.id)
    changed = keep_days(days, by=SYSTEM)
    click.echo(f"{len(days)} days, {changed} of them new or changed")
