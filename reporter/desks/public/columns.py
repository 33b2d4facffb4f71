"""What editors write, as the public reads it: the two columns with their articles, and the honour list; their feeds."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.board.shown import picture_bytes, quickest
from reporter.desks.guard import allow, city
from reporter.desks.images import public_image
from reporter.desks.public.boards import TYPES
from reporter.desks.public.cards import drawn_cards, image_of, whole
from reporter.desks.public.door import drawn_once, keep, open_to_other_sites
from reporter.desks.public.feeds import FEED_SIZE, Entry, Place, feed_of, language_asked, sent
from reporter.desks.states import honour_word, rubric_word
from reporter.desks.words import only_chinese, wording
from reporter.editorial import queries
from reporter.editorial.models import Article, Honour, Rubric
from reporter.insight.queries import honours as best_units
from reporter.kernel.policy import Permission
from reporter.ports import ports

bp = Blueprint("columns", __name__)
bp.after_request(keep)
bp.after_request(open_to_other_sites)

COLUMN = "/columns/<any(progress, civility):column>"
FEED = "feed.<any(atom, json):kind>"
CHINESE = "zh-CN"
LEADS = {
    Rubric.PROGRESS: _l("What the city does on its way to a civil and clean place to live."),
    Rubric.CIVILITY: _l("Neighbours, volunteers and units who go first, told with their consent."),
}
HONOURS_LEAD = _l(
    "People and units who set an example. Whoever is named has agreed, and can take that back at any time."
)


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


@bp.get(f"{COLUMN}/{FEED}")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def feed(column: str, kind: str) -> ResponseReturnValue:
    """Send one column to feed readers; in Chinese, or with `lang=en` in English."""
    rubric, after = Rubric(column), request.args.get("after", "")
    page = queries.articles(rubric, after=after, size=FEED_SIZE)
    with language_asked() as said:
        place = Place(
            title=rubric_word(rubric), about=str(LEADS[rubric]),
            home=url_for("columns.articles", column=column, _external=True),
            endpoint="columns.feed", args={"column": column, "kind": kind, **said},
        )  # fmt: skip
        return sent(feed_of(place, page.each(_article_entry), city=city(), after=after), kind)


def _article_entry(one: Article) -> Entry:
    images = [image_of(picture, "columns.picture") for picture in one.pictures]
    address = url_for("columns.article", column=one.rubric, public_id=one.public_id, _external=True)
    return Entry(
        url=address, title=wording(one, "title"), words=wording(one, "standfirst"),
        kind=rubric_word(one.rubric), slug=one.rubric, published=one.since,
        pictures=[whole(image.url) for image in images if image], language=_other_language(one),
    )  # fmt: skip


def _other_language(one: Article | Honour) -> str:
    """Return the language of a piece's words where it is not the reader's, else nothing."""
    return CHINESE if only_chinese(one) else ""


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
    """Show the honour list, beside it the units that take their cases in time, below it what was put right quickest."""
    page = queries.honoured(after=request.args.get("after", ""))
    quick = [] if request.args.get("after") else drawn_cards(quickest(), heading="h3")
    return render_template(
        "public/honours.html", page=page, honours=best_units(), quick=quick, lead=HONOURS_LEAD
    )


@bp.get(f"/honours/{FEED}")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def honours_feed(kind: str) -> ResponseReturnValue:
    """Send the honour list to feed readers; in Chinese, or with `lang=en` in English."""
    after = request.args.get("after", "")
    page = queries.honoured(after=after, size=FEED_SIZE)
    with language_asked() as said:
        place = Place(
            title=_("Honour list"), about=str(HONOURS_LEAD), home=url_for("columns.honours", _external=True),
            endpoint="columns.honours_feed", args={"kind": kind, **said},
        )  # fmt: skip
        return sent(feed_of(place, page.each(_honour_entry), city=city(), after=after), kind)


def _honour_entry(one: Honour) -> Entry:
    return Entry(
        url=url_for("columns.honours", _anchor=f"honour-{one.id}", _external=True),
        title=wording(one, "name"), words=wording(one, "deed"), kind=honour_word(one.kind), slug=one.kind,
        published=one.since, language=_other_language(one),
    )  # fmt: skip
