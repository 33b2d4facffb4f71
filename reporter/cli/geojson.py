"""What every line that imports a GeoJSON file asks for."""

from pathlib import Path

import click

from reporter.places.geometry import Datum

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
DATUM = click.option(
    "--datum",
    type=click.Choice([str(datum) for datum in Datum]),
    required=True,
    help="What the coordinates are measured against; CGCS2000 is wgs84 here.",
)
