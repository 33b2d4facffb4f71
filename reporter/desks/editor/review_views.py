"""The reviewers' doors, and those of whoever looks after what is on the board."""

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.board.commands.exposures import correct, pass_first, propose, publish, reject, withdraw
from reporter.board.commands.packing import note_packing
from reporter.board.lifecycle import Action
from reporter.board.queries import get_exposure
from reporter.cases.queries import get_case
from reporter.desks.dates import plain_moment
from reporter.desks.downloads import handed_out
from reporter.desks.editor.door import bp, checks_its_own_token
from reporter.desks.editor.forms import ReasonForm, StepForm
from reporter.desks.editor.lists import FIRST, SECOND, at_of
from reporter.desks.editor.pack import pack_of
from reporter.desks.editor.pages import accepted, on_with, post_page, to_list
from reporter.desks.guard import allow, me
from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import Permission
from reporter.ports import ports


@bp.post("/<int:exposure_id>/pass")
@allow(Permission.DESK_EDITOR)
def pass_it(exposure_id: int) -> ResponseReturnValue:
    """Pass the first review."""
    one, form = get_exposure(exposure_id), StepForm()
    if not accepted(
        form,
        Action.PASS_FIRST,
        lambda: pass_first(one, by=me(), note=form.note.data or "", seen=form.version.data),
    ):
        return post_page(one, "step", form), 422
    return on_with(_("Passed. A third person looks at it now."), at=FIRST)


@bp.post("/<int:exposure_id>/publish")
@allow(Permission.DESK_EDITOR)
def publish_it(exposure_id: int) -> ResponseReturnValue:
    """Pass the second review: the post is on the board, at once or after the city's hold."""
    one, form = get_exposure(exposure_id), StepForm()
    if not accepted(
        form, Action.PUBLISH, lambda: publish(one, by=me(), note=form.note.data or "", seen=form.version.data)
    ):
        return post_page(one, "step", form), 422
    shown_from = one.published_at or ports.clock.now()
    if shown_from > ports.clock.now():
        words = _(
            "Passed. It comes on the board at %(time)s; until then it can be taken down unseen.",
            time=plain_moment(shown_from),
        )
        return on_with(words, at=SECOND)
    return on_with(_("Published. It is on the board now."), at=SECOND)


@bp.post("/<int:exposure_id>/reject")
@checks_its_own_token
@allow(Permission.DESK_EDITOR)
def reject_it(exposure_id: int) -> ResponseReturnValue:
    """Refuse the post in either review."""
    one, form = get_exposure(exposure_id), ReasonForm(prefix="reject")
    at = at_of(one)
    if not accepted(
        form, Action.REJECT, lambda: reject(one, form.reason.data or "", by=me(), seen=form.version.data)
    ):
        return post_page(one, "reject", form), 422
    return on_with(_("Rejected. Its pictures are deleted."), at=at)


@bp.post("/<int:exposure_id>/withdraw")
@checks_its_own_token
@allow(Permission.DESK_EDITOR)
def withdraw_it(exposure_id: int) -> ResponseReturnValue:
    """Take the post down."""
    one, form = get_exposure(exposure_id), ReasonForm(prefix="withdraw")
    at = at_of(one)
    if not accepted(
        form, Action.WITHDRAW, lambda: withdraw(one, form.reason.data or "", by=me(), seen=form.version.data)
    ):
        return post_page(one, "withdraw", form), 422
    flash(_("Taken down. Its address says so, its pictures are deleted."))
    return to_list(at)


@bp.post("/<int:exposure_id>/correct")
@checks_its_own_token
@allow(Permission.DESK_EDITOR)
def correct_it(exposure_id: int) -> ResponseReturnValue:
    """Add a public correction."""
    one, form = get_exposure(exposure_id), ReasonForm(prefix="correct")
    if not accepted(
        form, Action.CORRECT, lambda: correct(one, form.reason.data or "", by=me(), seen=form.version.data)
    ):
        return post_page(one, "correct", form), 422
    flash(_("Corrected. The note stands on the post."))
    return redirect(url_for("editor.exposure", exposure_id=exposure_id))


@bp.post("/<int:exposure_id>/propose")
@allow(Permission.DESK_EDITOR)
def propose_again(exposure_id: int) -> ResponseReturnValue:
    """Propose the case of an ended post anew; its boxes come back to be judged again."""
    proposed = propose(get_case(get_exposure(exposure_id).case_id), by=me())
    if proposed is None:
        raise WrongStep("This case cannot be proposed now: it is proposed already, or its kind is not shown.")
    return redirect(url_for("editor.exposure", exposure_id=proposed.id))


@bp.get("/<int:exposure_id>/pack.zip")
@allow(Permission.DESK_EDITOR)
def pack(exposure_id: int) -> ResponseReturnValue:
    """Hand a post that is on show out to newspapers and television; the trail keeps who took it along."""
    one = get_exposure(exposure_id)
    note_packing(one, by=me())
    headers = {"Content-Disposition": handed_out(f"post-{one.public_id}.zip")}
    return Response(pack_of(one), mimetype="application/zip", headers=headers)
