"""The requests of a city as open data: for each month a table and points on a map, and what a program reads about them.

Only what the outside may know of whatever happens is in them: kind, status, times, area and a place to about 100 metres.
No words, no address, no picture: these leave the board at once, and a file is somebody else's once it was fetched.
"""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from reporter.board.months import months_between
from reporter.cases.queries import categories
from reporter.cities.models import Jurisdiction
from reporter.kernel.csvfile import Cell, written_csv
from reporter.kernel.db import Model, db
from reporter.kernel.dialect import alone
from reporter.kernel.errors import ReporterError
from reporter.open311.models import ServiceRequest
from reporter.open311.progress import ENDED
from reporter.places.queries import area_names
from reporter.transfer.columns import NAMES, dictionary, schema
from reporter.transfer.tables import lying

LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
PACKAGE, DICTIONARY, STATE = "datapackage.json", "dictionary.md", ".state.json"
_ENCODED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_ROUND = 2000  # rows that are held at a time
_PACKING = 4  # of 9: beyond it costs more than it saves


Row = Sequence[Cell]
Named = Mapping[int, tuple[str, str, str]]  # by id: code, Chinese name, English name
Told = Callable[[str], None]


@dataclass
class Months:
    """What was done: months written anew, left as they were, and taken away; rows that were written."""

    written: int = 0
    same: int = 0
    gone: int = 0
    rows: int = 0
    resources: list[dict[str, Any]] = field(default_factory=list)


def write_open_data(folder: Path, city: Jurisdiction, *, at: datetime, told: Told) -> Months:
    """Bring the files of the current city in `folder` up to date; a month that has not changed is not touched.

    Each file appears under its name only when it is whole, the package last.

    Raises:
        ReporterError: the folder cannot be written, or somebody else is at it just now.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(f"open-data-{city.id}") as nobody_else:
            if not nobody_else:
                raise ReporterError(
                    f"The open data of {city.slug} are being written just now: wait for the end."
                )
            return _write(folder, city, at, told)
    except OSError as error:
        if isinstance(error, ReporterError):
            raise
        raise ReporterError(f"{folder} cannot be written: {error.strerror or error}.") from error


def _write(folder: Path, city: Jurisdiction, at: datetime, told: Told) -> Months:
    zone, done = ZoneInfo(city.zone), Months()
    kinds = {one.id: (one.slug, one.name_zh, one.name_en) for one in categories(active=False, subtypes=False)}
    before, state = _state(folder), {}
    for month, begins, ends in _months(city.zone, at):
        asked = _rows_within(city.id, begins, ends)
        if not (mark := _mark(asked, kinds)):
            continue
        known = before.get(month)
        if (
            known
            and known["mark"] == mark
            and all(Path(folder, one["path"]).exists() for one in known["files"])
        ):
            files = known["files"]
            done.same += 1
        else:
            number, files = _write_month(folder, month, asked, kinds, zone)
            done.written, done.rows = done.written + 1, done.rows + number
            told(f"{city.slug} {month}: {number} rows")
        state[month] = {"mark": mark, "files": files}
        done.resources += files
    for month in before.keys() - state.keys():
        for one in before[month]["files"]:
            for name in (one["path"], f"{one['path']}.gz"):
                Path(folder, name).unlink(missing_ok=True)
        done.gone += 1
    _put_json(folder / STATE, state)
    _put(folder / DICTIONARY, dictionary(city).encode())
    _put_json(folder / PACKAGE, _package(city, done.resources, at))
    return done


def _state(folder: Path) -> dict[str, Any]:
    try:
        known: dict[str, Any] = json.loads((folder / STATE).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return known


def _months(zone: str, now: datetime) -> Iterator[tuple[str, datetime | None, datetime]]:
    """Yield each month of the city's clock from its first request on, with the instants between which it lies."""
    first = db.session.scalar(select(func.min(ServiceRequest.requested_at)))
    begins = None
    for month, ends in months_between(first, now, zone) if first and first <= now else []:
        yield month, begins, ends
        begins = ends


def _rows_within(city_id: int, begins: datetime | None, ends: datetime) -> Any:
    """Return the question for the requests of a month, oldest first, as they lie: objects for a million rows cost."""
    one = lying(Model.metadata.tables[ServiceRequest.__tablename__]).c
    rows = select(
        one.id, one.number, one.requested_at, one.updated_at, one.status, one.progress, one.category_id, one.area_id,
        one.lat, one.lon, one.changed_at,
    ).where(one.city_id == city_id, one.requested_at < ends).order_by(one.requested_at, one.id)  # fmt: skip
    return rows.where(one.requested_at >= begins) if begins else rows


def _mark(asked: Any, kinds: Named) -> str:
    """Return what tells whether a month is what it was when it was written; nothing for one without a row."""
    rows = asked.order_by(None).subquery().c
    facts = db.session.execute(select(func.count(), func.sum(rows.id), func.max(rows.changed_at))).one()
    if not facts[0]:
        return ""
    areas = sorted(db.session.scalars(select(rows.area_id).where(rows.area_id.is_not(None)).distinct()))
    named = area_names(areas)
    names = sorted(kinds.items()), [_area(named, one) for one in areas], NAMES
    text = json.dumps([str(facts[0]), str(facts[1]), str(facts[2]), names], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _area(names: Mapping[int, Any], area_id: int | None) -> tuple[str, str]:
    name = names.get(area_id or 0)
    return (name.name_zh, name.name_en) if name else ("", "")


def _write_month(
    folder: Path, month: str, asked: Any, kinds: Named, zone: ZoneInfo
) -> tuple[int, list[dict[str, Any]]]:
    """Write both files of a month from one reading; return how many rows, and what the package says of the files."""
    table = _Draft(folder / f"requests-{month}.csv")
    points = _Draft(folder / f"requests-{month}.geojson")
    number = 0
    with table, points:
        table.write(written_csv([NAMES]))
        points.write('{"type":"FeatureCollection","features":[')
        for rows in _batches(asked, kinds, zone):
            table.write(written_csv(rows))
            points.write((",\n" if number else "\n") + ",\n".join(map(_feature, rows)))
            number += len(rows)
        points.write("\n]}\n")
    described = [
        table.resource("text/csv", month) | {"encoding": "utf-8", "schema": schema()},
        points.resource("application/geo+json", month),
    ]
    return number, described


def _batches(asked: Any, kinds: Named, zone: ZoneInfo) -> Iterator[list[Row]]:
    """Yield the rows some at a time, within one snapshot."""
    with db.engine.connect() as connection:
        found = connection.execute(asked.execution_options(yield_per=_ROUND))
        for part in found.partitions():
            areas = area_names({row.area_id for row in part if row.area_id})
            yield [_row(row, kinds[row.category_id], _area(areas, row.area_id), zone) for row in part]


def _row(row: Any, kind: tuple[str, str, str], area: tuple[str, str], zone: ZoneInfo) -> Row:
    updated = row.updated_at.astimezone(zone).isoformat(timespec="seconds")
    requested = row.requested_at.astimezone(zone).isoformat(timespec="seconds")
    return (
        row.number, requested, updated, updated if row.progress in ENDED else "", row.status, row.progress, "",
        kind[1], "", "", "", "", row.lat, row.lon, kind[0], kind[2], *area,
    )  # fmt: skip


def _feature(row: Row) -> str:
    properties = {name: value for name, value in zip(NAMES, row, strict=True) if value not in {"", None}}
    lon, lat = properties.pop("long"), properties.pop("lat")
    feature = {
        "type": "Feature", "id": row[0], "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties,
    }  # fmt: skip
    return _ENCODED(feature)


class _Draft:
    """A file and the same packed, written beside their names and given both when they are whole."""

    def __init__(self, path: Path) -> None:
        self._path, self._draft = path, path.with_name(f".{path.name}.part")
        self._hash, self.bytes = hashlib.sha256(), 0

    def __enter__(self) -> None:
        self._file = self._draft.open("wb")

    def write(self, text: str) -> None:
        content = text.encode()
        self._hash.update(content)
        self.bytes += len(content)
        self._file.write(content)

    def __exit__(self, kind: object, *_: object) -> None:
        self._file.close()
        if kind is not None:
            self._draft.unlink(missing_ok=True)
            return
        packed = self._draft.with_suffix(".packed")
        with self._draft.open("rb") as file, gzip.open(packed, "wb", compresslevel=_PACKING) as into:
            shutil.copyfileobj(file, into, 1024 * 1024)
        _name(self._draft, self._path)
        _name(packed, self._path.with_name(f"{self._path.name}.gz"))

    def resource(self, mediatype: str, month: str) -> dict[str, Any]:
        """Return what the package says of the file."""
        suffix = self._path.suffix.removeprefix(".")
        return {
            "name": f"requests-{month}-{suffix}", "path": self._path.name, "format": suffix, "mediatype": mediatype,
            "bytes": self.bytes, "hash": f"sha256:{self._hash.hexdigest()}",
        }  # fmt: skip


def _name(draft: Path, path: Path) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)


def _put(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    _name(draft, path)


def _put_json(path: Path, facts: Any) -> None:
    _put(path, json.dumps(facts, ensure_ascii=False, indent=1).encode() + b"\n")


def _package(city: Jurisdiction, resources: Iterable[dict[str, Any]], at: datetime) -> dict[str, Any]:
    return {
        "profile": "data-package",
        "name": f"{city.slug}-requests",
        "title": f"{city.name_zh}九乱诉求 · Requests in {city.name_en}",
        "description": "What residents reported, by month. Words, pictures, exact places and people are not in it. See dictionary.md.",
        "created": at.isoformat(timespec="seconds"),
        "licenses": [LICENCE],
        "resources": list(resources),
    }
