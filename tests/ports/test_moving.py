"""Moving to another store copies everything, proves each file, goes on after being stopped, and loses nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from flask import Flask

from reporter.ports.storage import LocalStorage, MemoryStorage, Storage, moving
from reporter.ports.storage.moving import copy_all
from tests.ports import servers

UPLOADS = {f"staff/{number:02}/one-1600.jpg": bytes([number]) * 2000 for number in range(12)}
SEALED = {"3f/3f2c-token.0badcafe": b"sealed", "40/4000-token.0badcafe": b"sealed too"}


@pytest.fixture
def city(app: Flask, tmp_path: Path) -> Flask:
    """Return the app of a city whose pictures lie in two folders."""
    app.config.update(UPLOADS_STORE=str(tmp_path / "uploads"), ORIGINALS_STORE=str(tmp_path / "originals"))
    filled(LocalStorage(tmp_path / "uploads"), UPLOADS)
    filled(LocalStorage(tmp_path / "originals"), SEALED)
    return app


@pytest.fixture(autouse=True)
def settings(app: Flask) -> Iterator[None]:
    """Put the settings back."""
    before = dict(app.config)
    yield
    app.config.clear()
    app.config.update(before)


def filled(store: Storage, files: dict[str, bytes]) -> Storage:
    for key, content in files.items():
        store.put_if_absent(key, content)
    return store


def files_of(store: Storage) -> dict[str, bytes]:
    return {key: store.open(key) for key in store.iterate()}


def move(app: Flask, *args: object) -> Result:
    return app.test_cli_runner().invoke(args=["storage", "move", *map(str, args)])


def test_everything_is_copied_as_it_is_and_the_source_stays(city: Flask, tmp_path: Path) -> None:
    new = tmp_path / "new"

    done = move(city, "--uploads-to", new / "uploads", "--originals-to", new / "originals")

    assert done.exit_code == 0
    assert files_of(LocalStorage(new / "uploads")) == files_of(LocalStorage(tmp_path / "uploads")) == UPLOADS
    assert (
        files_of(LocalStorage(new / "originals")) == files_of(LocalStorage(tmp_path / "originals")) == SEALED
    )
    assert done.output.splitlines() == [
        "uploads: 12 files",
        "originals: 2 files",
        "14 copied, 0 there already, 0 deleted meanwhile, 0 differs, 0 only at the target, 0 pruned",
    ]


def test_into_a_bucket_and_back(city: Flask, moto: str, tmp_path: Path) -> None:
    city.config.update(servers.settings_of(moto, UPLOADS_STORE=city.config["UPLOADS_STORE"]))
    bucket = f"s3://{servers.BUCKET}/{uuid4().hex}"

    there = move(city, "--uploads-to", bucket)
    shutil.rmtree(tmp_path / "uploads")
    back = move(city, "--uploads-from", bucket, "--uploads-to", tmp_path / "uploads")

    assert (there.exit_code, back.exit_code) == (0, 0)
    assert files_of(LocalStorage(tmp_path / "uploads")) == UPLOADS


def test_a_second_time_compares_and_copies_what_is_new(city: Flask, tmp_path: Path) -> None:
    move(city, "--uploads-to", tmp_path / "new")
    filled(LocalStorage(tmp_path / "uploads"), {"staff/99/new.jpg": b"new"})

    done = move(city, "--uploads-to", tmp_path / "new")

    assert done.exit_code == 0
    assert done.output.splitlines()[-1].startswith("1 copied, 12 there already, 0 deleted")


class Dying(MemoryStorage):
    """Dies at the n-th write, before it or after it."""

    def __init__(self, at: int, *, after: bool) -> None:
        super().__init__()
        self.left, self.after = at, after

    def put_if_absent(self, key: str, content: bytes) -> bool:
        self.left -= 1
        if self.left < 0 and not self.after:
            raise KeyboardInterrupt
        written = super().put_if_absent(key, content)
        if self.left < 0:
            raise KeyboardInterrupt
        return written


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(12))
def test_killed_at_any_file_it_goes_on(at: int, after: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "_ROUND", 5)
    source, target = filled(MemoryStorage(), UPLOADS), Dying(at, after=after)

    with pytest.raises(KeyboardInterrupt):
        list(copy_all(source, target))
    target.left = 1000
    list(copy_all(source, target))

    assert files_of(target) == UPLOADS


def test_one_that_differs_is_named_kept_and_the_status_says_so(city: Flask, tmp_path: Path) -> None:
    wrong = "staff/03/one-1600.jpg"
    target = filled(LocalStorage(tmp_path / "new"), {wrong: b"something else"})

    done = move(city, "--uploads-to", tmp_path / "new")

    assert done.exit_code == 1
    assert done.output.splitlines()[0] == f"uploads: {wrong}: differs"
    assert target.open(wrong) == b"something else"
    assert "11 copied, 0 there already, 0 deleted meanwhile, 1 differs" in done.output


def test_what_a_target_wrote_wrongly_is_found_by_reading_it_back() -> None:
    class Losing(MemoryStorage):
        def put_if_absent(self, key: str, content: bytes) -> bool:
            return super().put_if_absent(key, content[:-1])

    [moved] = copy_all(filled(MemoryStorage(), UPLOADS), Losing())

    assert {one.result for one in moved} == {moving.Result.DIFFERS}


def test_what_only_the_target_has_is_named_and_pruned_when_asked(city: Flask, tmp_path: Path) -> None:
    target = filled(LocalStorage(tmp_path / "new"), {"public/withdrawn/480.webp": b"x"})

    named = move(city, "--uploads-to", tmp_path / "new")
    still = target.exists("public/withdrawn/480.webp")
    pruned = move(city, "--uploads-to", tmp_path / "new", "--prune")

    assert (named.exit_code, still) == (1, True)
    assert "uploads: public/withdrawn/480.webp: only at the target" in named.output
    assert pruned.exit_code == 0
    assert pruned.output.splitlines()[-1].endswith("0 only at the target, 1 pruned")
    assert files_of(target) == UPLOADS


def test_an_empty_source_prunes_nothing(city: Flask, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    target = filled(LocalStorage(tmp_path / "new"), UPLOADS)

    done = move(city, "--uploads-from", tmp_path / "empty", "--uploads-to", tmp_path / "new", "--prune")

    assert done.exit_code == 1
    assert "holds nothing; nothing is pruned" in done.output
    assert files_of(target) == UPLOADS


def test_a_store_that_goes_down_is_one_line_and_the_status_says_so(city: Flask) -> None:
    city.config.update(servers.settings_of("http://127.0.0.1:9", UPLOADS_STORE=city.config["UPLOADS_STORE"]))

    done = move(city, "--uploads-to", "s3://city/uploads")

    assert done.exit_code == 1
    [line] = done.output.splitlines()
    assert line.startswith("Error: uploads: stopped after 0 files: http://127.0.0.1:9 does not answer")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "Name where they go"),
        (["--uploads-to", "https://city"], "is neither a folder nor s3://"),
        (["--uploads-to", "s3://city/uploads"], "S3_ACCESS_KEY and S3_SECRET_KEY must be set"),
        (["--uploads-from", "/nowhere", "--uploads-to", "there"], "there is no folder /nowhere"),
        (["--uploads-to", "{here}/"], "is both source and target"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(city: Flask, args: list[str], said: str) -> None:
    done = move(city, *(arg.format(here=city.config["UPLOADS_STORE"]) for arg in args))

    assert done.exit_code == 2
    assert said in done.output.splitlines()[-1]
    assert "Traceback" not in done.output


def test_a_file_that_is_deleted_meanwhile_is_no_fault() -> None:
    class Listing(MemoryStorage):
        def iterate(self, prefix: str = "") -> Iterator[str]:
            yield from [*super().iterate(prefix), "staff/gone.jpg"]

    [moved] = copy_all(filled(Listing(), UPLOADS), MemoryStorage())

    assert moved[-1] == moving.Moved("staff/gone.jpg", moving.Result.GONE)
