"""The operator's lines that carry a whole installation away and back: one archive, made while the city runs."""

import contextlib
import hashlib
import hmac
import signal
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import click
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import downgrade

from config import ROOT
from reporter.cities.queries import all_cities
from reporter.cli.city import for_each_city
from reporter.kernel.audit import verify
from reporter.kernel.db import db
from reporter.kernel.errors import ConfigError, ReporterError
from reporter.ports import ports
from reporter.ports.originals import keys_of, name_of
from reporter.ports.storage import Storage, StorageUnavailable
from reporter.ports.storage.places import originals_address, store_at, uploads_address
from reporter.serve import MIGRATIONS, STOPS, migrate, on_stop
from reporter.transfer.backing import back_up
from reporter.transfer.databases import forget_versions, schema_of
from reporter.transfer.named import ORIGINALS, UPLOADS, Named, drop_strays, missing, strangers
from reporter.transfer.restoring import (
    lay_down,
    look_through,
    refuse_unknown_schema,
    refuse_unless_empty,
)

FILE = click.Path(path_type=Path, dir_okay=False)
KEYS_APART = (
    "The keys are not in it: SECRET_KEY and ORIGINAL_KEYS, or the files secret and original-keys in DATA, must be kept"
    " in another place. Without them no original, contact or sealed address can be opened, and no seal verified."
)
SHOWN = 20  # missing files that are named


@click.command()
@click.argument("file", type=FILE)
@with_appcontext
def backup(*, file: Path) -> None:
    """Write everything of this installation into the archive FILE, while it runs. Changes nothing else.

    FILE ends with .tar, or with .tar.gz to be packed, and must not be there yet; it has its name only when all of it
    is on the disk. It holds the database as it was at one moment and the files of both stores, originals sealed as
    they are. It does not hold the keys.
    """
    with in_one_line():
        cities = [city.slug for city in all_cities()] if schema_of(db.engine) else []
        db.session.rollback()
        about = {"program": version(), "cities": cities, "keys": names_of_keys(current_app.config)}
        copied, counts = back_up(
            file, db.engine, stores_of(current_app.config), at=ports.clock.now(), about=about, told=told_aside
        )
    rows = sum(copied.rows.values())
    click.echo(f"database: {copied.kind}, schema {copied.schema}, {rows} rows of {len(copied.rows)} tables")
    for name, files in counts.items():
        gone = f", {files.gone} deleted meanwhile" if files.gone else ""
        click.echo(f"{name}: {files.files} files, {files.bytes} bytes{gone}")
    click.echo(f"{file}: {file.stat().st_size} bytes")
    click.echo(KEYS_APART)


@click.command()
@click.argument("file", type=FILE)
@click.option("--check", is_flag=True, help="Only read FILE through and compare every digest.")
@click.option(
    "--go-on", is_flag=True, help="Of an interrupted restore: files that lie there already are compared."
)
@click.option("--other-keys", is_flag=True, help="Go on although the keys are not those of the backup.")
@with_appcontext
def restore(*, file: Path, check: bool, go_on: bool, other_keys: bool) -> None:
    """Bring the archive FILE of flask backup into an empty installation, and verify what came.

    Refused where there is a city, a file or another table already. FILE is read through first: one that is damaged or
    of a newer program changes nothing. A database of an older program is brought up to date. Stop the city before, and
    lay its keys into DATA or the settings. The status is 1 when the trail has a fault.
    """
    with in_one_line():
        found, looked = look_through(file, told_aside)
        click.echo(
            f"{file}: made {found.made_at}, of {', '.join(found.cities) or 'no city'}; schema {found.schema}"
        )
        click.echo(f"{looked.files} files, {looked.bytes} bytes: every digest is as it was written")
        if check:
            return
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the thing behind the proxy
        stores = stores_of(app.config)
        refuse_other_keys(found.keys, app.config, other_keys=other_keys)
        refuse_unknown_schema(found, db.engine, _known_schemas())
        refuse_unless_empty(db.engine, stores, begun=go_on)
        with tempfile.TemporaryFile("w+", dir=file.parent, encoding="utf-8") as laid:
            counts = lay_down(
                file, found, db.engine, stores, empty_tables=_empty_tables, laid=laid, told=told_aside
            )
            for name, number in counts.items():
                click.echo(f"{name}: {number} files written and read back")
            click.echo(f"database: {sum(found.rows.values())} rows of {len(found.rows)} tables, as counted")
            migrate(app)
            verify_what_came(stores, _names_in(laid))


def _names_in(laid: IO[str]) -> Iterator[Named]:
    laid.seek(0)
    for line in laid:
        where, _, key = line.rstrip("\n").partition("/")
        yield where, key


def verify_what_came(stores: Mapping[str, Storage], laid: Iterable[Named] = ()) -> None:
    """Let the files that were laid down follow the rows, then say what is missing and whether the trail is what it was."""
    if strays := drop_strays(stores, laid):
        click.echo(f"{strays} files left out: their pictures came after the database was copied")
    if others := strangers(stores):
        click.echo(
            f"{others} files in the stores belong to no row and did not come from here: they stay as they are"
        )
    lost = [f"{where}/{key}" for where, key in missing(stores)]
    for name in lost[:SHOWN]:
        click.echo(f"missing: {name}")
    click.echo(f"{len(lost)} files missing that rows name (deleted while the backup was made, or before)")
    db.session.rollback()
    secret = current_app.config["SECRET_KEY"]
    faults = [fault for found in for_each_city(lambda: list(verify(secret))) for fault in found]
    for fault in faults[:SHOWN]:
        click.echo(str(fault))
    click.echo(f"schema {schema_of(db.engine)}; chains and seals of the trail: {len(faults)} faults")
    if faults:
        raise SystemExit(1)


def refuse_other_keys(found: Mapping[str, Any], config: Mapping[str, Any], *, other_keys: bool) -> None:
    """Raise `ConfigError` unless the keys here are those under which an archive was made, or others are wanted."""
    here = names_of_keys(config)
    wrong = [
        name
        for name, fits in (
            ("SECRET_KEY", here["secret"] == found["secret"]),
            ("ORIGINAL_KEYS", set(found["originals"]) <= set(here["originals"])),
        )
        if not fits
    ]
    if wrong and not other_keys:
        raise ConfigError(
            f"{' and '.join(wrong)} here: not what this archive was made under. Set what was kept (or lay the files secret and"
            " original-keys into DATA). With --other-keys it goes on: what was sealed stays closed, and seals do not verify."
        )


def names_of_keys(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what tells the keys again and tells nothing of them."""
    secret = hmac.new(config["SECRET_KEY"].encode(), b"backup", hashlib.sha256).hexdigest()[:16]
    return {"secret": secret, "originals": [name_of(key) for key in keys_of(config["ORIGINAL_KEYS"])]}


def stores_of(config: Mapping[str, Any]) -> dict[str, Storage]:
    """Return both stores of the settings, by what they are called in archives."""
    return {
        UPLOADS: store_at(uploads_address(config), config, setting="UPLOADS_STORE"),
        ORIGINALS: store_at(originals_address(config), config, setting="ORIGINALS_STORE"),
    }


def _known_schemas() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory(MIGRATIONS).walk_revisions())


def _empty_tables() -> None:
    """Take the tables of an installation without a city away, by the way that they came."""
    db.session.remove()
    if schema_of(db.engine):
        downgrade(directory=MIGRATIONS, revision="base")
    forget_versions(db.engine)


def version() -> str:
    """Return the version of the program."""
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(facts["project"]["version"])


def told_aside(line: str) -> None:
    """Say how far it is."""
    click.echo(line, err=True)


@contextlib.contextmanager
def in_one_line() -> Iterator[None]:
    """Let a signal to stop clean up, and say an expected failure in one line, with status 2."""
    before = {number: signal.getsignal(number) for number in STOPS}
    on_stop(signal.default_int_handler, *STOPS)
    try:
        yield
    except StorageUnavailable as error:
        raise ConfigError(f"A store of pictures does not do its work: {error.reason}.") from error
    except ReporterError as error:
        raise ConfigError(str(error)) from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
