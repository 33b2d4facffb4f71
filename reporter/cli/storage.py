"""The operator's line for the stores of pictures: take everything to another one."""

from collections import Counter
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from reporter.kernel.errors import ConfigError
from reporter.ports.storage import Storage, StorageUnavailable
from reporter.ports.storage.moving import FAULTS, Moved, Result, copy_all, counted, surplus
from reporter.ports.storage.places import REMOTE, originals_address, store_at, uploads_address

address_option = partial(click.option, metavar="ADDRESS", default="")

storage = AppGroup("storage", help="Take pictures from one store to another.")


@storage.command("move")
@address_option("--uploads-to", help="Where the copies go: a folder, or s3://bucket/prefix.")
@address_option("--originals-to", help="Where the sealed originals go.")
@address_option("--uploads-from", help="Where the copies lie, unless it is UPLOADS_STORE.")
@address_option("--originals-from", help="Where the originals lie, unless it is ORIGINALS_STORE.")
@click.option("--prune", is_flag=True, help="Delete at the target what the source does not have any more.")
def storage_move(
    *, uploads_to: str, originals_to: str, uploads_from: str, originals_from: str, prune: bool
) -> None:
    """Copy every picture into other stores and compare each by its digest.

    The source stays as it is, originals stay sealed as they are, and nothing at the target is overwritten. May be
    stopped and started again at any time, while the city runs; what is there already is compared again. The status
    is 1 when a file differs, when the target has one that the source has not, or when a store cannot be used.
    """
    config = current_app.config
    ways = [
        ("uploads", uploads_from or uploads_address(config), uploads_to),
        ("originals", originals_from or originals_address(config), originals_to),
    ]
    if not any(target for _, _, target in ways):
        raise click.UsageError("Name where they go: --uploads-to, --originals-to, or both.")
    counts: Counter[Result] = Counter()
    for what, source, target in ways:
        if target:
            counts += _move(what, source, target, prune=prune)
    click.echo(", ".join(f"{counts[result]} {result}" for result in Result))
    if FAULTS & counts.keys():
        raise SystemExit(1)


def _move(what: str, source: str, target: str, *, prune: bool) -> Counter[Result]:
    """Move one of the two stores; print how far it is and every file that is not as it should be."""
    counts: Counter[Result] = Counter()
    here, there = _opened(what, source, target)
    try:
        for moved in copy_all(here, there):
            counts += _told(what, moved)
            click.echo(f"{what}: {counts.total()} files")
        if prune and not counts:
            raise click.ClickException(f"{what}: {source} holds nothing; nothing is pruned.")
        for moved in surplus(here, there, prune=prune):
            counts += _told(what, moved)
    except StorageUnavailable as error:
        raise click.ClickException(
            f"{what}: stopped after {counts.total()} files: {error.reason}. Start it again to go on."
        ) from error
    return counts


def _opened(what: str, source: str, target: str) -> list[Storage]:
    """Return both stores. Raises `ConfigError`."""
    if source.rstrip("/") == target.rstrip("/"):
        raise ConfigError(f"{what}: {source} is both source and target.")
    if not source.startswith(REMOTE) and not Path(source).is_dir():
        raise ConfigError(f"{what}: there is no folder {source}.")
    setting = f"{what.upper()}_STORE"
    return [store_at(address, current_app.config, setting=setting) for address in (source, target)]


def _told(what: str, moved: list[Moved]) -> Counter[Result]:
    """Print the files that are not as they should be; return the numbers."""
    for one in moved:
        if one.result in FAULTS:
            click.echo(f"{what}: {one.key}: {one.result}")
    return counted(moved)
