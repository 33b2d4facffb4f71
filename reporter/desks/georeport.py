"""The answers of GeoReport v2: trees of typed values as JSON or XML, and every refusal as a list of errors.

Here, below the desks, because what fails before any desk is reached is answered in the same way.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, request

from reporter.kernel.errors import Conflict, ReporterError

UNDER = re.compile(r"/(?:[^/]+/)?open311(?:/|$)")  # the umbrella's addresses, and those of each city
SUFFIX = re.compile(r"\.(json|xml)$")
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
# What the standard says in other numbers than the house: 401 and 410 it does not know, all else is 400.
STATUSES = {401: 403, 409: 400, 410: 404, 422: 400}
AWAY, SOON = 503, 5  # what works when it is sent again, and after how many seconds
# Read from any page, without cookies; a key may be sent along.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept-Language, Authorization, Content-Type, Idempotency-Key",
    "Access-Control-Expose-Headers": "Retry-After",
    "Access-Control-Max-Age": "86400",
}


class Form(StrEnum):
    """The two forms of every answer, by the suffix of the address."""

    XML = "xml"
    JSON = "json"


TYPES = {Form.XML: "text/xml; charset=utf-8", Form.JSON: "application/json; charset=utf-8"}


@dataclass(frozen=True)
class Items:
    """A list: in JSON an array however many there are, in XML children called `each`."""

    each: str
    of: Sequence[Any]


Value = str | int | float | bool | datetime | None
Tree = Mapping[str, Any] | Items | Value  # a mapping's values are trees


class Faults(ReporterError):
    """Everything that is wrong with a request, at once; the status is that of the gravest.

    Args:
        faults: each with its own words and status; a refused key (403) comes before what does not exist (404).
    """

    def __init__(self, *faults: ReporterError) -> None:
        first = min(faults, key=lambda fault: _GRAVEST.get(status_of(fault), len(_GRAVEST)))
        super().__init__(first.message, field=first.field, **first.values)
        self.status = first.status
        self.faults = faults


_GRAVEST = {403: 0, 404: 1}


def is_under(path: str) -> bool:
    """Tell whether an address is one of GeoReport's, known or not."""
    return UNDER.match(path) is not None


def form_of(path: str) -> Form:
    """Return the form that the suffix asks for; without one what the client would rather have."""
    if found := SUFFIX.search(path):
        return Form(found[1])
    kinds = ["text/xml", "application/xml", "application/json"]
    return Form.JSON if request.accept_mimetypes.best_match(kinds) == kinds[-1] else Form.XML


def status_of(error: ReporterError) -> int:
    """Return the status with which GeoReport says it."""
    return AWAY if isinstance(error, Conflict) else STATUSES.get(error.status, error.status)


def answer(root: str, tree: Tree, *, status: int = 200, form: Form | None = None) -> Response:
    """Return a tree in the form that was asked for.

    Args:
        root: the name of the XML's outermost element; JSON has none.
    """
    form = form or form_of(request.path)
    text = as_json(tree) if form is Form.JSON else as_xml(root, tree)
    return Response(text, status=status, content_type=TYPES[form])


def refusal(faults: Sequence[tuple[int, str]], *, status: int) -> Response:
    """Return a list of errors, each with its code and its words."""
    return answer(
        "errors",
        Items("error", [{"code": code, "description": words} for code, words in faults]),
        status=status,
    )


def as_json(tree: Tree) -> str:
    """Return the tree as JSON: the root is gone, lists are bare, numbers are numbers."""
    return json.dumps(_plain(tree), ensure_ascii=False)


def _plain(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {name: _plain(value) for name, value in tree.items()}
    if isinstance(tree, Items):
        return [_plain(one) for one in tree.of]
    return _instant(tree) if isinstance(tree, datetime) else tree


def as_xml(root: str, tree: Tree) -> bytes:
    """Return the tree as XML with its declaration: no attributes, no namespace, an empty element for what is None."""
    top = Element(root)
    _fill(top, tree)
    return tostring(top, encoding="UTF-8", xml_declaration=True)


def _fill(element: Element, tree: Any) -> None:
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            _fill(SubElement(element, name), value)
    elif isinstance(tree, Items):
        for one in tree.of:
            _fill(SubElement(element, tree.each), one)
    else:
        element.text = _text(tree)


def _text(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return _instant(value)
    return NO_XML.sub("", str(value))


def _instant(moment: datetime) -> str:
    """Return an instant in whole seconds of UTC with its Z: old clients read nothing else."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
