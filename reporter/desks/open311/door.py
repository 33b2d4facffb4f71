"""The blueprint of GeoReport v2: its addresses, and which city each of them is about.

Every resource stands at four addresses: at the umbrella endpoint, where `jurisdiction_id` is mandatory, at the endpoint
of each city, and at both again under `test`, where everything can be read and nothing is kept.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import object_session

from reporter.cities.models import Jurisdiction
from reporter.cities.queries import cities_by_slug
from reporter.desks import georeport
from reporter.desks.errors import limiter, refuse_before, whence
from reporter.desks.guard import allow
from reporter.desks.open311.bodies import refuse_unread
from reporter.desks.shelf import shelf
from reporter.kernel.db import enter_city
from reporter.kernel.errors import NotFound, ReporterError
from reporter.kernel.policy import Permission

bp = Blueprint("open311", __name__)

PREFIXES = (
    "/open311/v2",
    "/<jurisdiction>/open311/v2",
    "/open311/test/v2",
    "/<jurisdiction>/open311/test/v2",
)
ABOVE = ("/open311", "/<jurisdiction>/open311")  # where discovery stands besides
READS = "600 per minute"  # from one address
CITYLESS = frozenset({"open311.discovery"})

View = Callable[..., ResponseReturnValue]


def serve(path: str, *, method: str = "GET", above: bool = False) -> Callable[[View], View]:
    """Let a view answer at every endpoint, as JSON and as XML.

    Args:
        path: below the endpoint and without its suffix; what it names in angles is handed to the view.
        above: it also stands beside the version.
    """

    def declare(view: View) -> View:
        opened = allow(Permission.DESK_PUBLIC)(view)
        for prefix in (*PREFIXES, *(ABOVE if above else ())):
            bp.add_url_rule(
                f"{prefix}/{path}.<any(json, xml):form>", view.__name__, view_func=opened, methods=[method]
            )
        return opened

    return declare


@bp.record_once
def spare_clients(state: BlueprintSetupState) -> None:
    """Ask no client for the token of a form: it has no session, and its key says who sends."""
    if csrf := state.app.extensions.get("csrf"):
        csrf.exempt(bp)


@bp.url_value_preprocessor
def take_endpoint(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Keep what the address says of the endpoint; views are handed the rest."""
    values = {} if values is None else values
    values.pop("form", None)
    g.asked_city = values.pop("jurisdiction", None)


@bp.before_request
def enter_city_of_address() -> None:
    """Enter the city that the address or the argument names. The body of what only asks is not read.

    Raises:
        TooMany: too much was asked from this address within a minute, or sent without a good key.
        ReporterError: neither does, or what is sent to the test endpoint would have to be kept.
        NotFound: there is no such city, or address and argument name two.
    """
    if request.method == "OPTIONS" or (request.endpoint in CITYLESS and g.asked_city is None):
        return
    posted = request.method == "POST"
    if posted:
        refuse_unread()
    elif again := limiter.over(READS, "open311 reads", whence()):
        refuse_before(again)
    given = (
        request.args.get("jurisdiction_id") or (posted and request.form.get("jurisdiction_id")) or ""
    ).strip()
    asked = g.asked_city or given
    if not asked:
        raise ReporterError(
            "jurisdiction_id is missing: say which city this is about.", field="jurisdiction_id"
        )
    city = known_cities().get(asked)
    if city is None or (given and given != asked):
        raise NotFound("There is no jurisdiction %(given)s at this endpoint.", given=given or asked)
    g.city = city
    enter_city(city.id, row=city)
    if is_trial() and posted:
        raise ReporterError("This is the test endpoint: everything can be read here, and nothing is kept.")


def known_cities() -> dict[str, Jurisdiction]:
    """Return the cities of the installation by their short names, some seconds old at most."""
    return shelf().list_of("jurisdictions", _apart)


def _apart() -> dict[str, Jurisdiction]:
    cities = cities_by_slug()
    for city in cities.values():
        if (session := object_session(city)) is not None:
            session.expunge(city)  # to be read by any thread
    return cities


def is_trial() -> bool:
    """Tell whether the request came to a test endpoint."""
    return "/open311/test/" in request.path


def endpoint_address(*, trial: bool = False) -> str:
    """Return the whole address of the endpoint that was asked, or of its test endpoint, without a slash at its end."""
    city = f"{g.asked_city}/" if g.asked_city else ""
    return f"{request.url_root}{city}open311/{'test/' if trial else ''}v2"


@bp.after_app_request
def let_every_page_read(answer: Response) -> Response:
    """Let pages of other sites read the answers, refusals included."""
    if georeport.is_under(request.path):
        answer.headers.update(georeport.CORS)
    return answer
