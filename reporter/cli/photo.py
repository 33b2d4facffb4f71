"""The operator's lines for pictures: see what becomes of a file before a resident asks."""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup

from reporter.cities.queries import current_city
from reporter.cli.city import for_each_city
from reporter.kernel.errors import ReporterError
from reporter.photos.commands.originals import seal_anew, sealed_otherwise
from reporter.photos.commands.searching import search, searcher, unsearched
from reporter.photos.pixels import LARGE, Cleaned, clean
from reporter.ports import ports
from reporter.ports.finder import Unfound

REFUSED = 3  # exit status
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

ABSENT = (
    "Nothing on this machine looks for faces, number plates and phone numbers: `make vision` installs what does "
    "(and PROPOSALS=0 must not be set). Without it editors draw every box by hand."
)

photo = AppGroup("photo", help="See what becomes of pictures; change the key that seals originals.")


@photo.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=READABLE)
@click.option("--out", metavar="FOLDER", type=FOLDER, help="Write the clean copies there.")
def photo_check(*, files: tuple[Path, ...], out: Path | None) -> None:
    """Say what is made of each picture FILE: one line of JSON each, with its copies or why it is refused.

    Neither database nor store is touched. A time without an offset is read in the zone of the setting ZONE.
    The exit status is 0 when all are taken and 3 when one is refused.
    """
    if out:
        out.mkdir(parents=True, exist_ok=True)
    zone = ZoneInfo(current_app.config["ZONE"])
    found = [_checked(file, zone, out) for file in files]
    for line in found:
        click.echo(json.dumps(line, ensure_ascii=False))
    if not all(line["taken"] for line in found):
        raise SystemExit(REFUSED)


@photo.command("reseal")
def photo_reseal() -> None:
    """Seal every original under the newest key of ORIGINAL_KEYS; older keys are not needed afterwards.

    Reads each original that another key sealed, writes it anew and removes the old file. May be stopped and
    started again at any time, while the city runs. One that cannot be read is named, and the status is 1.
    """
    found = for_each_city(_reseal)
    for fault in (fault for _, faults in found for fault in faults):
        click.echo(fault)
    click.echo(f"{sum(done for done, _ in found)} originals sealed anew")
    if any(faults for _, faults in found):
        raise SystemExit(1)


@photo.command("propose")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=READABLE)
def photo_propose(*, files: tuple[Path, ...]) -> None:
    """Say what an editor would be proposed to hide in each picture FILE: one line of JSON each.

    Boxes are in fractions of the picture, from its upper left corner. Neither database nor store is touched, and
    what a plate or a text says is not told. The exit status is 0, and 3 when a file is refused.
    """
    _refuse_when_absent()
    refused = False
    for file in files:
        line = _proposed(file)
        refused |= not line["taken"]
        click.echo(json.dumps(line, ensure_ascii=False))
    if refused:
        raise SystemExit(REFUSED)


@photo.command("search")
def photo_search() -> None:
    """Look through every picture that hangs on a report or a case for what may have to be hidden.

    For pictures from before `make vision`, or from before another version of it; the others are done as they come.
    Takes seconds for each. May be stopped and started again at any time, while the city runs. One that cannot be
    looked through is named, and the status is 1.
    """
    _refuse_when_absent()
    found = for_each_city(_search)
    for fault in (fault for _, faults in found for fault in faults):
        click.echo(fault)
    click.echo(f"{sum(done for done, _ in found)} pictures looked through")
    if any(faults for _, faults in found):
        raise SystemExit(1)


def _refuse_when_absent() -> None:
    if not ports.finder.available():
        raise click.ClickException(ABSENT)


def _search() -> tuple[int, list[str]]:
    """Look through the pictures of one city; return how many were, and a line for each that was not."""
    done, faults = 0, []
    for photo_id in _one_by_one():
        try:
            search(photo_id)
            done += 1
        except (ReporterError, Unfound) as error:
            faults.append(f"picture {photo_id} of {current_city().slug}: {error}")
    return done, faults


def _one_by_one() -> Iterator[int]:
    last = 0
    while some := unsearched(after=last):
        yield from some
        last = some[-1]


def _proposed(file: Path) -> dict[str, Any]:
    """Return the line of one file. Raises `ClickException` when what looks through pictures fails."""
    began = time.monotonic()
    try:
        cleaned = clean(file.read_bytes(), zone=ZoneInfo(current_app.config["ZONE"]))
        boxes = ports.finder.find(cleaned.copies[LARGE])
    except ReporterError as error:
        return {"file": str(file), "taken": False, "reason": str(error)}
    except Unfound as error:
        raise click.ClickException(f"{file}: {error}") from error
    told = [{name: box[name] for name in ("kind", "x", "y", "w", "h", "score")} for box in boxes]
    return {
        "file": str(file), "taken": True, "width": cleaned.info.width, "height": cleaned.info.height,
        "boxes": told, "finder": searcher(), "seconds": round(time.monotonic() - began, 2),
    }  # fmt: skip


def _reseal() -> tuple[int, list[str]]:
    """Seal the originals of one city anew; return how many were, and a line for each that was not."""
    done, faults, last = 0, [], 0
    while some := sealed_otherwise(after=last):
        for last in some:
            try:
                seal_anew(last)
                done += 1
            except ReporterError as error:
                faults.append(f"picture {last} of {current_city().slug}: {error}")
    return done, faults


def _checked(file: Path, zone: ZoneInfo, out: Path | None) -> dict[str, Any]:
    try:
        cleaned = clean(file.read_bytes(), zone=zone)
    except ReporterError as error:
        return {"file": str(file), "taken": False, "reason": str(error)}
    return {"file": str(file), "taken": True} | _described(cleaned) | {"copies": _written(cleaned, file, out)}


def _described(cleaned: Cleaned) -> dict[str, Any]:
    info, claims = cleaned.info, cleaned.info.claims
    return {
        "format": info.format, "bytes": info.size, "width": info.width, "height": info.height,
        "sha256": info.sha256,
        "claims": {
            "taken_at": claims.taken_at.isoformat() if claims.taken_at else None,
            "lon": claims.lon, "lat": claims.lat, "accuracy": claims.accuracy, "datum": claims.datum,
            "camera": claims.camera,
        },
        "flags": list(info.flags),
    }  # fmt: skip


def _written(cleaned: Cleaned, file: Path, out: Path | None) -> Mapping[int, Any]:
    """Return, by long side, where each copy was written, or its size in bytes when none was wanted."""
    if out is None:
        return {side: len(content) for side, content in cleaned.copies.items()}
    paths = {side: out / f"{file.stem}-{side}.jpg" for side in cleaned.copies}
    for side, path in paths.items():
        path.write_bytes(cleaned.copies[side])
    return {side: str(path) for side, path in paths.items()}
