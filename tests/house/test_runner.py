"""The runner of `make test`: its one total must never look better than what happened."""

from pathlib import Path

import pytest

from tests.run import Step, counted, not_run, report

pytestmark = pytest.mark.pure

RESULTS = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


def results(folder: Path, *, tests: int, failures: int = 0, errors: int = 0, skipped: int = 0) -> Path:
    """Write what pytest would have written."""
    file = folder / "results.xml"
    file.write_text(RESULTS.format(tests, failures, errors, skipped), encoding="utf-8")
    return file


def test_passed_is_what_neither_failed_nor_was_skipped(tmp_path: Path) -> None:
    step = counted("suite", 1.5, results(tmp_path, tests=10, failures=2, errors=1, skipped=3), status=1)

    assert step == Step("suite", 1.5, passed=4, failed=3, skipped=3)


def test_a_suite_that_ends_badly_without_a_failed_test_has_failed(tmp_path: Path) -> None:
    step = counted("suite", 1.5, results(tmp_path, tests=10), status=1)

    assert (step.passed, step.failed) == (10, 1)


def test_a_suite_that_leaves_no_results_has_failed(tmp_path: Path) -> None:
    assert counted("suite", 1.5, tmp_path / "missing.xml", status=4) == Step("suite", 1.5, failed=1)


def test_a_suite_without_tests_did_not_run(tmp_path: Path) -> None:
    assert counted("suite", 1.5, results(tmp_path, tests=0), status=5).missing


@pytest.mark.parametrize(
    ("settings", "failed"), [({}, 0), ({"CI": "true"}, 1), ({"STRICT": "1"}, 1), ({"CI": "false"}, 0)]
)
def test_a_suite_that_did_not_run_fails_only_where_every_suite_must(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], failed: int
) -> None:
    for name in ("CI", "STRICT"):
        monkeypatch.delenv(name, raising=False)
    for name, text in settings.items():
        monkeypatch.setenv(name, text)

    assert not_run("suite", "install it").failed == failed


def test_the_last_line_is_the_total_alone(capsys: pytest.CaptureFixture[str]) -> None:
    status = report([Step("one", 1, passed=2), Step("two", 1, passed=3, failed=1)])

    assert (capsys.readouterr().out.splitlines()[-1], status) == ("5 passed, 1 failed", 1)


def test_skipped_tests_stand_behind_the_total(capsys: pytest.CaptureFixture[str]) -> None:
    status = report([Step("one", 1, passed=2, skipped=1)])

    assert (capsys.readouterr().out.splitlines()[-1], status) == ("2 passed, 0 failed, 1 skipped", 0)


def test_what_did_not_run_is_named_with_the_way_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    report([Step("tests on PostgreSQL", missing="apt-get install postgresql")])

    assert "not run: tests on PostgreSQL: apt-get install postgresql" in capsys.readouterr().out
