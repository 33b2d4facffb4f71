"""The operator's lines that carry one city away and into an empty installation, in a form that is written down."""

from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from reporter.cities.models import Jurisdiction
from reporter.cli.backup import (
    FILE,
    KEYS_APART,
    in_one_line,
    names_of_keys,
    refuse_other_keys,
    stores_of,
    told_aside,
    verify_what_came,
    version,
)
from reporter.cli.city import CITY, one_city
from reporter.kernel.db import db
from reporter.kernel.errors import ConfigError
from reporter.ports import ports
from reporter.serve import migrate
from reporter.transfer.databases import schema_of
from reporter.transfer.describing import transfer_page
from reporter.transfer.exporting import export
from reporter.transfer.importing import bring_in, look_through_export
from reporter.transfer.named import UPLOADS
from reporter.transfer.restoring import refuse_unless_empty

PERSONAL = "It holds personal data: names, words and places of residents, pictures with faces. Keep it like the city."


@click.command("export")
@click.argument("file", type=FILE, required=False)
@CITY
@click.option("--with-originals", is_flag=True, help="Take the originals along, sealed as they lie.")
@click.option("--describe", is_flag=True, help="Only print the format as the page docs/transfer.md.")
@with_appcontext
def export_city(*, file: Path | None, city: str, with_originals: bool, describe: bool) -> None:
    """Write everything of one city into the archive FILE, while it runs. Changes nothing else.

    FILE ends with .tar, or with .tar.gz to be packed, and must not be there yet. It holds a file of JSON lines for each
    table, as docs/transfer.md says, and the copies of the pictures. What is sealed stays sealed, and the keys are not
    in it.
    """
    if describe:
        click.echo(transfer_page(), nl=False)
        return
    if file is None:
        raise click.UsageError("Name the archive: flask export FILE.tar --city SLUG")
    with in_one_line():
        here = one_city(city)
        about = _about(here, with_originals=with_originals)
        db.session.rollback()
        stores = {
            name: store
            for name, store in stores_of(current_app.config).items()
            if with_originals or name == UPLOADS
        }
        done = export(
            file, db.engine, stores, city_id=here.id, at=ports.clock.now(), about=about, told=told_aside
        )
    click.echo(f"{about['city']}: {sum(done.rows.values())} rows of {len(done.rows)} tables")
    for name, files in done.files.items():
        click.echo(f"{name}: {files.files} files, {files.bytes} bytes, {files.gone} missing")
    click.echo(f"{file}: {file.stat().st_size} bytes")
    click.echo(PERSONAL)
    click.echo(KEYS_APART)


def _about(city: Jurisdiction, *, with_originals: bool) -> dict[str, Any]:
    return {
        "program": version(),
        "city": city.slug,
        "originals": with_originals,
        "keys": names_of_keys(current_app.config),
    }


@click.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--go-on", is_flag=True, help="Of an interrupted import: files that lie there already are compared."
)
@click.option("--other-keys", is_flag=True, help="Go on although the keys are not those of the export.")
@with_appcontext
def import_city(*, file: Path, go_on: bool, other_keys: bool) -> None:
    """Bring the city in the archive FILE of flask export into an empty installation, and verify what came.

    Refused where there is a city or a file already. FILE is read through first: one that is damaged, or of another
    schema, changes nothing. All rows come in one transaction. Stop the city before, and lay its keys into DATA or the
    settings. The status is 1 when the trail has a fault.
    """
    with in_one_line():
        found = look_through_export(file)
        click.echo(f"{file}: made {found.made_at}, of {found.city}; schema {found.schema}")
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the thing behind the proxy
        stores = stores_of(app.config)
        refuse_other_keys(found.keys, app.config, other_keys=other_keys)
        refuse_unless_empty(db.engine, stores, begun=go_on)
        migrate(app)
        if (here := schema_of(db.engine)) != found.schema:
            raise ConfigError(
                f"The export has schema {found.schema}, this program {here}. Bring both to the same version of the code first."
            )
        counts = bring_in(file, db.engine, stores, told=told_aside)
        files = {name: counts.pop(name, 0) for name in stores}
        click.echo(f"{sum(counts.values())} rows of {len(counts)} tables, as counted")
        for name, number in files.items():
            click.echo(f"{name}: {number} files written and read back")
        if not found.originals:
            click.echo(
                "The originals were not taken along (--with-originals): their rows are here, the files are not."
            )
        verify_what_came(stores)
