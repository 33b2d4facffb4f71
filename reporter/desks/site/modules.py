"""Scripts of pages as modules, with all that they import named beforehand.

A browser learns what a module imports when it has it; on a slow network each of these steps costs a round trip.
"""

import re
from functools import lru_cache
from pathlib import Path

from flask import g, request, url_for
from markupsafe import Markup

from reporter.desks.site.assets import STATIC, changed

FOLDER = "/static/js/"
LATER = re.compile(r"""\bimport\("\./([a-z_-]+)\.js"\)""")  # when it is needed, not before
IMPORT = re.compile(r"""^import\s[^"]*"\./([a-z_-]+)\.js";$""", re.MULTILINE)


def modules_of(*names: str, later: bool = False) -> list[str]:
    """Return the modules that the scripts called `names` import, and what these import.

    Args:
        later: with those that are imported only when they are needed.
    """
    found: dict[str, None] = {}
    left = list(names)
    while left:
        path = STATIC / "js" / f"{left.pop()}.js"
        fresh = [name for name in _imports(path, changed(path), later) if name not in found]
        found |= dict.fromkeys(fresh)
        left += fresh
    return sorted(found)


@lru_cache(maxsize=256)
def _imports(path: Path, _at: int, later: bool) -> list[str]:  # noqa: FBT001 - a key of the cache
    text = path.read_text(encoding="utf-8")
    return IMPORT.findall(text) + (LATER.findall(text) if later else [])


def script(name: str) -> Markup:
    """Return the tag of the script called `name`, after one for each module that this page did not name yet."""
    named: set[str] = g.setdefault("modules", set())
    fresh = [module for module in modules_of(name) if module not in named]
    named.update(fresh)
    ahead = Markup('<link rel="modulepreload" href="{}{}{}.js">')
    tag = Markup('<script type="module" src="{}"></script>')
    links = [ahead.format(request.script_root, FOLDER, module) for module in fresh]
    return Markup("\n  ").join([*links, tag.format(url_for("static", filename=f"js/{name}.js"))])
