"""The icons the house uses: their glyphs cut out of the font of Bootstrap Icons, and the classes that name them.

The whole font weighs 134 kB and its sheet 87 kB, for some 2 000 icons; a page on a slow phone waits for neither.
"""

import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools import subset

from config import ROOT

STATIC = Path(__file__).parents[2] / "static"
FONT = ROOT / "node_modules" / "bootstrap-icons" / "font"
SOURCES = (
    (ROOT / "templates", "*.html"),
    (ROOT / "reporter" / "desks", "*.py"),
    (STATIC / "js", "*.js"),
    (STATIC / "css", "*.css"),
)
# `bi-inbox` in a class, "inbox" as a word of its own; a name that is put together of parts is not found.
NAMED = re.compile(r"""\bbi-([a-z0-9-]+)|["']([a-z0-9][a-z0-9-]*)["']""")
DRAWN = re.compile(r'"\\([0-9A-F]{4})"')  # a glyph as the content of a rule

FACE = """\
@font-face {
  font-family: bootstrap-icons;
  font-display: block;
  src: url("icons.woff?v=%(stamp)s") format("woff");
}

.bi::before {
  display: inline-block;
  font: 400 1em/1 bootstrap-icons;
  text-transform: none;
  vertical-align: -0.125em;
  -webkit-font-smoothing: antialiased;
  -moz-osx-font-smoothing: grayscale;
}
"""


def icon_sheet(stamp: str) -> str:
    """Return the style sheet: the font, whose address ends with `stamp`, and a class for each icon."""
    rules = [f'.bi-{name}::before {{ content: "\\{code:x}" }}' for name, code in sorted(used_icons().items())]
    return "\n".join([FACE % {"stamp": stamp}, *rules, ""])


def icon_font() -> bytes:
    """Return the font as WOFF, with the glyphs of `used_icons` and of our own style sheets alone."""
    options = subset.Options(flavor="woff")
    cut = subset.Subsetter(options)
    cut.populate(unicodes={*used_icons().values(), *_drawn()})
    written = io.BytesIO()
    with subset.load_font(FONT / "fonts" / "bootstrap-icons.woff", options, dontLoadGlyphNames=True) as font:
        cut.subset(font)
        subset.save_font(font, written, options)
    return written.getvalue()


@cache
def used_icons() -> dict[str, int]:
    """Return the code points of the icons that templates, desks and scripts name, and of some whose name is a word.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    known: dict[str, int] = json.loads((FONT / "bootstrap-icons.json").read_text(encoding="utf-8"))
    named = {name for text in _sources() for pair in NAMED.findall(text) for name in pair}
    return {name: code for name, code in known.items() if name in named}


def _drawn() -> set[int]:
    return {int(code, 16) for text in _sources() for code in DRAWN.findall(text)}


def _sources() -> Iterator[str]:
    for folder, pattern in SOURCES:
        for path in folder.rglob(pattern):
            yield path.read_text(encoding="utf-8")
