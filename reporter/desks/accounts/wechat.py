"""Sign in with 微信, inside its own browser: silently asked who the person is, never for name or picture."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user

from reporter.accounts.linking import link_wechat, open_account_by_wechat, unlink_wechat, wechat_key
from reporter.accounts.models import WeChatLink
from reporter.accounts.queries import user_behind_wechat, wechat_link_of
from reporter.desks.accounts.door import own_page
from reporter.desks.accounts.forms import NameForm
from reporter.desks.errors import blame, limiter, refuse_until
from reporter.desks.guard import allow, me
from reporter.desks.inside_wechat import in_wechat, wechat_script
from reporter.desks.tokens import own_token_check, valid
from reporter.kernel.errors import BadInput, NotFound, ReporterError
from reporter.kernel.policy import Permission
from reporter.ports import ports
from reporter.ports.carriers import Away, Refused, Undelivered
from reporter.ports.wechat import Snapshot

bp = Blueprint("wechat", __name__, url_prefix="/wechat")
checks_its_own_token = own_token_check(bp)
ASKED, KNOWN = (
    "wechat_asked",
    "wechat_known",
)  # in the session: what was asked of 微信, and who came back without an account
ANSWERING = timedelta(minutes=10)
LONGEST = 512  # letters of a code
RUN_OUT = _l("The sign-in with WeChat has run out. Please try once more.")
WHY: tuple[tuple[type[Undelivered], Any], ...] = (  # the first that fits
    (
        Snapshot,
        _l(
            "WeChat shows only a preview of this page. Please press “使用完整服务” at its foot, then sign in."
        ),
    ),
    (Refused, RUN_OUT),
    (Away, _l("WeChat does not answer at the moment. You can sign in in another way.")),
)
bp.app_template_global("in_wechat")(in_wechat)
bp.app_template_global("wechat_script")(wechat_script)


@bp.app_template_global("wechat_there")
def wechat_there() -> bool:
    """Tell whether the city has an account at 微信."""
    return ports.wechat.there()


@bp.app_template_global("own_wechat")
def own_wechat() -> WeChatLink | None:
    """Return what ties the account that is signed in to a 微信."""
    return wechat_link_of(current_user.id)


@bp.get("/in")
@limiter.limit("30 per minute", on_breach=refuse_until)
@allow(Permission.DESK_PUBLIC)
def begin() -> ResponseReturnValue:
    """Ask 微信 who the person is, and remember the page that was wanted."""
    if not in_wechat():
        return redirect(url_for("accounts.sign_in", next=request.args.get("next", "")))
    state = secrets.token_urlsafe(24)
    session[ASKED] = {
        "state": state, "next": request.args.get("next", ""), "at": ports.clock.now().isoformat()
    }  # fmt: skip
    return redirect(ports.wechat.way_in(url_for("wechat.back", _external=True), state))


@bp.get("/back")
@limiter.limit("30 per minute", on_breach=refuse_until)
@allow(Permission.DESK_PUBLIC)
def back() -> ResponseReturnValue:
    """Sign in whoever comes back from 微信, or tie it to the account that is signed in."""
    asked: dict[str, str] = session.pop(ASKED, {})
    if not ports.wechat.there() or not _is_answer(asked):
        return _again(RUN_OUT, asked)
    try:
        key = wechat_key(ports.wechat.openid(request.args.get("code", "")[:LONGEST]))
    except Undelivered as error:
        return _again(next(words for kind, words in WHY if isinstance(error, kind)), asked)
    user = None if current_user.is_authenticated else user_behind_wechat(key)
    if user is None:
        session[KNOWN] = {"key": key, "next": asked["next"]}
        return redirect(url_for("wechat.first"))
    if not user.active:
        return _again(_l("This account is closed."), asked)
    if user.is_staff:
        return _again(_l("Staff sign in with their password."), asked)
    login_user(user)
    return redirect(own_page(asked["next"]))


def _is_answer(asked: dict[str, str]) -> bool:
    """Tell whether this browser asked, a short time ago, and for this answer."""
    if not asked or not request.args.get("code"):
        return False
    fresh = ports.clock.now() - datetime.fromisoformat(asked["at"]) < ANSWERING
    return fresh and hmac.compare_digest(asked["state"].encode(), request.args.get("state", "").encode())


def _again(words: object, asked: dict[str, str]) -> ResponseReturnValue:
    flash(str(words), "warn")
    if current_user.is_authenticated:
        return redirect(url_for("accounts.account"))
    return redirect(url_for("accounts.sign_in", next=asked.get("next", "")))


def _known() -> dict[str, Any]:
    """Return who came back from 微信. Raises `NotFound` when nobody did."""
    known: dict[str, Any] | None = session.get(KNOWN)
    if known is None:
        raise NotFound("The sign-in with WeChat has run out. Please try once more.")
    return known


@bp.get("/first")
@allow(Permission.DESK_PUBLIC)
def first() -> ResponseReturnValue:
    """Ask whoever comes from 微信 for the first time whether they have an account."""
    _known()
    return render_template("accounts/wechat.html", form=NameForm())


@bp.post("/open")
@checks_its_own_token
@limiter.limit("10 per hour", on_breach=refuse_until)
@allow(Permission.DESK_PUBLIC)
def open_new() -> ResponseReturnValue:
    """Open an account to which 微信 is the way in."""
    known, form = _known(), NameForm()
    if not valid(form):
        return render_template("accounts/wechat.html", form=form), BadInput.status
    try:
        user = open_account_by_wechat(form.name.data or "", known["key"], by=me())
    except ReporterError as error:
        blame(form, error)
        return render_template("accounts/wechat.html", form=form), error.status
    session.pop(KNOWN)
    login_user(user)
    return redirect(own_page(known["next"]))


@bp.post("/link")
@allow(Permission.DESK_SIGNED_IN)
def link() -> ResponseReturnValue:
    """Tie the 微信 that came back to the account that is signed in."""
    known = _known()
    link_wechat(current_user, known["key"], by=me())
    session.pop(KNOWN)
    flash(_("WeChat is linked to your account. You can sign in with it from now on."), "ok")
    return redirect(own_page(known["next"]))


@bp.post("/unlink")
@allow(Permission.DESK_SIGNED_IN)
def unlink() -> ResponseReturnValue:
    """Untie the person's 微信."""
    unlink_wechat(current_user, by=me())
    flash(_("WeChat is not linked to your account any more."), "ok")
    return redirect(url_for("accounts.account"))


@bp.get("/signature")
@limiter.limit("60 per minute", on_breach=refuse_until)
@allow(Permission.DESK_PUBLIC)
def signature() -> ResponseReturnValue:
    """Say what lets a page of this site use 微信's script; 503 where it cannot be said, and the page does without."""
    page = request.args.get("page", "")
    try:
        own = urlsplit(page).netloc == request.host
    except ValueError:
        own = False
    if not in_wechat() or not own:
        raise NotFound("There is nothing at this address.")
    try:
        given = ports.wechat.signature(page)
    except Away:
        return jsonify(error=_("WeChat does not answer at the moment.")), 503
    return jsonify(
        appId=given.app_id, timestamp=given.timestamp, nonceStr=given.nonce, signature=given.signature
    )
