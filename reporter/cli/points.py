"""The operator's lines for the ledger of points."""

import click
from flask.cli import AppGroup

from reporter.cities.queries import current_city
from reporter.cli.city import for_each_city
from reporter.points.truth import ledger_faults

points = AppGroup("points", help="The ledger of residents' points.")


@points.command("verify")
def points_verify() -> None:
    """Add every account of every city up; exit 1 and name each place where the ledger is not right. Changes nothing."""
    found = sum(for_each_city(_name_faults))
    click.echo(f"{found} faults")
    if found:
        raise SystemExit(1)


def _name_faults() -> int:
    slug, found = current_city().slug, 0
    for found, fault in enumerate(ledger_faults(), 1):  # noqa: B007 - the last number is how many there are
        click.echo(f"{slug}: {fault}")
    return found
