"""What editors write, as the public reads it: the two columns with their articles, and the honour list."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from reporter.board.shown import picture_bytes
from reporter.desks.guard import allow
from reporter.desks.images import public_image
from reporter.desks.public.boards import TYPES
from reporter.desks.public.cards import image_of, whole
from reporter.desks.public.door import drawn_once, keep
from reporter.editorial import queries
from reporter.editorial.models import Rubric
from reporter.insight.queries import honours as best_units
from reporter.kernel.policy import Permission
from reporter.ports import ports

bp = Blueprint("columns", __name__)
bp.after_request(keep)

COLUMN = "/columns/<any(progress, civility):column>"
LEADS = {
    Rubric.PROGRESS: _l("What the city does on its way to a civil and clean place to live."),
    Rubric.CIVILITY: _l("Neighbours, volunteers and units who go first, told with their consent."),
}


@bp.get("/columns")
@allow(Permission.DESK_PUBLIC)
def columns() -> ResponseReturnValue:
    """Lead to the first column."""
    return redirect(url_for("columns.articles", column=Rubric.PROGRESS.value))


@bp.get(COLUMN)
@allow(Permission.DESK_PUBLIC)
@drawn_once
def articles(column: str) -> ResponseReturnValue:
    """List the articles of one column, newest first."""
    rubric = Rubric(column)
    page = queries.articles(rubric, after=request.args.get("after", ""))
    return render_template("public/articles.html", page=page, rubric=rubric, lead=LEADS[rubric])


@bp.get(f"{COLUMN}/<public_id>")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def article(column: str, public_id: str) -> ResponseReturnValue:
    """Show one article; 410 with words when it is no longer shown."""
    one = queries.article(Rubric(column), public_id)
    images = [(image_of(picture, "columns.picture"), picture) for picture in one.pictures]
    face = next((whole(image.url) for image, _picture in images if image), "")
    address = url_for("columns.article", column=column, public_id=public_id, _external=True)
    return render_template("public/article.html", article=one, images=images, face=face, address=address)


@bp.get("/columns/pictures/<token>/<name>")
@allow(Permission.DESK_PUBLIC)
def picture(token: str, name: str) -> ResponseReturnValue:
    """Send one burnt-in copy of an article that is shown now, or the way to it in the store."""
    shown = queries.public_picture(token)
    key, kind = shown.key_of(name), TYPES[name.rpartition(".")[2]]
    return public_image(
        key, kind, content=lambda: picture_bytes(shown, name),
        link=lambda seconds: ports.storage.link(key, seconds=seconds, mimetype=kind),
    )  # fmt: skip


@bp.get("/honours")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def honours() -> ResponseReturnValue:
    """Show the honour list, beside it the units that take their cases in time."""
    page = queries.honoured(after=request.args.get("after", ""))
    return render_template("public/honours.html", page=page, honours=best_units())
