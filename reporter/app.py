"""Assemble the application. The only module that knows every room and every desk."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Config
from reporter import cli, ports
from reporter.accounts.commands import codes
from reporter.board import reactions as board
from reporter.board.commands.copies import burn_pictures, drop_pictures
from reporter.board.events import ExposureMoved, ObjectionMoved, PostShown
from reporter.cases.events import CaseMoved
from reporter.desks import shelf
from reporter.desks.accounts.views import bp as accounts
from reporter.desks.accounts.wechat import bp as wechat
from reporter.desks.admin.views import bp as admin
from reporter.desks.catalogues import words
from reporter.desks.counting import storage_uri
from reporter.desks.device import keep_device
from reporter.desks.editor.views import bp as editor
from reporter.desks.errors import limiter, register_error_pages
from reporter.desks.guard import enter_city_of_request, refuse_undeclared_endpoints, remembered
from reporter.desks.headers import add_headers
from reporter.desks.incoming import IdConverter, Request, Sessions, limit_body, refuse_strange
from reporter.desks.inspection.views import bp as inspection
from reporter.desks.kept_pages import KeptPages
from reporter.desks.notices.views import bp as bell
from reporter.desks.open311.views import bp as open311
from reporter.desks.own_pages import OwnPages
from reporter.desks.packing import Packed
from reporter.desks.pictures.views import bp as pictures
from reporter.desks.proxies import NamedProxies
from reporter.desks.public.columns import bp as columns
from reporter.desks.public.views import bp as public
from reporter.desks.resident.views import bp as resident
from reporter.desks.site.views import bp as site
from reporter.desks.triage.views import bp as triage
from reporter.desks.unit.firm import bp as firm
from reporter.desks.unit.views import bp as unit
from reporter.desks.words import init_words
from reporter.editorial.commands import copies as editorial
from reporter.editorial.events import PieceMoved
from reporter.following import reactions as following
from reporter.following.events import DigestWritten
from reporter.insight import reactions as insight
from reporter.kernel import db as database
from reporter.kernel import events
from reporter.kernel.db import db, plain_types
from reporter.kernel.errors import ConfigError
from reporter.kernel.secret import secret_key
from reporter.notices import reactions as notices
from reporter.notices.commands import sending, writing
from reporter.notices.commands.codes import send_code
from reporter.open311 import reactions as requests
from reporter.open311.commands import fetching, posting
from reporter.photos.commands import searching, tidying
from reporter.points import reactions as points
from reporter.ports import queue
from reporter.reports import reactions as reports
from reporter.reports.commands import aside, calm, holding
from reporter.reports.events import (
    CalmRuleOff,
    DecisionStands,
    HandoverMoved,
    Named,
    ReportMoved,
    SaidOutside,
    SenderGone,
)
from reporter.routing import reactions as routing
from reporter.routing.links import follow_order
from reporter.transfer import nightly

DESKS = (
    site,
    public,
    columns,
    resident,
    accounts,
    wechat,
    pictures,
    triage,
    unit,
    firm,
    inspection,
    editor,
    admin,
    bell,
    open311,
)
REACTIONS: dict[type, tuple[events.Reaction, ...]] = {  # run in this order, inside the command's transaction
    CaseMoved: (
        routing.keep_clock,
        follow_order,
        reports.follow_case,
        board.follow_case,
        insight.count_case,
        points.reward_case,
        requests.follow_case,
        notices.tell_of_case,
    ),
    ReportMoved: (
        insight.count_report,
        points.reward_report,
        requests.follow_report,
        notices.tell_of_report,
    ),
    DecisionStands: (points.reward_what_stands, requests.tell_what_stands, notices.tell_what_stands),
    CalmRuleOff: (notices.tell_of_calm_rule,),
    Named: (notices.tell_who_is_named,),
    SaidOutside: (notices.tell_what_was_said,),
    SenderGone: (requests.let_go_of_senders,),
    HandoverMoved: (notices.tell_of_handover,),
    ExposureMoved: (requests.follow_post, notices.tell_of_exposure),
    PostShown: (following.note_post, requests.note_post),
    DigestWritten: (notices.tell_of_digest,),
    ObjectionMoved: (notices.tell_of_objection,),
    PieceMoved: (notices.tell_of_piece,),
}
LONGEST = 36_500  # days
MOST_PROXIES = 5
MOST_UNDO = 60  # seconds
MOST_LOCK = 3600  # seconds
LINK_SECONDS = (60, 3600)

JOBS: dict[str, queue.Work] = {
    writing.SPREAD: writing.spread,
    writing.DELIVER: sending.deliver,
    writing.DIGEST: sending.send_digest,
    codes.SEND: send_code,
    "board.burn": burn_pictures,
    "board.drop": drop_pictures,
    editorial.BURN: editorial.burn_pictures,
    editorial.DROP: editorial.drop_copies,
    searching.JOB: searching.search,
    tidying.JOB: tidying.tidy,
    aside.CLEAR: aside.clear,
    holding.STAND: holding.stand,
    calm.JOB: calm.take_calm,
    posting.MAKE: posting.make_report,
    posting.FETCH: fetching.fetch_media,
    nightly.WRITE: nightly.write_tonight,
}
SLOW = (searching.JOB, posting.FETCH, nightly.WRITE)


class Application(Flask):
    """An application without coroutines, that need not look for one among the fifteen functions of every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return `func` as it is."""
        return func


def create_app(config: type[Config] = Config) -> Flask:
    """Build one app. Raises `ConfigError` at start-up, never at the first request."""
    app = Application("reporter", template_folder=str(ROOT / "templates"))
    app.request_class, app.session_interface = Request, Sessions()
    app.url_map.converters["int"] = IdConverter
    app.config.from_object(config)
    for setting in ("SECRET_KEY", "ORIGINAL_KEYS"):
        app.config[setting] = secret_key(
            app.config[setting],
            folder=app.config["DATA"],
            production=app.config["PRODUCTION"],
            setting=setting,
        )
    app.config["ORIGINALS_KEPT"] = _days("ORIGINALS_DAYS", app.config["ORIGINALS_DAYS"])
    app.config["UNDO_FOR"] = timedelta(
        seconds=_number("UNDO_SECONDS", app.config["UNDO_SECONDS"], most=MOST_UNDO)
    )
    app.config["LOCK_FOR"] = timedelta(
        seconds=_number("LOCK_SECONDS", app.config["LOCK_SECONDS"], most=MOST_LOCK)
    )
    app.config["PICTURE_LINKS"] = _link_seconds(app.config)
    ports.init_app(app)
    database.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_item=plain_types, render_as_batch=True)
    events.init_app(app, REACTIONS)
    queue.init_app(app, JOBS, slow=SLOW)
    app.before_request(enter_city_of_request)  # first: whoever refuses a request needs the city's words
    app.before_request(limit_body)
    app.before_request(refuse_strange)
    CSRFProtect(app)
    login = LoginManager(app)
    login.user_loader(remembered)
    app.config["RATELIMIT_STORAGE_URI"] = storage_uri(app.config)
    limiter.init_app(app)
    app.after_request(add_headers)
    app.after_request(keep_device)
    shelf.init_app(app)
    init_words(app)
    register_error_pages(app)
    for desk in DESKS:
        app.register_blueprint(desk)
    refuse_undeclared_endpoints(app)
    cli.init_app(app)
    app.cli.add_command(words)
    if app.config["KEEP_SECONDS"] > 0:
        app.wsgi_app = KeptPages(app.wsgi_app, seconds=app.config["KEEP_SECONDS"])  # type: ignore[method-assign]
    app.wsgi_app = Packed(app.wsgi_app)  # type: ignore[method-assign]
    if app.config["KEEP_SECONDS"] > 0 and (edition := database.edition(app)) is not None:
        app.wsgi_app = OwnPages(app.wsgi_app, edition, below=("/triage/",))  # type: ignore[method-assign]
    _believe_proxies(app, app.config["PROXIES"].strip())
    return app


def _believe_proxies(app: Flask, given: str) -> None:
    """Let proxies say who asks: those that are named, or as many as a number says, whoever they are.

    Outermost: whoever asks, and how, is known before anything is kept for them.
    """
    if given and not given.lstrip("-").isdecimal():
        app.wsgi_app = NamedProxies(app.wsgi_app, given)  # type: ignore[method-assign]
    elif proxies := _number("PROXIES", given, most=MOST_PROXIES):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0, x_prefix=0)  # type: ignore[method-assign]


def _number(setting: str, given: str, *, most: int) -> int:
    """Return a whole number. Raises `ConfigError` unless `given` is one between 0 and `most`."""
    if not given.isdecimal() or int(given) > most:
        raise ConfigError(f"{setting}={given} is not a number from 0 to {most}.")
    return int(given)


def _days(setting: str, given: str) -> timedelta:
    """Return a length of time. Raises `ConfigError` unless `given` is a number of days."""
    if not given.isdecimal() or not 0 < int(given) <= LONGEST:
        raise ConfigError(f"{setting}={given} is not a number of days: 1 to {LONGEST} are.")
    return timedelta(days=int(given))


def _link_seconds(config: Mapping[str, Any]) -> int:
    """Return for how long links to the store live, 0 for none. Raises `ConfigError`."""
    given, (least, most) = str(config["PICTURE_LINKS"]), LINK_SECONDS
    if not given.isdecimal() or not (int(given) == 0 or least <= int(given) <= most):
        raise ConfigError(f"PICTURE_LINKS={given} is not a number of seconds: 0, or {least} to {most}.")
    if int(given) and config["S3_ENDPOINT"].startswith("http:"):
        raise ConfigError(
            "PICTURE_LINKS wants S3_ENDPOINT to begin with https://: browsers load nothing else."
        )
    return int(given)
