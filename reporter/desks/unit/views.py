"""The unit's desk: claim, handle, hand in the result."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action
from reporter.cases.worklists import AtUnit
from reporter.desks.arriving import ALL, ONE, all_arriving, beginnings, goings_on, one_arriving, speak_tus
from reporter.desks.downloads import handed_out
from reporter.desks.guard import allow, me
from reporter.desks.ready import count_use
from reporter.desks.tokens import own_token_check, sent, valid
from reporter.desks.unit.forms import ClaimForm
from reporter.desks.unit.inbox import inbox_of
from reporter.desks.unit.order import Order, forget_place, keep_place
from reporter.desks.unit.pages import (
    case_page,
    case_to_finish,
    move_on,
    result_form,
    result_page,
    submitted,
    written_off,
)
from reporter.desks.unit.results import drop, sender
from reporter.desks.unit.route import route_of
from reporter.desks.unit.sheet import KIND, name_of_sheet, written_sheet
from reporter.desks.unit.work import (
    case_for,
    more_time_form,
    pause_form,
    question_form,
    revocation_form,
    send_back_form,
    work_on,
)
from reporter.desks.words import named
from reporter.kernel.errors import Conflict, WrongStep
from reporter.kernel.policy import Permission
from reporter.places.queries import area_names
from reporter.ports import ports
from reporter.reports.commands.asking import ask_reporter
from reporter.routing.pairings import cases_of_patch, paired_areas
from reporter.routing.queries import get_unit, units_by_id
from reporter.routing.whistles import report_in as come

bp = Blueprint("unit", __name__, url_prefix="/unit")
checks_its_own_token = own_token_check(bp)
bp.register_error_handler(Conflict, move_on)
bp.register_error_handler(WrongStep, move_on)


@bp.get("/")
@allow(Permission.DESK_UNIT)
def inbox() -> ResponseReturnValue:
    """Show the lists of the unit; on a wide screen also the first case of the list."""
    asked = {name: request.args.get(name, "") for name in ("at", "after", "by")}
    lists = inbox_of(me(), **asked)
    first = lists.cards[0].id if lists.cards else None
    work = work_on(case_for(me(), first), me()) if first else None
    return render_template("unit/inbox.html", lists=lists, work=work, chosen=False)


@bp.get("/patch")
@allow(Permission.DESK_UNIT)
def patch() -> ResponseReturnValue:
    """Show the open cases of the areas that the unit looks after."""
    unit_id = me().unit_id or 0
    page, own = cases_of_patch(unit_id, after=request.args.get("after", "")), paired_areas(unit_id)
    names = area_names({*own, *(case.area_id for case in page.rows if case.area_id)})
    shown = [named(names[area]) for area in own if area in names]
    return render_template("unit/patch.html", page=page, areas=names, units=units_by_id(), shown=shown)


@bp.post("/near")
@allow(Permission.DESK_UNIT)
def near() -> ResponseReturnValue:
    """Order the list by distance from where the person is, or forget where that was."""
    if request.form.get("forget"):
        forget_place()
    else:
        keep_place(request.form.get("lon"), request.form.get("lat"))
    return redirect(url_for("unit.inbox", at=request.form.get("at") or None, by=Order.NEAR))


@bp.get("/list.xlsx")
@allow(Permission.DESK_UNIT)
def sheet() -> ResponseReturnValue:
    """Hand a list out as a workbook."""
    unit, at = get_unit(me().unit_id or 0), request.args.get("at") or AtUnit.WORK
    headers = {"Content-Disposition": handed_out(name_of_sheet(unit, at))}
    return Response(written_sheet(unit, at), mimetype=KIND, headers=headers)


@bp.get("/route")
@allow(Permission.DESK_UNIT)
def route() -> ResponseReturnValue:
    """Show a tour through the chosen cases in hand, to print and to be led along."""
    unit = get_unit(me().unit_id or 0)
    found = route_of(unit.id, request.args.getlist("case"), urgent_first=bool(request.args.get("first")))
    return render_template("unit/route.html", unit=unit, route=found, now=ports.clock.now())


@bp.get("/<int:case_id>")
@allow(Permission.DESK_UNIT)
def case(case_id: int) -> ResponseReturnValue:
    """Show one case; on a wide screen beside its list."""
    return case_page(case_for(me(), case_id))


@bp.post("/<int:case_id>/claim")
@allow(Permission.DESK_UNIT)
def claim(case_id: int) -> ResponseReturnValue:
    """Take the case: from now on this person handles it."""
    case, form = case_for(me(), case_id), ClaimForm()
    if not valid(form):
        return case_page(case, form), 422
    advance(case, Action.CLAIM, by=me(), seen=sent(Action.CLAIM, form))
    flash(_("Claimed. You handle this case now."))
    return redirect(url_for("unit.case", case_id=case_id))


@bp.post("/<int:case_id>/send-back")
@checks_its_own_token
@allow(Permission.DESK_UNIT)
def send_back(case_id: int) -> ResponseReturnValue:
    """Ask the shift leader to take the case back."""
    case, form = case_for(me(), case_id), send_back_form()
    if not valid(form):
        return case_page(case, form), 422
    code, reason, seen = form.code.data, form.reason.data or "", sent(Action.REQUEST_SEND_BACK, form)
    advance(case, Action.REQUEST_SEND_BACK, by=me(), reason=reason, seen=seen, code=code)
    flash(_("Asked. The shift leader decides; until then the clock goes on."))
    return redirect(url_for("unit.case", case_id=case_id))


@bp.post("/<int:case_id>/more-time")
@checks_its_own_token
@allow(Permission.DESK_UNIT)
def more_time(case_id: int) -> ResponseReturnValue:
    """Ask for more time."""
    case = case_for(me(), case_id)
    form = more_time_form(case)
    if not valid(form):
        return case_page(case, form), 422
    minutes, reason, seen = form.minutes.data, form.reason.data or "", sent(Action.REQUEST_EXTENSION, form)
    advance(case, Action.REQUEST_EXTENSION, by=me(), reason=reason, seen=seen, minutes=minutes)
    flash(_("Asked. Until it is granted the old deadline holds."))
    return redirect(url_for("unit.case", case_id=case_id))


@bp.post("/<int:case_id>/pause")
@checks_its_own_token
@allow(Permission.DESK_UNIT)
def pause(case_id: int) -> ResponseReturnValue:
    """Ask to shelve or to defer the case until a day of review."""
    case, form = case_for(me(), case_id), pause_form()
    if not valid(form):
        return case_page(case, form), 422
    action, reason = Action(f"request_{form.kind.data}"), form.reason.data or ""
    advance(case, action, by=me(), reason=reason, seen=sent(action, form), review_at=form.review_at)
    flash(_("Asked. The clock stands still once the shift leader agrees."))
    return redirect(url_for("unit.case", case_id=case_id))


@bp.post("/<int:case_id>/ask")
@checks_its_own_token
@allow(Permission.DESK_UNIT)
def ask(case_id: int) -> ResponseReturnValue:
    """Ask whoever reported it; the clock stands still until they answer."""
    case = case_for(me(), case_id)
    form = question_form(case)
    if not valid(form):
        return case_page(case, form), 422
    ask_reporter(case, form.reason.data or "", by=me(), seen=sent(Action.ASK_REPORTER, form))
    count_use(form)
    flash(_("Asked. The clock stands still until the answer, for three working days at most."))
    return redirect(url_for("unit.case", case_id=case_id))


@bp.post("/<int:case_id>/penalty")
@checks_its_own_token
@allow(Permission.DESK_UNIT)
def penalty(case_id: int) -> ResponseReturnValue:
    """Write down that the penalty does not stand as it was; a post about it goes at once."""
    case, form = case_for(me(), case_id), revocation_form()
    if not (valid(form) and written_off(case, form)):
        return case_page(case, form), 422
    flash(_("Written down. What the exposure board showed of it is gone."))
    return redirect(url_for("unit.case", case_id=case_id))


@bp.post("/<int:case_id>/report-in")
@allow(Permission.DESK_UNIT)
def report_in(case_id: int) -> ResponseReturnValue:
    """Say that this unit has come when units were called together."""
    case, form = case_for(me(), case_id), ClaimForm()
    if not valid(form):
        return case_page(case, form), 422
    come(case, by=me(), seen=sent(Action.REPORT_IN, form))
    flash(_("Reported in. The others can see that your unit has come."))
    return redirect(url_for("unit.case", case_id=case_id))


@bp.get("/<int:case_id>/result")
@allow(Permission.DESK_UNIT)
def result(case_id: int) -> ResponseReturnValue:
    """Show the form for the result."""
    case = case_to_finish(case_id)
    return result_page(case, result_form(case))


@bp.post("/<int:case_id>/result")
@checks_its_own_token
@allow(Permission.DESK_UNIT)
def hand_in(case_id: int) -> ResponseReturnValue:
    """Hand in the result; an inspector will look at it."""
    case = case_to_finish(case_id)
    form = result_form(case)
    if form.takes_away:
        return result_page(case, form)
    if not (valid(form) and submitted(case, form)):
        return result_page(case, form), 422
    count_use(form)
    flash(_("Handed in. An inspector will look at it."))
    return redirect(url_for("unit.case", case_id=case_id))


@bp.route("/<int:case_id>/uploads", methods=ALL)
@beginnings
@allow(Permission.DESK_UNIT)
def uploads(case_id: int) -> ResponseReturnValue:
    """Begin to send a picture while the rest of the form is still being filled."""
    return all_arriving(sender(case_to_finish(case_id), me()))


@bp.route("/<int:case_id>/uploads/<token>", methods=ONE)
@goings_on
@allow(Permission.DESK_UNIT)
def upload(case_id: int, token: str) -> ResponseReturnValue:
    """Go on with it; with the last part, say what a look at it says."""
    return one_arriving(token, sender(case_to_finish(case_id), me()))


speak_tus(bp, "uploads", "upload")


@bp.post("/photos/<token>/drop")
@allow(Permission.DESK_UNIT)
def drop_photo(token: str) -> ResponseReturnValue:
    """Give up a picture that was not handed in."""
    drop(token, me())
    return "", 204
