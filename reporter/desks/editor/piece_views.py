"""What editors write beside the board: lists, forms, and the steps from a draft to the public and back."""

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.desks.editor.door import bp, checks_its_own_token
from reporter.desks.editor.forms import ReasonForm, StepForm, faults_of
from reporter.desks.editor.pages import accepted
from reporter.desks.editor.piece_kinds import KINDS
from reporter.desks.editor.piece_pages import form_page, piece_page
from reporter.desks.editor.pieces import piece_listing
from reporter.desks.guard import allow, me
from reporter.editorial.commands.pieces import hand_in, release, send_back, withdraw
from reporter.editorial.lifecycle import Action
from reporter.editorial.worklists import AnyPiece
from reporter.kernel.policy import Permission

THING = "/<any(articles, honours, notices):kind>"
ONE = f"{THING}/<int:piece_id>"
STEPS: Mapping[str, tuple[Action, Callable[..., None], object]] = {
    "hand-in": (Action.HAND_IN, hand_in, _l("Handed in. Somebody else looks at it now.")),
    "release": (Action.RELEASE, release, _l("Released.")),
}
REASONED: Mapping[str, tuple[Action, Callable[..., None], object]] = {
    "send-back": (Action.SEND_BACK, send_back, _l("Sent back to whoever wrote it.")),
    "withdraw": (Action.WITHDRAW, withdraw, _l("Taken down.")),
}


@bp.get("/pieces")
@allow(Permission.DESK_EDITOR)
def pieces() -> ResponseReturnValue:
    """List what was written of one sort, newest first."""
    listing = piece_listing(request.args.get("kind", "articles"), me(), request.args.get("after", ""))
    return render_template("editor/pieces.html", listing=listing)


@bp.get(f"{THING}/new")
@allow(Permission.EDITORIAL_WRITE)
def new_piece(kind: str) -> ResponseReturnValue:
    """Show the empty form."""
    return form_page(KINDS[kind], KINDS[kind].form.blank())


@bp.post(f"{THING}/new")
@checks_its_own_token
@allow(Permission.EDITORIAL_WRITE)
def write_piece(kind: str) -> ResponseReturnValue:
    """Keep a new piece as a draft."""
    sort, form, made = KINDS[kind], KINDS[kind].form(), list[AnyPiece]()
    if not accepted(form, Action.WRITE, lambda: made.append(sort.write(form.said(), by=me()))):
        return form_page(sort, form), 422
    flash(_("Kept as a draft."))
    return redirect(url_for("editor.piece", kind=kind, piece_id=made[0].id))


@bp.get(ONE)
@allow(Permission.DESK_EDITOR)
def piece(kind: str, piece_id: int) -> ResponseReturnValue:
    """Show one piece as the public sees it, and what can be done with it."""
    return piece_page(KINDS[kind], KINDS[kind].one(piece_id))


@bp.get(f"{ONE}/edit")
@allow(Permission.EDITORIAL_WRITE)
def edit_piece(kind: str, piece_id: int) -> ResponseReturnValue:
    """Show the form filled in with what is kept."""
    one = KINDS[kind].one(piece_id)
    return form_page(KINDS[kind], KINDS[kind].form.of(one), one)


@bp.post(f"{ONE}/edit")
@checks_its_own_token
@allow(Permission.EDITORIAL_WRITE)
def save_piece(kind: str, piece_id: int) -> ResponseReturnValue:
    """Keep other words; what was handed in or released is a draft again."""
    sort, form = KINDS[kind], KINDS[kind].form()
    one, seen = sort.one(piece_id), form.version.data
    if not accepted(form, Action.EDIT, lambda: sort.edit(one, form.said(), by=me(), seen=seen)):
        return form_page(sort, form, one), 422
    flash(_("Kept as a draft."))
    return redirect(url_for("editor.piece", kind=kind, piece_id=piece_id))


@bp.post(f"{ONE}/<any('hand-in', release):step>")
@allow(Permission.DESK_EDITOR)
def step_piece(kind: str, piece_id: int, step: str) -> ResponseReturnValue:
    """Hand a piece in, or release it."""
    one, form, (action, act, done) = KINDS[kind].one(piece_id), StepForm(), STEPS[step]
    if not accepted(form, action, lambda: act(one, by=me(), seen=form.version.data)):
        return piece_page(KINDS[kind], one, said=faults_of(form)), 422
    flash(str(done))
    return redirect(url_for("editor.piece", kind=kind, piece_id=piece_id))


@bp.post(f"{ONE}/<any('send-back', withdraw):reasoned>")
@checks_its_own_token
@allow(Permission.DESK_EDITOR)
def end_piece(kind: str, piece_id: int, reasoned: str) -> ResponseReturnValue:
    """Send a piece back, or take it down, with the reason."""
    action, act, done = REASONED[reasoned]
    one, form = KINDS[kind].one(piece_id), ReasonForm(prefix=action)
    if not accepted(form, action, lambda: act(one, form.reason.data or "", by=me(), seen=form.version.data)):
        return piece_page(KINDS[kind], one, wrong=action, form=form), 422
    flash(str(done))
    return redirect(url_for("editor.piece", kind=kind, piece_id=piece_id))
