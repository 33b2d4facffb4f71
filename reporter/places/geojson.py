"""Read areas from a GeoJSON file somebody else made, strictly, saying what to mend where. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reporter.kernel.errors import BadInput, TooLarge
from reporter.places.geometry import Datum
from reporter.places.outlines import read_outline
from reporter.places.shapes import AreaShape, Level

AREA_BYTES = 5 * 1024 * 1024
MOST_AREAS = 5_000
MOST_PROBLEMS = 20
LONGEST_NAME = 60

# The four lengths of the national codes: division, street, community, unit grid.
LEVEL_BY_DIGITS = {6: Level.COUNTY, 9: Level.STREET, 12: Level.COMMUNITY, 15: Level.GRID}
# Other programs' words for the same levels.
LEVEL_BY_WORD = {level.value: level for level in Level} | {"district": Level.COUNTY, "township": Level.STREET}
# Legacy "crs" names that mean plain degrees; 4490 is CGCS2000, equal to WGS 84 here.
IN_DEGREES = ("CRS84", "4326", "4490")

_HALVES = re.compile("[\ud800-\udfff]")  # of a surrogate pair
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


@dataclass(frozen=True)
class Reading:
    """What a file holds: the areas that can be used, and what is wrong with the others (at most 20)."""

    shapes: tuple[AreaShape, ...]
    problems: tuple[BadInput, ...]


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
        """Return a property as trimmed text, "" when there is none.

        Raises:
            BadInput: it holds half a character, which no page and no table can show; field "file".
        """
        value = self.properties.get(key)
        plain = isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))
        text = " ".join(str(value).split()) if plain else ""
        if _HALVES.search(text):
            raise BadInput(
                "Entry %(number)s: its %(key)s holds a broken character. Save the file as UTF-8 text.",
                field="file",
                number=self.number,
                key=key,
            )
        return text


def read_areas(text: str | bytes, datum: Datum = Datum.WGS84) -> Reading:
    """Return the areas of a GeoJSON FeatureCollection, converted from `datum` to WGS 84.

    A feature needs a Polygon or MultiPolygon and the properties `code` and `name_zh` (or `name`); `name_en`,
    `level`, `parent` and `approximate` may follow. The lengths of the national codes give level and parent.

    Raises:
        TooLarge: more than 5 MB; field "file".
        BadInput: the file as a whole is not such a collection; field "file".
    """
    shapes: dict[str, AreaShape] = {}
    numbers: dict[str, int] = {}
    problems: list[BadInput] = []
    for feature in features_of(text):
        try:
            area = _area(feature, datum)
            _refuse_duplicate(area.code, numbers, feature)
        except BadInput as problem:
            problems.append(problem)
        else:
            shapes[area.code], numbers[area.code] = area, feature.number
        if len(problems) == MOST_PROBLEMS:
            break
    return Reading(tuple(shapes.values()), tuple(problems))


def features_of(text: str | bytes) -> Iterator[Feature]:
    """Yield the features of a GeoJSON FeatureCollection, checked as a collection, not yet one by one.

    Raises:
        TooLarge: more than 5 MB; field "file".
        BadInput: not a FeatureCollection in degrees; field "file".
    """
    for number, entry in enumerate(_entries(text), start=1):
        yield _feature(number, entry)


def _entries(text: str | bytes) -> list[Any]:
    document = _document(text)
    kind = document.get("type") if isinstance(document, dict) else None
    if kind != "FeatureCollection":
        raise BadInput(
            "This file holds “%(kind)s”. A GeoJSON FeatureCollection is needed, with one Feature per area.",
            field="file",
            kind=str(kind or type(document).__name__)[:40],
        )
    reference = json.dumps(document.get("crs") or IN_DEGREES)
    if not any(name in reference for name in IN_DEGREES):
        raise BadInput(
            "The file's coordinates are not degrees. Export it again as longitude and latitude (EPSG:4326).",
            field="file",
        )
    entries = document.get("features")
    if not isinstance(entries, list) or not entries:
        raise BadInput("The file holds no area: its list of features is empty.", field="file")
    if len(entries) > MOST_AREAS:
        raise BadInput("The file holds more than %(most)s areas. Split it.", field="file", most=MOST_AREAS)
    return entries


def _document(text: str | bytes) -> Any:
    file = text.encode() if isinstance(text, str) else text
    if len(file) > AREA_BYTES:
        raise TooLarge(
            "The file is larger than %(most)s MB. Simplify its outlines or split it.",
            field="file",
            most=AREA_BYTES // 1024 // 1024,
        )
    if not file.strip():
        raise BadInput("The file is empty.", field="file")
    try:
        return json.loads(file.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput("The file is not UTF-8 text. Save it as UTF-8.", field="file") from error
    except json.JSONDecodeError as error:
        raise BadInput(
            "Line %(line)s, column %(column)s is not JSON. The file was cut off or changed by hand.",
            field="file",
            line=error.lineno,
            column=error.colno,
        ) from error
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, thousands of brackets
        raise BadInput("The file is not JSON that a map program writes.", field="file") from error


def _feature(number: int, entry: object) -> Feature:
    if not isinstance(entry, dict) or entry.get("type") != "Feature":
        raise BadInput("Entry %(number)s is not a GeoJSON Feature.", field="file", number=number)
    geometry, properties = entry.get("geometry"), entry.get("properties")
    return Feature(
        number,
        geometry if isinstance(geometry, dict) else {},
        properties if isinstance(properties, dict) else {},
    )


def _area(feature: Feature, datum: Datum) -> AreaShape:
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
        outline=read_outline(feature.geometry, datum, feature.where),
        parent=feature.word("parent") or _parent(code, level),
        approximate=feature.properties.get("approximate") is not False,
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
    return code


def _level(feature: Feature, code: str) -> Level:
    word = feature.word("level").lower()
    by_code = LEVEL_BY_DIGITS.get(len(code)) if code.isdigit() else None
    level = LEVEL_BY_WORD.get(word) if word else by_code
    if level is None:
        raise BadInput(
            "Area %(number)s (%(name)s): its level must be one of %(levels)s.",
            field="file",
            levels=", ".join(Level),
            **feature.where,
        )
    return level


def _parent(code: str, level: Level) -> str:
    """Return the national code one level up, "" above the counties and for codes of another make."""
    if LEVEL_BY_DIGITS.get(len(code)) is not level or not code.isdigit() or level is Level.COUNTY:
        return ""
    return code[:-3]


def _refuse_duplicate(code: str, numbers: Mapping[str, int], feature: Feature) -> None:
    if code in numbers:
        raise BadInput(
            "Area %(number)s (%(name)s) has the code %(code)s of area %(other)s. Each area needs its own.",
            field="file",
            code=code,
            other=numbers[code],
            **feature.where,
        )
