"""The calendar: holidays, the days worked for them, and what holds in this city alone."""

from collections.abc import Callable, Sequence
from datetime import date
from http import HTTPStatus

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cities.commands import forget_day, keep_days
from reporter.cities.holidays import SpecialDay, known_days, missing_year, read_days
from reporter.cities.queries import calendar_years, local, special_days
from reporter.desks.admin.door import bp
from reporter.desks.admin.forms import DayForm, DaysFileForm
from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.kernel.errors import BadInput, NotFound, ReporterError
from reporter.kernel.policy import Permission
from reporter.ports import ports


def today() -> date:
    """Return the day on the city's clock."""
    return local(ports.clock.now()).date()


@bp.app_template_global("missing_calendar_year")
def missing_calendar_year() -> int | None:
    """Return the year whose days are due and not in the calendar yet, else None."""
    return missing_year(calendar_years(), today())


@bp.get("/calendar")
@allow(Permission.DESK_ADMIN)
def calendar() -> ResponseReturnValue:
    """Show the days of one year that the calendar names, and how to bring more."""
    return _page(_year(request.args.get("year", "")))


def _year(text: str) -> int:
    try:
        return date(int(text), 1, 1).year if text else today().year
    except ValueError as error:
        raise NotFound("There is no such year.") from error


def _page(
    year: int, form: DayForm | None = None, file: DaysFileForm | None = None, status: int = HTTPStatus.OK
) -> ResponseReturnValue:
    years = sorted({*calendar_years(), today().year, today().year + 1, year})
    kept = special_days(year)
    seeds = len(set(known_days(year)) - {SpecialDay(one.day, one.working, one.name) for one in kept})
    page = render_template(
        "admin/calendar.html", year=year, years=years, days=kept, seeds=seeds,
        form=form or DayForm(formdata=None), file=file or DaysFileForm(formdata=None),
    )  # fmt: skip
    return page, status


@bp.post("/calendar/days")
@allow(Permission.DESK_ADMIN)
def keep_day() -> ResponseReturnValue:
    """Write one day into the calendar."""
    form = DayForm()
    if not form.validate_on_submit():
        return _page(form.day.data.year if form.day.data else today().year, form=form, status=BadInput.status)
    return _kept([form.special_day])


@bp.post("/calendar/file")
@allow(Permission.DESK_ADMIN)
def import_days() -> ResponseReturnValue:
    """Write the days of a file into the calendar, all or none."""
    form = DaysFileForm()
    if form.validate_on_submit():
        with form.file.data.stream as stream:
            content = stream.read()
        try:
            return _kept(read_days(content))
        except ReporterError as error:
            blame(form, error)
    return _page(today().year, file=form, status=BadInput.status)


@bp.post("/calendar/<int:year>/seed")
@allow(Permission.DESK_ADMIN)
def seed_year(year: int) -> ResponseReturnValue:
    """Write the national holidays and make-up days of a year into the calendar."""
    days = known_days(year)
    if not days:
        raise NotFound("The national days of this year are not known here yet.")
    return _kept(days)


def _kept(days: Sequence[SpecialDay]) -> ResponseReturnValue:
    changed = keep_days(days, by=me())
    told: Callable[..., str] = ngettext
    flash(told("%(num)s day is new or changed.", "%(num)s days are new or changed.", changed), "ok")
    return redirect(url_for("admin.calendar", year=min(days).day.year))


@bp.post("/calendar/<day>/forget")
@allow(Permission.DESK_ADMIN)
def drop_day(day: str) -> ResponseReturnValue:
    """Let the week's rhythm hold for a day again."""
    try:
        gone = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound("There is no such day.") from error
    forget_day(gone, by=me())
    flash(_("For this day the week's rhythm holds again."), "ok")
    return redirect(url_for("admin.calendar", year=gone.year))
