"""Everything `make test` does: the gates, then the suites, each timed, with one total at the end.

Run from the project's root as `python -m tests.run` (`--gates` for the gates alone). It needs the standard library
only. What cannot run is named together with the way to get it; under CI or STRICT=1 it counts as failed.
"""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from tests import needs
from tests.postgres import throwaway_server

PROGRAMS = Path(sys.executable).parent
WORKERS = str(max(2, os.cpu_count() or 2))

GATES = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "contracts": ("lint-imports", "--no-logo"),
    "templates": ("djlint", "templates", "--lint"),
    "spelling": ("codespell",),
    "dependencies": ("deptry", "."),
}
APART = (
    "browser",
    "proxy",
    "training",
    "vision",
    "workers",
)  # suites that need more than Python and a database
HOUSE = ("tests", *(f"--ignore=tests/{name}" for name in APART))
AGAIN = (
    "-m",
    "not (pure or once) or each_database",
)  # what knows no database says nothing new on a second one
COVERED = ("--cov", "--cov-report=", "--cov-fail-under=0")  # judged by a step of its own


@dataclass(frozen=True)
class Step:
    """What one gate (one check) or one suite (many tests) came to; `missing` says why it did not run."""

    name: str
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    missing: str = ""


def main() -> int:
    """Run what was asked for, print the table and the total, return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    steps: list[Step] = []
    try:
        steps.extend(gates())
        if "--gates" not in sys.argv:
            steps.extend(suites())
    except KeyboardInterrupt:
        print("\nstopped")
        return 130
    return report(steps)


def gates() -> Iterator[Step]:
    """Yield one step per gate; what a tool says is shown when it is not content."""
    for name, command in GATES.items():
        yield gate(name, command)


def suites() -> Iterator[Step]:
    """Yield one step per suite: SQLite (the deep run measures coverage on it), PostgreSQL, Redis, browser, models, learning."""
    deep = os.environ.get("DEPTH") == "deep"
    if deep:
        os.environ.setdefault("HOSTILE_SEED", str(secrets.randbelow(10**8)))
        print(f"    broken photos of HOSTILE_SEED={os.environ['HOSTILE_SEED']}")
    signing = needs.signing_server()
    if signing.path is None:
        yield not_run("store that checks signatures", signing.how)
    yield suite("tests on SQLite", (*HOUSE, *(COVERED if deep else ())))
    if deep:
        yield gate("coverage", ("coverage", "report"))
    yield on_postgresql()
    yield through_redis()
    yield behind_nginx()
    yield in_the_browser()
    yield with_the_models()
    yield learning()


def on_postgresql() -> Step:
    """Return the step of the same tests on a server that lives as long as they do."""
    name = "tests on PostgreSQL"
    found = needs.postgresql()
    if found.path is None:
        return not_run(name, found.how)
    with contextlib.ExitStack() as stack:
        try:
            address = stack.enter_context(throwaway_server(found.path))
        except RuntimeError as error:
            return not_run(name, str(error))
        return suite(name, (*HOUSE, *AGAIN), {"TEST_DATABASE_URL": address})


def through_redis() -> Step:
    """Return the step of real workers that real Redis tells of work, on PostgreSQL where there is one."""
    name = "workers behind Redis"
    found, database = needs.redis(), needs.postgresql()
    if found.path is None:
        return not_run(name, found.how)
    with contextlib.ExitStack() as stack:
        settings = {}
        if database.path is not None:
            with contextlib.suppress(RuntimeError):  # said by the suite before
                settings["TEST_DATABASE_URL"] = stack.enter_context(throwaway_server(database.path))
        return suite(name, ("tests/workers",), settings)


def behind_nginx() -> Step:
    """Return the step of pages that nginx keeps, as docs/nginx.conf lets it."""
    found = needs.nginx()
    name = "pages behind nginx"
    return suite(name, ("tests/proxy",)) if found.path else not_run(name, found.how)


def in_the_browser() -> Step:
    """Return the step of the stories told in Chromium."""
    name = "stories in Chromium"
    found = needs.browser()
    if found.path is None:
        return not_run(name, found.how)
    if warning := needs.chinese_font():
        print(f"    {warning}")
    return suite(name, ("tests/browser",), {"CHROMIUM": str(found.path)})


def with_the_models() -> Step:
    """Return the step of what is proposed to hide by the programs that `make vision` installs."""
    name = "looking with the models"
    found = needs.vision()
    return suite(name, ("tests/vision",)) if found.path else not_run(name, found.how)


def learning() -> Step:
    """Return the step of what is learnt with the programs that `make learn` installs."""
    name = "learning kinds"
    found = needs.learning()
    return suite(name, ("tests/training",)) if found.path else not_run(name, found.how)


def gate(name: str, command: tuple[str, ...]) -> Step:
    """Run one tool of the virtual environment."""
    print(f"{name} ... ", end="", flush=True)
    began = time.monotonic()
    plain = os.environ | {"NO_COLOR": "1"}
    done = subprocess.run(
        [PROGRAMS / command[0], *command[1:]], env=plain, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - began
    good = done.returncode == 0
    print(f"{'ok' if good else 'FAILED'} ({seconds:.1f} s)", flush=True)
    if not good:
        print((done.stdout + done.stderr).rstrip(), flush=True)
    return Step(name, seconds, passed=int(good), failed=int(not good))


def suite(name: str, what: tuple[str, ...], settings: dict[str, str] | None = None) -> Step:
    """Run pytest over `what`, with `settings` added to the environment, and read what came out of it."""
    print(f"{name} ...", flush=True)
    inherited = {key: text for key, text in os.environ.items() if key != "TEST_DATABASE_URL"}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="reporter-tests-", dir=in_memory()) as folder:
        inherited["TMPDIR"] = folder
        results = Path(folder) / "results.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            WORKERS,
            "--dist",
            "worksteal",
            f"--junitxml={results}",
            *what,
        ]
        done = subprocess.run(command, env=inherited | (settings or {}), check=False)
        return counted(name, time.monotonic() - began, results, done.returncode)


def in_memory() -> str | None:
    """Return a folder that is kept in memory, where a commit need not wait for the disk; None where there is none."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder is made by mkdtemp
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None


def counted(name: str, seconds: float, results: Path, status: int) -> Step:
    """Return the step for pytest's `results` and exit `status`; ending badly without a failed test is a failure."""
    if not results.exists():
        return Step(name, seconds, failed=1)
    ran = ET.parse(results).getroot().find("testsuite")  # noqa: S314 - written by our own pytest
    if ran is None or ran.get("tests") == "0":
        return not_run(name, "there are no tests in it")
    tests, failures, errors, skipped = (
        int(ran.attrib[key]) for key in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    return Step(name, seconds, tests - failed - skipped, max(failed, int(status != 0)), skipped)


def not_run(name: str, how: str) -> Step:
    """Return the step of a suite that did not run: a failure where every suite has to."""
    print(f"{name} ... did not run: {how}", flush=True)
    strict = any(os.environ.get(setting, "") not in {"", "0", "false"} for setting in ("CI", "STRICT"))
    return Step(name, failed=int(strict), missing=how)


def report(steps: list[Step]) -> int:
    """Print the table, what is missing, and the total; return 1 when anything failed."""
    print(f"\n{'':24}{'time':>9}{'passed':>9}{'failed':>9}{'skipped':>9}")
    for step in steps:
        print(f"{step.name:24}{step.seconds:>7.1f} s{step.passed:>9}{step.failed:>9}{step.skipped:>9}")
    print(f"{'together':24}{sum(step.seconds for step in steps):>7.1f} s\n")
    for step in steps:
        if step.missing:
            print(f"not run: {step.name}: {step.missing}")
    passed, failed, skipped = (
        sum(getattr(step, key) for step in steps) for key in ("passed", "failed", "skipped")
    )
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
