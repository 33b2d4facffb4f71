"""One city goes out as lines of JSON and comes back elsewhere, equal by every row, digest, file and page."""

import json
import re
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from config import ROOT
from reporter.cities.commands import found_city
from reporter.cities.models import Jurisdiction
from reporter.kernel.db import db, enter_city
from reporter.kernel.policy import SYSTEM
from reporter.ports import ports
from reporter.transfer.archive import members, written
from reporter.transfer.describing import transfer_page
from reporter.transfer.tables import CITIES, LEFT_OUT, THROUGH, city_rows, exported, in_order
from tests.conftest import NOW
from tests.house.cities.homes import fill_home
from tests.make import a_report, a_user, put
from tests.transfer.installations import (
    CITY,
    MIGRATIONS,
    address,
    files_below,
    found_with,
    installation,
    run,
    tables,
)

pytestmark = [pytest.mark.pure, pytest.mark.each_database]

LINKS = re.compile(r'"(/board/(?:pictures/[^" ]+|[A-Z0-9][^"/? ]+))"')
CHECKS = (("figures", "verify"), ("points", "verify"), ("audit", "verify"))
PAGES = (
    "/", "/board", "/board?page=2", "/board/feed.atom", "/board/feed.json", "/board/posts.csv", "/board/posts.geojson", "/map",
    "/map/posts.json?box=112,40,114,42&zoom=12", "/figures", "/columns", "/honours", "/about/open-data",
)  # fmt: skip


@pytest.fixture
def home(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return an installation on an empty database."""
    with installation(address(database_url, tmp_path, "home"), tmp_path / "home") as app:
        yield app


@pytest.fixture
def other(database_url: str, tmp_path: Path) -> str:
    """Return the address of another empty database."""
    return address(database_url, tmp_path, "other")


def full_city() -> None:
    """Make three cities; the first has a row in every table."""
    upgrade(str(MIGRATIONS))
    enter_city(
        put(
            Jurisdiction(
                **(CITY | {"created_at": NOW, "hosts": [], "parent_zh": "", "parent_en": "", "phone": ""})
            )
        ).id
    )
    fill_home()
    db.session.remove()


def checked(app: Flask) -> list[tuple[int, str]]:
    """Return what each check of the operator says."""
    results = [run(app, *check) for check in CHECKS]
    return [(result.exit_code, result.output) for result in results]


def of_first_city() -> dict[str, list[tuple[object, ...]]]:
    """Return the rows that are exported of the first city, as they lie."""
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(city_rows(table, 1))]
            for table in exported()
        }


def pages(app: Flask) -> dict[str, tuple[int, bytes]]:
    """Return status and content of every public page and picture that the board leads to."""
    found: dict[str, tuple[int, bytes]] = {}
    waiting = list(PAGES)
    while waiting:
        address = waiting.pop()
        if address not in found:
            answer = app.test_client().get(address, base_url="https://jining.example")
            found[address] = answer.status_code, answer.data
            waiting += LINKS.findall(answer.text) if answer.mimetype == "text/html" else []
    return found


def test_a_city_comes_back_equal_by_every_row_digest_file_and_page(
    home: Flask, other: str, tmp_path: Path
) -> None:
    full_city()
    archive, rows, shown, now = tmp_path / "city.tar.gz", of_first_city(), pages(home), ports.clock.now()

    made = run(home, "export", archive, "--city", "jining", "--with-originals")
    with installation(other, tmp_path / "other") as app:
        brought = run(app, "import", archive)
        ports.clock.set(now)  # type: ignore[attr-defined]  # the tests' clock
        after, everything, shown_after = of_first_city(), tables(), pages(app)
        checks = checked(app)

    assert (made.exit_code, brought.exit_code) == (0, 0), made.output + brought.output
    assert [name for name, one in rows.items() if not one] == []
    assert after == rows
    assert {name: len(one) for name, one in everything.items()} == {
        name: len(rows.get(name, ())) for name in everything
    }
    assert "0 faults" in brought.output
    assert checks == checked(home)
    assert len([address for address in shown if address.startswith("/board/pictures/")]) > 0
    assert {address for address, (status, _) in shown.items() if status not in {200, 302}} == set()
    assert shown_after == shown


def test_it_goes_from_one_kind_of_database_into_the_other_and_numbers_go_on(
    other: str, tmp_path: Path
) -> None:
    with installation(f"sqlite:///{tmp_path / 'home.db'}", tmp_path / "home") as app:
        [number] = found_with(reports=1)
        run(app, "export", tmp_path / "city.tar")
        rows = of_first_city()

    with installation(other, tmp_path / "other") as app:
        brought = run(app, "import", tmp_path / "city.tar")
        after = of_first_city()
        enter_city(1)
        next_one = a_report(photos=1).number
        checks = checked(app)

    assert brought.exit_code == 0, brought.output
    assert [status for status, _ in checks] == [0, 0, 0], checks
    assert after == rows
    assert next_one > number


def lines(archive: Path, table: str) -> list[dict[str, object]]:
    """Return the rows of a table in an archive."""
    with tarfile.open(archive) as tar:
        content = tar.extractfile(f"tables/{table}.jsonl")
        assert content is not None
        return [json.loads(line) for line in content]


def test_what_is_sealed_stays_sealed_and_originals_stay_behind_unless_asked_for(
    home: Flask, tmp_path: Path
) -> None:
    found_with(reports=1)
    a_user(phone="13847400009", name="苏日娜")

    said = run(home, "export", tmp_path / "city.tar").output
    run(home, "export", tmp_path / "whole.tar", "--with-originals")

    people = lines(tmp_path / "city.tar", "users")
    assert [one["name"] for one in people if one["name"] == "苏日娜"] == ["苏日娜"]
    assert "13847400009" not in json.dumps(people)
    with tarfile.open(tmp_path / "city.tar") as few, tarfile.open(tmp_path / "whole.tar") as all_:
        originals = set(all_.getnames()) - set(few.getnames())
    assert originals == {f"originals/{key}" for key in files_below(tmp_path / "home/originals")} != set()
    assert "It holds personal data" in said
    assert "The keys are not in it" in said


def test_what_cannot_come_in_is_refused_and_the_installation_stays_empty(
    home: Flask, other: str, tmp_path: Path
) -> None:
    found_with(reports=1)
    whole = tmp_path / "city.tar"
    run(home, "export", whole)
    run(home, "backup", tmp_path / "backup.tar")
    damaged = bytearray(whole.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged.tar").write_bytes(damaged)
    (tmp_path / "cut.tar").write_bytes(whole.read_bytes()[:-20000])
    rebuilt(
        whole, tmp_path / "odd.tar", "tables/reports.jsonl", lambda text: text.replace('"number"', '"nr"')
    )
    rebuilt(
        whole,
        tmp_path / "torn.tar",
        "tables/report_photos.jsonl",
        lambda text: re.sub('"photo_id":[0-9]+', '"photo_id":777', text),
    )
    rebuilt(
        whole,
        tmp_path / "fewer.tar",
        "tables/trail_entries.jsonl",
        lambda text: text[: text[:-1].rindex("\n") + 1],
    )
    rebuilt(
        whole,
        tmp_path / "old.tar",
        "export.json",
        lambda text: text.replace('"schema": "00', '"schema": "99'),
    )

    refused = {}
    with installation(other, tmp_path / "other") as app:
        for name in ("damaged", "cut", "backup", "odd", "torn", "fewer", "old"):
            refused[name] = run(app, "import", "--go-on", tmp_path / f"{name}.tar")
        rows = {name: one for name, one in tables().items() if one}
    into_itself = run(home, "import", whole)

    assert {name: one.exit_code for name, one in refused.items()} == dict.fromkeys(refused, 2)
    assert "is no export" in refused["backup"].output
    assert "tables/reports.jsonl: a row after number 0 does not fit" in refused["odd"].output
    assert "not as many of trail_entries" in refused["fewer"].output
    assert "The export has schema 99" in refused["old"].output
    assert rows == {}
    assert (into_itself.exit_code, "has a city" in into_itself.output) == (2, True)


def rebuilt(archive: Path, into: Path, name: str, changed: Callable[[str], str]) -> None:
    """Write the archive anew, whole by every digest, with one file changed by somebody."""
    with written(into, at=0) as new:
        for member in members(archive):
            content = member.read()
            new.add(member.name, changed(content.decode()).encode() if member.name == name else content)


def test_a_city_must_be_named_where_there_are_several(home: Flask, tmp_path: Path) -> None:
    found_with(reports=0)
    found_city(CITY | {"slug": "other", "code": "150903"}, by=SYSTEM)

    unnamed, nowhere = run(home, "export", tmp_path / "city.tar"), run(home, "export")
    named = run(home, "export", tmp_path / "city.tar", "--city", "other")

    assert (unnamed.exit_code, "Name one city with --city: jining, other" in unnamed.output) == (1, True)
    assert (nowhere.exit_code, "Name the archive" in nowhere.output) == (2, True)
    assert named.exit_code == 0
    assert [one["slug"] for one in lines(tmp_path / "city.tar", "jurisdictions")] == ["other"]


def test_every_table_is_exported_by_its_city_or_has_its_place_in_the_table() -> None:
    named = {table.name for table in db.metadata.sorted_tables if "city_id" in table.c}

    others = set(db.metadata.tables) - named

    assert others == {CITIES, *THROUGH}
    assert set(LEFT_OUT) < named
    assert all(LEFT_OUT.values())
    assert {table.name for table in exported()} == set(db.metadata.tables) - set(LEFT_OUT)


def test_the_page_of_the_format_is_the_one_that_the_tables_make() -> None:
    assert (ROOT / "docs/transfer.md").read_text(encoding="utf-8") == transfer_page()


def test_rows_come_after_the_rows_of_their_table_that_they_refer_to() -> None:
    rows: list[dict[str, object]] = [
        {"id": 1, "parent": 3},
        {"id": 2, "parent": None},
        {"id": 3, "parent": 2},
        {"id": 4, "parent": 9},
    ]

    ordered = [row["id"] for row in in_order(iter(rows), "parent")]

    assert ordered == [2, 3, 1, 4]
