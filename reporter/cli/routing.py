"""The operator's line about routing: where a case would go, and why."""

from datetime import datetime

import click
from flask.cli import AppGroup, with_appcontext

from reporter.cases.models import Category, Source
from reporter.cases.queries import categories
from reporter.cli.city import CITY, one_city
from reporter.cli.clocks import instant
from reporter.kernel.db import enter_city
from reporter.kernel.errors import ReporterError
from reporter.places.geometry import Datum, to_wgs84
from reporter.places.queries import area_at, areas_by_id
from reporter.ports import ports
from reporter.routing.choose import Choice
from reporter.routing.deadlines import Limit, due_at
from reporter.routing.limits import limits_at
from reporter.routing.queries import calendar, get_unit, newest_number, suggest_unit, units_by_id

route = AppGroup("route", help="Where cases go.")


@route.command("explain")
@click.argument("lon", type=click.FloatRange(-180, 180))
@click.argument("lat", type=click.FloatRange(-90, 90))
@click.option("--category", "slug", required=True, help="Short name of the kind.")
@click.option("--subtype", default="", help="Short name of the sub-type.")
@click.option(
    "--at", "moment", default="", help="When it is given to a unit, on the city's clock; left out: now."
)
@click.option(
    "--source",
    type=click.Choice([str(one) for one in Source]),
    default=str(Source.RESIDENT),
    show_default=True,
)
@click.option(
    "--datum", type=click.Choice([str(one) for one in Datum]), default=str(Datum.WGS84), show_default=True
)
@CITY
@with_appcontext
def route_explain(
    *, lon: float, lat: float, slug: str, subtype: str, moment: str, source: str, datum: str, city: str
) -> None:
    """Print the unit, its limits and the reason for a case at LON LAT (degrees). Changes nothing."""
    here = one_city(city)
    enter_city(here.id)
    kind = _kind(slug)
    sub = next((one for one in kind.subcategories if one.slug == subtype), None)
    if subtype and sub is None:
        raise click.BadParameter(
            f"{slug} has: {', '.join(one.slug for one in kind.subcategories)}", param_hint="--subtype"
        )
    kept, point = calendar(), to_wgs84(lon, lat, Datum(datum))
    at = instant(moment, kept, hint="--at") if moment else ports.clock.now().astimezone(kept.zone)
    area = area_at(*point)
    try:
        choice = suggest_unit(
            category_id=kind.id, subcategory_id=sub.id if sub else None, area_id=area.id if area else None,
            source=source, at=at,
        )  # fmt: skip
    except ReporterError as error:
        raise click.ClickException(str(error)) from error
    names = {number: unit.name_zh for number, unit in units_by_id().items()}
    unit, urgent = get_unit(choice.lead_unit_id), bool(sub and sub.urgent)
    limits = limits_at(
        unit, choice, claim=kind.claim_limit, handle=kind.limit_to_handle(sub, urgent=urgent),
        area_id=area.id if area else None, at=at,
    )  # fmt: skip
    click.echo(f"unit    {names[choice.lead_unit_id]}")
    if choice.co_unit_ids:
        click.echo(f"with    {', '.join(names[number] for number in choice.co_unit_ids)}")
    click.echo(f"area    {f'{area.name_zh} ({area.code})' if area else 'outside every area of the city'}")
    for stage, limit in (("claim", limits.claim), ("handle", limits.handle)):
        due = due_at(at, Limit.parse(limit), kept).astimezone(kept.zone)
        click.echo(f"{stage:<7} {limit}, by {due.isoformat(timespec='minutes')}")
    if limits.factors:
        click.echo(f"limits  made longer or shorter by: {', '.join(limits.factors)}")
    click.echo(f"because {_why(choice, kind.name_zh, sub.name_zh if sub else '', at)}")


def _kind(slug: str) -> Category:
    kinds = {one.slug: one for one in categories(active=False)}
    if slug not in kinds:
        raise click.BadParameter(
            f"there is no kind {slug}; there are: {', '.join(kinds)}", param_hint="--category"
        )
    return kinds[slug]


def _why(choice: Choice, kind: str, sub: str, at: datetime) -> str:
    if choice.rule_number is None:
        return "no rule matches this kind, place, time and source; the fallback unit takes it"
    named = areas_by_id()
    grounds = [
        (choice.by_subtype, f"the sub-type is {sub}"),
        (choice.by_kind and not choice.by_subtype, f"the kind is {kind}"),
        (choice.by_area, f"the place lies in {named[choice.area_id].name_zh}" if choice.area_id else ""),
        (
            choice.when,
            f"{at:%Y-%m-%d %H:%M} is {choice.when} {'time' if choice.when == 'working' else 'working time'}",
        ),
        (choice.source, f"it comes from: {choice.source}"),
    ]
    told = " and ".join(text for holds, text in grounds if holds) or "it holds for everything"
    return f"rule {choice.rule_number} of version {newest_number()}: {told}"
