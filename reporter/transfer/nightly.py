"""The open data of a city, written every night by the city itself, and what of it lies there to be fetched."""

import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reporter.cities.queries import current_city, local
from reporter.kernel.db import command, current_city_id
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.transfer.monthly import DICTIONARY, PACKAGE, write_open_data

WRITE = "transfer.open_data"
FROM_HOUR = 3  # of the city's clock: what a day brought is whole, and few people are about
TYPES = {"csv": "text/csv", "geojson": "application/geo+json", "json": "application/json", "md": "text/markdown",
         "gz": "application/gzip"}  # fmt: skip
_MONTHLY = re.compile(r"requests-\d{4}-\d{2}\.(csv|geojson)(\.gz)?")

log = logging.getLogger(__name__)


def open_data_folder(config: Mapping[str, Any]) -> Path:
    """Return below which folder the settings want it; each city has a folder of its own there."""
    return Path(config["OPEN_DATA"] or Path(config["DATA"]) / "open-data").resolve()


@command
def ask_for_open_data(folder: Path) -> None:
    """Have the open data of the current city written into `folder`/SLUG, once a night from three o'clock on."""
    now = local(ports.clock.now())
    if now.hour >= FROM_HOUR:
        enqueue(WRITE, key=f"{WRITE} {current_city_id()} {now:%Y-%m-%d}", folder=str(folder))


def write_tonight(folder: str) -> None:
    """Write it; done twice, the second time finds every month as it was. Raises `ReporterError` when it cannot be written."""
    city = current_city()
    write_open_data(Path(folder) / city.slug, city, at=ports.clock.now(), told=log.info)


@dataclass(frozen=True)
class File:
    """A file to be fetched; `size` in bytes, as it is unpacked."""

    name: str
    format: str
    size: int


@dataclass(frozen=True)
class Published:
    """What lies in a folder: when it was looked through, and the files of each month, the newest first."""

    at: datetime
    months: Sequence[tuple[str, Sequence[File]]]


def published(folder: Path) -> Published | None:
    """Return what was written into the folder of a city; None while there is nothing."""
    try:
        package: dict[str, Any] = json.loads((folder / PACKAGE).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    months: dict[str, list[File]] = {}
    for one in package["resources"]:
        month = one["path"].removeprefix("requests-").partition(".")[0]
        months.setdefault(month, []).append(File(one["path"], one["format"], one["bytes"]))
    return Published(datetime.fromisoformat(package["created"]), sorted(months.items(), reverse=True))


def is_published(name: str) -> bool:
    """Tell whether a file of this name may lie in such a folder for everybody: nothing else there is handed out."""
    return name in {PACKAGE, DICTIONARY} or _MONTHLY.fullmatch(name) is not None
