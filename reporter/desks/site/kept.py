"""What the service worker keeps in the browser: the files that the report's form needs, and no page of anybody."""

import hashlib
import json

from flask import url_for

from reporter.desks.site.assets import ICON_FONT, ICON_SHEET
from reporter.desks.site.modules import FOLDER, modules_of

# What the two kept pages name in their heads, by endpoint of this desk or of the app.
SHEETS = ("house",)
VENDOR = ("bootstrap/bootstrap.min.css", ICON_SHEET, ICON_FONT, "leaflet/leaflet.css", "leaflet/leaflet.js")
DRAWINGS = ("icons/kinds.svg", "icons/subtypes.svg")
SCRIPTS = (
    "first",
    "once",
    "slider",
    "countdown",
    "dialogs",
    "offline",
    "map_near",
    "map",
    "report",
    "waiting",
)
WORKER = "worker"


def kept_files() -> list[str]:
    """Return the addresses of the files that are kept: with their stamps, and modules as others import them."""
    named = [url_for("static", filename=f"js/{name}.js") for name in SCRIPTS]
    named += [url_for("static", filename=name) for name in DRAWINGS]
    named += [url_for("site.vendor", path=path) for path in VENDOR]
    named += [url_for("site.sheet", name=name) for name in SHEETS]
    return [
        *named,
        url_for("site.favicon"),
        *(f"{FOLDER}{name}.js" for name in modules_of(*SCRIPTS, later=True)),
    ]


def worker_script() -> str:
    """Return the service worker: another one whenever a file that it keeps, or that it is made of, is another one."""
    files = kept_files()
    script = url_for("static", filename=f"js/{WORKER}.js")
    version = hashlib.sha256("\n".join([script, *files, *_stamps()]).encode()).hexdigest()[:12]
    known = json.dumps({"version": version, "files": files}, indent=2)
    return f'import {{ wake }} from "{script}";\n\nwake({known});\n'


def _stamps() -> list[str]:
    return [url_for("static", filename=f"js/{name}.js") for name in modules_of(WORKER, *SCRIPTS, later=True)]
