"""The public desk: home, the map, figures, objections; the board is in `boards.py`. Reads published cards only."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.board.commands.objections import file_objection
from reporter.board.lifecycle import EVIDENCE_DAYS, ObjectionKind
from reporter.board.models import Objection
from reporter.board.queries import get_exposure, objection_by_client_id, objection_by_code
from reporter.board.shown import Filter, kinds, post, post_keys
from reporter.desks.dates import month as month_word
from reporter.desks.enclosed import gather
from reporter.desks.errors import blame, limiter, refuse_until, words_of
from reporter.desks.guard import allow, city, me
from reporter.desks.origin import origins
from reporter.desks.public import boards, embedding, mapping
from reporter.desks.public.cards import (
    Load,
    drawn_cards,
    first_view,
    loads_of,
    markers_of,
    streets,
)
from reporter.desks.public.door import bp, drawn_once
from reporter.desks.public.figures import (
    chosen,
    columns_of,
    figures_of,
    on_time_of,
    row_of,
    rows_of,
    scale_words,
)
from reporter.desks.public.forms import CodeForm, ObjectionForm
from reporter.desks.public.narrowing import address_of, asked, beside
from reporter.desks.shelf import shelved
from reporter.desks.tokens import holds_token, own_token_check, valid
from reporter.desks.words import named
from reporter.editorial.queries import articles, service_notices
from reporter.insight.queries import (
    last_days,
    month_of,
    open_by_area,
    rates,
    sums_by_area,
    sums_by_kind,
    sums_by_month,
    today,
    together,
)
from reporter.insight.rates import FEW, rates_of
from reporter.kernel.errors import BadInput, Conflict, Gone, ReporterError, TooMany, WrongStep
from reporter.kernel.policy import Permission
from reporter.places.queries import areas
from reporter.ports import ports

__all__ = ["boards", "bp", "embedding", "mapping"]

checks_its_own_token = own_token_check(bp)

ON_MAP = 40  # posts listed beside the map at a time


@bp.get("/")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def home() -> ResponseReturnValue:
    """Show the way to report, what was put right, the figures and the map."""
    now_handled, drawn = shelved("loads", _loads), drawn_cards(post_keys(Filter(), size=8).rows, heading="h3")
    month = month_of(today())
    return render_template(
        "public/home.html", drawn=drawn, kinds=beside().kinds, loads=now_handled,
        figures=figures_of(shelved("rates of this month", lambda: rates(month))),
        markers=markers_of(now_handled), box=first_view(city()), now=ports.clock.now(),
        notices=service_notices(), articles=articles(size=2).rows,
    )  # fmt: skip


def _loads() -> list[Load]:
    return loads_of(streets(), open_by_area())


@bp.get("/map")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def city_map() -> ResponseReturnValue:
    """Show open cases by area and the posts at their rounded places, on a map and in lists."""
    loads, narrow, after = shelved("loads", _loads), asked(), request.args.get("after", "")
    page = post_keys(narrow, after=after, size=ON_MAP)
    cards = [one.card for one in drawn_cards(page.rows, heading="h3")]
    return render_template(
        "public/map.html", loads=loads, cards=cards, narrow=narrow, args=address_of(narrow), after=page.after,
        first=not after, total=beside().numbers.total, markers=markers_of(loads), box=first_view(city()),
        now=ports.clock.now(),
    )  # fmt: skip


@bp.get("/figures")
@allow(Permission.DESK_PUBLIC)
@drawn_once
def figures() -> ResponseReturnValue:
    """Show the rates, what they are made of and how long it took: by kind, by area, by month; of a month or of 30 days."""
    by_month = sums_by_month()
    months = [month for month, sums in by_month.items() if any(sums.values())]
    shown = chosen(request.args.get("month", ""), months, last_days())
    by_kind, streets = sums_by_kind(shown.period), [(area.id, named(area)) for area in areas(level="street")]
    whole = together(by_kind.values())
    return render_template(
        "public/figures.html", shown=shown, months=months[::-1], whole=row_of("", whole),
        figures=figures_of(rates_of(whole)), on_time=on_time_of(rates_of(whole)), scale=scale_words(), few=FEW,
        kind_rows=rows_of([(kind.id, named(kind)) for kind in kinds()], by_kind),
        area_rows=rows_of(streets, sums_by_area(shown.period)),
        month_rows=[row_of(month_word(month), sums) for month, sums in by_month.items()],
        columns=columns_of(by_month), now=ports.clock.now(),
    ), 422 if shown.wrong else 200  # fmt: skip


@bp.get("/board/<public_id>/object")
@allow(Permission.DESK_PUBLIC)
def objection(public_id: str) -> ResponseReturnValue:
    """Show the form for an objection."""
    return _objection_page(public_id, ObjectionForm())


def _objection_page(public_id: str, form: ObjectionForm, *said: str) -> str:
    return render_template(
        "public/objection.html", post=post(public_id), form=form, said=said,
        days=EVIDENCE_DAYS, left=form.most - len(form.tokens.data),
    )  # fmt: skip


@bp.post("/board/<public_id>/object")
@limiter.limit("60 per hour", on_breach=refuse_until)
@checks_its_own_token
@allow(Permission.DESK_PUBLIC)
def object_to(public_id: str) -> ResponseReturnValue:
    """File an objection and hand out its receipt."""
    form, said, status = ObjectionForm(), [], BadInput.status
    photo_ids = _enclosed(form)
    if valid(form):
        try:
            filed = _filed(public_id, form, photo_ids)
            return redirect(url_for("public.objection_receipt", code=filed.code))
        except BadInput as error:
            blame(form, error)
        except (TooMany, Conflict, WrongStep) as error:  # of a post that has ended meanwhile `post` says why
            said, status = [words_of(error), *_way_out()], error.status
    return _objection_page(public_id, form.renew(), *said), status


def _way_out() -> list[str]:
    """Return how the centre is reached otherwise, as the foot of the page says it."""
    return [_("On duty: %(phone)s", phone=city().phone)] if city().phone else []


def _enclosed(form: ObjectionForm) -> list[int]:
    """Return the ids of the pictures; what was sent under this number before has its pictures already."""
    if not holds_token(form) or objection_by_client_id(form.client_id.data or "") is not None:
        return []
    return [photo.id for photo in gather(form)]


def _filed(public_id: str, form: ObjectionForm, photo_ids: list[int]) -> Objection:
    """File it, or return what was sent under its number before: that may have hidden the post."""
    kind, words, client_id = ObjectionKind(form.kind.data), form.words.data or "", form.client_id.data or ""
    try:
        one = post(public_id)
    except Gone:
        known = objection_by_client_id(client_id)
        if known is None:
            raise
        one = get_exposure(known.exposure_id)
    return file_objection(
        one, kind, words, contact=form.contact.data or "", client_id=client_id, photo_ids=photo_ids,
        origins=origins(), by=me(),
    )  # fmt: skip


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
