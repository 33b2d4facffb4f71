"""What belongs to the house and to no desk: switches, files for the browser, health, pages about the service."""

from datetime import datetime
from time import monotonic
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user, login_user
from sqlalchemy.exc import SQLAlchemyError

from reporter.accounts.commands.people import choose_language
from reporter.desks.errors import blame, limiter
from reporter.desks.guard import allow
from reporter.desks.incoming import safe_path
from reporter.desks.kept_pages import ELDER_COOKIE
from reporter.desks.site.assets import STATIC, YEAR, keep_for, sent, sheet_asset, stamp_of, vendor_asset
from reporter.desks.site.figures import CONTENT_TYPE, gauges, same
from reporter.desks.site.forms import SetUpForm
from reporter.desks.site.frame import FOOT, Frame
from reporter.desks.site.kept import worker_script
from reporter.desks.site.manifest import TYPE, manifest_of
from reporter.desks.site.mark import icon
from reporter.desks.site.modules import script
from reporter.desks.site.opendata import file_called, open_data
from reporter.desks.words import LOCALE_COOKIE, offered
from reporter.editorial.models import Rubric
from reporter.editorial.queries import article_addresses
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.policy import Permission
from reporter.places.queries import map_lines, map_shapes
from reporter.ports import ports
from reporter.ports.backlog import oldest_waiting_seconds
from reporter.routing.opening import open_house
from reporter.transfer.columns import COLUMNS

bp = Blueprint("site", __name__)


@bp.record_once
def spare_the_switches(state: BlueprintSetupState) -> None:
    """Let the two switches work without a token: it would put a session, and no cache, on every public page.

    All a forged switch can do is to change the language or the size of print.
    """
    csrf = state.app.extensions.get("csrf")
    if csrf:
        csrf.exempt(language)
        csrf.exempt(elder)


READY_SECONDS = 5.0  # that an answer of /readyz is kept
LATE_AFTER = 300.0  # seconds a due job may wait before the work after commit counts as stuck
ROBOTS = """User-agent: *
Disallow: /report
Disallow: /track
Disallow: /my
Disallow: /pictures
Disallow: /account
Disallow: /notices
Disallow: /order
Disallow: /triage
Disallow: /unit
Disallow: /inspection
Disallow: /editor
Disallow: /admin

Sitemap: %s
"""
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
LASTING = (
    "public.home",
    "public.board",
    "public.city_map",
    "public.figures",
    "columns.honours",
)  # posts go: they are in no index


bp.add_app_template_global(script, "script")


@bp.app_context_processor
def give_frame() -> dict[str, Any]:
    """Give every template its `frame`."""
    return {"frame": Frame()}


@bp.app_url_defaults
def stamp(endpoint: str, values: dict[str, Any]) -> None:
    """Add to the address of a file what changes with its content."""
    found = stamp_of(endpoint, values)
    if found:
        values.setdefault("v", found)


@bp.after_app_request
def keep_stamped(response: Response) -> Response:
    """Let browsers keep a stamped static file for a year."""
    if request.endpoint == "static" and request.args.get("v") and response.status_code in {200, 304}:
        response.headers["Cache-Control"] = keep_for(request.args["v"])
    return response


@bp.post("/language")
@allow(Permission.DESK_PUBLIC)
def language() -> ResponseReturnValue:
    """Change the language and go back to where one was."""
    response = redirect(safe_path(request.form.get("next")) or "/")
    wish = request.form.get("locale", "")
    if wish in offered():
        _remember(response, LOCALE_COOKIE, wish)
        if current_user.is_authenticated:
            choose_language(current_user, wish)
    return response


@bp.post("/elder")
@allow(Permission.DESK_PUBLIC)
def elder() -> ResponseReturnValue:
    """Switch the elder version on or off and go back to where one was."""
    response = redirect(safe_path(request.form.get("next")) or "/")
    _remember(response, ELDER_COOKIE, "1" if request.form.get("on") == "1" else "0")
    return response


def _remember(response: Any, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure)


@bp.get("/static/vendor/<path:path>")
@allow(Permission.DESK_PUBLIC)
def vendor(path: str) -> ResponseReturnValue:
    """Send a file of the allow-list."""
    return sent(vendor_asset(path))


@bp.get("/static/sheets/<name>.css")
@allow(Permission.DESK_PUBLIC)
def sheet(name: str) -> ResponseReturnValue:
    """Send our style sheets as one."""
    return sent(sheet_asset(name))


@bp.get("/map/<part>.json")
@allow(Permission.DESK_PUBLIC)
def map_part(part: str) -> ResponseReturnValue:
    """Send the areas or the lines of the city's own map; the stamped address may be kept for a year."""
    drawn = {"areas": map_shapes, "lines": map_lines}.get(part)
    if drawn is None:
        raise NotFound("There is no such page.")
    english = request.args.get("lang") == "en"
    shapes = drawn(english=english)
    answer = Response(shapes.text, content_type="application/geo+json")
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}" if request.args.get("edition") else "no-cache"
    answer.set_etag(f"{shapes.edition}-{part}-{'en' if english else 'zh'}")
    return answer.make_conditional(request)


@bp.get("/favicon.svg")
@allow(Permission.DESK_PUBLIC)
def favicon() -> ResponseReturnValue:
    """Send the mark."""
    return send_from_directory(STATIC / "icons", "favicon.svg", max_age=YEAR)


@bp.get("/icons/<name>.png")
@allow(Permission.DESK_PUBLIC)
def app_icon(name: str) -> ResponseReturnValue:
    """Send the mark as a picture for a phone's start screen."""
    return sent(icon(name))


@bp.get("/manifest.webmanifest")
@allow(Permission.DESK_PUBLIC)
def manifest() -> ResponseReturnValue:
    """Say how the service stands on a start screen; browsers ask without cookies, so the address says the language."""
    answer = jsonify(manifest_of(request.args.get("lang", "")))
    answer.mimetype = TYPE
    answer.headers["Cache-Control"] = keep_for(None)
    return answer


@bp.get("/sw.js")
@allow(Permission.DESK_PUBLIC)
def worker() -> ResponseReturnValue:
    """Send the service worker; browsers ask again whether it has changed."""
    answer = Response(worker_script(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/robots.txt")
@allow(Permission.DESK_PUBLIC)
def robots() -> ResponseReturnValue:
    """Keep robots off pages that belong to one person or to staff."""
    return Response(ROBOTS % url_for("site.sitemap", _external=True), mimetype="text/plain")


@bp.get("/sitemap.xml")
@allow(Permission.DESK_PUBLIC)
def sitemap() -> ResponseReturnValue:
    """List the public pages that stay (sitemaps.org, 0.9)."""
    pages = [(url_for(endpoint, _external=True), None) for endpoint in LASTING]
    pages += [(url_for("columns.articles", column=rubric, _external=True), None) for rubric in Rubric]
    pages += [(url_for("site.about", page=name, _external=True), None) for name, _ in FOOT]
    root = Element("urlset", {"xmlns": SITEMAP})
    for page, since in [*pages, *_article_pages()]:
        url = SubElement(root, "url")
        SubElement(url, "loc").text = page
        if since:
            SubElement(url, "lastmod").text = since.isoformat()
    return Response(tostring(root, encoding="utf-8", xml_declaration=True), mimetype="application/xml")


def _article_pages() -> list[tuple[str, datetime]]:
    return [
        (url_for("columns.article", column=one.rubric, public_id=one.public_id, _external=True), one.since)
        for one in article_addresses()
    ]


@bp.get("/healthz")
@allow(Permission.DESK_PUBLIC)
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@allow(Permission.DESK_PUBLIC)
def readyz() -> ResponseReturnValue:
    """Say whether database, store and the work after commit are in order; 503 when one is not.

    What was found is said again for some seconds: each look writes to both stores, and anybody may ask.
    """
    known = current_app.extensions.get("ready")
    kept = READY_SECONDS if current_app.config["KEEP_SECONDS"] else 0
    if known is None or monotonic() - known[0] >= kept:
        known = current_app.extensions["ready"] = (monotonic(), *_found_ready())
    return jsonify(known[1]), known[2]


def _found_ready() -> tuple[dict[str, str | int], int]:
    checks = {"database": "ok", "storage": "ok", "jobs": "ok"}
    try:
        waiting = oldest_waiting_seconds()
        checks["jobs"] = "late" if waiting > LATE_AFTER else "ok"
    except SQLAlchemyError:
        waiting = 0.0
        checks["database"] = checks["jobs"] = "down"
    try:
        ports.storage.check()
        ports.originals.check()
    except OSError:
        checks["storage"] = "down"
    ready = set(checks.values()) == {"ok"}
    answer = {"status": "ok" if ready else "unready", **checks, "oldest_job_seconds": round(waiting)}
    return answer, 200 if ready else 503


@bp.get("/metrics")
@allow(Permission.DESK_PUBLIC)
def metrics() -> ResponseReturnValue:
    """Say in Prometheus' text format how much work waits; to whoever shows `METRICS_TOKEN`, and to nobody without it."""
    wanted, shown = current_app.config["METRICS_TOKEN"], request.authorization
    if not wanted:
        raise NotFound("There is nothing at this address.")
    if not shown or shown.type != "bearer" or not same(shown.token or "", wanted):
        return Response("Authorization: Bearer METRICS_TOKEN\n", 401, {"WWW-Authenticate": "Bearer"})
    try:
        return Response(gauges(), content_type=CONTENT_TYPE)
    except SQLAlchemyError:
        return Response("The database does not answer.\n", 503, mimetype="text/plain")


@bp.get("/about/<page>")
@allow(Permission.DESK_PUBLIC)
def about(page: str) -> ResponseReturnValue:
    """Show one of the pages about the service."""
    if page not in {name for name, _ in FOOT}:
        raise NotFound("There is nothing at this address.")
    more = (
        {"data": open_data(), "columns": COLUMNS, "english": str(get_locale()) == "en"}
        if page == "open-data"
        else {}
    )
    return render_template(f"site/{page.replace('-', '_')}.html", **more)


@bp.get("/open-data/")
@allow(Permission.DESK_PUBLIC)
def open_data_files() -> ResponseReturnValue:
    """Lead to the page that lists the files."""
    return redirect(url_for("site.about", page="open-data"))


@bp.get("/open-data/<name>")
@limiter.limit("1200 per hour")
@allow(Permission.DESK_PUBLIC)
def open_data_file(name: str) -> ResponseReturnValue:
    """Send one file of what was reported, month by month. Raises `NotFound`."""
    return file_called(name)


@bp.get("/set-up")
@allow(Permission.DESK_PUBLIC)
def set_up() -> ResponseReturnValue:
    """Show the first page of an empty installation."""
    if g.get("city") is not None:
        raise NotFound("There is nothing at this address.")
    return render_template("site/set_up.html", form=SetUpForm(zone=current_app.config["ZONE"]))


@bp.post("/set-up")
@allow(Permission.DESK_PUBLIC)
def begin() -> ResponseReturnValue:
    """Found the city, appoint its administrator, sign them in."""
    form = SetUpForm()
    if form.validate_on_submit():
        who = {name: str(form[name].data) for name in ("key", "name", "login", "password")}
        try:
            login_user(open_house(form.facts, **who))
            return redirect("/")
        except BadInput as error:
            blame(form, error)
    return render_template("site/set_up.html", form=form), 422
