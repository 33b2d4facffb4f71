"""The operator's lines for areas: import a file, list the versions, go back to one."""

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from reporter.cli.city import CITY, one_city
from reporter.cli.geojson import DATUM, FILE
from reporter.kernel.db import enter_city
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import SYSTEM
from reporter.places.commands import go_back, import_areas, preview_areas
from reporter.places.geometry import Datum
from reporter.places.preview import AreaPreview, Change
from reporter.places.versions import versions

areas = AppGroup("areas", help="Areas of a city: import a file, list the versions, go back to one.")
STEP = 10  # percent of the file between two words of progress


@areas.command("import")
@FILE
@DATUM
@CITY
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
@click.option("--sure", is_flag=True, help="Import in spite of doubts.")
def areas_import(*, file: Path, datum: str, city: str, dry_run: bool, sure: bool) -> None:
    """Replace a city's areas by those of a GeoJSON FILE of at most 64 MB, all or none; a version to go back to.

    Areas of the same level under the same parent that the file leaves out are closed, never deleted: old cases keep
    pointing at them. Says what the page of the administration says; exit 1 when nothing was imported.
    """
    enter_city(one_city(city).id)
    with file.open("rb") as opened:
        try:
            found = preview_areas(opened, Datum(datum), progress=_percent_of(file.stat().st_size))
            _report(found)
            if found.problems or (found.doubts and not (sure or dry_run)):
                raise click.ClickException(
                    "Nothing was imported: mend the file first." if found.problems
                    else "Nothing was imported: there are doubts. Add --sure to import all the same."
                )  # fmt: skip
            if not dry_run:
                import_areas(
                    opened, Datum(datum), by=SYSTEM, confirmed=sure, seen=found.edition, file=file.name
                )
        except ReporterError as error:
            raise click.ClickException(str(error)) from error
    click.echo("Nothing was written." if dry_run else f"Imported as version {versions(most=1)[0].number}.")


def _percent_of(size: int) -> Callable[[int], None]:
    """Return what tells on the error stream how much of a file has been read, every tenth of it."""
    told = 0

    def tell(read: int) -> None:
        nonlocal told
        percent = 100 * read // max(size, 1) // STEP * STEP
        if percent > told:
            told = percent
            click.echo(f"read {percent} %", err=True)

    return tell


def _report(found: AreaPreview) -> None:
    for word, remarks in (("problem", found.problems), ("doubt", found.doubts), ("note", found.notes)):
        for remark in remarks:
            click.echo(f"{word}: {remark}")
    counts = ", ".join(f"{found.count(change)} {change}" for change in Change)
    click.echo(f"{counts}; SHA-256 {found.sha256}")


@areas.command("versions")
@CITY
def areas_versions(*, city: str) -> None:
    """List the versions of a city's areas, the newest first. Changes nothing."""
    enter_city(one_city(city).id)
    for one in versions():
        what = f"back to {one.back_to}" if one.back_to else one.file or str(one.kind)
        click.echo(
            f"{one.number}  {one.at:%Y-%m-%d %H:%M} UTC  by {one.by_id or 'system'}  {what}  {one.datum or '-'}  "
            f"+{one.added} ~{one.changed} -{one.withdrawn}  {one.sha256 or '-'}"
        )


@areas.command("back")
@click.argument("number", type=int)
@CITY
def areas_back(*, number: int, city: str) -> None:
    """Let a city's areas be again what they were in version NUMBER: a new version; what came later is closed."""
    enter_city(one_city(city).id)
    try:
        version = go_back(number, by=SYSTEM)
    except ReporterError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Version {version.number}: {version.added} opened, {version.changed} changed, {version.withdrawn} closed"
    )
