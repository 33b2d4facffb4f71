"""The exposure board: its posts as cards and as a list, one post, its pictures, the board for feed readers and as data."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.board.shown import corrections_of, picture_bytes, post, post_keys, public_picture
from reporter.desks.downloads import handed_out
from reporter.desks.errors import limiter, words_of
from reporter.desks.guard import allow, city
from reporter.desks.images import public_image
from reporter.desks.public.cards import card_of, drawn_cards, whole
from reporter.desks.public.door import bp, drawn_once
from reporter.desks.public.embedding import article_of, board_frame, card_frame
from reporter.desks.public.feeds import FEED_SIZE, Feed, Place, feed_of, language_asked, sent
from reporter.desks.public.narrowing import LIST, address_of, asked, beside, outcomes, without_words
from reporter.desks.public.opendata import CSV_TYPE, GEOJSON_TYPE, LICENSE, Row, as_csv, as_geojson, every_row
from reporter.desks.public.post_entries import post_entries
from reporter.desks.qr import qr_of
from reporter.editorial.queries import honoured, service_notices
from reporter.kernel.errors import BadInput
from reporter.kernel.pages import Page
from reporter.kernel.policy import Permission
from reporter.ports import ports

LIST_SIZE = 40  # posts on one page of the list
TYPES = {"jpeg": "image/jpeg", "webp": "image/webp"}


@bp.get("/board")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def board() -> ResponseReturnValue:
    """Show the posts on show, newest first, narrowed and searched as the address says, as cards or as a list."""
    narrow, problem = asked(), ""
    look = LIST if request.args.get("look") == LIST else ""
    size, after = (LIST_SIZE if look else 12), request.args.get("after", "")
    try:
        page = post_keys(narrow, after=after, size=size)
    except BadInput as error:
        if error.field != "words":
            raise
        problem = words_of(error)
        page = post_keys(without_words(narrow), size=size)
    answer = render_template(
        "public/board.html", drawn=drawn_cards(page.rows, eager=True), after=page.after, first=not after,
        narrow=narrow, look=look, problem=problem, beside=beside(), outcomes=outcomes(), now=ports.clock.now(),
        args=address_of(narrow), address_of=address_of, snippet=board_frame(narrow),
        notices=service_notices(), honoured=honoured(size=3).rows,
    )  # fmt: skip
    return (answer, BadInput.status) if problem else answer


@bp.get("/board/feed.atom")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def atom() -> ResponseReturnValue:
    """Send the board to feed readers, narrowed as the board is; in Chinese, or with `lang=en` in English."""
    return sent(_feed("public.atom"), "atom")


@bp.get("/board/feed.json")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def json_feed() -> ResponseReturnValue:
    """Send the same as a JSON Feed."""
    return sent(_feed("public.json_feed"), "json")


def _feed(endpoint: str) -> Feed:
    narrow, after = asked(), request.args.get("after", "")
    page, args = post_keys(narrow, after=after, size=FEED_SIZE), dict[str, Any](address_of(narrow))
    with language_asked() as said:
        place = Place(
            title=_("Exposure board"),
            about=_("What was put right, and what was not put right in time: about deeds, not people."),
            home=url_for("public.board", **args, _external=True), endpoint=endpoint, args=args | said,
        )  # fmt: skip
        return feed_of(place, Page(post_entries(page.rows), page.after), city=city(), after=after)


@bp.get("/board/posts.csv")
@limiter.limit("120 per hour")
@allow(Permission.DESK_PUBLIC)
def posts_csv() -> ResponseReturnValue:
    """Send every post on show, narrowed as the board is, as a table."""
    return _open_data("posts.csv", as_csv, f"{CSV_TYPE}; charset=utf-8; header=present")


@bp.get("/board/posts.geojson")
@limiter.limit("120 per hour")
@allow(Permission.DESK_PUBLIC)
def posts_geojson() -> ResponseReturnValue:
    """Send the same as points on a map."""
    return _open_data("posts.geojson", as_geojson, GEOJSON_TYPE)


def _open_data(
    name: str, written: Callable[[Iterable[Iterable[Row]]], Iterator[str]], content_type: str
) -> Response:
    english = request.args.get("lang") == "en"
    pages = every_row(asked(), english=english)
    answer = Response(written(pages), content_type=content_type)
    answer.headers["Content-Disposition"] = handed_out(name)
    answer.headers["Link"] = f'<{LICENSE}>; rel="license"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/board/<public_id>")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def exposure(public_id: str) -> ResponseReturnValue:
    """Show one post; 410 with words when it is no longer shown."""
    one = post(public_id)
    address, card = url_for("public.exposure", public_id=public_id, _external=True), card_of(one)
    face = card.after or card.before
    return render_template(
        "public/exposure.html", post=one, card=card, corrections=corrections_of(one), honours=beside().honours, address=address, qr=qr_of(address),
        face=whole(face.url) if face else "", snippet=card_frame(one), told=article_of(one, city=city()),
    )  # fmt: skip


@bp.get("/board/pictures/<token>/<name>")
@allow(Permission.DESK_PUBLIC)
def picture(token: str, name: str) -> ResponseReturnValue:
    """Send one burnt-in copy of a post that is shown now, or the way to it in the store."""
    shown = public_picture(token)
    key, kind = shown.key_of(name), TYPES[name.rpartition(".")[2]]
    return public_image(
        key, kind, content=lambda: picture_bytes(shown, name),
        link=lambda seconds: ports.storage.link(key, seconds=seconds, mimetype=kind),
    )  # fmt: skip
