"""The redactor's doors: which pictures are shown, their boxes, the words, the hand-in."""

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.board.commands.exposures import submit
from reporter.board.commands.masks import choose_picture, confirm_mask, draft_mask
from reporter.board.commands.words import show_for, word
from reporter.board.editing import masked_preview, masked_thumb
from reporter.board.lifecycle import Action
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, picture_of
from reporter.desks.editor.door import bp, checks_its_own_token
from reporter.desks.editor.forms import ChooseForm, DaysForm, MaskForm, StepForm, WordsForm, faults_of
from reporter.desks.editor.lists import REDACTING
from reporter.desks.editor.pages import accepted, exposure_page, masks_page, may_redact, to_list, words_page
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.desks.images import private_image
from reporter.desks.tokens import valid
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission, require


@bp.get("/<int:exposure_id>")
@allow(Permission.DESK_EDITOR)
def exposure(exposure_id: int) -> ResponseReturnValue:
    """Show one exposure: to a redactor the unmasked pictures while it is redacted, else the masked post."""
    return exposure_page(get_exposure(exposure_id), picture_id=request.args.get("photo", type=int))


@bp.post("/<int:exposure_id>/pictures/<int:picture_id>")
@checks_its_own_token
@allow(Permission.DESK_EDITOR)
def mask(exposure_id: int, picture_id: int) -> ResponseReturnValue:
    """Keep the boxes of one picture: as judged, or as a draft."""
    one, form = get_exposure(exposure_id), MaskForm()
    judged = form.act.data == "judge"
    if not accepted(form, Action.REDACT, lambda: _keep(one, picture_id, form, judged=judged)):
        return masks_page(one, picture_id=picture_id, form=form), 422
    flash(_("Judged and kept.") if judged else _("Kept as a draft; the picture is not judged yet."))
    return redirect(url_for("editor.exposure", exposure_id=exposure_id, photo=None if judged else picture_id))


def _keep(one: Exposure, picture_id: int, form: MaskForm, *, judged: bool) -> None:
    """Keep what was drawn; whether the picture is shown stays as it is."""
    used, seen = picture_of(one, picture_id).used, form.version.data
    if judged:
        confirm_mask(
            one, picture_id, form.mask(), checked=bool(form.checked.data), used=used, by=me(), seen=seen,
            sha256=form.sha256.data,
        )  # fmt: skip
    else:
        draft_mask(one, picture_id, form.mask(), used=used, by=me(), seen=seen)


@bp.post("/<int:exposure_id>/pictures/<int:picture_id>/burnt")
@checks_its_own_token
@allow(Permission.DESK_EDITOR)
def burnt(exposure_id: int, picture_id: int) -> ResponseReturnValue:
    """Send the very bytes that would be published with the boxes as they are drawn now; nothing is kept."""
    picture, form = picture_of(get_exposure(exposure_id), picture_id), MaskForm()
    require(me(), Permission.ORIGINAL_OPEN, picture)
    if not valid(form):
        return Response(" ".join(form.faults), 422, mimetype="text/plain")
    try:
        content = masked_preview(picture, form.mask())
    except BadInput as error:
        return Response(words_of(error), error.status, mimetype="text/plain")
    return private_image(content)


@bp.post("/<int:exposure_id>/pictures/<int:picture_id>/use")
@allow(Permission.DESK_EDITOR)
def choose(exposure_id: int, picture_id: int) -> ResponseReturnValue:
    """Say whether a picture is to be shown."""
    one, form = get_exposure(exposure_id), ChooseForm()
    used = form.used.data == "1"
    if not accepted(
        form, Action.REDACT,
        lambda: choose_picture(one, picture_id, used=used, by=me(), seen=form.version.data),
    ):  # fmt: skip
        said = faults_of(form, used=_("Please choose whether this picture is shown."))
        return exposure_page(one, picture_id=picture_id, said=said), 422
    return redirect(url_for("editor.exposure", exposure_id=exposure_id, photo=picture_id))


@bp.get("/<int:exposure_id>/pictures/<int:picture_id>/<any(preview, small):size>.jpg")
@allow(Permission.DESK_EDITOR)
def masked(exposure_id: int, picture_id: int, size: str) -> ResponseReturnValue:
    """Send what the public will see; of a picture that nobody has judged, to redactors only."""
    picture = picture_of(get_exposure(exposure_id), picture_id)
    if not picture.confirmed:
        require(me(), Permission.ORIGINAL_OPEN, picture)
    return private_image(masked_thumb(picture) if size == "small" else masked_preview(picture))


@bp.get("/<int:exposure_id>/words")
@allow(Permission.DESK_EDITOR)
def words(exposure_id: int) -> ResponseReturnValue:
    """Show the form of the words."""
    return words_page(get_exposure(exposure_id))


@bp.post("/<int:exposure_id>/words")
@checks_its_own_token
@allow(Permission.DESK_EDITOR)
def save_words(exposure_id: int) -> ResponseReturnValue:
    """Keep the words."""
    one, form = get_exposure(exposure_id), WordsForm()
    seen = form.version.data
    if not accepted(form, Action.REDACT, lambda: word(one, form.wording(one.days), by=me(), seen=seen)):
        return words_page(one, form), 422
    flash(_("The words are kept."))
    return redirect(url_for("editor.words", exposure_id=exposure_id))


@bp.post("/<int:exposure_id>/days")
@allow(Permission.DESK_EDITOR)
def days(exposure_id: int) -> ResponseReturnValue:
    """Keep for how long the post is to be shown."""
    one, form = get_exposure(exposure_id), DaysForm()
    seen, at_words = form.version.data, request.args.get("step") == "words"
    if not accepted(form, Action.REDACT, lambda: show_for(one, form.days.data, by=me(), seen=seen)):
        said = faults_of(form, days=_("Please choose for how long the post is shown."))
        return (words_page if at_words and may_redact(one) else exposure_page)(one, said=said), 422
    endpoint = "editor.words" if at_words else "editor.exposure"
    return redirect(url_for(endpoint, exposure_id=exposure_id, photo=request.args.get("photo")))


@bp.post("/<int:exposure_id>/submit")
@allow(Permission.DESK_EDITOR)
def hand_in(exposure_id: int) -> ResponseReturnValue:
    """Hand the post to the first review; its public copies are made after that."""
    one, form = get_exposure(exposure_id), StepForm()
    if not accepted(form, Action.SUBMIT, lambda: submit(one, by=me(), seen=form.version.data)):
        return exposure_page(one, said=faults_of(form)), 422
    flash(_("Handed to the first review. Somebody else looks at it now."))
    return to_list(REDACTING)
