"""The page of a firm outside, opened by its link: one case, four things to do, no account."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, get_category, history, obstacle, result_of
from reporter.cases.worklists import clocks_began
from reporter.desks.dates import plain_moment
from reporter.desks.dossier import last_reason, told_replies, told_words
from reporter.desks.errors import blame, limiter, refuse_until, show, words_of
from reporter.desks.forms import CaseForm
from reporter.desks.guard import allow, wants_json
from reporter.desks.states import state_word
from reporter.desks.tokens import holds_token, look_again, own_token_check, valid
from reporter.desks.unit.cards import light_words
from reporter.desks.unit.forms import ClaimForm, PromiseForm, ResultForm, SendBackForm
from reporter.desks.unit.results import drop, outcome_of, take_along, waiting
from reporter.desks.words import named
from reporter.kernel.errors import Conflict, Gone, NotFound, ReporterError, WrongStep
from reporter.kernel.policy import Actor, Permission
from reporter.places.queries import area_names
from reporter.routing.firms import (
    claim_by_link,
    hand_in_by_link,
    note_opened,
    promise_by_link,
    send_back_by_link,
)
from reporter.routing.links import firm_behind, lent_by, link_behind
from reporter.routing.models import OrderLink

bp = Blueprint("firm", __name__, url_prefix="/order")
checks_its_own_token = own_token_check(bp)
looks = limiter.limit("120 per minute", on_breach=refuse_until)
doings = limiter.limit("30 per minute; 300 per hour", on_breach=refuse_until)
SAID = {
    Action.CLAIM: "claim",
    Action.REQUEST_SEND_BACK: "back",
    Action.SUBMIT_RESULT: "result",
}


@bp.after_request
def keep_to_oneself(response: Response) -> Response:
    """Let no search engine list the page, and nobody else be told its address."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _let_in(token: str) -> tuple[OrderLink, Case, Actor]:
    link = link_behind(token, current_app.config["SECRET_KEY"])
    g.link = link
    return link, get_case(link.case_id), lent_by(link)


@bp.get("/<token>")
@looks
@allow(Permission.DESK_PUBLIC)
def order(token: str) -> ResponseReturnValue:
    """Show the case of a link."""
    link, case, actor = _let_in(token)
    if link.opened_at is None:
        note_opened(link.id)
    return _page(token, link, case, actor)


def _page(
    token: str, link: OrderLink, case: Case, actor: Actor, wrong: CaseForm | None = None, said: str = ""
) -> str:
    area = area_names([case.area_id] if case.area_id else []).get(case.area_id or 0)
    entries, open_now = history(case), {}
    for action, name in SAID.items():
        if case.state in _FROM[action]:
            problem = obstacle(case, action, by=actor)
            open_now[name] = _(problem) if problem else ""
    result = wrong if isinstance(wrong, ResultForm) else _empty_result(case)
    return render_template(
        "unit/firm.html", token=token, link=link, case=case, firm=firm_behind(link), kind=get_category(case.category_id),
        place=" · ".join(part for part in (named(area), case.address) if part), open=open_now, said=said,
        since=clocks_began([case])[case.id], light=light_words(case), result_form=result, result=result_of(case.id),
        kept=waiting(result, actor), reworked=last_reason(entries, Action.INSPECT_FAIL, Action.REOPEN),
        back=wrong if isinstance(wrong, SendBackForm) else _back(case.version),
        promise=wrong if isinstance(wrong, PromiseForm) else _promise(case.version),
        words=told_words(case), replies=told_replies(case),
    )  # fmt: skip


_FROM = {
    Action.CLAIM: {State.DISPATCHED},
    Action.REQUEST_SEND_BACK: {State.DISPATCHED, State.HANDLING},
    Action.SUBMIT_RESULT: {State.HANDLING},
}


def _back(version: int | None = None) -> SendBackForm:
    return SendBackForm(prefix="back", version=version)


def _promise(version: int | None = None) -> PromiseForm:
    return PromiseForm(prefix="promise", version=version)


def _empty_result(case: Case) -> ResultForm:
    return _result_form(case, formdata=None)


def _result_form(case: Case, **options: Any) -> ResultForm:
    form = ResultForm(version=case.version, **options)
    form.offer(case.nature)
    form.photos.flags.required = not form.act
    return form


@bp.post("/<token>/claim")
@doings
@allow(Permission.DESK_PUBLIC)
def claim(token: str) -> ResponseReturnValue:
    """Take the case over."""
    link, case, actor = _let_in(token)
    form = ClaimForm()
    if not valid(form):
        said = " ".join(str(problem) for problem in form.version.errors)
        return _page(token, link, case, actor, said=said), HTTPStatus.UNPROCESSABLE_ENTITY
    claim_by_link(link.id, seen=_sent(form))
    return _done(token, _("Taken over. Please say when it will be done."))


@bp.post("/<token>/promise")
@checks_its_own_token
@doings
@allow(Permission.DESK_PUBLIC)
def promise(token: str) -> ResponseReturnValue:
    """Say when it will be done."""
    link, case, actor = _let_in(token)
    form = _promise()
    if valid(form):
        try:
            promise_by_link(link.id, form.moment, seen=_sent(form))
        except ReporterError as error:
            blame(form, error)
        else:
            return _done(token, _("Noted. The deadline stays as it is."))
    return _page(token, link, case, actor, form), HTTPStatus.UNPROCESSABLE_ENTITY


@bp.post("/<token>/send-back")
@checks_its_own_token
@doings
@allow(Permission.DESK_PUBLIC)
def send_back(token: str) -> ResponseReturnValue:
    """Ask the centre to take the case back."""
    link, case, actor = _let_in(token)
    form = _back()
    if not valid(form):
        return _page(token, link, case, actor, form), HTTPStatus.UNPROCESSABLE_ENTITY
    send_back_by_link(link.id, reason=form.reason.data or "", code=form.code.data, seen=_sent(form))
    return _done(token, _("Asked. The shift leader decides; until then the clock goes on."))


@bp.post("/<token>/result")
@checks_its_own_token
@doings
@allow(Permission.DESK_PUBLIC)
def hand_in(token: str) -> ResponseReturnValue:
    """Hand in the result with pictures taken after the work."""
    link, case, actor = _let_in(token)
    form = _result_form(case)
    if case.state is State.HANDLING and holds_token(form):
        form.takes_away = request.form.get("drop", "")
        if form.takes_away:
            drop(form.takes_away, actor)
            form.tokens.data = [one for one in form.tokens.data if one != form.takes_away]
        take_along(form, [one for one in request.files.getlist(form.photos.name) if one.filename], actor)
    if form.takes_away:
        return _page(token, link, get_case(case.id), actor, form)
    if valid(form):
        try:
            hand_in_by_link(link.id, outcome_of(form, actor), seen=_sent(form))
        except ReporterError as error:
            blame(form, error)
        else:
            return _done(token, _("Handed in. An inspector will look at it."))
    return _page(token, link, get_case(case.id), actor, form), HTTPStatus.UNPROCESSABLE_ENTITY


def _sent(form: Any) -> int | None:
    g.firm_form = form
    seen: int | None = form.version.data
    return seen


def _done(token: str, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for("firm.order", token=token))


@bp.errorhandler(Conflict)
@bp.errorhandler(WrongStep)
def moved_on(error: ReporterError) -> ResponseReturnValue:
    """Show the case as it is now, say why nothing was written, and keep what was typed."""
    token = (request.view_args or {}).get("token", "")
    if wants_json() or "link" not in g:
        return show(error)
    link, case, actor = _let_in(token)
    form = g.get("firm_form")
    if form is not None:
        look_again(form, case.version)
    said = _(
        "%(problem)s It is now: %(state)s.", problem=words_of(error), state=state_word("case", case.state)
    )
    return _page(token, link, case, actor, form, said), error.status


@bp.errorhandler(Gone)
@bp.errorhandler(NotFound)
def no_way(error: ReporterError) -> ResponseReturnValue:
    """Say why the link does not open anything, and whom to ask."""
    if wants_json():
        return show(error)
    return render_template("unit/firm_gone.html", words=words_of(error), status=error.status), error.status


@bp.app_template_filter("promised_words")
def promised_words(at: datetime | None) -> str:
    """Return when a firm said that it will be done, "" when it has not."""
    return plain_moment(at) if at else ""
