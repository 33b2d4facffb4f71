"""Read areas from a GeoJSON file somebody else made, strictly, saying what to mend where. Pure.

A file is read feature by feature: what is held in memory is the outlines of its areas, never its text.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO

import ijson
import numpy as np

from reporter.kernel.errors import BadInput, TooLarge
from reporter.places.geometry import Datum
from reporter.places.outlines import in_wgs84, read_outline, refuse_invalid
from reporter.places.shapes import AreaShape, Level

AREA_BYTES = 64 * 1024 * 1024
MOST_AREAS = 50_000
MOST_PROBLEMS = 20
LONGEST_NAME = 60

# The four lengths of the national codes: division (GB/T 2260), street (GB/T 10114), community, unit grid (GB/T 30428.1).
LEVEL_BY_DIGITS = {6: Level.COUNTY, 9: Level.STREET, 12: Level.COMMUNITY, 15: Level.GRID}
WHOLE_CITY = "00"  # ends the six digits of a city above its counties
# Other programs' words for the same levels.
LEVEL_BY_WORD = {level.value: level for level in Level} | {"district": Level.COUNTY, "township": Level.STREET}
# Legacy "crs" names that mean plain degrees; 4490 is CGCS2000, equal to WGS 84 here.
IN_DEGREES = ("CRS84", "4326", "4490")

_TOGETHER = 500  # outlines that are moved to WGS 84 at once
_PIECE = 1024 * 1024  # bytes that are looked at together
_SHORT = 1024 * 1024  # bytes of a file in which the line of a mistake is looked for
_BOM = codecs.BOM_UTF8
# Every escape in a text of JSON: a whole pair, a first half alone, a second half alone, any other.
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<first>u[dD][89abAB]..)|(?P<second>u[dD][c-fC-F]..)|.|$)",
    re.DOTALL,
)
_LONGEST_ESCAPE = 12  # bytes
_DEEPEST = 64  # brackets in brackets: a MultiPolygon has nine
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")

Source = str | bytes | BinaryIO
Progress = Callable[[int], None]  # is told how many bytes of the file have been read


@dataclass(frozen=True)
class Reading:
    """What a file holds: the areas that can be used, and what is wrong with the others (at most 20).

    Attributes:
        sha256: of the file, hexadecimal.
        size: of the file, bytes.
    """

    shapes: tuple[AreaShape, ...]
    problems: tuple[BadInput, ...]
    sha256: str = ""
    size: int = 0


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
        value = self.properties.get(key)
        plain = isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
        return " ".join(str(value).split()) if plain else ""


def read_areas(source: Source, datum: Datum, *, progress: Progress | None = None) -> Reading:
    """Return the areas of a GeoJSON FeatureCollection, converted from `datum` to WGS 84.

    A feature needs a Polygon or MultiPolygon and the properties `code` and `name_zh` (or `name`); `name_en`,
    `level`, `parent` and `approximate` may follow. The lengths of the national codes give level and parent, and
    what a feature says of either must agree with them.

    Args:
        source: the file, open at its beginning and able to seek, or its content.
        datum: what its coordinates are measured against.
        progress: told again and again how many bytes have been read.

    Raises:
        TooLarge: more than 64 MB; field "file".
        BadInput: the file as a whole is not such a collection; field "file".
    """
    file = opened(source)
    digest, size = _looked_through(file)
    found = _Found(datum)
    for feature in _features(file, progress):
        found.take(feature)
        if len(found.problems) >= MOST_PROBLEMS:
            break
    found.finish()
    return Reading(
        tuple(found.shapes.values()), tuple(sorted(found.problems, key=_number)[:MOST_PROBLEMS]), digest, size
    )


def _number(problem: BadInput) -> int:
    number = problem.values.get("number")
    return number if isinstance(number, int) else 0


class _Found:
    """The areas of a file and what is wrong with it; outlines are moved to WGS 84 and checked many at a time."""

    def __init__(self, datum: Datum) -> None:
        self.shapes: dict[str, AreaShape] = {}
        self.problems: list[BadInput] = []
        self._datum = datum
        self._numbers: dict[str, int] = {}
        self._waiting: list[tuple[Feature, AreaShape]] = []

    def take(self, feature: Feature) -> None:
        """Read one feature."""
        try:
            area = _area(feature)
            _refuse_duplicate(area.code, self._numbers, feature)
        except BadInput as problem:
            self.problems.append(problem)
        else:
            self._numbers[area.code] = feature.number
            self._waiting.append((Feature(feature.number, {}, feature.properties), area))
        if len(self._waiting) == _TOGETHER:
            self.finish()

    def finish(self) -> None:
        """Read what waits to be read together."""
        outlines = in_wgs84([area.outline for _, area in self._waiting], self._datum) if self._waiting else []
        for (feature, area), outline in zip(self._waiting, outlines, strict=True):
            try:
                refuse_invalid(outline, feature.where)
            except BadInput as problem:
                self.problems.append(problem)
            else:
                self.shapes[area.code] = replace(area, outline=outline)
        self._waiting = []


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
    _looked_through(file)
    yield from _features(file, None)


def _features(file: BinaryIO, progress: Progress | None) -> Iterator[Feature]:
    _refuse_other_kinds(file)
    number = 0
    for number, entry in enumerate(_items(file, "features.item", progress), start=1):
        if number > MOST_AREAS:
            raise BadInput(
                "The file holds more than %(most)s areas. Split it.", field="file", most=MOST_AREAS
            )
        yield _feature(number, entry)
    if not number:
        raise BadInput("The file holds no area: its list of features is empty.", field="file")


def _refuse_other_kinds(file: BinaryIO) -> None:
    kind = next(_items(file, "type"), None)
    if kind != "FeatureCollection":
        raise BadInput(
            "This file holds “%(kind)s”. A GeoJSON FeatureCollection is needed, with one Feature per area.",
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


def _looked_through(file: BinaryIO) -> tuple[str, int]:
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


def _area(feature: Feature) -> AreaShape:
    code, name = _code(feature), feature.word("name_zh") or feature.word("name")
    if not name:
        raise BadInput(
            "Area %(number)s has no name. Give it the property name_zh.", field="file", number=feature.number
        )
    if max(len(name), len(feature.word("name_en"))) > LONGEST_NAME:
        raise BadInput("Area %(number)s (%(name)s): its name is too long.", field="file", **feature.where)
    level = _level(feature, code)
    return AreaShape(
        code=code,
        level=level,
        name_zh=name,
        name_en=feature.word("name_en") or name,
        outline=read_outline(feature.geometry, feature.where),
        parent=_parent(feature, code),
        approximate=feature.properties.get("approximate") is not False,
        number=feature.number,
    )


def _code(feature: Feature) -> str:
    code = feature.word("code") or feature.word("adcode")
    if not code:
        raise BadInput(
            "Area %(number)s (%(name)s) has no code. Give it the property code.",
            field="file",
            **feature.where,
        )
    if not _CODE.fullmatch(code):
        raise BadInput(
            "Area %(number)s (%(name)s): a code has letters and digits only, at most 32.",
            field="file",
            **feature.where,
        )
    _refuse_filled_up(feature, code)
    return code


def _refuse_filled_up(feature: Feature, code: str) -> None:
    """Refuse a code of the statistical office, which fills every level up to twelve digits with noughts."""
    short = code.removesuffix("000").removesuffix("000")
    if code.isdigit() and len(code) in {12, 15} and short != code:
        raise BadInput(
            "Area %(number)s (%(name)s): the code %(code)s is filled up with noughts. Write %(short)s.",
            field="file",
            code=code,
            short=short,
            **feature.where,
        )


def _level(feature: Feature, code: str) -> Level:
    word, national = feature.word("level").lower(), level_of(code)
    level = LEVEL_BY_WORD.get(word) if word else national
    if level is None:
        raise BadInput(
            "Area %(number)s (%(name)s): its level must be one of %(levels)s.",
            field="file",
            levels=", ".join(Level),
            **feature.where,
        )
    if code.isdigit() and level is not national:
        raise BadInput(
            "Area %(number)s (%(name)s): its level %(level)s does not fit its code %(code)s. National codes have "
            "6 digits (district or county), 9 (street or township), 12 (community) or 15 (unit grid); correct level or code.",
            field="file",
            level=level.value,
            code=code,
            **feature.where,
        )
    return level


def level_of(code: str) -> Level | None:
    """Return the level that a national code stands for, None for a code of another make."""
    level = LEVEL_BY_DIGITS.get(len(code)) if code.isdigit() else None
    return Level.CITY if level is Level.COUNTY and code.endswith(WHOLE_CITY) else level


def parent_of(code: str) -> str:
    """Return the national code one level up, "" above the city and for codes of another make."""
    level = level_of(code)
    if level in {None, Level.CITY}:
        return ""
    return f"{code[:4]}{WHOLE_CITY}" if level is Level.COUNTY else code[:-3]


def _parent(feature: Feature, code: str) -> str:
    """Return the code of the area one level up: as the code says it, else as the feature does."""
    said, national = feature.word("parent"), parent_of(code)
    if said and level_of(code) and said != national:
        raise BadInput(
            "Area %(number)s (%(name)s): its parent %(said)s does not fit its code %(code)s, which lies under "
            "%(national)s. Correct the property parent, or leave it out.",
            field="file",
            said=said[:40],
            code=code,
            national=national or "-",
            **feature.where,
        )
    return said or national


def _refuse_duplicate(code: str, numbers: Mapping[str, int], feature: Feature) -> None:
    if code in numbers:
        raise BadInput(
            "Area %(number)s (%(name)s) has the code %(code)s of area %(other)s. Each area needs its own.",
            field="file",
            code=code,
            other=numbers[code],
            **feature.where,
        )
