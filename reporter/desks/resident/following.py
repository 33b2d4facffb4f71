"""What a resident follows, when they are told of it, what they were told, and the way out without signing in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reporter.board.shown import kinds, post
from reporter.desks.errors import blame, limiter, words_of
from reporter.desks.guard import allow, me
from reporter.desks.incoming import an_id
from reporter.desks.resident.door import bp, checks_its_own_token, guesses, sendings
from reporter.desks.resident.follow_forms import RHYTHMS, FollowForm, WhenForm, as_it_is, when_it_is
from reporter.desks.resident.held import report_behind
from reporter.desks.resident.spot import first_view, words_of_place
from reporter.desks.tokens import valid
from reporter.following.commands.choosing import (
    Choice,
    change_follow,
    follow,
    follow_around,
    pause_follow,
    remove_follow,
    set_when,
)
from reporter.following.commands.stopping import followed_by_link, stop_following, stop_of
from reporter.following.models import Follow
from reporter.following.naming import titles_of, told_of
from reporter.following.queries import digests_of, follower_of, follows_of, get_digest, get_follow
from reporter.following.rules import LONGEST_NAME, MOST, Rhythm, What
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission
from reporter.places.queries import own_areas
from reporter.places.shapes import Level
from reporter.reports.models import Report

LATEST = 10  # digests listed
LEVELS = (Level.COUNTY, Level.STREET, Level.COMMUNITY)


@dataclass(frozen=True)
class Line:
    """One subscription in the list. `rhythm`: how often it is told of, in words."""

    follow: Follow
    title: str
    rhythm: object


@bp.get("/my/following")
@allow(Permission.DESK_SIGNED_IN)
def following() -> ResponseReturnValue:
    """Show what the person follows, when they are told, and what they were told last."""
    follower = follower_of(current_user.id)
    return _list_page(WhenForm(formdata=None, data=when_it_is(follower)).offer())


def _list_page(form: WhenForm) -> str:
    follower, rows = follower_of(current_user.id), follows_of(current_user.id)
    titles, usual = titles_of(rows), follower.rhythm if follower else Rhythm.DAILY
    lines = [Line(row, titles[row.id].words, RHYTHMS[row.rhythm or usual]) for row in rows]
    return render_template(
        "resident/following.html", lines=lines, form=form, most=MOST, follower=follower,
        digests=digests_of(current_user.id, limit=LATEST),
    )  # fmt: skip


@bp.post("/my/following/when")
@sendings
@checks_its_own_token
@allow(Permission.DESK_SIGNED_IN)
def when() -> ResponseReturnValue:
    """Keep when everything is told."""
    form = WhenForm().offer()
    if valid(form):
        try:
            set_when(
                Rhythm(form.rhythm.data), hour=int(form.hour.data), weekday=int(form.weekday.data), by=me()
            )
        except ReporterError as error:
            blame(form, error)
        else:
            flash(_("This is kept."), "ok")
            return redirect(url_for("resident.following"))
    return _list_page(form), BadInput.status


@bp.get("/my/following/new")
@guesses
@allow(Permission.DESK_SIGNED_IN)
def new_follow() -> ResponseReturnValue:
    """Show the form, filled in as the address says: `post` names one of the board, `report` a query code, `area` and `kind` narrow it."""
    return _form_page(_form(data=_wished(), formdata=None))


def _wished() -> dict[str, Any]:
    """Return what an address on a public page asks for; what there is none of is left out."""
    kind, area = request.args.get("kind", "")[:40], request.args.get("area", type=an_id)
    wished: dict[str, Any] = {"kind": kind, "what": str(What.PLACE)}
    if public_id := request.args.get("post", ""):
        one = post(public_id[:40])
        wished |= {"lon": one.lon, "lat": one.lat, "name": (one.road or one.area_zh)[:LONGEST_NAME]}
    elif code := request.args.get("report", ""):
        report = report_behind(code)
        wished |= {"lon": report.lon, "lat": report.lat, "name": words_of_place(report)[:LONGEST_NAME]}
    elif area is not None:
        wished |= {"what": str(What.AREA), "area_id": str(area)}
    elif kind:
        wished["what"] = str(What.CITY)
    return wished


def _form(**given: Any) -> FollowForm:
    return FollowForm(**given).offer(own_areas(*LEVELS), kinds())


def _form_page(form: FollowForm, row: Follow | None = None) -> str:
    pin = (
        (form.lon.data, form.lat.data) if form.lon.data and form.lat.data and not form.place.errors else None
    )
    return render_template("resident/follow.html", form=form, row=row, pin=pin, box=first_view())


@bp.post("/my/following/new")
@sendings
@checks_its_own_token
@allow(Permission.DESK_SIGNED_IN)
def begin_follow() -> ResponseReturnValue:
    """Follow something."""
    form = _form()
    if valid(form):
        try:
            follow(form.choice(), by=me())
        except ReporterError as error:
            blame(form, error)
        else:
            flash(_("You follow this now."), "ok")
            return redirect(url_for("resident.following"))
    return _form_page(form), BadInput.status


@bp.post("/my/following/post/<public_id>")
@sendings
@allow(Permission.DESK_SIGNED_IN)
def follow_post(public_id: str) -> ResponseReturnValue:
    """Follow what is around a post, by one press on its page."""
    return _by_one_press(lambda: follow_around(public_id, by=me()))


@bp.post("/my/following/report/<code>")
@guesses
@sendings
@allow(Permission.DESK_SIGNED_IN)
def follow_report(code: str) -> ResponseReturnValue:
    """Follow what is around the place of one's report, by one press on its page."""
    around = _around(report_behind(code))
    return _by_one_press(lambda: follow(around, by=me()))


def _around(report: Report) -> Choice:
    """Return what is around the place of a report; the code alone leads there, so that no address tells the place."""
    return Choice(What.PLACE, place=(report.lon, report.lat), name=words_of_place(report)[:LONGEST_NAME])


def _by_one_press(begin: Callable[[], Follow]) -> ResponseReturnValue:
    try:
        begin()
    except BadInput as error:
        flash(words_of(error), "bad")
    else:
        flash(_("You follow what is new around here now. You can change how far that is."), "ok")
    return redirect(url_for("resident.following"))


@bp.get("/my/following/<int:follow_id>")
@allow(Permission.DESK_SIGNED_IN)
def a_follow(follow_id: int) -> ResponseReturnValue:
    """Show one subscription, to be changed."""
    row = get_follow(follow_id, user_id=current_user.id)
    return _form_page(_form(data=as_it_is(row), formdata=None), row)


@bp.post("/my/following/<int:follow_id>")
@sendings
@checks_its_own_token
@allow(Permission.DESK_SIGNED_IN)
def keep_follow(follow_id: int) -> ResponseReturnValue:
    """Keep what was changed."""
    row, form = get_follow(follow_id, user_id=current_user.id), _form()
    if valid(form):
        try:
            change_follow(follow_id, form.choice(), by=me())
        except ReporterError as error:
            blame(form, error)
        else:
            flash(_("This is kept."), "ok")
            return redirect(url_for("resident.following"))
    return _form_page(form, row), BadInput.status


@bp.post("/my/following/<int:follow_id>/pause")
@sendings
@allow(Permission.DESK_SIGNED_IN)
def pause(follow_id: int) -> ResponseReturnValue:
    """Pause a subscription, or with `on=0` go on with it."""
    on = request.form.get("on") != "0"
    pause_follow(follow_id, on=on, by=me())
    flash(
        _("Paused: you are not told about this until you go on.")
        if on
        else _("You are told about this again."),
        "ok",
    )
    return redirect(url_for("resident.following"))


@bp.post("/my/following/<int:follow_id>/remove")
@sendings
@allow(Permission.DESK_SIGNED_IN)
def remove(follow_id: int) -> ResponseReturnValue:
    """Follow it no more."""
    remove_follow(follow_id, by=me())
    flash(_("You follow this no more."), "ok")
    return redirect(url_for("resident.following"))


@bp.get("/my/following/digests/<int:digest_id>")
@allow(Permission.DESK_SIGNED_IN)
def digest(digest_id: int) -> ResponseReturnValue:
    """Show what the person was told at one time, as far as it is on show now."""
    one = get_digest(digest_id, user_id=current_user.id)
    return render_template("resident/digest.html", digest=one, told=told_of(one))


@bp.get("/my/following/stop/<token>")
@allow(Permission.DESK_PUBLIC)
def stop(token: str) -> ResponseReturnValue:
    """Ask whether it is to end: programs that look into links must end nothing."""
    return _stop_page(token, done=False)


@bp.post("/my/following/stop/<token>")
@checks_its_own_token
@limiter.limit("30 per hour")
@allow(Permission.DESK_PUBLIC)
def stopped(token: str) -> ResponseReturnValue:
    """End it at one press, without signing in (RFC 8058): the signed address is what allows it."""
    stop_following(stop_of(token))
    return _stop_page(token, done=True)


def _stop_page(token: str, *, done: bool) -> str:
    named = stop_of(token)
    row = followed_by_link(named)
    title = titles_of([row])[row.id].words if row else ""
    return render_template(
        "resident/stop_following.html", token=token, done=done, one=named.is_one, title=title
    )
