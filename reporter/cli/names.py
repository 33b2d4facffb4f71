"""The operator's lines for named places: import a file, list what is kept, look one up, go back."""

from pathlib import Path

import click
from flask.cli import AppGroup

from reporter.cli.city import CITY, one_city
from reporter.cli.geojson import DATUM, FILE
from reporter.kernel.db import enter_city
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import SYSTEM
from reporter.places.finding import gazetteers, places_called
from reporter.places.gazetteer import import_names, take_names_up_again, weigh_names
from reporter.places.geometry import Datum

names = AppGroup("names", help="Named roads and places of a city: import a file, list, look up, go back.")


@names.command("import")
@FILE
@DATUM
@CITY
@click.option("--dry-run", is_flag=True, help="Say what is in the file and change nothing.")
def names_import(*, file: Path, datum: str, city: str, dry_run: bool) -> None:
    """Replace a city's named places by those of a GeoJSON FILE of at most 64 MB, all or none.

    The list that was in force is kept, and the one before it. Exit 1 when nothing was imported.
    """
    enter_city(one_city(city).id)
    try:
        with file.open("rb") as opened:
            found = weigh_names(opened, Datum(datum))
            for problem in found.problems:
                click.echo(f"problem: {problem}")
            click.echo(", ".join(f"{many} {kind}" for kind, many in found.numbers.items()))
            if found.problems:
                raise click.ClickException("Nothing was imported: mend the file first.")
            if dry_run:
                click.echo("Nothing was written.")
                return
            done = import_names(opened, Datum(datum), by=SYSTEM, file=file.name)
    except ReporterError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Imported as number {done.number}: {done.names} names.")


@names.command("list")
@CITY
def names_list(*, city: str) -> None:
    """List the lists of names that are kept, the newest first. Changes nothing."""
    enter_city(one_city(city).id)
    for one in gazetteers():
        mark = "in force" if one.in_force else "kept"
        click.echo(
            f"{one.number}  {one.at:%Y-%m-%d %H:%M} UTC  by {one.by_id or 'system'}  {one.file or '-'}  {one.datum}  "
            f"{one.names} names  {mark}  {one.sha256}"
        )


@names.command("find")
@click.argument("text")
@CITY
def names_find(*, text: str, city: str) -> None:
    """Say which places of a city TEXT may mean, as a resident is offered them. Changes nothing."""
    enter_city(one_city(city).id)
    for one in places_called(text):
        named = " + ".join(name for name in (one.name_zh, one.cross_zh) if name)
        area = one.area.name_zh if one.area else "-"
        click.echo(f"{one.kind}  {named}  {area}  {one.lon}, {one.lat}  ±{one.accuracy:.0f} m  {one.how}")


@names.command("back")
@click.argument("number", type=int)
@CITY
def names_back(*, number: int, city: str) -> None:
    """Let the list of names NUMBER be searched again."""
    enter_city(one_city(city).id)
    try:
        done = take_names_up_again(number, by=SYSTEM)
    except ReporterError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Number {done.number} is in force: {done.names} names.")
