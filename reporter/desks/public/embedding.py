"""Posts on other sites: oEmbed 1.0, two pages made for frames, and what search engines are told of a post.

Frames of other sites may hold these two pages and no other. They run no script, set no cookie, and say of a post that
is no longer shown that it is not.
"""

from typing import Any, NamedTuple
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, tostring

from flask import Response, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from reporter.board.models import Exposure, PublicPicture
from reporter.board.shown import Filter, post, post_keys
from reporter.cities.models import Jurisdiction
from reporter.desks.errors import words_of
from reporter.desks.guard import allow, city
from reporter.desks.headers import FRAMED
from reporter.desks.public.cards import card_of, drawn_cards, whole
from reporter.desks.public.door import bp, drawn_once
from reporter.desks.public.feeds import say
from reporter.desks.public.narrowing import address_of, asked
from reporter.desks.words import named
from reporter.kernel.errors import BadInput, Gone, NotFound, ReporterError
from reporter.kernel.policy import Permission

FEWEST, MOST = 3, 6  # posts in a frame
CARD, BOARD = (480, 460), (480, 640)  # width and height of a frame, in pixels
SMALLEST = 100  # pixels on a side, below which nobody reads anything
KEEP = 300  # seconds: a post may go at any time
FORMATS = ("json", "xml")
SCHEMA = "https://schema.org"
NOT_IMPLEMENTED = 501

Size = tuple[int, int]


@bp.get("/oembed")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def oembed() -> ResponseReturnValue:
    """Say how the post at `url` is shown on another site; 404 for what is no post on show, 501 for other formats."""
    form = request.args.get("format", "json")
    if form not in FORMATS:
        raise _no_such_format()
    try:
        one = post(_public_id(request.args.get("url", "")))
    except Gone as error:
        raise NotFound("There is no such post.") from error
    told = embedded(one, width=_at_most("maxwidth"), height=_at_most("maxheight"))
    if form == "json":
        return jsonify(told)
    root = Element("oembed")
    say(root, **{name: str(words) for name, words in told.items()})
    return Response(tostring(root, encoding="utf-8", xml_declaration=True), mimetype="text/xml")


def _no_such_format() -> ReporterError:
    error = ReporterError("Please ask for json or xml.", field="format")
    error.status = NOT_IMPLEMENTED
    return error


def _public_id(address: str) -> str:
    """Return which post of this site an address names. Raises `NotFound`."""
    try:
        parts = urlsplit(address)
        endpoint, values = current_app.url_map.bind("").match(parts.path, method="GET")
    except (ValueError, HTTPException) as error:
        raise NotFound("There is no such post.") from error
    if endpoint != "public.exposure" or parts.scheme not in {"http", "https"} or parts.netloc != request.host:
        raise NotFound("There is no such post.")
    return str(values["public_id"])


def _at_most(name: str) -> int | None:
    asked_for = request.args.get(name)
    if asked_for is None:
        return None
    if not (asked_for.isascii() and asked_for.isdecimal()) or int(asked_for[:9]) < SMALLEST:
        raise BadInput("Please give a whole number of pixels from %(least)s.", field=name, least=SMALLEST)
    return int(asked_for[:9])


def embedded(one: Exposure, *, width: int | None, height: int | None) -> dict[str, Any]:
    """Return an answer of oEmbed 1.0 of the type "rich".

    Args:
        width: at most, in pixels; `height` likewise.
    """
    size = min(width or CARD[0], CARD[0]), min(height or CARD[1], CARD[1])
    told: dict[str, Any] = {
        "version": "1.0", "type": "rich", "title": one.title, "author_name": named(city()), "provider_name": _("Exposure board"),
        "provider_url": url_for("public.board", _external=True), "cache_age": KEEP, "html": card_frame(one, size),
        "width": size[0], "height": size[1],
    }  # fmt: skip
    face = thumbnail(one.after or one.before, width=width, height=height)
    return told | (
        {"thumbnail_url": face.url, "thumbnail_width": face.width, "thumbnail_height": face.height}
        if face
        else {}
    )


class Thumbnail(NamedTuple):
    """A masked JPEG by its address, and its size in pixels."""

    url: str
    width: int
    height: int


def thumbnail(
    picture: PublicPicture | None, *, width: int | None = None, height: int | None = None
) -> Thumbnail | None:
    """Return the smallest copy of a picture that is on show; None when there is none, or none that small."""
    if picture is None or not picture.ready:
        return None
    side = min(int(name.split(".")[0]) for name in picture.copies if name.endswith(".jpeg"))
    scale = min(1.0, side / max(picture.width, picture.height))
    wide, high = round(picture.width * scale), round(picture.height * scale)
    if wide > (width or wide) or high > (height or high):
        return None
    name = picture.file(f"{side}.jpeg")
    return Thumbnail(whole(url_for("public.picture", token=picture.token, name=name)), wide, high)


def card_frame(one: Exposure, size: Size = CARD) -> str:
    """Return what another site writes to show one post."""
    return _frame(url_for("public.post_card", public_id=one.public_id, _external=True), one.title, size)


def board_frame(narrow: Filter) -> str:
    """Return what another site writes to show the newest posts, narrowed as the board is."""
    args: dict[str, Any] = address_of(narrow, n=FEWEST)
    return _frame(url_for("public.widget", **args, _external=True), _("Exposure board"), BOARD)


def _frame(address: str, title: str, size: Size) -> str:
    frame = Markup(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy" style="border:0;max-width:100%"'
        ' sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )
    return str(frame.format(address, title, *size))


@bp.get("/board/widget")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def widget() -> ResponseReturnValue:
    """Show the newest posts for a frame on another site, narrowed as the board is; `n` of them, 3 to 6."""
    narrow, number = asked(), request.args.get("n", FEWEST, type=_count)
    drawn = drawn_cards(post_keys(narrow, size=number).rows)
    args: dict[str, Any] = address_of(narrow)
    cards, board = [one.card for one in drawn], url_for("public.board", **args)
    return framed(render_template("public/widget.html", cards=cards, board=board))


def _count(text: str) -> int:
    return max(FEWEST, min(MOST, int(text[:9])))


@bp.get("/board/<public_id>/card")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def post_card(public_id: str) -> ResponseReturnValue:
    """Show one post for a frame on another site, or say there why it is not shown."""
    board = url_for("public.board")
    try:
        cards = [card_of(post(public_id))]
    except (Gone, NotFound) as error:
        page = render_template("public/widget.html", cards=[], board=board, words=words_of(error))
        return framed(page, error.status)
    return framed(render_template("public/widget.html", cards=cards, board=board))


def framed(page: str, status: int = 200) -> Response:
    """Return a page that any site may frame."""
    return Response(page, status, {"Content-Security-Policy": FRAMED})


def article_of(one: Exposure, *, city: Jurisdiction) -> dict[str, Any]:
    """Return what search engines are told of a post (schema.org), without any person."""
    told: dict[str, Any] = {
        "@context": SCHEMA, "@type": "Article", "headline": one.title, "description": one.summary,
        "url": url_for("public.exposure", public_id=one.public_id, _external=True), "articleSection": one.kind_zh,
        "datePublished": one.published_at and one.published_at.isoformat(),
        "expires": one.expires_at and one.expires_at.isoformat(), "inLanguage": "zh-CN",
        "author": {"@type": "GovernmentOrganization", "name": _("City Operation and Command Centre, %(city)s", city=named(city))},
        "contentLocation": {
            "@type": "Place", "name": one.road or one.area_zh,
            "geo": {"@type": "GeoCoordinates", "longitude": one.lon, "latitude": one.lat},
        },
    }  # fmt: skip
    pictures = [thumbnail(picture) for picture in (one.before, one.after)]
    return told | {"image": [picture.url for picture in pictures if picture]}
