"""The roster of a unit, for its head and for system administrators: its week, its lines, who is on instead on one day, and when nobody is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cities.queries import local
from reporter.desks.admin.door import bp, checks_its_own_token
from reporter.desks.admin.staff_forms import ShiftForm, SwapForm
from reporter.desks.dates import zone
from reporter.desks.duty import days_words, gap_words, hours_words, names_on, span_words
from reporter.desks.errors import blame
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput, NotFound, ReporterError
from reporter.kernel.policy import Permission, require
from reporter.ports import ports
from reporter.routing.duty import Roster, gaps_ahead, get_shift, next_duty, roster_of
from reporter.routing.models import Shift, Unit
from reporter.routing.queries import get_unit
from reporter.routing.roster import Span, Turn
from reporter.routing.rostering import drop_shift, save_shift, swap
from reporter.routing.staffing import can_handle

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class OnDay:
    """A day of the week's page: its turns in their order, and when nobody is on."""

    day: date
    turns: Sequence[Turn]
    free: Sequence[str]
    today: bool


@bp.get("/units/<int:unit_id>/roster")
@allow(Permission.DESK_ROSTER)
def roster(unit_id: int) -> ResponseReturnValue:
    """Show the week of a unit, and the form for a new line of its roster."""
    unit = _kept(unit_id)
    return _page(unit, _monday(request.args.get("week", "")))


@bp.get("/units/<int:unit_id>/roster/<int:shift_id>")
@allow(Permission.DESK_ROSTER)
def shift(unit_id: int, shift_id: int) -> ResponseReturnValue:
    """Show one line of a roster, to be changed."""
    unit, row = _kept(unit_id), get_shift(unit_id, shift_id)
    return _page(unit, _monday(""), form=ShiftForm.about(row), shift=row)


def _kept(unit_id: int) -> Unit:
    """Return a unit whose roster this person keeps. Raises `NotFound`, `NotAllowed`."""
    unit = get_unit(unit_id)
    require(me(), Permission.UNIT_ROSTER, unit)
    return unit


def _today() -> date:
    return local(ports.clock.now()).date()


def _monday(text: str) -> date:
    try:
        day = date.fromisoformat(text) if text else _today()
        return day - timedelta(days=day.weekday())
    except (ValueError, OverflowError) as error:
        raise NotFound("There is no such week.") from error


def _page(
    unit: Unit, monday: date, *, form: ShiftForm | None = None, swaps: SwapForm | None = None, shift: Shift | None = None,
) -> str:  # fmt: skip
    try:
        span = Span(
            datetime.combine(monday, time(0), zone()), datetime.combine(monday + WEEK, time(0), zone())
        )
        kept = roster_of(unit, span)
    except OverflowError as error:
        raise NotFound("There is no such week.") from error
    now, able = ports.clock.now(), [user for user in kept.members if can_handle(user)]
    ahead = gaps_ahead([unit]).get(unit.id, ())
    return render_template(
        "admin/roster.html", unit=unit, roster=kept, week=_days(kept, monday), monday=monday, members=able, shift=shift,
        form=(form or ShiftForm(formdata=None)).offer(able), said=gap_words(ahead),
        swaps=(swaps or SwapForm(formdata=None)).offer(kept.shifts, able), next=next_duty(unit),
        now=names_on(kept.turns, kept.members, now) if span.begins <= now < span.ends else None,
        lines=[(one, hours_words(one), days_words(one)) for one in kept.shifts], before=monday - WEEK, after=monday + WEEK,
        names={user.id: user.name for user in kept.members}, shifts={one.id: one for one in kept.shifts},
    )  # fmt: skip


def _days(kept: Roster, monday: date) -> list[OnDay]:
    today = _today()
    days = [monday + timedelta(days=number) for number in range(7)]
    return [
        OnDay(
            day, [turn for turn in kept.turns if turn.day == day],
            [span_words(span) for span in kept.free if span.begins.astimezone(zone()).date() == day], day == today,
        )
        for day in days
    ]  # fmt: skip


@bp.post("/units/<int:unit_id>/roster")
@checks_its_own_token
@allow(Permission.DESK_ROSTER)
def add_shift(unit_id: int) -> ResponseReturnValue:
    """Write a new line into a roster."""
    return _save(_kept(unit_id), None)


@bp.post("/units/<int:unit_id>/roster/<int:shift_id>")
@checks_its_own_token
@allow(Permission.DESK_ROSTER)
def change_shift(unit_id: int, shift_id: int) -> ResponseReturnValue:
    """Change a line of a roster."""
    return _save(_kept(unit_id), get_shift(unit_id, shift_id))


def _save(unit: Unit, row: Shift | None) -> ResponseReturnValue:
    form = ShiftForm().offer(_able(unit))
    if valid(form):
        try:
            save_shift(unit, form.line, by=me(), shift_id=row.id if row else None)
            return _saved(unit, _("The roster has been saved."))
        except ReporterError as error:
            blame(form, error)
    return _page(unit, _monday(""), form=form, shift=row), BadInput.status


def _able(unit: Unit) -> list[object]:
    now = ports.clock.now()
    return [user for user in roster_of(unit, Span(now, now)).members if can_handle(user)]


def _saved(unit: Unit, words: str) -> ResponseReturnValue:
    """Say that it is saved, and what is still open: a gap is no reason to refuse."""
    flash(words, "ok")
    if free := gaps_ahead([get_unit(unit.id)]).get(unit.id):
        flash(gap_words(free), "warn")
    return redirect(url_for("admin.roster", unit_id=unit.id))


@bp.post("/units/<int:unit_id>/roster/<int:shift_id>/drop")
@allow(Permission.DESK_ROSTER)
def forget_shift(unit_id: int, shift_id: int) -> ResponseReturnValue:
    """Take a line out of a roster."""
    unit = _kept(unit_id)
    drop_shift(unit, shift_id, by=me())
    return _saved(unit, _("The line has been taken out of the roster."))


@bp.post("/units/<int:unit_id>/swaps")
@checks_its_own_token
@allow(Permission.DESK_ROSTER)
def swap_shift(unit_id: int) -> ResponseReturnValue:
    """Say who is on instead, in one shift on one day."""
    unit = _kept(unit_id)
    now = ports.clock.now()
    shifts = roster_of(unit, Span(now, now)).shifts
    form = SwapForm().offer(shifts, _able(unit))
    if valid(form):
        chosen = None if form.back.data else [int(one) for one in form.user_ids.data or ()]
        try:
            swap(
                unit,
                form.shift_id.data,
                form.day.data or _today(),
                chosen,
                by=me(),
                note=form.note.data or "",
            )
            return _saved(unit, _("Saved for this one day."))
        except ReporterError as error:
            blame(form, error)
    return _page(unit, _monday(""), swaps=form), BadInput.status


@bp.app_template_filter("name_of")
def name_of(user_id: int, names: Mapping[int, str]) -> str:
    """Return the name of one of the unit's people, "" for somebody who left it."""
    return names.get(user_id, "")


@bp.app_template_filter("on_clock")
def on_clock(at: datetime) -> str:
    """Return the time of the day on the city's clock."""
    return f"{at.astimezone(zone()):%H:%M}"
