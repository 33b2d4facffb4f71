"""The operator's line that brings a city's past over from another system."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext

from reporter.cli.city import CITY, one_city
from reporter.history.findings import Findings
from reporter.history.importing import NotNow, Telling, bring_over
from reporter.history.mapping import BadMapping, ServiceMap, read_mapping, skeleton
from reporter.history.queries import import_runs
from reporter.history.records import Record
from reporter.history.requests import MEANINGS, Refusal
from reporter.history.targets import targets
from reporter.kernel.db import enter_city
from reporter.kernel.policy import SYSTEM
from reporter.ports.fetching import NotFetched, fetch

SOON = 0.5  # seconds between two looks of the bar on a terminal
STEP = 10  # percent between two lines where nobody watches
WIDTH = 24
FILE_OR_NONE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("import-open311")
@click.argument("file", required=False)
@click.option(
    "--map", "mapping", type=FILE_OR_NONE, help="TOML file: what the services become; see docs/import.md."
)
@CITY
@click.option(
    "--dry-run", is_flag=True, help="Only look: gaps in the mapping, what would come over, what not."
)
@click.option(
    "--write-map", type=NEW_FILE, help="Write a mapping to fill in, with every code of FILE; only looks."
)
@click.option(
    "--refused", type=NEW_FILE, help="Write every record that is refused, with the reason, as JSON lines."
)
@click.option("--list", "only_list", is_flag=True, help="List what came over before, the newest first.")
@with_appcontext
def import_open311(
    *, file: str | None, mapping: Path | None, city: str, dry_run: bool, write_map: Path | None, refused: Path | None,
    only_list: bool,
) -> None:  # fmt: skip
    """Bring the requests of another system over as reports and cases: FILE is JSON, JSON lines, XML or CSV, also packed with gzip.

    FILE may be an address (https://…): it is fetched into the folder of data first, and goes on when it was broken off.

    Nobody is told and nothing becomes public. The same FILE again changes nothing; broken off, the same line goes on.
    Exit 1 when something was refused or FILE could not be read to its end.
    """
    enter_city(one_city(city).id)
    if only_list:
        _list_runs()
        return
    if file is None or (mapping is None and write_map is None):
        raise click.UsageError("Say what to bring over: FILE and --map, or FILE and --write-map.")
    terms = _terms(mapping)
    look = dry_run or write_map is not None
    path, name = _file_of(file)
    with path.open("rb") as opened, _Bar(path.stat().st_size) as bar, _refusals(refused) as keep:
        try:
            found = bring_over(opened, name, terms, by=SYSTEM, dry_run=look, telling=Telling(bar.show, keep))
        except NotNow as error:
            raise click.ClickException(str(error)) from error
    if path != Path(file) and not (look or found.broken):
        path.unlink()  # it was fetched, and is read to its end
    if write_map is not None:
        _write_map(write_map, name, terms, found)
    if mapping is None:
        click.echo(found.broken or f"{found.read} records read; nothing was written.")
        return
    _report(found, terms, look=look)
    if found.number_refused or found.broken:
        raise SystemExit(1)


def _file_of(given: str) -> tuple[Path, str]:
    """Return the file and what it is called; of an address what was fetched, and the address without what follows a `?`."""
    if not given.startswith(("http://", "https://")):
        path = Path(given)
        if not path.is_file():
            raise click.ClickException(f"There is no file {given}.")
        return path, path.name
    folder = Path(current_app.config["DATA"]) / "imports"
    path = folder / sha256(given.encode()).hexdigest()[:32]
    with _Bar(1, "bytes") as bar:
        try:
            fetch(given, path, lambda have, whole: bar.show(have, have, size=whole))
        except NotFetched as error:
            raise click.ClickException(str(error)) from error
    parts = urlsplit(given)
    return path, f"{parts.hostname}{parts.path}"


def _terms(mapping: Path | None) -> ServiceMap:
    try:
        if mapping is None:
            return read_mapping('source = "source"', "no mapping", targets())
        return read_mapping(mapping.read_text(encoding="utf-8"), mapping.name, targets())
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{mapping} is not UTF-8.") from error
    except BadMapping as error:
        raise click.ClickException(str(error)) from error


class _Bar:
    """A bar with the rate and the time that is left, on the error stream; a line now and then where nobody watches."""

    def __init__(self, size: int, of: str = "records") -> None:
        self._of = of
        self._size, self._began = max(size, 1), time.monotonic()
        self._watched = sys.stderr.isatty()
        self._shown = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._watched:
            click.echo(err=True)

    def show(self, read: int, records: int, *, size: int = 0) -> None:
        """Show how many bytes and records have been read; `size`: of the whole, where only now somebody says it."""
        self._size = size or self._size
        percent, spent = min(100, 100 * read // self._size), time.monotonic() - self._began
        tenths = percent // STEP
        if self._watched and spent - self._shown < SOON and read < self._size:
            return
        if not self._watched and tenths <= self._shown:
            return
        self._shown = spent if self._watched else tenths
        left = spent * (self._size - read) / max(read, 1)
        said = (
            f"{percent:3d} %  {records} {self._of}  {records / max(spent, 0.001):.0f}/s  {_clock(left)} left"
        )
        full = WIDTH * percent // 100
        bar = f"\r[{'#' * full}{'-' * (WIDTH - full)}] {said}  "
        click.echo(bar if self._watched else said, nl=not self._watched, err=True)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


@contextmanager
def _refusals(file: Path | None) -> Iterator[Callable[[Refusal, Record], None]]:
    """Give what keeps a refused record in `file`, one to a line."""
    if file is None:
        yield lambda _refusal, _record: None
        return
    with file.open("w", encoding="utf-8") as opened:

        def keep(refusal: Refusal, record: Record) -> None:
            line = {
                "record": refusal.number,
                "id": refusal.id,
                "why": refusal.why,
                "fields": dict(record.fields),
            }
            opened.write(json.dumps(line, default=str) + "\n")

        yield keep


def _write_map(target: Path, name: str, terms: ServiceMap, found: Findings) -> None:
    plain = re.sub(r"[^a-z0-9]+", "-", name.partition(".")[0].lower()).strip("-")[:40]
    source = terms.source if terms.services else plain or "source"
    text = skeleton(source, found.codes(terms.services), targets())
    target.write_text(text, encoding="utf-8")
    click.echo(f"{target} has {len(found.codes({}))} codes; fill in what each becomes.")


def _report(found: Findings, terms: ServiceMap, *, look: bool) -> None:
    """Say what came over, or would, what did not and why."""
    would = "would come over" if look else "came over"
    click.echo(f"{found.read} records read")
    click.echo(f"{found.new} {would}: {found.still_open} open, {found.ended} closed")
    for number, words in (
        (found.here, "were here already and stay as they are"),
        (found.skipped, "left out, as the mapping says"),
        (found.cut, "have a text that is too long and is shortened"),
        (found.no_area, "lie within the city but in none of its areas"),
    ):
        if number:
            click.echo(f"{number} {words}")
    if found.number_refused:
        click.echo(f"{found.number_refused} refused:")
    for why, group in sorted(found.refused.items(), key=lambda one: -one[1].number):
        more = ", …" if group.number > len(group.first) else ""
        click.echo(f"  {group.number}  {MEANINGS[why]}: {', '.join(group.first)}{more}")
    gaps = [one for one in found.codes(terms.services) if not one.kind]
    if gaps:
        click.echo(f"{len(gaps)} codes without a kind:")
    for one in gaps:
        click.echo(f"  {one.number}  {one.code}  {one.name}")
    if found.broken:
        click.echo(f"{found.broken} What came before it is in order." if not look else found.broken)
    if look:
        click.echo("Nothing was written.")


def _list_runs() -> None:
    for one in import_runs():
        ended = f"to {one.ended_at:%Y-%m-%d %H:%M}" if one.ended_at else "not ended"
        click.echo(
            f"{one.id}  {one.began_at:%Y-%m-%d %H:%M} UTC {ended}  {one.source}  {one.file}  "
            f"{one.still_open} open, {one.ended} closed, {one.refused} refused"
        )
