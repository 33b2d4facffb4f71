"""The operator's lines for a whole installation: fill it, do its waiting work, look after its trail."""

from collections.abc import Callable
from typing import TypeVar

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from reporter.cities.models import Jurisdiction
from reporter.cities.queries import all_cities
from reporter.demo.commands import SEED, load_demo_city
from reporter.kernel.audit import seal, verify
from reporter.kernel.db import enter_city
from reporter.lifecycles import lifecycle_page, notices_page
from reporter.ports import ports
from reporter.ports.queue import run_next
from reporter.routing.opening import opening_key
from reporter.serve import tick_all

R = TypeVar("R")

CITY = click.option("--city", default="", help="Short name of the city; needed when there are several.")

audit = AppGroup("audit", help="Look after the trail: verify its chains, seal their heads.")


def for_each_city(act: Callable[[], R]) -> list[R]:
    """Run `act` once in each jurisdiction of the installation."""
    done = []
    for jurisdiction in all_cities():
        enter_city(jurisdiction.id)
        done.append(act())
    return done


@audit.command("verify")
def audit_verify() -> None:
    """Check every chain and seal of every city; exit 1 and name each fault. Changes nothing."""
    faults = [
        fault
        for found in for_each_city(lambda: list(verify(current_app.config["SECRET_KEY"])))
        for fault in found
    ]
    for fault in faults:
        click.echo(str(fault))
    click.echo(f"{len(faults)} faults")
    if faults:
        raise SystemExit(1)


@audit.command("seal")
def audit_seal() -> None:
    """Sign the heads of all chains that moved since the last seal. Adds one seal for each city; run daily."""
    secret = current_app.config["SECRET_KEY"]
    heads = for_each_city(lambda: seal(secret, at=ports.clock.now()))
    click.echo(f"{sum(heads)} heads sealed in {len(heads)} cities")


@click.command("opening-key")
@with_appcontext
def key_of_opening() -> None:
    """Print the key that the set-up of an empty installation asks for. Changes nothing."""
    if all_cities():
        raise click.ClickException("This installation has been set up already.")
    click.echo(opening_key())


@click.command()
@click.option("--once", is_flag=True, help="Stop when nothing is due, instead of after --limit jobs.")
@click.option("--limit", default=100, show_default=True, help="Stop after this many jobs.")
@with_appcontext
def work(*, once: bool, limit: int) -> None:
    """Do what is due now: ticks (escalate, resume, archive, expire) and waiting jobs, then stop."""
    tick_all()
    done = 0
    while (once or done < limit) and run_next():
        done += 1
    click.echo(f"{done} jobs done")


def one_city(slug: str) -> Jurisdiction:
    """Return the city of this short name, or the only one. Raises `ClickException`, which names all there are."""
    cities = [one for one in all_cities() if slug in {"", one.slug}]
    if len(cities) != 1:
        names = ", ".join(one.slug for one in all_cities()) or "there is none yet"
        raise click.ClickException(f"Name one city with --city: {names}")
    return cities[0]


@click.command()
@click.option("--seed", default=SEED, show_default=True, help="The same seed gives the same city.")
@with_appcontext
def demo(*, seed: int) -> None:
    """Fill an installation that has no city yet with the demo city: accounts, areas, two months of invented cases."""
    if all_cities():
        raise click.ClickException("This installation has a city already; the demo city wants an empty one.")
    click.echo(f"{load_demo_city(seed=seed)} stories played")


@click.command()
def lifecycle() -> None:
    """Print the four lifecycle tables as the page docs/lifecycle.md. Reads the code, touches no data."""
    click.echo(lifecycle_page(), nl=False)


@click.command()
def notices() -> None:
    """Print who is told what as the page docs/notices.md. Reads the code, touches no data."""
    click.echo(notices_page(), nl=False)
