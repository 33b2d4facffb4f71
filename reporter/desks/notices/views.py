"""The bell, and what each recipient wants: signed in, or by the link at the foot of a letter."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from reporter.accounts.models import User
from reporter.accounts.queries import get_user
from reporter.cases.models import Case
from reporter.cases.queries import cases_by_ids
from reporter.desks.errors import blame, limiter
from reporter.desks.guard import allow, me
from reporter.desks.notices.forms import OF_RESIDENTS, SettingsForm
from reporter.desks.tokens import own_token_check, valid
from reporter.kernel.errors import BadInput, ReporterError
from reporter.kernel.policy import Permission, Role, may
from reporter.notices.addresses import AT_UNIT, page_of
from reporter.notices.commands.wishing import keep_wishes, mark_read, recipient_of_token, stop_mail
from reporter.notices.models import Notice
from reporter.notices.queries import bell_list, bell_of, desks_of, query_codes, settings_of
from reporter.notices.table import Kind, sentence_for

bp = Blueprint("notices", __name__, url_prefix="/notices")
checks_its_own_token = own_token_check(bp)


@dataclass(frozen=True)
class Told:
    """A notice in one line. `href`: empty when its case went to another unit since. `new`: not read yet."""

    words: str
    href: str
    at: datetime
    new: bool


@bp.get("/")
@allow(Permission.DESK_SIGNED_IN)
def bell() -> ResponseReturnValue:
    """List what the person was told, newest first."""
    page = bell_list(me(), after=request.args.get("after", ""))
    codes = query_codes([notice.report_id for notice in page.rows if notice.report_id])
    row = settings_of(f"user:{me().id}")
    read = row.read_up_to if row else 0
    cases = cases_by_ids([notice.case_id for notice in page.rows if notice.case_id])
    told = [_told(notice, codes, cases, read) for notice in page.rows]
    newest = page.rows[0].id if page.rows else 0
    return render_template(
        "notices/bell.html", told=told, page=page, newest=newest, new=any(one.new for one in told)
    )


def _told(notice: Notice, codes: dict[int, str], cases: dict[int, Case], read: int) -> Told:
    href = page_of(
        notice.who, case_id=notice.case_id, exposure_id=notice.exposure_id, objection_id=notice.objection_id,
        digest_id=notice.digest_id, number=notice.number, code=codes.get(notice.report_id or 0, ""),
    )  # fmt: skip
    case = cases.get(notice.case_id or 0)
    if case and notice.who in AT_UNIT and not may(me(), Permission.CASE_OPEN_AT_UNIT, case):
        href = ""
    words = _(sentence_for(notice.what, notice.who), number=notice.number, reason=notice.reason)
    return Told(words, href, notice.at, notice.id > read)


@bp.get("/bell")
@allow(Permission.DESK_SIGNED_IN)
def poll() -> ResponseReturnValue:
    """Return how much is unread, as JSON with an ETag: 304 when nothing has changed."""
    found = bell_of(me())
    answer = make_response(jsonify(unread=found.unread, newest=found.newest, words=bell_words(found.unread)))
    answer.set_etag(f"{me().id}-{found.newest}-{found.unread}-{_('Notices')}".encode().hex())
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Cookie")
    return answer.make_conditional(request)


@bp.app_template_global("bell_words")
def bell_words(unread: int) -> str:
    """Return what the bell says aloud."""
    if not unread:
        return _("Notices")
    return _("Notices, %(number)s new", number=bell_number(unread))


@bp.app_template_global("bell_number")
def bell_number(unread: int) -> str:
    """Return the number that the bell shows, "9+" above nine."""
    return "9+" if unread > 9 else str(unread)  # noqa: PLR2004 - one digit has room


@bp.post("/read")
@allow(Permission.DESK_SIGNED_IN)
def read() -> ResponseReturnValue:
    """Mark everything up to the newest that was shown as read."""
    up_to = request.form.get("up_to", "")
    if not up_to.isdecimal() or len(up_to) > 10:  # noqa: PLR2004 - digits of the highest id
        raise BadInput("This form was damaged. Please reload the page.")
    mark_read(min(int(up_to), bell_of(me()).newest), by=me())
    return redirect(url_for("notices.bell"))


@dataclass(frozen=True)
class Offer:
    """What a recipient can set. `desk`: they have one, and may want by mail what it is told."""

    recipient: str
    kinds: tuple[Kind, ...] = OF_RESIDENTS
    desk: bool = False


def _offer_to(user: User) -> Offer:
    actor = user.actor
    staff, unit, desk = (
        may(actor, Permission.DESK_STAFF),
        may(actor, Permission.DESK_UNIT),
        bool(desks_of(actor)),
    )
    resident = Role.RESIDENT in actor.roles or not staff
    wanted = {Kind.FOLLOWED: True, Kind.WORK: unit, Kind.CLOCK: unit or staff, Kind.DESK: desk}
    return Offer(f"user:{user.id}", tuple(kind for kind in Kind if wanted.get(kind, resident)), desk)


def _offer_by(token: str) -> Offer:
    """Return what a link opens. Raises `NotFound`."""
    recipient = recipient_of_token(token)
    kind, _colon, number = recipient.partition(":")
    return _offer_to(get_user(int(number))) if kind == "user" else Offer(recipient)


@bp.get("/settings")
@allow(Permission.DESK_SIGNED_IN)
def settings() -> ResponseReturnValue:
    """Show what the person wants to be told."""
    return _shown(_offer_to(current_user), url_for("notices.keep"))


@bp.post("/settings")
@checks_its_own_token
@allow(Permission.DESK_SIGNED_IN)
def keep() -> ResponseReturnValue:
    """Keep it."""
    return _kept(_offer_to(current_user), url_for("notices.keep"), url_for("notices.settings"))


@bp.get("/by/<token>")
@allow(Permission.DESK_PUBLIC)
def by_link(token: str) -> ResponseReturnValue:
    """Show the same to whoever followed the link at the foot of a letter."""
    return _shown(_offer_by(token), url_for("notices.keep_by_link", token=token))


@bp.post("/by/<token>")
@checks_its_own_token
@limiter.limit("30 per hour")
@allow(Permission.DESK_PUBLIC)
def keep_by_link(token: str) -> ResponseReturnValue:
    """Keep it."""
    here = url_for("notices.by_link", token=token)
    return _kept(_offer_by(token), here, here)


def _shown(offer: Offer, action: str) -> ResponseReturnValue:
    form = SettingsForm(formdata=None).offer(offer.kinds, settings_of(offer.recipient))
    return _settings_page(form, offer, action), 200


def _settings_page(form: SettingsForm, offer: Offer, action: str) -> str:
    return render_template(
        "notices/settings.html", form=form, offer=offer, action=action, by_link="/by/" in action
    )


def _kept(offer: Offer, action: str, after: str) -> ResponseReturnValue:
    before = settings_of(offer.recipient)
    form = SettingsForm().offer(offer.kinds, before)
    if valid(form):
        try:
            keep_wishes(offer.recipient, form.wish(offer.kinds, before, desk=offer.desk))
        except ReporterError as error:
            blame(form, error)
        else:
            flash(_("This is kept."), "ok")
            return redirect(after)
    return _settings_page(form, offer, action), BadInput.status


@bp.get("/stop/<token>")
@allow(Permission.DESK_PUBLIC)
def stop(token: str) -> ResponseReturnValue:
    """Ask whether letters are to end: programs that look into links must end nothing."""
    recipient_of_token(token)
    return render_template("notices/stop.html", token=token, done=False)


@bp.post("/stop/<token>")
@checks_its_own_token
@limiter.limit("30 per hour")
@allow(Permission.DESK_PUBLIC)
def stopped(token: str) -> ResponseReturnValue:
    """End all letters at one press, without signing in (RFC 8058): the signed address is what allows it."""
    stop_mail(recipient_of_token(token))
    return render_template("notices/stop.html", token=token, done=True)
