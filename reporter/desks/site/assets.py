"""Files for the browser: other people's from an allow-list of `node_modules`, our style sheets as one, all stamped.

A stamped address never changes its content, so browsers keep it for a year; a changed file gets another stamp.
"""

import hashlib
import json
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from flask import Response, current_app, request

from config import ROOT
from reporter.desks.site.icons import icon_font, icon_sheet
from reporter.kernel.errors import NotFound

STATIC = Path(__file__).parents[2] / "static"
NODE = ROOT / "node_modules"
YEAR = 365 * 24 * 60 * 60
DAY = 24 * 60 * 60

# The address below /static/vendor/ and the file in node_modules; nothing else of that folder is served.
VENDOR = {
    "bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/images/layers.png": "leaflet/dist/images/layers.png",
    "leaflet/images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "leaflet/images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "leaflet/images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "leaflet/images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
}
# What is made of a file there.
ICON_FONT, ICON_SHEET = "bootstrap-icons/icons.woff", "bootstrap-icons/icons.css"
MADE: dict[str, Callable[[], bytes]] = {
    ICON_FONT: icon_font,
    ICON_SHEET: lambda: icon_sheet(vendor_asset(ICON_FONT).stamp).encode(),
}

# Written in small files, sent as one, in this order: for every page; besides it for those of staff, which residents with
# a slow network need not wait for; for the wall. What has the last word has it in both.
LAST = ("map", "print")
SHEETS = {
    "house": (
        "tokens", "base", "controls", "fields", "frame", "bell", "lights", "parts", "notes", "tables", "charts", "cards", "slider",
        "posts", "report", "flow", "resident", "hero", "board", "columns", *LAST,
    ),
    "staff": ("staff", "desk", "unit", "roster", "triage", "internal", "editor", *LAST),
    "wall": ("wall",),
}  # fmt: skip


@dataclass(frozen=True)
class Asset:
    """A file as it goes to the browser."""

    content: bytes
    mimetype: str
    stamp: str


def asset(content: bytes, name: str) -> Asset:
    """Return a file of this content, of the type that its name ends with."""
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(content, mimetype, hashlib.sha256(content).hexdigest()[:12])


def vendor_asset(path: str) -> Asset:
    """Return a file of the allow-list. Raises `NotFound` for every other path, and when npm has not run yet."""
    if path not in VENDOR and path not in MADE:
        raise NotFound("There is nothing at this address.")
    try:
        return _read_vendor(path)
    except FileNotFoundError as error:
        raise NotFound("The browser files are not installed: run make.") from error


@cache
def _read_vendor(path: str) -> Asset:
    return asset(MADE[path]() if path in MADE else (NODE / VENDOR[path]).read_bytes(), path)


def sheet_asset(name: str) -> Asset:
    """Return the files of a sheet as one. Raises `NotFound`."""
    if name not in SHEETS:
        raise NotFound("There is nothing at this address.")
    paths = tuple(STATIC / "css" / f"{part}.css" for part in SHEETS[name])
    return _read_sheet(paths, tuple(changed(path) for path in paths))


def changed(path: Path) -> int:
    """Return when the file was changed while somebody works on it; else files stay as they were at the start."""
    return path.stat().st_mtime_ns if current_app.debug else 0


@lru_cache(maxsize=8)
def _read_sheet(paths: tuple[Path, ...], _at: tuple[int, ...]) -> Asset:
    return asset(b"\n".join(path.read_bytes() for path in paths), "sheet.css")


def stamp_of(endpoint: str, values: dict[str, str]) -> str | None:
    """Return what changes with the content behind an address of static, vendor or sheet; else None."""
    try:
        if endpoint == "static":
            path = STATIC / values["filename"]
            return _hash(path, changed(path))
        if endpoint == "site.vendor" and values["path"] in MADE:
            return vendor_asset(values["path"]).stamp
        if endpoint == "site.vendor":
            return _package_version(VENDOR[values["path"]].split("/")[0])
        if endpoint == "site.sheet":
            return sheet_asset(values["name"]).stamp
    except (FileNotFoundError, KeyError, NotFound):
        pass
    return None


@lru_cache(maxsize=256)
def _hash(path: Path, _at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@cache
def _package_version(package: str) -> str:
    return str(json.loads((NODE / package / "package.json").read_text())["version"])


def sent(asset: Asset) -> Response:
    """Return the response: 304 where the browser has it, kept for long when stamped."""
    response = Response(asset.content, mimetype=asset.mimetype)
    response.set_etag(asset.stamp)
    response.headers["Cache-Control"] = keep_for(request.args.get("v"))
    return response.make_conditional(request)  # type: ignore[return-value]  # the same response


def keep_for(stamp: str | None) -> str:
    """Return how long a browser may keep an address: a year with a stamp, a day without."""
    return f"public, max-age={YEAR}, immutable" if stamp else f"public, max-age={DAY}"
