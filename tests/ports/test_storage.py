"""Every store keeps one contract; the folder adds what a power cut and two writers ask of it."""

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reporter.kernel.errors import ConfigError, NotFound
from reporter.ports.storage import LocalStorage, Storage, StorageUnavailable
from reporter.ports.storage.s3 import S3Storage

pytestmark = pytest.mark.pure


def test_what_was_put_comes_back_byte_for_byte(store: Storage) -> None:
    content = bytes(range(256)) * 500

    written = store.put_if_absent("sealed/ab/abcdef", content)

    assert written
    assert store.exists("sealed/ab/abcdef")
    assert store.open("sealed/ab/abcdef") == content


def test_a_key_is_written_once_and_keeps_its_first_content(store: Storage) -> None:
    store.put_if_absent("staff/ab/one-1600.jpg", b"first")

    written = store.put_if_absent("staff/ab/one-1600.jpg", b"second")

    assert not written
    assert store.open("staff/ab/one-1600.jpg") == b"first"


def test_what_is_not_kept_is_not_found(store: Storage) -> None:
    assert not store.exists("staff/none.jpg")
    with pytest.raises(NotFound):
        store.open("staff/none.jpg")


def test_a_folder_of_keys_is_not_a_file(store: Storage) -> None:
    store.put_if_absent("staff/ab/one.jpg", b"1")

    assert not store.exists("staff/ab")


def test_deleting_removes_one_key_and_twice_is_no_error(store: Storage) -> None:
    store.put_if_absent("public/a.webp", b"a")
    store.put_if_absent("public/b.webp", b"b")

    store.delete("public/a.webp")
    store.delete("public/a.webp")

    assert list(store.iterate()) == ["public/b.webp"]


KEYS = [
    "public/a/2.webp", "public/a-b.webp", "public/a/1.webp", "staff/a.jpg", "public/b.webp", "publicity",
]  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "public/", "public/a/", "public/a", "nowhere/"])
def test_keys_are_listed_by_prefix_each_once(store: Storage, prefix: str) -> None:
    for key in KEYS:
        store.put_if_absent(key, b"x")

    assert sorted(store.iterate(prefix)) == sorted(key for key in KEYS if key.startswith(prefix))


@pytest.mark.parametrize("store", ["folder", "memory", "moto"], indirect=True)
def test_keys_are_listed_in_order(store: Storage) -> None:
    for key in KEYS:
        store.put_if_absent(key, b"x")

    assert list(store.iterate()) == sorted(KEYS)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "..",
        "../outside",
        "staff/../../outside",
        "staff//one",
        "staff/",
        ".incoming/one",
        "staff/.hidden",
        "staff\\one",
        "Staff/One",
        "staff/one\n",
        "staff/one\0.jpg",
        "staff/照片.jpg",
        "a" * 201,
    ],
)
def test_a_key_that_is_no_plain_path_is_refused_by_every_door(store: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        store.put_if_absent(key, b"x")
    with pytest.raises(ValueError, match="not a storage key"):
        store.open(key)
    with pytest.raises(ValueError, match="not a storage key"):
        store.exists(key)
    with pytest.raises(ValueError, match="not a storage key"):
        store.delete(key)


@pytest.mark.parametrize("prefix", ["/", "..", "../", "staff/../.."])
def test_a_prefix_cannot_leave_the_store(store: Storage, prefix: str) -> None:
    store.put_if_absent("staff/one", b"x")

    with pytest.raises(ValueError, match="not a storage key"):
        list(store.iterate(prefix))


def test_a_store_in_order_passes_its_check_and_keeps_nothing_of_it(store: Storage) -> None:
    store.check()

    assert list(store.iterate()) == []


def test_many_writers_of_one_key_have_one_winner(store: Storage) -> None:
    contents = [bytes([number]) * 10_000 for number in range(8)]
    wins: list[bytes] = []
    start = threading.Barrier(len(contents))

    def write(content: bytes) -> None:
        start.wait()
        if store.put_if_absent("sealed/one", content):
            wins.append(content)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = store.open("sealed/one")
    assert kept in contents  # whole, never mixed
    if not isinstance(store, S3Storage) or store.knows_conditions:
        assert wins == [kept]


def test_folders_and_files_are_open_to_their_owner_only(tmp_path: Path) -> None:
    LocalStorage(tmp_path / "uploads").put_if_absent("sealed/ab/one", b"x")

    modes = {
        path.relative_to(tmp_path).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in tmp_path.rglob("*")
    }

    assert modes["uploads"] == modes["uploads/sealed"] == modes["uploads/sealed/ab"] == 0o700
    assert modes["uploads/sealed/ab/one"] == 0o600


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalStorage(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageUnavailable) as told:
        store.put_if_absent("staff/one", b"x")

    assert told.value.reason == "No space left on device"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_system_without_links_keeps_the_same_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalStorage(tmp_path)

    def no_links(_: Path, __: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    first, second = store.put_if_absent("staff/one", b"first"), store.put_if_absent("staff/one", b"second")

    assert (first, second) == (True, False)
    assert store.open("staff/one") == b"first"


def test_any_other_trouble_with_the_name_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = LocalStorage(tmp_path)

    def broken(_: Path, __: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "link", broken)

    with pytest.raises(StorageUnavailable) as told:
        store.put_if_absent("staff/one", b"x")

    assert told.value.reason == "Input/output error"


@pytest.mark.parametrize("sweep", [lambda store: store.sweep(), lambda store: LocalStorage(store.root)])
def test_what_a_killed_process_left_is_swept_after_an_hour(
    tmp_path: Path, sweep: Callable[[LocalStorage], object]
) -> None:
    store = LocalStorage(tmp_path)
    incoming = store.incoming
    old, young = incoming / "old", incoming / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    an_hour_ago = time.time() - 60 * 60 - 1
    os.utime(old, (an_hour_ago, an_hour_ago))

    sweep(store)

    assert [path.name for path in incoming.iterdir()] == ["young"]


CHILD = """
import os, sys
from pathlib import Path
from reporter.ports.storage import LocalStorage, local

name, at = sys.argv[2:]
left, real = int(at), getattr(os, name)

def die(*args, **options):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    return real(*args, **options)

store = LocalStorage(Path(sys.argv[1]))
setattr(os, name, die)
store.put_if_absent("staff/ab/one", b"x" * 3_000_000)
"""


HALF = """
class Half:
    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def write(self, content):
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        os._exit(9)

"""


@pytest.mark.parametrize(
    ("call", "at", "named"),
    [("fsync", 0, False), ("link", 0, False), ("fsync", 1, False), ("unlink", 0, True)],
    ids=["all of it written", "on the disk", "folders made", "named"],
)
def test_a_process_killed_while_it_puts_leaves_no_half_file_and_its_draft_goes(
    tmp_path: Path, call: str, at: int, *, named: bool
) -> None:
    child = subprocess.run([sys.executable, "-c", CHILD, tmp_path, call, str(at)], check=False)
    store = LocalStorage(tmp_path)
    seen, drafts = list(store.iterate()), list(store.incoming.iterdir())
    for draft in drafts:
        os.utime(draft, (0, 0))
    store.sweep()

    assert child.returncode == 9
    assert len(drafts) == 1
    assert seen == (["staff/ab/one"] if named else [])
    assert [len(store.open(key)) for key in seen] == [3_000_000] * named
    assert list(store.incoming.iterdir()) == []
    assert store.put_if_absent("staff/ab/one", b"x" * 3_000_000) is not named


def test_a_process_killed_in_the_middle_of_a_file_leaves_half_of_it_under_no_name(tmp_path: Path) -> None:
    half = CHILD.replace(
        "setattr(os, name, die)", "os.fdopen, opened = (lambda *args: Half(opened(*args))), os.fdopen"
    ).replace("store = ", HALF + "store = ")
    child = subprocess.run([sys.executable, "-c", half, tmp_path, "fsync", "0"], check=False)
    store = LocalStorage(tmp_path)
    [draft] = store.incoming.iterdir()

    assert child.returncode == 9
    assert draft.stat().st_size == 1_500_000
    assert list(store.iterate()) == []
    assert not store.exists("staff/ab/one")


def test_a_folder_that_cannot_be_written_stops_the_start_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")

    with pytest.raises(ConfigError, match=r"UPLOADS: the folder .* cannot be written"):
        LocalStorage(tmp_path / "file" / "uploads")
