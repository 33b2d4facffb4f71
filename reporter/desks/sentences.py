"""Find every sentence that people read, in templates and in code: one set of messages per catalogue.

A desk has its own catalogue (its package and its template folder). What the desks share is `base`; what rooms say
is `rooms`, and there nobody marks anything: the first argument of every expected error, and every literal that is
a whole sentence, is a message.
"""

import ast
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_python
from jinja2.ext import babel_extract

PACKAGE = Path(__file__).parents[1]
TEMPLATES = PACKAGE.parent / "templates"
BASE, ROOMS = "base", "rooms"
NOT_ROOMS = frozenset({"cli", "desks", "demo", "static", "transfer", "translations"})
NOT_SPOKEN = frozenset({"app.py", "catalogues.py", "serve.py"})  # speak to operators, in English

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "_p": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "silent": "false"}
FOR_DEVELOPERS = frozenset({"RuntimeError", "ValueError", "TypeError", "LookupError", "ConfigError", "echo"})
SENTENCE = re.compile(r"[A-Z“][^\n]* [^\n]*(?:[.?!]|: %\(\w+\)s)")


@dataclass(frozen=True, order=True)
class Message:
    """One message: its plain English, its plural ("" without one) and its context ("" without one)."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def id(self) -> str | tuple[str, str]:
        """The id as babel wants it."""
        return (self.text, self.plural) if self.plural else self.text


def domains() -> list[str]:
    """Return the names of all catalogues: base, rooms, and one per desk."""
    return [BASE, ROOMS, *sorted(_desks())]


def _desks() -> list[str]:
    return [path.parent.name for path in (PACKAGE / "desks").glob("*/__init__.py")]


@cache
def messages_of(domain: str) -> frozenset[Message]:
    """Return every message of a catalogue, read once; what is said in `base` already is left out elsewhere."""
    errors = error_names()
    found = frozenset(message for path in sources_of(domain) for message in messages_in(path, errors))
    return found if domain == BASE else found - messages_of(BASE)


def sources_of(domain: str) -> list[Path]:
    """Return the files whose messages belong to a catalogue, in a fixed order."""
    if domain == BASE:
        found = [
            *TEMPLATES.glob("*.*"),
            *(TEMPLATES / "_parts").rglob("*.*"),
            *(PACKAGE / "desks").glob("*.py"),
        ]
    elif domain == ROOMS:
        rooms = [path for path in PACKAGE.iterdir() if path.is_dir() and path.name not in NOT_ROOMS]
        folders = [
            path for path in TEMPLATES.iterdir() if path.is_dir() and path.name not in {*_desks(), "_parts"}
        ]
        found = [file for room in rooms for file in room.rglob("*.py")]
        found += [file for folder in folders for file in folder.rglob("*.*")]
        found += PACKAGE.glob("*.py")
    else:
        found = [*(PACKAGE / "desks" / domain).rglob("*.py"), *(TEMPLATES / domain).rglob("*.*")]
    return sorted(path for path in found if path.name not in NOT_SPOKEN)


def messages_in(path: Path, errors: frozenset[str]) -> set[Message]:
    """Return the messages of one file.

    Args:
        path: a template or a Python file.
        errors: the names of the expected errors, see `error_names`.
    """
    if path.suffix != ".py":
        return set(_from_babel(babel_extract(io.BytesIO(path.read_bytes()), list(KEYWORDS), [], OPTIONS)))
    spoken = set(_from_babel(extract_python(io.BytesIO(path.read_bytes()), KEYWORDS, [], {})))
    return spoken | set(_sentences(ast.parse(path.read_text()), errors))


def _from_babel(found: Iterable[tuple[int, Any, Any, Any]]) -> Iterator[Message]:
    for _line, keyword, args, _comments in found:
        words = [word for word in (args if isinstance(args, tuple) else (args,)) if isinstance(word, str)]
        if keyword.endswith("pgettext") or keyword == "_p":
            if len(words) > 1:
                yield Message(words[1], context=words[0])
        elif KEYWORDS[keyword]:
            yield Message(words[0], plural=words[1])
        elif words:
            yield Message(words[0])


@cache
def error_names() -> frozenset[str]:
    """Return `ReporterError` and the names of all its subclasses in the package, read once."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }
    found = {"ReporterError"}
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return frozenset(found)


def _sentences(tree: ast.Module, errors: frozenset[str]) -> Iterator[Message]:
    skipped = {id(node) for silent in _silent(tree) for node in ast.walk(silent)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in errors and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield Message(first.value)
        if isinstance(node, ast.Constant) and id(node) not in skipped and SENTENCE.fullmatch(str(node.value)):
            yield Message(str(node.value))


def _silent(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what nobody but a developer reads: docstrings, developers' errors, f-strings, calls already read."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.JoinedStr):
            if isinstance(node, ast.JoinedStr) or isinstance(node.value, ast.Constant):
                yield node
        elif isinstance(node, ast.Call):
            name = _name(node.func)
            if (
                name in FOR_DEVELOPERS
                or name in KEYWORDS
                or _name(getattr(node.func, "value", None)) == "log"
            ):
                yield node


def _name(node: object) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
