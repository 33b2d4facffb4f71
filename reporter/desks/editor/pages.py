"""The pages of the editors' desk, as they stand after whatever happened."""

from collections.abc import Callable

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.board.editing import actions_open_to
from reporter.board.lifecycle import Action
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure, get_objection
from reporter.desks.editor import objection as objections
from reporter.desks.editor.forms import DecideForm, MaskForm, ReasonForm, WordsForm, tell_damage
from reporter.desks.editor.lists import listing_of
from reporter.desks.editor.post import moved_on, post_of
from reporter.desks.editor.redaction import redaction_of
from reporter.desks.errors import blame, show, words_of
from reporter.desks.forms import CaseForm
from reporter.desks.guard import me, wants_json
from reporter.desks.incoming import an_id
from reporter.desks.tokens import look_again, valid
from reporter.kernel.errors import BadInput, ReporterError


def accepted(form: CaseForm, action: str, act: Callable[[], object]) -> bool:
    """Do `act` when the form's shape is right; False when it is not, the words then stand on its fields."""
    g.sent = (action, form)
    if not valid(form):
        tell_damage(form)
        return False
    try:
        act()
    except BadInput as error:
        blame(form, error)
        return False
    return True


def exposure_page(exposure: Exposure, *, said: str = "", picture_id: int | None = None) -> str:
    """Return the page of an exposure: the redactor's screen while it is redacted, else the masked post."""
    if may_redact(exposure):
        return masks_page(exposure, said=said, picture_id=picture_id)
    return post_page(exposure, said=said)


def may_redact(exposure: Exposure) -> bool:
    """Tell whether whoever asks may redact it now."""
    return bool(exposure.pictures) and Action.REDACT in actions_open_to(me(), exposure)


def masks_page(
    exposure: Exposure, *, said: str = "", picture_id: int | None = None, form: MaskForm | None = None
) -> str:
    """Return the first step of the redactor's screen."""
    screen = redaction_of(exposure, me(), picture_id=picture_id, mask=form, said=said)
    return render_template("editor/masks.html", screen=screen)


def words_page(exposure: Exposure, form: WordsForm | None = None, *, said: str = "") -> str:
    """Return the second step of the redactor's screen."""
    screen = redaction_of(exposure, me(), words=form, step="words", said=said)
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
    """Return the fresh page of what was not as the person saw it, say so, and keep what was typed."""
    named = request.view_args or {}
    if request.method == "GET" or wants_json():
        return show(error)
    if objection_id := named.get("objection_id"):
        return _objection_again(get_objection(objection_id), error), error.status
    if exposure_id := named.get("exposure_id"):
        return _exposure_again(get_exposure(exposure_id), error), error.status
    return show(error)


def _objection_again(objection: Objection, error: ReporterError) -> str:
    action, form = g.get("sent", (None, None))
    stale = _stale(error, form, objection.version)
    said = objections.moved_on(objection, me(), action) if stale else words_of(error)
    if form is not None:
        look_again(form, objection.version)
    return objection_page(objection, form if isinstance(form, DecideForm) else None, said=said)


def _exposure_again(exposure: Exposure, error: ReporterError) -> str:
    action, form = g.get("sent", (None, None))
    stale = _stale(error, form, exposure.version)
    said = moved_on(exposure, me(), action) if stale else words_of(error)
    if isinstance(form, MaskForm | WordsForm) and may_redact(exposure):
        said = _(
            "%(said)s What you entered is still here; sending it again puts it in place of what is kept.",
            said=said,
        )
    if isinstance(form, MaskForm) and may_redact(exposure):
        return masks_page(exposure, said=said, picture_id=_picture_id(), form=form)
    if isinstance(form, WordsForm) and may_redact(exposure):
        form.compare(exposure)
        return words_page(exposure, form, said=said)
    if isinstance(form, ReasonForm | WordsForm):
        look_again(form, exposure.version)
        return post_page(exposure, str(action), form, said=said)
    if request.args.get("step") == "words" and may_redact(exposure):
        return words_page(exposure, said=said)
    return exposure_page(exposure, said=said, picture_id=_picture_id())


def _stale(error: ReporterError, form: CaseForm | None, version: int) -> bool:
    return form is not None and (form.version.data != version or "state" in error.values)


def _picture_id() -> int | None:
    return (request.view_args or {}).get("picture_id") or request.args.get("photo", type=an_id)
