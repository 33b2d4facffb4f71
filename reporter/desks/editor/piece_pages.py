"""The pages of what editors write, as they stand after whatever happened."""

from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.accounts.queries import names_of
from reporter.board.boxes import MOST_BOXES, BoxKind
from reporter.desks.editor.forms import BOX_KINDS, MaskForm, StepForm
from reporter.desks.editor.piece_forms import PieceForm
from reporter.desks.editor.piece_kinds import KINDS, Kind
from reporter.desks.editor.pieces import masked_shot, page_of_piece
from reporter.desks.editor.proposals import Proposals, proposals_for
from reporter.desks.errors import words_of
from reporter.desks.forms import CaseForm
from reporter.desks.guard import me
from reporter.desks.tokens import look_again
from reporter.editorial.models import Article, ArticlePicture
from reporter.editorial.queries import picture_of
from reporter.editorial.worklists import AnyPiece
from reporter.kernel.errors import ReporterError
from reporter.photos.models import Photo
from reporter.photos.queries import get_photo


def piece_page(
    kind: Kind, one: AnyPiece, *, wrong: str = "", form: CaseForm | None = None, said: str = ""
) -> str:
    """Return the page of a piece.

    Args:
        wrong: the action whose form came back with something wrong; `form` stays as it was filled in.
    """
    if form and form.version.errors:
        look_again(form, one.version)
    page = page_of_piece(kind, one, me(), wrong=wrong, form=form, said=said)
    return render_template("editor/piece.html", page=page)


def form_page(kind: Kind, form: PieceForm, one: AnyPiece | None = None, *, said: str = "") -> str:
    """Return the page with the words of a piece, a new one when `one` is left out."""
    if form.version.errors:
        look_again(form, one.version if one else 0)
    return render_template(f"editor/write_{kind.slug}.html", kind=kind, form=form, piece=one, said=said)


@dataclass(frozen=True)
class Judging:
    """A picture of an article while its boxes are drawn, as `editor/_mask.html` takes it."""

    picture: ArticlePicture
    photo: Photo
    form: MaskForm
    proposals: Proposals
    judge: str
    said: str = ""

    box_kind = BoxKind.FACE
    box_kinds = BOX_KINDS
    most_boxes = MOST_BOXES

    @property
    def name(self) -> str:
        """What the picture shows."""
        return self.picture.caption

    @property
    def large(self) -> str:
        """The large clean copy, unmasked: the bytes that are judged."""
        return url_for("pictures.staff", token=self.photo.token, size=1600)

    @property
    def action(self) -> str:
        """Where the boxes are sent."""
        return url_for("editor.judge_article_picture", **self._place)

    @property
    def burnt(self) -> str:
        """Where the page asks for what would be published."""
        return url_for("editor.burn_article_picture", **self._place)

    @property
    def masked(self) -> str:
        """What the public will see of it, as the boxes are kept now."""
        return masked_shot(self.picture)

    @property
    def _place(self) -> dict[str, Any]:
        return {"piece_id": self.picture.article_id, "picture_id": self.picture.id}


def mask_page(article: Article, picture_id: int, form: MaskForm | None = None, *, said: str = "") -> str:
    """Return the page on which the boxes of a picture are drawn."""
    picture = picture_of(article, picture_id)
    photo = get_photo(picture.photo_id)
    if form and (said or form.version.errors):
        look_again(form, article.version)
    if form and (said or form.sha256.errors):
        form.sha256.data = photo.staff_sha256
    proposals = proposals_for(picture, photo)
    drawn = (form or MaskForm.drawn(article.version, picture, proposals, photo.staff_sha256)).add_spares(
        BoxKind.FACE
    )
    judge = names_of([picture.confirmed_by]).get(picture.confirmed_by or 0, "")
    return render_template(
        "editor/article_picture.html",
        article=article,
        at=Judging(picture, photo, drawn, proposals, judge, said),
    )


def piece_again(error: ReporterError, piece_id: int) -> ResponseReturnValue:
    """Return the fresh page of a piece that was not as the person saw it, say so, and keep what was typed."""
    kind = KINDS[request.path.split("/")[2]]
    one, (action, form) = kind.one(piece_id), g.get("sent", ("", None))
    if isinstance(form, PieceForm | MaskForm):
        said = _(
            "%(said)s What you entered is still here; sending it again puts it in place of what is kept.",
            said=words_of(error),
        )
        return _typed_again(kind, one, form, said), error.status
    kept = form if form is not None and not isinstance(form, StepForm) else None
    if kept is not None:
        look_again(kept, one.version)
    return piece_page(
        kind, one, wrong=str(action) if kept else "", form=kept, said=words_of(error)
    ), error.status


def _typed_again(kind: Kind, one: AnyPiece, form: PieceForm | MaskForm, said: str) -> str:
    look_again(form, one.version)
    if isinstance(form, MaskForm) and isinstance(one, Article):
        return mask_page(one, (request.view_args or {})["picture_id"], form, said=said)
    return form_page(kind, form, one, said=said)
