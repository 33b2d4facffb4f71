"""The operator's line that writes the open data of every city; run it every night."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from reporter.cities.queries import all_cities
from reporter.cli.backup import in_one_line, told_aside
from reporter.kernel.db import enter_city
from reporter.ports import ports
from reporter.transfer.monthly import PACKAGE, write_open_data


@click.command("open-data")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def open_data(*, folder: Path) -> None:
    """Write what residents reported, by month, as CSV and GeoJSON into FOLDER/SLUG for every city, with a datapackage.json.

    Changes nothing in the city. Months that have not changed stay as they are; what the outside may not know of any
    more is gone from the others. A web server hands the folder out. Kind, status, times, area and a place to about 100
    metres are in it, no words and no pictures.
    """
    with in_one_line():
        for city in all_cities():
            enter_city(city.id)
            done = write_open_data(folder / city.slug, city, at=ports.clock.now(), told=told_aside)
            click.echo(
                f"{folder / city.slug / PACKAGE}: {done.written} months written ({done.rows} rows), {done.same} as they"
                f" were, {done.gone} taken away"
            )
