"""The public desk: home, the exposure board, the map, figures, objections. Reads published cards only."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from reporter.board.commands.objections import file_objection
from reporter.board.lifecycle import ObjectionKind
from reporter.board.models import Objection
from reporter.board.queries import (
    Filter,
    counts_by_kind,
    get_exposure,
    kinds,
    months_shown,
    objection_by_client_id,
    objection_by_code,
    picture_bytes,
    post,
    posts,
    public_picture,
)
from reporter.desks.errors import blame, limiter, words_of
from reporter.desks.guard import allow, city, me
from reporter.desks.images import public_image
from reporter.desks.incoming import an_id
from reporter.desks.public.cards import (
    card_of,
    figures_of,
    first_view,
    loads_of,
    markers_of,
    post_markers,
    whole,
)
from reporter.desks.public.feeds import ATOM_TYPE, JSON_TYPE, Feed, as_atom, as_json, feed_of
from reporter.desks.public.forms import CodeForm, ObjectionForm
from reporter.desks.qr import qr_of
from reporter.desks.tokens import own_token_check, valid
from reporter.insight.queries import by_area, by_kind, honours, open_by_area, rates, sums
from reporter.kernel.errors import BadInput, Gone, ReporterError
from reporter.kernel.policy import Permission
from reporter.places.queries import areas
from reporter.ports import ports

bp = Blueprint("public", __name__)
checks_its_own_token = own_token_check(bp)

FEED_SIZE = 30  # posts in one document of a feed
ON_MAP = 200  # posts drawn on the map and listed beside it
TYPES = {"jpeg": "image/jpeg", "webp": "image/webp"}


@bp.get("/")
@allow(Permission.DESK_PUBLIC)
def home() -> ResponseReturnValue:
    """Show the way to report, what was put right, the figures and the map."""
    cards = [card_of(one) for one in posts(Filter(), size=8).rows]
    loads = loads_of(areas(level="street"), open_by_area())
    return render_template(
        "public/home.html", cards=cards, figures=figures_of(rates()), kinds=kinds(), loads=loads,
        markers=markers_of(loads), box=first_view(city()), now=ports.clock.now(),
    )  # fmt: skip


def _filter() -> Filter:
    return Filter(
        kind=request.args.get("kind", "")[:40],
        area_id=request.args.get("area", type=an_id),
        month=request.args.get("month", "")[:10],
    )


def address_of(narrow: Filter) -> dict[str, str | int]:
    """Return how the board is narrowed, as its address says it."""
    said = {"kind": narrow.kind, "area": narrow.area_id, "month": narrow.month}
    return {name: value for name, value in said.items() if value}


@bp.get("/board")
@allow(Permission.DESK_PUBLIC)
def board() -> ResponseReturnValue:
    """Show the published posts, newest first, narrowed by kind, area and month."""
    narrow = _filter()
    page = posts(narrow, after=request.args.get("after", ""))
    return render_template(
        "public/board.html", cards=[card_of(one) for one in page.rows], after=page.after, narrow=narrow,
        counts=counts_by_kind(), kinds=kinds(), areas=areas(level="street"), months=months_shown(),
        honours=honours(), now=ports.clock.now(), args=address_of(narrow),
    )  # fmt: skip


@bp.get("/board/feed.atom")
@allow(Permission.DESK_PUBLIC)
def atom() -> ResponseReturnValue:
    """Send the board to feed readers, narrowed as the board is; in Chinese, or with `lang=en` in English."""
    told = _feed("public.atom")
    return _revalidated(Response(as_atom(told), mimetype=ATOM_TYPE), told)


@bp.get("/board/feed.json")
@allow(Permission.DESK_PUBLIC)
def json_feed() -> ResponseReturnValue:
    """Send the same as a JSON Feed."""
    told = _feed("public.json_feed")
    return _revalidated(Response(as_json(told), mimetype=JSON_TYPE), told)


def _feed(endpoint: str) -> Feed:
    narrow, after, english = _filter(), request.args.get("after", ""), request.args.get("lang") == "en"
    page = posts(narrow, after=after, size=FEED_SIZE)
    args = address_of(narrow) | ({"lang": "en"} if english else {})
    with force_locale("en" if english else "zh_Hans_CN"):
        return feed_of(page, city=city(), endpoint=endpoint, args=args, after=after, now=ports.clock.now())


def _revalidated(answer: Response, told: Feed) -> Response:
    """Return `answer`, or 304 when the reader has it; a post that is hidden is gone from the next answer."""
    answer.add_etag()
    answer.last_modified = told.changed
    answer.headers["Cache-Control"] = "public, no-cache"
    return answer.make_conditional(request)  # type: ignore[return-value]  # the same response


@bp.get("/board/<public_id>")
@allow(Permission.DESK_PUBLIC)
def exposure(public_id: str) -> ResponseReturnValue:
    """Show one post; 410 with words when it is no longer shown."""
    one = post(public_id)
    address, card = url_for("public.exposure", public_id=public_id, _external=True), card_of(one)
    face = card.after or card.before
    return render_template(
        "public/exposure.html", post=one, card=card, honours=honours(), address=address, qr=qr_of(address),
        face=whole(face.url) if face else "",
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


@bp.get("/map")
@allow(Permission.DESK_PUBLIC)
def city_map() -> ResponseReturnValue:
    """Show open cases by area and the posts at their rounded places, on a map and in lists."""
    loads = loads_of(areas(level="street"), open_by_area())
    cards = [card_of(one) for one in posts(_filter(), size=ON_MAP).rows]
    return render_template(
        "public/map.html", loads=loads, cards=cards, kinds=kinds(), narrow=_filter(),
        markers=markers_of(loads) + post_markers(cards), box=first_view(city()), now=ports.clock.now(),
    )  # fmt: skip


@bp.get("/figures")
@allow(Permission.DESK_PUBLIC)
def figures() -> ResponseReturnValue:
    """Show the rates and what they are made of, by kind and by area."""
    measures = ("reported", "registered", "closed", "ended")
    return render_template(
        "public/figures.html", figures=figures_of(rates()), sums=sums(), kind_rows=_kind_rows(measures),
        area_rows=_area_rows(measures), now=ports.clock.now(),
    )  # fmt: skip


def _kind_rows(measures: tuple[str, ...]) -> list[tuple[object, list[int]]]:
    columns = [by_kind(measure) for measure in measures]
    return [(kind, [column.get(kind.id, 0) for column in columns]) for kind in kinds()]


def _area_rows(measures: tuple[str, ...]) -> list[tuple[object, list[int]]]:
    columns = [by_area(measure) for measure in measures]
    return [(area, [column.get(area.id, 0) for column in columns]) for area in areas(level="street")]


@bp.get("/board/<public_id>/object")
@allow(Permission.DESK_PUBLIC)
def objection(public_id: str) -> ResponseReturnValue:
    """Show the form for an objection."""
    return render_template("public/objection.html", post=post(public_id), form=ObjectionForm())


@bp.post("/board/<public_id>/object")
@limiter.limit("20 per hour")
@checks_its_own_token
@allow(Permission.DESK_PUBLIC)
def object_to(public_id: str) -> ResponseReturnValue:
    """File an objection and hand out its receipt."""
    form = ObjectionForm()
    if valid(form):
        try:
            return redirect(url_for("public.objection_receipt", code=_filed(public_id, form).code))
        except BadInput as error:
            blame(form, error)
    return render_template("public/objection.html", post=post(public_id), form=form.renew()), 422


def _filed(public_id: str, form: ObjectionForm) -> Objection:
    """File it, or return what was sent under its number before: that may have hidden the post."""
    kind, words, client_id = ObjectionKind(form.kind.data), form.words.data or "", form.client_id.data or ""
    try:
        one = post(public_id)
    except Gone:
        known = objection_by_client_id(client_id)
        if known is None:
            raise
        one = get_exposure(known.exposure_id)
    return file_objection(one, kind, words, contact=form.contact.data or "", client_id=client_id, by=me())


@bp.get("/objections")
@allow(Permission.DESK_PUBLIC)
def find_objection() -> ResponseReturnValue:
    """Show where to type the receipt code of an objection."""
    return render_template("public/find_objection.html", form=CodeForm())


@bp.post("/objections")
@limiter.limit("30 per hour")
@allow(Permission.DESK_PUBLIC)
def look_up_objection() -> ResponseReturnValue:
    """Lead to the objection with this receipt code."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            return redirect(
                url_for("public.objection_receipt", code=objection_by_code(form.code.data or "").code)
            )
        except ReporterError as error:
            form.code.errors = [*form.code.errors, words_of(error)]
    return render_template("public/find_objection.html", form=form), 422


@bp.get("/objections/<code>")
@limiter.limit("120 per hour")
@allow(Permission.DESK_PUBLIC)
def objection_receipt(code: str) -> ResponseReturnValue:
    """Show where an objection stands."""
    return render_template("public/objection_receipt.html", objection=objection_by_code(code))
