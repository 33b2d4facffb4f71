"""A backup made while the city runs comes back whole elsewhere, or is refused."""

import gzip
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from config import ROOT
from reporter.cities.commands import found_city
from reporter.cities.queries import all_cities
from reporter.kernel.db import command, db, enter_city
from reporter.kernel.policy import SYSTEM
from reporter.photos.queries import get_photo
from reporter.ports import ports
from reporter.reports.queries import photo_ids_of
from reporter.reports.worklists import report_by_number
from reporter.transfer import restoring
from reporter.transfer.archive import written
from tests.make import a_report
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


@pytest.fixture
def home(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """Return an installation on an empty database."""
    with installation(address(database_url, tmp_path, "home"), tmp_path / "home") as app:
        yield app


@pytest.fixture
def other(database_url: str, tmp_path: Path) -> str:
    """Return the address of another empty database."""
    return address(database_url, tmp_path, "other")


def pad(*, files: int) -> None:
    """Write so many further files that a backup takes a while."""
    for number in range(files):
        path = ports.storage.root / "areas" / str(number)  # type: ignore[attr-defined]  # a folder's
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 20_000)


def test_everything_comes_back_elsewhere_row_by_row_and_byte_by_byte(
    home: Flask, other: str, tmp_path: Path
) -> None:
    found_with(reports=3)
    archive, before = tmp_path / "city.tar", tables()

    made = run(home, "backup", archive)
    with installation(other, tmp_path / "other") as app:
        restored = run(app, "restore", archive)
        after = tables()

    assert (made.exit_code, restored.exit_code) == (0, 0), made.output + restored.output
    assert after == before
    for store in ("uploads", "originals"):
        assert files_below(tmp_path / "other" / store) == files_below(tmp_path / "home" / store) != {}
    assert "0 files missing" in restored.output
    assert "0 faults" in restored.output
    assert archive.stat().st_mode & 0o777 == 0o600


def test_it_says_that_the_keys_are_not_in_it_and_they_are_not(home: Flask, tmp_path: Path) -> None:
    found_with(reports=1)
    archive = tmp_path / "city.tar"

    said = run(home, "backup", archive).output

    assert "The keys are not in it" in said
    assert home.config["ORIGINAL_KEYS"].encode() not in archive.read_bytes()


def test_whoever_had_a_receipt_before_it_began_is_in_it_while_others_go_on_sending(
    home: Flask, other: str, tmp_path: Path
) -> None:
    received, archive, done = found_with(reports=2), tmp_path / "city.tar", threading.Event()
    pad(files=1500)

    def send() -> None:
        with home.app_context():
            enter_city(1)
            while not done.is_set():
                received.append(a_report(photos=1).number)

    sender = threading.Thread(target=send)
    sender.start()
    while len(received) < 5:
        time.sleep(0.01)
    before = list(received)
    made = run(home, "backup", archive)
    meanwhile = len(received) - len(before)
    done.set()
    sender.join()

    with installation(other, tmp_path / "other") as app:
        restored = run(app, "restore", archive)
        enter_city(1)
        kept = {number: report_by_number(number) for number in received}
        pictures = [get_photo(photo_ids_of(one.id)[0]) for one in kept.values() if one]
        opened = [ports.originals.open(*picture.original) for picture in pictures]
    assert (made.exit_code, restored.exit_code) == (0, 0), made.output + restored.output
    assert meanwhile > 0
    assert [number for number in before if kept[number] is None] == []
    assert len(opened) >= len(before)
    assert "0 files missing" in restored.output


def test_files_that_came_after_the_database_was_copied_do_not_come_back(
    home: Flask, other: str, tmp_path: Path
) -> None:
    found_with(reports=1)
    for key in ("staff/aa/" + "a" * 32 + "-1600.jpg", "public/" + "b" * 32 + "/0123/960.webp"):
        ports.storage.put_if_absent(key, b"came later")
    ports.originals.seal("cc/" + "c" * 64 + "-" + "d" * 32, b"came later")
    archive = tmp_path / "city.tar"

    run(home, "backup", archive)
    with installation(other, tmp_path / "other") as app:
        restored = run(app, "restore", archive)

    kept = {*files_below(tmp_path / "other/uploads"), *files_below(tmp_path / "other/originals")}
    assert "3 files left out" in restored.output
    assert [key for key in kept if key[:5] in {"staff", "publi"} or "d" * 32 in key] == [
        key for key in kept if key.startswith("staff/")
    ]
    assert "0 files missing" in restored.output


def test_a_file_that_was_deleted_meanwhile_is_named(home: Flask, other: str, tmp_path: Path) -> None:
    found_with(reports=1)
    gone = next(key for key in ports.storage.iterate("staff/") if key.endswith("-320.jpg"))
    ports.storage.delete(gone)
    archive = tmp_path / "city.tar"

    run(home, "backup", archive)
    with installation(other, tmp_path / "other") as app:
        restored = run(app, "restore", archive)

    assert f"missing: uploads/{gone}" in restored.output
    assert "1 files missing" in restored.output
    assert restored.exit_code == 0


def test_a_packed_archive_is_smaller_and_comes_back_too(home: Flask, other: str, tmp_path: Path) -> None:
    found_with(reports=1)
    run(home, "backup", tmp_path / "city.tar")

    run(home, "backup", tmp_path / "city.tar.gz")
    with installation(other, tmp_path / "other") as app:
        restored = run(app, "restore", tmp_path / "city.tar.gz")

    assert (tmp_path / "city.tar.gz").stat().st_size < (tmp_path / "city.tar").stat().st_size
    assert restored.exit_code == 0, restored.output


def flipped(archive: Path, name: str) -> bytes:
    """Return the archive with one byte changed in the middle of a file."""
    content = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
        entry = next(one for one in tar if one.name.startswith(name))
    content[entry.offset_data + entry.size // 2] ^= 1
    return bytes(content)


def cut(archive: Path, part: float) -> bytes:
    content = archive.read_bytes()
    return content[: int(len(content) * part)]


DAMAGES: dict[str, Callable[[Path], bytes]] = {
    "a byte of the database": lambda archive: flipped(archive, "database"),
    "a byte of a picture": lambda archive: flipped(archive, "uploads/"),
    "a byte of an original": lambda archive: flipped(archive, "originals/"),
    "a byte of the counts": lambda archive: flipped(archive, "files.json"),
    "a byte of the digests": lambda archive: flipped(archive, "SHA256SUMS"),
    "a byte of the last word": lambda archive: flipped(archive, "END"),
    "the end": lambda archive: cut(archive, 0.97),
    "half": lambda archive: cut(archive, 0.5),
    "half of a packed one": lambda archive: gzip.compress(archive.read_bytes())[:-2000],
    "everything": lambda _archive: b"",
    "another kind of file": lambda _archive: b"%PDF-1.7" * 400,
}


def test_a_damaged_archive_is_refused_and_nothing_is_written(home: Flask, other: str, tmp_path: Path) -> None:
    found_with(reports=1)
    archive, bad = tmp_path / "city.tar", tmp_path / "bad.tar"
    run(home, "backup", archive)

    with installation(other, tmp_path / "other") as app:
        refused = {}
        for name, damage in DAMAGES.items():
            bad.write_bytes(damage(archive))
            refused[name] = run(app, "restore", bad)
        left = db.metadata.tables.keys() & set(inspected())

    assert {name: result.exit_code for name, result in refused.items()} == dict.fromkeys(DAMAGES, 2)
    assert all(
        result.output.startswith("Error: ") or "\nError: " in result.output for result in refused.values()
    )
    assert "uploads/" in refused["a byte of a picture"].output
    assert left == set()
    assert files_below(tmp_path / "other/uploads") == files_below(tmp_path / "other/originals") == {}


def inspected() -> list[str]:
    with db.engine.connect() as connection:
        return db.inspect(connection).get_table_names()  # type: ignore[no-any-return]


def test_an_installation_that_has_something_is_not_overwritten(
    home: Flask, other: str, tmp_path: Path
) -> None:
    found_with(reports=1)
    archive, before = tmp_path / "city.tar", tables()
    run(home, "backup", archive)

    into_itself = run(home, "restore", archive)
    with installation(other, tmp_path / "other") as app:
        ports.storage.put_if_absent("staff/aa/something.jpg", b"of somebody")
        into_files = run(app, "restore", archive)
        ports.storage.delete("staff/aa/something.jpg")
        with db.engine.begin() as connection:
            connection.execute(text("CREATE TABLE ledger (id INTEGER)"))
        into_tables = run(app, "restore", archive)

    assert [one.exit_code for one in (into_itself, into_files, into_tables)] == [2, 2, 2]
    assert "has a city" in into_itself.output
    assert "The store of uploads holds files" in into_files.output
    assert "(ledger)" in into_tables.output
    assert tables() == before


def test_an_interrupted_restore_goes_on_and_a_set_up_that_waits_is_no_hindrance(
    home: Flask, other: str, tmp_path: Path
) -> None:
    found_with(reports=1)
    archive, before = tmp_path / "city.tar", tables()
    run(home, "backup", archive)
    there = next(iter(ports.storage.iterate("staff/")))
    content = ports.storage.open(there)

    with installation(other, tmp_path / "other") as app:
        upgrade(str(MIGRATIONS))  # as a start without a city leaves it
        ports.storage.put_if_absent(there, content)
        refused = run(app, "restore", archive)
        restored = run(app, "restore", archive, "--go-on")
        after = tables()

    assert (refused.exit_code, restored.exit_code) == (2, 0), restored.output
    assert after == before


def test_a_restore_that_goes_on_deletes_no_file_of_another_city(
    home: Flask, other: str, tmp_path: Path
) -> None:
    found_with(reports=1)
    archive = tmp_path / "city.tar"
    of_another = {
        "staff/aa/" + "a" * 32 + "-1600.jpg": b"came after the database was copied",
        "public/" + "b" * 32 + "/0123/960.webp": b"of another city",
    }
    ports.storage.put_if_absent(*next(iter(of_another.items())))
    run(home, "backup", archive)

    with installation(other, tmp_path / "other") as app:
        for key, content in of_another.items():
            ports.storage.put_if_absent(key, content)
        restored = run(app, "restore", archive, "--go-on")

    assert restored.exit_code == 0, restored.output
    assert of_another.items() <= files_below(tmp_path / "other/uploads").items()
    assert "2 files in the stores belong to no row" in restored.output


def test_a_city_that_was_founded_while_files_came_is_not_taken_away(
    home: Flask, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_with(reports=1)
    archive = tmp_path / "city.tar"
    run(home, "backup", archive)
    put = restoring.put

    with installation(other, tmp_path / "other") as app:
        upgrade(str(MIGRATIONS))

        def found_meanwhile(*words: Any) -> bool:
            if not all_cities():
                found_city(CITY, by=SYSTEM)
            return put(*words)

        monkeypatch.setattr(restoring, "put", found_meanwhile)
        refused = run(app, "restore", archive)
        db.session.rollback()
        left = [city.slug for city in all_cities()]

    assert refused.exit_code == 2, refused.output
    assert "This installation has a city" in refused.output
    assert left == ["jining"]


NO_FACTS: dict[str, bytes] = {
    "no JSON": b"{",
    "a list": b"[]",
    "another kind": b'{"what": "letters", "format": 1}',
    "nothing but its kind": b'{"what": "reporter backup", "format": 1}',
    "an odd format": b'{"what": "reporter backup", "format": "one"}',
    "very deep": b"[" * 200_000,
}


def test_an_archive_that_says_nothing_sound_of_itself_is_refused_in_one_line(
    home: Flask, tmp_path: Path
) -> None:
    refused = {}
    for number, (name, facts) in enumerate(NO_FACTS.items()):
        archive = tmp_path / f"{number}.tar"
        with written(archive, at=0) as writing:
            writing.add("backup.json", facts)
        refused[name] = run(home, "restore", archive)

    assert {name: one.exit_code for name, one in refused.items()} == dict.fromkeys(NO_FACTS, 2)
    assert all("is no backup of this program" in one.output for one in refused.values())


def test_a_backup_of_an_older_program_is_brought_up_to_date(home: Flask, other: str, tmp_path: Path) -> None:
    [number] = found_with(reports=1)
    downgrade(str(MIGRATIONS), revision="0030")
    archive = tmp_path / "city.tar"
    made = run(home, "backup", archive)

    with installation(other, tmp_path / "other") as app:
        restored = run(app, "restore", archive)
        enter_city(1)
        report = report_by_number(number)

    assert "schema 0030" in made.output
    assert restored.exit_code == 0, restored.output
    assert report is not None


def test_a_backup_of_a_newer_program_is_refused(home: Flask, other: str, tmp_path: Path) -> None:
    found_with(reports=0)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    archive = tmp_path / "city.tar"
    run(home, "backup", archive)

    with installation(other, tmp_path / "other") as app:
        refused = run(app, "restore", archive)

    assert refused.exit_code == 2
    assert "schema 9999, which this program does not know" in refused.output


def test_other_keys_are_said_before_anything_is_written(home: Flask, other: str, tmp_path: Path) -> None:
    found_with(reports=1)
    archive = tmp_path / "city.tar"
    run(home, "backup", archive)

    keys = {"SECRET_KEY": "another", "ORIGINAL_KEYS": "ab" * 32}
    with installation(other, tmp_path / "other", **keys) as app:
        refused = run(app, "restore", archive)
        restored = run(app, "restore", archive, "--other-keys")

    assert refused.exit_code == 2
    assert "SECRET_KEY and ORIGINAL_KEYS here: not what this archive was made under" in refused.output
    assert restored.exit_code == 1
    assert "seal_changed" in restored.output


def test_a_trail_that_was_changed_in_the_copy_is_told(home: Flask, other: str, tmp_path: Path) -> None:
    found_with(reports=1)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE trail_entries SET reason = 'forged' WHERE id = 1"))
    archive = tmp_path / "city.tar"
    run(home, "backup", archive)

    with installation(other, tmp_path / "other") as app:
        restored = run(app, "restore", archive)

    assert restored.exit_code == 1
    assert "changed: " in restored.output


def test_there_must_be_something_to_back_up_and_nothing_of_that_name(home: Flask, tmp_path: Path) -> None:
    archive = tmp_path / "city.tar"

    without_schema = run(home, "backup", archive)
    left = list(tmp_path.glob("*city.tar*"))
    found_with(reports=0)
    archive.write_text("an older one")
    taken, odd = run(home, "backup", archive), run(home, "backup", tmp_path / "city.zip")

    assert "has no schema" in without_schema.output
    assert left == []
    assert "is there already" in taken.output
    assert archive.read_text() == "an older one"
    assert "must end with .tar" in odd.output
    assert [one.exit_code for one in (without_schema, taken, odd)] == [2, 2, 2]


def test_a_check_reads_and_writes_nothing(home: Flask, other: str, tmp_path: Path) -> None:
    found_with(reports=1)
    archive = tmp_path / "city.tar"
    run(home, "backup", archive)

    with installation(other, tmp_path / "other") as app:
        checked = run(app, "restore", archive, "--check")
        left = inspected()

    assert checked.exit_code == 0
    assert "of jining; schema" in checked.output
    assert "every digest is as it was written" in checked.output
    assert left == []


def test_sha256sum_itself_agrees_with_the_digests(home: Flask, tmp_path: Path) -> None:
    found_with(reports=1)
    run(home, "backup", tmp_path / "city.tar")

    with tarfile.open(tmp_path / "city.tar") as tar:
        tar.extractall(tmp_path / "out", filter="data")
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"],  # noqa: S607 - wherever the machine has it
        cwd=tmp_path / "out",
        check=False,
        capture_output=True,
    )

    assert (done.returncode, done.stdout) == (0, b"")


def test_one_that_is_interrupted_leaves_nothing_behind(home: Flask, tmp_path: Path) -> None:
    found_with(reports=2)
    url = home.config["SQLALCHEMY_DATABASE_URI"]
    pad(files=3000)
    folder = tmp_path / "backups"
    folder.mkdir()
    settings = {
        "DATABASE_URL": url, "DATA": str(tmp_path / "home"), "SECRET_KEY": "test", "ORIGINAL_KEYS": "7e57" * 16,
    }  # fmt: skip

    process = subprocess.Popen(
        [Path(sys.executable).parent / "flask", "backup", folder / "city.tar"], cwd=ROOT,
        env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr
    for line in process.stderr:
        if line.startswith("uploads: 1000"):
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    assert process.returncode != 0
    assert list(folder.iterdir()) == []


@command
def _note(number: int) -> None:
    db.session.execute(text("UPDATE jurisdictions SET phone = :number"), {"number": str(number)})


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Flask]:
    """Return an installation on an empty SQLite file: pg_dump reads one snapshot by itself."""
    with installation(f"sqlite:///{tmp_path / 'large.db'}", tmp_path / "large") as app:
        yield app


def test_the_copy_of_a_large_database_is_of_one_moment_and_holds_no_writer_up(
    on_sqlite: Flask, tmp_path: Path
) -> None:
    found_with(reports=0)
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE padding (id INTEGER PRIMARY KEY, filled BLOB)"))
        for _ in range(60):
            connection.execute(text("INSERT INTO padding (filled) VALUES (zeroblob(1000000))"))
    waits: list[float] = []
    done = threading.Event()

    def write() -> None:
        with on_sqlite.app_context():
            enter_city(1)
            while not done.is_set():
                began = time.monotonic()
                _note(len(waits))
                waits.append(time.monotonic() - began)

    writer = threading.Thread(target=write)
    writer.start()
    while len(waits) < 5:
        time.sleep(0.01)
    first = len(waits)
    run(on_sqlite, "backup", tmp_path / "city.tar")
    last = len(waits)
    done.set()
    writer.join()

    with tarfile.open(tmp_path / "city.tar") as tar:
        (tmp_path / "copy.db").write_bytes(tar.extractfile("database").read())  # type: ignore[union-attr]
    copy = sqlite3.connect(tmp_path / "copy.db")
    [(phone,)] = copy.execute("SELECT phone FROM jurisdictions").fetchall()
    copy.close()
    assert last - first > 10
    assert first - 1 <= int(phone) <= last
    assert max(waits) < 5
