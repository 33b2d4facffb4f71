"""The end of a shift: what is left to the next one, handed over, received; and the handovers before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.accounts.queries import names_of
from reporter.desks.dates import plain_clock
from reporter.desks.errors import blame, words_of
from reporter.desks.guard import allow, me
from reporter.desks.tokens import valid
from reporter.desks.triage.door import bp, checks_its_own_token
from reporter.desks.triage.handover_forms import HandOverForm, ReceiveForm
from reporter.desks.triage.handovers import heaps_now, heaps_of
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import Permission, may
from reporter.ports import ports
from reporter.reports.commands.handing import hand_over, receive
from reporter.reports.desk_models import Handover
from reporter.reports.handovers import (
    WAITING_SHOWN,
    Waiting,
    get_handover,
    handovers,
    standing,
    waiting_handovers,
)
from reporter.reports.screening import personal_data


@dataclass(frozen=True)
class ShiftLine:
    """The line above a list. `words`: that a handover waits, "" when none does; `href` leads to it."""

    words: str
    href: str


@bp.app_template_global("shift_line")
def shift_line() -> ShiftLine | None:
    """Return what stands above a list about handovers; None for whoever has nothing to do with them."""
    if not may(me(), Permission.HANDOVER_GIVE):
        return None
    waiting = waiting_handovers()
    if len(waiting) == 1:
        return ShiftLine(_waits(waiting[0]), url_for("triage.handover", handover_id=waiting[0].id))
    return ShiftLine(_several(waiting), url_for("triage.all_handovers"))


def _waits(one: Waiting) -> str:
    return _(
        "The handover of %(name)s, %(time)s, waits to be received.",
        name=one.name,
        time=plain_clock(one.given_at),
    )


def _several(waiting: Sequence[Waiting]) -> str:
    if not waiting:
        return ""
    if len(waiting) > WAITING_SHOWN:
        return _("More than %(number)d handovers wait to be received.", number=WAITING_SHOWN)
    return ngettext(
        "%(num)d handover waits to be received.", "%(num)d handovers wait to be received.", len(waiting)
    )


@bp.get("/handover")
@allow(Permission.DESK_TRIAGE)
def hand_over_page() -> ResponseReturnValue:
    """Show what whoever goes now leaves behind."""
    return _leaving(HandOverForm(None))


def _leaving(form: HandOverForm) -> str:
    heaps = heaps_now(standing(me().id or 0))
    return render_template("triage/hand_over.html", heaps=heaps, form=form, waiting=waiting_handovers())


@bp.post("/handover")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def give_handover() -> ResponseReturnValue:
    """Hand over."""
    form = HandOverForm()
    if not valid(form):
        return _leaving(form), BadInput.status
    try:
        made = hand_over(form.words.data or "", by=me())
    except BadInput as error:
        blame(form, error)
        return _leaving(form), error.status
    flash(_("Handed over. Whoever comes on is told, and receives it here."))
    _warn_of(made.words)
    return redirect(url_for("triage.handover", handover_id=made.id))


def _warn_of(words: str) -> None:
    if personal_data(words):
        flash(_("The text seems to hold a phone, identity or plate number. It cannot be changed any more; please tell your shift leader."), "warn")  # fmt: skip


@bp.get("/handovers")
@allow(Permission.DESK_TRIAGE)
def all_handovers() -> ResponseReturnValue:
    """List the handovers, the newest first."""
    page = handovers(after=request.args.get("after", ""))
    names = names_of([one for row in page.rows for one in (row.given_by_id, row.received_by_id)])
    return render_template("triage/handovers.html", page=page, names=names, now=ports.clock.now())


@bp.get("/handovers/<int:handover_id>")
@allow(Permission.DESK_TRIAGE)
def handover(handover_id: int) -> ResponseReturnValue:
    """Show one handover as it was frozen."""
    return _one(get_handover(handover_id), ReceiveForm(None))


def _one(made: Handover, form: ReceiveForm) -> str:
    now = ports.clock.now()
    shown: dict[str, Any] = {
        "handover": made, "heaps": heaps_of(made.heaps), "form": form,
        "names": names_of([made.given_by_id, made.received_by_id]),
        "now": now, "may_receive": made.received_at is None and not made.unreceived(now) and may(me(), Permission.HANDOVER_RECEIVE, made),
        "own": made.given_by_id == me().id,
    }  # fmt: skip
    return render_template("triage/handover.html", **shown)


@bp.post("/handovers/<int:handover_id>/receive")
@checks_its_own_token
@allow(Permission.DESK_TRIAGE)
def receive_handover(handover_id: int) -> ResponseReturnValue:
    """Receive a handover, with what is doubted."""
    made, form = get_handover(handover_id), ReceiveForm()
    if not valid(form):
        return _one(made, form), BadInput.status
    try:
        receive(made, form.doubts.data or "", by=me())
    except BadInput as error:
        blame(form, error)
        return _one(made, form), error.status
    except Conflict as error:
        flash(words_of(error), "warn")
        return _one(get_handover(handover_id), form), error.status
    flash(_("Received: you are on now."))
    return redirect(url_for("triage.handover", handover_id=handover_id))
