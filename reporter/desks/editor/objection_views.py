"""Objections: one of them, taken into review, decided."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.board.commands.evidence import note_seen
from reporter.board.commands.objections import decide_objection, take_objection
from reporter.board.editing import sees_evidence
from reporter.board.lifecycle import ObjectionAction
from reporter.board.queries import get_objection
from reporter.desks.editor.door import bp, checks_its_own_token
from reporter.desks.editor.forms import DecideForm, StepForm, faults_of
from reporter.desks.editor.lists import OBJECTIONS
from reporter.desks.editor.pages import accepted, objection_page, on_with
from reporter.desks.guard import allow, me
from reporter.kernel.policy import Permission


@bp.get("/objections/<int:objection_id>")
@allow(Permission.DESK_EDITOR)
def objection(objection_id: int) -> ResponseReturnValue:
    """Show one objection beside the post it is about; that somebody sees its pictures is written down."""
    one = get_objection(objection_id)
    if one.evidence and sees_evidence(me(), one):
        note_seen(one, by=me())
    return objection_page(get_objection(objection_id))


@bp.post("/objections/<int:objection_id>/take")
@allow(Permission.DESK_EDITOR)
def take(objection_id: int) -> ResponseReturnValue:
    """Take an objection into review."""
    one, form = get_objection(objection_id), StepForm()
    if not accepted(form, ObjectionAction.TAKE, lambda: take_objection(one, by=me(), seen=form.version.data)):
        return objection_page(one, said=faults_of(form)), 422
    return redirect(url_for("editor.objection", objection_id=objection_id))


@bp.post("/objections/<int:objection_id>/decide")
@checks_its_own_token
@allow(Permission.DESK_EDITOR)
def decide(objection_id: int) -> ResponseReturnValue:
    """Decide an objection; whoever objected reads the reason."""
    one, form = get_objection(objection_id), DecideForm()
    seen, reason = form.version.data, form.reason.data or ""
    if not accepted(
        form, form.decision.data,
        lambda: decide_objection(one, ObjectionAction(form.decision.data), reason, by=me(), seen=seen),
    ):  # fmt: skip
        return objection_page(one, form), 422
    return on_with(_("Decided. Whoever objected can read the reason."), at=OBJECTIONS)
