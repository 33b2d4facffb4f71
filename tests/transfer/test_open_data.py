"""What residents reported stands by month in files that anybody may have, and nothing else of it does."""

import csv
import gzip
import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from reporter.accounts.models import User
from reporter.kernel.db import current_city_id, enter_city
from reporter.kernel.dialect import alone
from reporter.ports import ports
from reporter.reports.commands.triage import decline
from reporter.transfer.columns import COLUMNS
from tests.make import a_category, a_city, a_moderator, a_report, a_user, an_area
from tests.transfer.installations import run

BULK = [
    "service_request_id", "requested_datetime", "updated_datetime", "closed_date", "status_description", "status_notes",
    "source", "service_name", "service_subtype", "description", "agency_responsible", "address", "lat", "long",
]  # fmt: skip
TYPES = {"string", "number", "datetime"}  # of Table Schema


def later(**time: int) -> None:
    ports.clock.move(timedelta(**time))  # type: ignore[attr-defined]  # the tests' clock


def package(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_bytes())
    return found


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def resident() -> User:
    return a_user(name="阿拉坦其其格", email="alatan@example.org", phone="13847400001")


def test_a_month_is_a_table_and_points_and_holds_nothing_that_may_have_to_vanish(
    app: Flask, tmp_path: Path
) -> None:
    area, kind = an_area("桥东街道"), a_category("占道经营")
    sent = a_report(category=kind, words="车牌蒙J12345一直停在这里", by=resident().actor)

    said = run(app, "open-data", tmp_path)

    home = tmp_path / "jining"
    [row] = rows(home / "requests-2026-11.csv")
    assert said.exit_code == 0, said.output
    assert [*row] == [one.name for one in COLUMNS]
    assert [*row][: len(BULK)] == BULK
    assert (row["service_request_id"], row["status_description"], row["closed_date"]) == (
        sent.number,
        "open",
        "",
    )
    assert (row["service_name"], row["service_code"], row["area"]) == ("占道经营", kind.slug, area.name_zh)
    assert row["requested_datetime"] == "2026-11-23T14:00:00+08:00"
    assert (row["long"], row["lat"]) == (f"{sent.lon:.3f}", f"{sent.lat:.3f}")
    [feature] = json.loads((home / "requests-2026-11.geojson").read_bytes())["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [float(row["long"]), float(row["lat"])]}
    assert feature["properties"]["service_request_id"] == sent.number
    everything = b"".join(file.read_bytes() for file in home.iterdir())
    for secret in ("蒙J12345", "阿拉坦其其格", "alatan", "13847400001"):
        assert secret.encode() not in everything


def test_the_package_describes_every_file_by_length_digest_and_columns(app: Flask, tmp_path: Path) -> None:
    a_report()
    run(app, "open-data", tmp_path)
    home = tmp_path / "jining"

    said = package(home)

    assert (said["profile"], said["licenses"][0]["name"]) == ("data-package", "CC-BY-4.0")
    assert {file.name for file in home.iterdir()} - {".state.json", "datapackage.json", "dictionary.md"} == {
        name for one in said["resources"] for name in (one["path"], f"{one['path']}.gz")
    }
    for one in said["resources"]:
        content = (home / one["path"]).read_bytes()
        assert one["name"] == one["name"].lower()
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        assert gzip.decompress((home / f"{one['path']}.gz").read_bytes()) == content
    [table] = [one for one in said["resources"] if one["format"] == "csv"]
    fields = table["schema"]["fields"]
    assert [field["name"] for field in fields] == [*rows(home / table["path"])[0]]
    assert {field["type"] for field in fields} <= TYPES
    dictionary = (home / "dictionary.md").read_text(encoding="utf-8")
    assert [field["name"] for field in fields if f"| `{field['name']}` |" not in dictionary] == []


def test_only_months_that_changed_are_written_and_what_was_declined_is_gone(
    app: Flask, tmp_path: Path
) -> None:
    a_report()
    later(days=40)
    kept, spam = a_report(), a_report()
    run(app, "open-data", tmp_path)
    home = tmp_path / "jining"
    before = {file.name: file.stat().st_mtime_ns for file in home.glob("requests-*")}
    decline(spam, "not_ours", by=a_moderator().actor)

    said = run(app, "open-data", tmp_path)

    changed = {file.name for file in home.glob("requests-*") if file.stat().st_mtime_ns != before[file.name]}
    assert "1 months written (1 rows), 1 as they were, 0 taken away" in said.output
    assert changed == {f"requests-2027-01.{kind}" for kind in ("csv", "csv.gz", "geojson", "geojson.gz")}
    assert [row["service_request_id"] for row in rows(home / "requests-2027-01.csv")] == [kept.number]
    assert spam.number.encode() not in b"".join(file.read_bytes() for file in home.iterdir())


def test_a_month_of_which_nothing_may_be_known_any_more_goes_with_its_files(
    app: Flask, tmp_path: Path
) -> None:
    spam = a_report()
    later(days=40)
    a_report()
    run(app, "open-data", tmp_path)
    decline(spam, "not_ours", by=a_moderator().actor)

    said = run(app, "open-data", tmp_path)

    home = tmp_path / "jining"
    assert "0 months written (0 rows), 1 as they were, 1 taken away" in said.output
    assert {file.name[:16] for file in home.glob("requests-*")} == {"requests-2027-01"}
    assert {one["name"][:16] for one in package(home)["resources"]} == {"requests-2027-01"}


def test_each_city_has_files_of_its_own(app: Flask, tmp_path: Path) -> None:
    here, other = a_report(), a_city("hohhot")
    enter_city(other.id)
    there = a_report()

    run(app, "open-data", tmp_path)

    found = {
        city: [row["service_request_id"] for row in rows(tmp_path / city / "requests-2026-11.csv")]
        for city in ("jining", "hohhot")
    }
    assert found == {"jining": [here.number], "hohhot": [there.number]}


def test_a_folder_that_cannot_be_written_is_said_in_one_line(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    said = run(app, "open-data", tmp_path / "file" / "below")

    assert said.exit_code == 2
    assert "cannot be written: Not a directory" in said.output


def test_two_at_once_do_not_write_into_each_others_files(app: Flask, tmp_path: Path) -> None:
    a_report()

    with alone(f"open-data-{current_city_id()}"):
        refused = run(app, "open-data", tmp_path)
    after = run(app, "open-data", tmp_path)

    assert refused.exit_code == 2
    assert "are being written just now" in refused.output
    assert (tmp_path / "jining" / "datapackage.json").exists()
    assert after.exit_code == 0, after.output
