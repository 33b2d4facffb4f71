"""The pages of the editors' desk, as they stand after whatever happened."""

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reporter.board.editing import actions_open_to
from reporter.board.lifecycle import Action
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure, get_objection
from reporter.desks.editor import objection as objections
from reporter.desks.editor.forms import DecideForm, MaskForm, WordsForm
from reporter.desks.editor.lists import listing_of
from reporter.desks.editor.post import moved_on, post_of
from reporter.desks.editor.redaction import redaction_of
from reporter.desks.errors import blame, show, wants_json, words_of
from reporter.desks.forms import CaseForm
from reporter.desks.guard import me
from reporter.kernel.errors import BadInput, Conflict, ReporterError


def accepted(form: CaseForm, act: Callable[[], object]) -> bool:
    """Do `act` when the form's shape is right; False when it is not, the words then stand on its fields."""
    if not form.validate_on_submit():
        return False
    try:
        act()
    except BadInput as error:
        blame(form, error)
        return False
    return True


def exposure_page(exposure: Exposure, *, said: str = "", picture_id: int | None = None) -> str:
    """Return the page of an exposure: the redactor's screen while it is redacted, else the masked post."""
    if exposure.pictures and Action.REDACT in actions_open_to(me(), exposure):
        return masks_page(exposure, said=said, picture_id=picture_id)
    return post_page(exposure, said=said)


def masks_page(
    exposure: Exposure, *, said: str = "", picture_id: int | None = None, form: MaskForm | None = None
) -> str:
    """Return the first step of the redactor's screen."""
    screen = redaction_of(exposure, me(), picture_id=picture_id, mask=form, said=said)
    return render_template("editor/masks.html", screen=screen)


def words_page(exposure: Exposure, form: WordsForm | None = None) -> str:
    """Return the second step of the redactor's screen."""
    screen = redaction_of(exposure, me(), words=form, step="words")
    return render_template("editor/words.html", screen=screen)


def post_page(exposure: Exposure, wrong: str = "", form: CaseForm | None = None, *, said: str = "") -> str:
    """Return the page of a masked post.

    Args:
        wrong: the action whose form came back with something wrong; `form` stays as it was filled in.
    """
    return render_template(
        "editor/post.html", post=post_of(exposure, me(), wrong=wrong, form=form, said=said)
    )


def objection_page(objection: Objection, form: DecideForm | None = None, *, said: str = "") -> str:
    """Return the page of an objection."""
    case = objections.objection_case(objection, me(), form=form, said=said)
    return render_template("editor/objection.html", case=case)


def on_with(said: str, at: str) -> ResponseReturnValue:
    """Say what was done, and go on with the next on the list, or with the list when nothing waits on it."""
    flash(said)
    rows = listing_of(at, me()).rows
    return redirect(rows[0].href) if rows else to_list(at)


def to_list(at: str) -> ResponseReturnValue:
    """Lead to a list; it has another frame, so a page that changes in its middle is loaded as a whole."""
    href = url_for("editor.queue", at=at)
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": href})
    return redirect(href)


def again(error: ReporterError) -> ResponseReturnValue:
    """Return the fresh page of what was not as the person saw it, and say so."""
    named = request.view_args or {}
    if request.method == "GET" or wants_json():
        return show(error)
    if objection_id := named.get("objection_id"):
        objection = get_objection(objection_id)
        return objection_page(objection, said=objections.moved_on(objection)), error.status
    if exposure_id := named.get("exposure_id"):
        exposure = get_exposure(exposure_id)
        stale = isinstance(error, Conflict) or "state" in error.values
        said = moved_on(exposure, me()) if stale else words_of(error)
        return exposure_page(exposure, said=said), error.status
    return show(error)
