"""Pictures of articles: taken in, masked by hand, taken off again."""

from collections.abc import Sequence

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.board.editing import masked_preview
from reporter.desks.arriving import ALL, Sender, all_arriving, beginnings, goings_on, one_arriving, speak_tus
from reporter.desks.arriving import ONE as ONE_ARRIVING
from reporter.desks.editor.door import bp, checks_its_own_token
from reporter.desks.editor.forms import MaskForm, StepForm, faults_of
from reporter.desks.editor.pages import accepted
from reporter.desks.editor.piece_forms import CaptionForm, PictureForm, caption_prefix
from reporter.desks.editor.piece_kinds import ARTICLES, KINDS
from reporter.desks.editor.piece_pages import mask_page, piece_page
from reporter.desks.enclosed import uploader_key
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, me
from reporter.desks.images import private_image
from reporter.desks.tokens import holds_token, valid
from reporter.editorial.commands.pictures import (
    add_picture,
    caption_picture,
    draft_mask,
    judge_mask,
    remove_picture,
)
from reporter.editorial.lifecycle import Action
from reporter.editorial.models import Article
from reporter.editorial.queries import get_article, picture_of
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Permission, require
from reporter.photos.models import Photo, Way

PICTURES = "/articles/<int:piece_id>/pictures"
ONE = f"{PICTURES}/<int:picture_id>"


@bp.post(PICTURES)
@checks_its_own_token
@allow(Permission.EDITORIAL_WRITE)
def add_article_picture(piece_id: int) -> ResponseReturnValue:
    """Take a picture in and hang it on the article; its boxes are drawn next."""
    one, form = get_article(piece_id), PictureForm()
    photos = form.gather() if holds_token(form) else []
    if not accepted(form, "picture", lambda: _hang(one, form, photos)):
        return piece_page(KINDS[ARTICLES], one, wrong="picture", form=form), 422
    newest = get_article(piece_id).pictures[-1].id
    return redirect(url_for("editor.article_picture", piece_id=piece_id, picture_id=newest))


def _hang(one: Article, form: PictureForm, photos: Sequence[Photo]) -> None:
    for photo in photos:
        add_picture(one, photo.id, form.said(), by=me(), seen=form.version.data)


@bp.route(f"{PICTURES}/uploads", methods=ALL)
@beginnings
@allow(Permission.EDITORIAL_WRITE)
def article_uploads(piece_id: int) -> ResponseReturnValue:
    """Begin to send a picture in parts while what it shows is still being written."""
    return all_arriving(_sender(get_article(piece_id)))


@bp.route(f"{PICTURES}/uploads/<token>", methods=ONE_ARRIVING)
@goings_on
@allow(Permission.EDITORIAL_WRITE)
def article_upload(piece_id: int, token: str) -> ResponseReturnValue:
    """Go on with it."""
    return one_arriving(token, _sender(get_article(piece_id)))


speak_tus(bp, "article_uploads", "article_upload")


def _sender(one: Article) -> Sender:
    return Sender(
        key=uploader_key(), way=Way.ARTICLE, answer=lambda photo: {"token": photo.token},
        address=lambda token: url_for("editor.article_upload", piece_id=one.id, token=token),
    )  # fmt: skip


@bp.get(ONE)
@allow(Permission.EDITORIAL_WRITE)
def article_picture(piece_id: int, picture_id: int) -> ResponseReturnValue:
    """Show the picture, unmasked, with its boxes."""
    return mask_page(get_article(piece_id), picture_id)


@bp.post(ONE)
@checks_its_own_token
@allow(Permission.EDITORIAL_WRITE)
def judge_article_picture(piece_id: int, picture_id: int) -> ResponseReturnValue:
    """Keep the boxes of a picture: as judged, or as a draft."""
    one, form = get_article(piece_id), MaskForm()
    judged = form.act.data == "judge"
    if not accepted(form, Action.EDIT, lambda: _keep(one, picture_id, form, judged=judged)):
        return mask_page(one, picture_id, form), 422
    flash(_("Judged and kept.") if judged else _("Kept as a draft; the picture is not judged yet."))
    return redirect(url_for("editor.piece", kind=ARTICLES, piece_id=piece_id))


def _keep(one: Article, picture_id: int, form: MaskForm, *, judged: bool) -> None:
    seen = form.version.data
    if judged:
        judge_mask(
            one, picture_id, form.mask(), checked=bool(form.checked.data), by=me(), seen=seen,
            sha256=form.sha256.data,
        )  # fmt: skip
    else:
        draft_mask(one, picture_id, form.mask(), by=me(), seen=seen)


@bp.post(f"{ONE}/caption")
@checks_its_own_token
@allow(Permission.EDITORIAL_WRITE)
def caption_article_picture(piece_id: int, picture_id: int) -> ResponseReturnValue:
    """Keep other words on what a picture shows."""
    one, name = get_article(piece_id), caption_prefix(picture_id)
    form = CaptionForm(prefix=name)
    seen = form.version.data
    if not accepted(form, name, lambda: caption_picture(one, picture_id, form.said(), by=me(), seen=seen)):
        return piece_page(KINDS[ARTICLES], one, wrong=name, form=form), 422
    flash(_("Kept as a draft."))
    return redirect(url_for("editor.piece", kind=ARTICLES, piece_id=piece_id))


@bp.post(f"{ONE}/burnt")
@checks_its_own_token
@allow(Permission.EDITORIAL_WRITE)
def burn_article_picture(piece_id: int, picture_id: int) -> ResponseReturnValue:
    """Send the very bytes that would be published with the boxes as they are drawn now; nothing is kept."""
    picture, form = picture_of(get_article(piece_id), picture_id), MaskForm()
    if not valid(form):
        return Response(" ".join(form.faults), 422, mimetype="text/plain")
    try:
        content = masked_preview(picture, form.mask())
    except BadInput as error:
        return Response(words_of(error), error.status, mimetype="text/plain")
    return private_image(content)


@bp.get(f"{ONE}/masked.jpg")
@allow(Permission.DESK_EDITOR)
def article_masked(piece_id: int, picture_id: int) -> ResponseReturnValue:
    """Send what the public will see; of a picture that nobody has judged, to writers only."""
    picture = picture_of(get_article(piece_id), picture_id)
    if not picture.confirmed:
        require(me(), Permission.EDITORIAL_WRITE)
    return private_image(masked_preview(picture))


@bp.post(f"{ONE}/remove")
@allow(Permission.EDITORIAL_WRITE)
def remove_article_picture(piece_id: int, picture_id: int) -> ResponseReturnValue:
    """Take a picture off the article."""
    one, form = get_article(piece_id), StepForm()
    if not accepted(
        form, Action.EDIT, lambda: remove_picture(one, picture_id, by=me(), seen=form.version.data)
    ):
        return piece_page(KINDS[ARTICLES], one, said=faults_of(form)), 422
    flash(_("Taken off the article."))
    return redirect(url_for("editor.piece", kind=ARTICLES, piece_id=piece_id))
