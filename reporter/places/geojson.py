"""Read areas from a GeoJSON file somebody else made, strictly, saying what to mend where. Pure.

A file is read feature by feature: what is held in memory is the outlines of its areas, never its text.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from reporter.kernel.errors import BadInput
from reporter.places.features import (
    LONGEST_NAME,
    MOST_PROBLEMS,
    Feature,
    Progress,
    Reading,
    Source,
    looked_through,
    opened,
    read_features,
)
from reporter.places.geometry import Datum
from reporter.places.outlines import in_wgs84, read_outline, refuse_invalid
from reporter.places.shapes import AreaShape, Level

# The four lengths of the national codes: division (GB/T 2260), street (GB/T 10114), community, unit grid (GB/T 30428.1).
LEVEL_BY_DIGITS = {6: Level.COUNTY, 9: Level.STREET, 12: Level.COMMUNITY, 15: Level.GRID}
WHOLE_CITY = "00"  # ends the six digits of a city above its counties
# Other programs' words for the same levels.
LEVEL_BY_WORD = {level.value: level for level in Level} | {"district": Level.COUNTY, "township": Level.STREET}

_TOGETHER = 500  # outlines that are moved to WGS 84 at once
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


def read_areas(source: Source, datum: Datum, *, progress: Progress | None = None) -> Reading[AreaShape]:
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
    digest, size = looked_through(file)
    found = _Found(datum)
    for feature in read_features(file, progress):
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
