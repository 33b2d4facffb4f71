"""Versions of the areas: each import is one, old areas stay for old cases, and there is a way back."""

import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from reporter.kernel.audit import trail_of, verify
from reporter.kernel.db import db, enter_city
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import SYSTEM, Role
from reporter.places.commands import go_back, import_areas
from reporter.places.geometry import Datum
from reporter.places.models import Area, AreaEdition, VersionKind
from reporter.places.preview import Change
from reporter.places.queries import (
    area_at,
    area_names,
    areas,
    areas_after,
    candidates_at,
    edition,
    get_area,
    known_areas,
    numbers_by_level,
)
from reporter.places.shapes import Level
from reporter.places.versions import changes_back, get_version, latest_version, versions
from tests.make import a_city, a_report, a_user
from tests.places.files import collection, feature, square

DISTRICT = feature("150902", "集宁区", square(side=0.4))
EAST = feature("150902002", "桥东街道", square(113.2))
WEST = feature("150902006", "桥西街道", square(113.1))


def take_in(*features: Any, **options: Any) -> None:
    import_areas(collection(*features), Datum.WGS84, by=SYSTEM, **options)


def ground() -> list[tuple[Any, ...]]:
    """Return all that is in force: what each area is called, where it lies and what it lies under."""
    return [
        (one.code, one.level, one.name_zh, one.name_en, one.parent, one.outline.wkt, one.approximate)
        for one in known_areas()
        if one.active
    ]


def test_an_import_is_a_version_with_who_when_what_and_how_many() -> None:
    person = a_user(Role.SYSTEM_ADMIN)
    take_in(DISTRICT, EAST, WEST)
    file = collection(feature("150902002", "新桥东街道", square(113.2))).encode()

    import_areas(BytesIO(file), Datum.WGS84, by=person.actor, file="街道.geojson")

    second, first = versions()
    assert (first.number, first.by_id, first.added, first.kind) == (1, None, 3, VersionKind.IMPORT)
    assert (second.number, second.by_id, second.file, second.datum) == (2, person.id, "街道.geojson", "wgs84")
    assert (second.added, second.changed, second.withdrawn, second.unchanged) == (0, 1, 1, 0)
    assert (second.sha256, second.size) == (sha256(file).hexdigest(), len(file))
    assert latest_version() == get_version(2).number == 2


def test_a_case_keeps_its_area_and_its_name_whatever_becomes_of_it() -> None:
    take_in(DISTRICT, EAST, WEST)
    report = a_report(at=(113.15, 41.05))
    west = report.area_id or 0

    take_in(EAST)

    assert get_area(west).name_zh == area_names([west])[west].name_zh == "桥西街道"
    found = area_at(113.15, 41.05)
    assert found is not None
    assert found.code == "150902"


def test_the_way_back_leads_to_exactly_what_was_there() -> None:
    take_in(DISTRICT, EAST, WEST)
    states = [ground()]
    take_in(feature("150902002", "新桥东街道", square(113.25)), feature("150902007", "新街道", square(113.1)))
    states.append(ground())
    take_in(DISTRICT | {"properties": {"code": "150902", "name_zh": "集宁"}}, EAST, confirmed=True)
    states.append(ground())

    for number in (1, 2, 3, 1, 3):
        go_back(number, by=SYSTEM)
        assert ground() == states[number - 1]

    assert [version.back_to for version in versions()] == [3, 1, 3, 2, 1, None, None, None]
    assert area_at(113.25, 41.05) == areas(level="street")[0]


def test_the_way_back_is_shown_before_it_is_gone_and_counted_afterwards() -> None:
    take_in(DISTRICT, EAST, WEST)
    take_in(feature("150902002", "新桥东街道", square(113.25)), feature("150902007", "新街道", square(113.1)))

    shown = {row.code: (row.change, row.name_zh, row.before) for row in changes_back(1)}
    version = go_back(1, by=SYSTEM)

    assert shown == {
        "150902002": (Change.CHANGED, "桥东街道", "新桥东街道"),
        "150902006": (Change.NEW, "桥西街道", ""),
        "150902007": (Change.REMOVED, "新街道", ""),
    }
    assert (version.added, version.changed, version.withdrawn) == (1, 1, 1)
    entry = trail_of(db.session.scalars(select(AreaEdition)).one())[-1]
    assert (entry.action, entry.facts["back_to"], entry.facts["version"]) == ("back", 1, 3)
    assert list(verify("secret")) == []


def test_an_area_that_came_later_closes_and_keeps_its_id() -> None:
    take_in(DISTRICT, EAST)
    take_in(EAST, WEST)
    west = areas(level="street")[1].id

    go_back(1, by=SYSTEM)
    take_in(EAST, WEST)

    assert get_area(west).active
    assert len(db.session.scalars(select(Area)).all()) == 3


def test_the_version_in_force_unknown_ones_and_strangers_are_refused() -> None:
    take_in(DISTRICT, EAST)
    take_in(EAST, WEST)
    before = ground()

    with pytest.raises(WrongStep):
        go_back(2, by=SYSTEM)
    with pytest.raises(NotFound):
        go_back(9, by=SYSTEM)
    with pytest.raises(NotFound):
        changes_back(9)
    with pytest.raises(NotAllowed):
        go_back(1, by=a_user(Role.LEADER).actor)
    with pytest.raises(Conflict):
        go_back(1, by=SYSTEM, seen=edition() - 1)

    assert ground() == before
    assert latest_version() == 2


def test_an_import_that_is_refused_is_no_version() -> None:
    take_in(DISTRICT)

    with pytest.raises(BadInput):
        take_in(feature("150902003", name=""))

    assert latest_version() == 1


def test_no_city_sees_or_takes_up_the_version_of_another() -> None:
    take_in(DISTRICT, EAST)
    take_in(EAST, WEST)

    enter_city(a_city().id)

    assert (versions(), latest_version(), numbers_by_level()) == ([], 0, {})
    assert (list(areas_after(0, most=9)), candidates_at(113.25, 41.05)) == ([], ())
    with pytest.raises(NotFound):
        go_back(1, by=SYSTEM)


def test_areas_are_counted_by_level_and_listed_page_by_page() -> None:
    take_in(DISTRICT, EAST, WEST)
    first = areas_after(0, most=2)

    assert numbers_by_level() == {Level.COUNTY: 1, Level.STREET: 2}
    assert [area.code for area in (*first, *areas_after(first[-1].id, most=2))] == [
        "150902",
        "150902002",
        "150902006",
    ]


def test_a_place_of_unknown_accuracy_on_a_border_may_belong_to_both_sides() -> None:
    take_in(DISTRICT, EAST, WEST)
    _, east, west = areas()

    assert candidates_at(113.2, 41.05) == (east.id, west.id)
    assert candidates_at(113.2001, 41.05) == (east.id,)
    assert candidates_at(113.2001, 41.05, accuracy_m=30) == (east.id, west.id)


MADE = Path(__file__).parents[2]
PEAK = """
import resource, sys
from reporter.places.geojson import read_areas
from reporter.places.geometry import Datum

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as file:
    reading = read_areas(file, Datum.GCJ02)
print(len(reading.shapes), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.once
def test_a_large_file_is_read_in_little_more_memory_than_its_text_takes(tmp_path: Path) -> None:
    ring = [(113 + step / 1e4, 41.0) for step in range(60)] + [
        (113.006, 41 + step / 1e4) for step in range(60)
    ]
    one = feature("x", ring=[*ring, (113.0, 41.006), ring[0]], level="grid")
    file = tmp_path / "grids.geojson"
    with file.open("w", encoding="utf-8") as out:
        out.write(collection(one)[:-2])
        for number in range(5_000):
            one["properties"]["code"] = f"x{number}"
            out.write("," + collection(one)[len(collection()) - 2 : -2])
        out.write("]}")
    size = file.stat().st_size // 1024 // 1024

    told = subprocess.run(
        [sys.executable, "-c", PEAK, str(file)], cwd=MADE, check=True, capture_output=True, text=True
    ).stdout.split()

    assert (int(told[0]), size >= 8) == (5_001, True)
    assert int(told[1]) < 5 * size, told  # as one document it would be more than ten times its text
