"""The operator's lines for pictures: see what becomes of a file before a resident asks."""

import json
from collections.abc import Mapping
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
from reporter.photos.pixels import Cleaned, clean

REFUSED = 3  # exit status
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)

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
