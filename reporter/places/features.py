"""Read the features of a GeoJSON file piece by piece: what is held in memory is one entry, never its text. Pure."""

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO, Generic, TypeVar

import ijson
import numpy as np

from reporter.kernel.errors import BadInput, TooLarge

AREA_BYTES = 64 * 1024 * 1024
MOST_ENTRIES = 50_000
MOST_PROBLEMS = 20  # that are said of one file
LONGEST_NAME = 60
# Legacy "crs" names that mean plain degrees; 4490 is CGCS2000, equal to WGS 84 here.
IN_DEGREES = ("CRS84", "4326", "4490")

_PIECE = 1024 * 1024  # bytes that are looked at together
_SHORT = 1024 * 1024  # bytes of a file in which the line of a mistake is looked for
_BOM = codecs.BOM_UTF8
# Every escape in a text of JSON: a whole pair, a first half alone, a second half alone, any other.
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<first>u[dD][89abAB]..)|(?P<second>u[dD][c-fC-F]..)|.|$)",
    re.DOTALL,
)
_CONTROLS = dict.fromkeys({*range(0x20), 0x7F} - {ord(sign) for sign in "\t\n\r"})
_LONGEST_FILE = 200  # characters of a file's name
_LONGEST_ESCAPE = 12  # bytes
_DEEPEST = 64  # brackets in brackets: a MultiPolygon has nine

Shape = TypeVar("Shape")
Source = str | bytes | BinaryIO
Progress = Callable[[int], None]  # is told how many bytes of the file have been read


@dataclass(frozen=True)
class Feature:
    """One entry of the file, and how an error names it."""

    number: int
    geometry: Mapping[str, Any]
    properties: Mapping[str, Any]

    @property
    def where(self) -> dict[str, object]:
        """Return number and name, for the words of an error."""
        name = self.word("name_zh") or self.word("name") or self.word("name_en") or "?"
        return {"number": self.number, "name": name[:LONGEST_NAME]}

    def word(self, key: str) -> str:
        """Return a property as trimmed text, "" when there is none."""
        return word_of(self.properties.get(key)) or ""


@dataclass(frozen=True)
class Reading(Generic[Shape]):
    """What a file holds: the shapes that can be used, and what is wrong with the others (at most 20).

    Attributes:
        sha256: of the file, hexadecimal.
        size: of the file, bytes.
    """

    shapes: tuple[Shape, ...]
    problems: tuple[BadInput, ...]
    sha256: str = ""
    size: int = 0


def word_of(value: object) -> str | None:
    """Return a text or a whole number as one line without control characters, None for anything else.

    Programs fill texts up with them, and no database takes them.
    """
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    return " ".join(str(value).translate(_CONTROLS).split())


def kept_name(file: str) -> str:
    """Return the name of a file as it is kept, 200 characters at most, without what no page shows and no database takes."""
    return "".join(letter for letter in file if letter.isprintable())[:_LONGEST_FILE]


def opened(source: Source) -> BinaryIO:
    """Return what was given as a file that can be read and wound back."""
    if isinstance(source, str):
        return BytesIO(source.encode("utf-8", "surrogatepass"))
    return BytesIO(source) if isinstance(source, bytes) else source


def features_of(source: Source) -> Iterator[Feature]:
    """Yield the features of a GeoJSON FeatureCollection, checked as a collection, not yet one by one.

    Raises:
        TooLarge: more than 64 MB; field "file".
        BadInput: not a FeatureCollection in degrees; field "file".
    """
    file = opened(source)
    looked_through(file)
    yield from read_features(file, None)


def read_features(file: BinaryIO, progress: Progress | None) -> Iterator[Feature]:
    """Yield the features of a file that was looked through; `progress` is told how many bytes have been read.

    Raises:
        BadInput: not a FeatureCollection in degrees; field "file".
    """
    _refuse_other_kinds(file)
    number = 0
    for number, entry in enumerate(_items(file, "features.item", progress), start=1):
        if number > MOST_ENTRIES:
            raise BadInput(
                "The file holds more than %(most)s entries, which is more than we take.",
                field="file",
                most=MOST_ENTRIES,
            )
        yield _feature(number, entry)
    if not number:
        raise BadInput("The file holds no entry: its list of features is empty.", field="file")


def _refuse_other_kinds(file: BinaryIO) -> None:
    kind = next(_items(file, "type"), None)
    if kind != "FeatureCollection":
        raise BadInput(
            "This file holds “%(kind)s”. A GeoJSON FeatureCollection is needed, with one Feature for each entry.",
            field="file",
            kind=str(kind or "-")[:40],
        )
    reference = json.dumps(next(_items(file, "crs"), None) or IN_DEGREES, default=str)
    if not any(name in reference for name in IN_DEGREES):
        raise BadInput(
            "The file's coordinates are not degrees. Export it again as longitude and latitude (EPSG:4326).",
            field="file",
        )


def _items(file: BinaryIO, path: str, progress: Progress | None = None) -> Iterator[Any]:
    """Yield what stands at `path`, one after the other. Raises `BadInput` where the file is no JSON."""
    _start(file)
    try:
        yield from ijson.items(_Told(file, progress), path, use_float=True, buf_size=_PIECE // 4)
    except (ijson.JSONError, ValueError, RecursionError) as error:
        raise _no_json(file) from error


class _Told:
    """A file that tells how far it has been read."""

    def __init__(self, file: BinaryIO, progress: Progress | None) -> None:
        self._file, self._progress = file, progress

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        if self._progress:
            self._progress(self._file.tell())
        return piece


def _start(file: BinaryIO) -> None:
    """Go to where the text begins, behind the mark that some programs put before it."""
    file.seek(0)
    if file.read(len(_BOM)) != _BOM:
        file.seek(0)


def _no_json(file: BinaryIO) -> BadInput:
    """Return where the file stops being JSON: the line of a short one, else the entry before."""
    number = 0
    _start(file)
    with suppress(ijson.JSONError, ValueError, RecursionError):
        for _ in ijson.items(file, "features.item", use_float=True):
            number += 1
    _start(file)
    try:
        json.loads(file.read(_SHORT))
    except json.JSONDecodeError as error:
        if not file.read(1):
            return BadInput(
                "Line %(line)s, column %(column)s is not JSON. The file was cut off or changed by hand.",
                field="file",
                line=error.lineno,
                column=error.colno,
            )
    except (ValueError, RecursionError):  # numbers of thousands of digits, thousands of brackets
        return BadInput("The file is not JSON that a map program writes.", field="file")
    else:  # the reader of the standard library lets NaN and Infinity pass
        return BadInput(
            "After entry %(number)s stands a number that is none (NaN, Infinity) or too long.",
            field="file",
            number=number,
        )
    return BadInput(
        "After entry %(number)s the file is no JSON. It was cut off or changed by hand: export it again.",
        field="file",
        number=number,
    )


def looked_through(file: BinaryIO) -> tuple[str, int]:
    """Return digest and size of a file, in which every character is whole.

    Raises:
        TooLarge: more than 64 MB; field "file".
        BadInput: empty, not UTF-8, or with half a character in it, which no page and no table can show.
    """
    file.seek(0)
    digest, characters, scan = sha256(), codecs.getincrementaldecoder("utf-8")(), _Scan()
    size, filled = 0, False
    try:
        while piece := file.read(_PIECE):
            size += len(piece)
            _refuse_large(size)
            digest.update(piece)
            characters.decode(piece)
            scan.look(piece)
            filled = filled or bool(piece.removeprefix(_BOM).strip())
        characters.decode(b"", final=True)
        scan.look(b"")
    except UnicodeDecodeError as error:
        raise BadInput("The file is not UTF-8 text. Save it as UTF-8.", field="file") from error
    if not filled:
        raise BadInput("The file is empty.", field="file")
    return digest.hexdigest(), size


def _refuse_large(size: int) -> None:
    if size > AREA_BYTES:
        raise TooLarge(
            "The file is larger than %(most)s MB. Simplify its outlines or split it.",
            field="file",
            most=AREA_BYTES // 1024 // 1024,
        )


class _Scan:
    """Looks through a text of JSON that comes in pieces for what its reader would not survive or not tell.

    That is half a character, written as an escape, which would become a question mark, and brackets in brackets
    without end, for each of which the reader keeps its whole path.
    """

    def __init__(self) -> None:
        self._rest, self._line, self._depth, self._quoted = b"", 1, 0, 0

    def look(self, piece: bytes) -> None:
        """Look at the next piece, an empty one at the end. Raises `BadInput`."""
        text = self._rest + piece
        sure = len(text) - _LONGEST_ESCAPE if piece else len(text)
        end = len(text)
        for escape in _ESCAPES.finditer(text):
            if escape.start() > sure:  # the next piece may hold its end
                end = escape.start()
                break
            if escape["first"] or escape["second"]:
                raise BadInput(
                    "Line %(line)s holds a broken character. Save the file as UTF-8 text.",
                    field="file",
                    line=self._line + text.count(b"\n", 0, escape.start()),
                )
        self._rest = text[end:]
        self._line += text.count(b"\n", 0, end)
        self._descend(_ESCAPES.sub(b"", text[:end]))

    def _descend(self, text: bytes) -> None:
        signs = np.frombuffer(text, dtype=np.uint8)
        quoted = (np.cumsum(signs == ord('"')) + self._quoted) % 2
        self._quoted = int(quoted[-1]) if len(signs) else self._quoted
        opening = (signs == ord("[")) | (signs == ord("{"))
        closing = (signs == ord("]")) | (signs == ord("}"))
        steps = (opening.astype(np.int8) - closing.astype(np.int8)) * (quoted == 0)
        depths = self._depth + np.cumsum(steps, dtype=np.int64)
        if len(depths) and int(depths.max()) > _DEEPEST:
            raise BadInput("The file is not JSON that a map program writes.", field="file")
        self._depth = int(depths[-1]) if len(depths) else self._depth


def _feature(number: int, entry: object) -> Feature:
    if not isinstance(entry, dict) or entry.get("type") != "Feature":
        raise BadInput("Entry %(number)s is not a GeoJSON Feature.", field="file", number=number)
    geometry, properties = entry.get("geometry"), entry.get("properties")
    return Feature(
        number,
        geometry if isinstance(geometry, dict) else {},
        properties if isinstance(properties, dict) else {},
    )
