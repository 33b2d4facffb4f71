"""Programs that look through a picture for what may have to be hidden. They propose; a person decides."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Any, Protocol, Self

from config import ROOT
from reporter.kernel.errors import ConfigError

PROGRAM = "reporter.photos.detectors"
NEEDED = ("numpy", "onnxruntime", "rapidocr")
IDLE = 60.0  # seconds after the last picture until the program ends and its memory is free
LONGEST = 120.0  # seconds for one picture, loading included
TOLD = ("HOME", "LANG", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PATH", "TMPDIR")


class Unfound(RuntimeError):
    """A picture was not looked through: the program ended, took too long, or failed on it."""


class Finder(Protocol):
    """Looks through one picture at a time."""

    @property
    def name(self) -> str:
        """Return which programs look, of which versions; another name may find something else."""
        ...

    def available(self) -> bool:
        """Tell whether there is anything that could look."""
        ...

    def find(self, picture: bytes) -> Sequence[Mapping[str, Any]]:
        """Return the regions of a clean copy, JPEG: kind, x, y, w, h, score, threshold and finder of each.

        Raises:
            Unfound: nobody knows what is in it.
        """
        ...

    def close(self) -> None:
        """Let go of what is held between two pictures."""
        ...


class LocalFinder:
    """A process of its own on this machine, started for the first picture, ended when none has come for a minute.

    Nothing of it is there before `make vision`; the server itself never loads a model.
    """

    def __init__(
        self, face_model: Path, *, face_score: float, text_score: float, wanted: bool = True
    ) -> None:
        """Look for faces with the model in `face_model`; propose from these scores on, if `wanted` at all."""
        self._model, self._scores = face_model, {"face": face_score, "text": text_score}
        self._wanted = wanted
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._idle: threading.Timer | None = None
        self._asked = 0
        self._names: dict[str, str] = {}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the finder that `PROPOSALS`, `FACE_MODEL`, `FACE_SCORE` and `TEXT_SCORE` describe."""
        return cls(
            Path(config["FACE_MODEL"]),
            face_score=_score(config, "FACE_SCORE"),
            text_score=_score(config, "TEXT_SCORE"),
            wanted=bool(config["PROPOSALS"]),
        )

    def available(self) -> bool:
        """Tell whether the operator wants proposals and `make vision` has been run."""
        return self._wanted and self._model.is_file() and all(map(util.find_spec, NEEDED))

    @property
    def name(self) -> str:
        """Return the names of both programs."""
        return ", ".join(dict.fromkeys(self._named().values()))

    def _named(self) -> Mapping[str, str]:
        """Return what finds each kind: a model has no version, so its digest names it."""
        if not self._names:
            digest = hashlib.sha256(self._model.read_bytes()).hexdigest()[:8]
            self._names = {
                "face": f"centerface {digest}",
                "text": f"rapidocr {metadata.version('rapidocr')}",
            }
        return self._names

    def find(self, picture: bytes) -> Sequence[Mapping[str, Any]]:
        """Hand the picture to the process, and wait."""
        with self._turn:
            answer = json.loads(self._answer(picture))
        if "error" in answer:
            raise Unfound(answer["error"])
        return [region | self._said_of(region["kind"]) for region in answer["regions"]]

    def _said_of(self, kind: str) -> dict[str, Any]:
        by = "face" if kind == "face" else "text"
        return {"threshold": self._scores[by], "finder": self._named()[by]}

    def _answer(self, picture: bytes) -> bytes:
        """Return the line that the process answers, and set when it ends unless another picture comes."""
        process = self._running()
        overdue = threading.Timer(LONGEST, process.kill)
        overdue.start()
        try:
            process.stdin.write(b"%d\n" % len(picture) + picture)  # type: ignore[union-attr] # both are pipes
            process.stdin.flush()  # type: ignore[union-attr]
            line = process.stdout.readline()  # type: ignore[union-attr]
        except OSError:
            line = b""
        finally:
            overdue.cancel()
        if not line:
            self._end()
            raise Unfound(f"{PROGRAM} ended before it answered")
        self._end_later()
        return line

    def _running(self) -> subprocess.Popen[bytes]:
        if self._idle:
            self._idle.cancel()
        self._asked += 1
        if self._process is None:
            scores = (str(self._scores["face"]), str(self._scores["text"]))
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", PROGRAM, str(self._model), *scores],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env={name: os.environ[name] for name in TOLD if name in os.environ},  # no secret among them
                start_new_session=True,  # Ctrl-C is for the server, whose end closes the pipe
            )  # fmt: skip
        return self._process

    def _end_later(self) -> None:
        self._idle = threading.Timer(IDLE, self._end_unless_asked, [self._asked])
        self._idle.daemon = True
        self._idle.start()

    def _end_unless_asked(self, asked: int) -> None:
        """End the process unless another picture came since the one of number `asked`."""
        with self._turn:
            if self._asked == asked:
                self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def close(self) -> None:
        """End the process, if one runs."""
        with self._turn:
            if self._idle:
                self._idle.cancel()
            self._end()


def _score(config: Mapping[str, Any], setting: str) -> float:
    """Return the score that a setting names. Raises `ConfigError` unless it lies between 0 and 1."""
    try:
        score = float(config[setting])
    except ValueError:
        score = 0.0
    if not 0 < score < 1:
        raise ConfigError(
            f"{setting}={config[setting]} is not a score: it lies between 0 and 1, such as 0.25."
        )
    return score


class MemoryFinder:
    """Finds what a test says; until then it is as where nothing is installed."""

    name = "tests 1"

    def __init__(self) -> None:
        self.regions: Sequence[Mapping[str, Any]] | Exception | None = None
        self.seen: list[bytes] = []

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return a finder that is not there; it has no settings."""
        return cls()

    def available(self) -> bool:
        """Tell whether the test said what is found."""
        return self.regions is not None

    def find(self, picture: bytes) -> Sequence[Mapping[str, Any]]:
        """Return what the test said, or fail as it said."""
        self.seen.append(picture)
        if isinstance(self.regions, Exception):
            raise self.regions
        return self.regions or ()

    def close(self) -> None:
        """Nothing is held."""
