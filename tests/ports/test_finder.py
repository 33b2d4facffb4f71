"""The process that looks through pictures: started when needed, ended when not, and its failures are told.

What the programs in it find is the matter of tests/vision; here a few lines of Python stand for them.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from config import Config
from reporter.kernel.errors import ConfigError
from reporter.ports import finder as finders
from reporter.ports.finder import LocalFinder, Unfound

pytestmark = pytest.mark.pure

STAND_IN = """
import json, os, sys, time
told = 0
while length := sys.stdin.buffer.readline():
    picture = sys.stdin.buffer.read(int(length)).decode()
    told += 1
    if picture == "die":
        os._exit(1)
    if picture == "hang":
        time.sleep(60)
    regions = [{"kind": kind, "x": told, "pid": os.getpid(), "argv": sys.argv[1:], "env": dict(os.environ)} for kind in picture.split()]
    print(json.dumps({"error": "ValueError"} if picture == "fail" else {"regions": regions}), flush=True)
"""
CENTERFACE = f"centerface {hashlib.sha256(b'weights').hexdigest()[:8]}"
Make = Callable[..., LocalFinder]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Return a function that makes a finder whose process runs the stand-in."""
    (tmp_path / "stand_in.py").write_text(STAND_IN, encoding="utf-8")
    (tmp_path / "model.onnx").write_bytes(b"weights")
    monkeypatch.setattr(finders, "ROOT", tmp_path)
    monkeypatch.setattr(finders, "PROGRAM", "stand_in")
    monkeypatch.setattr(metadata, "version", lambda name: f"of {name}")
    made: list[LocalFinder] = []

    def of(**limits: Any) -> LocalFinder:
        for name, seconds in limits.items():
            monkeypatch.setattr(finders, name, seconds)
        made.append(LocalFinder(tmp_path / "model.onnx", face_score=0.25, text_score=0.5))
        return made[-1]

    yield of
    for one in made:
        one.close()


def test_one_process_looks_through_several_pictures(make: Make) -> None:
    finder = make()

    (first,), (second,) = finder.find(b"face"), finder.find(b"face")

    assert (first["x"], second["x"]) == (1, 2)
    assert first["pid"] == second["pid"]


def test_each_region_says_who_found_it_and_from_which_score_on(make: Make) -> None:
    found = make().find(b"face plate phone text")

    assert [(one["kind"], one["threshold"], one["finder"]) for one in found] == [
        ("face", 0.25, CENTERFACE), ("plate", 0.5, "rapidocr of rapidocr"),
        ("phone", 0.5, "rapidocr of rapidocr"), ("text", 0.5, "rapidocr of rapidocr"),
    ]  # fmt: skip
    assert make().name == f"{CENTERFACE}, rapidocr of rapidocr"


def test_the_process_is_told_its_settings_and_no_secret(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "the city's")
    monkeypatch.setenv("DATABASE_URL", "postgresql://city:secret@db/city")

    (region,) = make().find(b"face")

    assert region["argv"][1:] == ["0.25", "0.5"]
    assert Path(region["argv"][0]).name == "model.onnx"
    assert "PATH" in region["env"]
    assert not any("secret" in text or "the city's" in text for text in region["env"].values())


def test_a_picture_it_fails_on_does_not_end_it(make: Make) -> None:
    finder = make()
    (before,) = finder.find(b"face")

    with pytest.raises(Unfound, match="ValueError"):
        finder.find(b"fail")

    assert finder.find(b"face")[0]["pid"] == before["pid"]


def test_a_process_that_dies_is_told_and_another_takes_its_place(make: Make) -> None:
    finder = make()
    (before,) = finder.find(b"face")

    with pytest.raises(Unfound, match="ended before it answered"):
        finder.find(b"die")

    assert finder.find(b"face")[0]["pid"] != before["pid"]


def test_one_that_died_unasked_is_told_at_the_next_picture_and_replaced(make: Make) -> None:
    finder = make()
    finder.find(b"face")
    finder._process.kill()  # type: ignore[union-attr] # noqa: SLF001 - as the system does when memory is short
    finder._process.wait()  # type: ignore[union-attr] # noqa: SLF001

    with pytest.raises(Unfound):
        finder.find(b"face" * 100_000)

    assert len(finder.find(b"face")) == 1


def test_a_picture_that_takes_too_long_is_given_up(make: Make) -> None:
    finder = make(LONGEST=0.2)
    began = time.monotonic()

    with pytest.raises(Unfound):
        finder.find(b"hang")

    assert time.monotonic() - began < 30


def test_the_process_ends_when_no_picture_comes(make: Make) -> None:
    finder = make(IDLE=0.1)
    (before,) = finder.find(b"face")
    process = finder._process  # noqa: SLF001 - whether it runs is what this is about
    assert process is not None

    process.wait(30)

    assert finder.find(b"face")[0]["pid"] != before["pid"]


def test_an_old_alarm_does_not_end_a_process_that_was_asked_again(make: Make) -> None:
    finder = make()
    (before,) = finder.find(b"face")
    asked = finder._asked  # noqa: SLF001
    finder.find(b"face")

    finder._end_unless_asked(asked)  # noqa: SLF001 - as a timer does that ran out at the last moment

    assert finder.find(b"face")[0]["pid"] == before["pid"]


def test_several_threads_are_answered_one_after_the_other(make: Make) -> None:
    finder, answers = make(), []
    threads = [
        threading.Thread(target=lambda n=n: answers.append((n, len(finder.find(b"text " * n)))))
        for n in range(1, 9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [(n, n) for n in range(1, 9)]


def settings(**others: Any) -> dict[str, Any]:
    return {"FACE_MODEL": "m", "FACE_SCORE": "0.25", "TEXT_SCORE": "0.5", "PROPOSALS": True} | others


@pytest.mark.parametrize("name", ["FACE_SCORE", "TEXT_SCORE"])
@pytest.mark.parametrize("score", ["", "high", "0", "1", "-0.5", "25", "nan"])
def test_a_score_that_is_none_stops_the_start(name: str, score: str) -> None:
    with pytest.raises(ConfigError, match=name):
        LocalFinder.from_config(settings(**{name: score}))


def test_nothing_looks_where_nothing_is_installed_or_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model.onnx"
    monkeypatch.setattr(finders, "NEEDED", ("json", "email"))
    assert not LocalFinder.from_config(settings(FACE_MODEL=str(model))).available()

    model.write_bytes(b"weights")
    assert LocalFinder.from_config(settings(FACE_MODEL=str(model))).available()
    assert not LocalFinder.from_config(settings(FACE_MODEL=str(model), PROPOSALS=False)).available()

    monkeypatch.setattr(finders, "NEEDED", ("json", "no_such_module_at_all"))
    assert not LocalFinder.from_config(settings(FACE_MODEL=str(model))).available()


def test_the_settings_name_a_model_beside_the_installed_packages() -> None:
    assert Path(Config.FACE_MODEL).parts[-3:] == ("share", "reporter", "centerface.onnx")
    assert json.dumps([Config.FACE_SCORE, Config.TEXT_SCORE]) == '["0.25", "0.5"]'
