"""These tests want the programs that `make vision` installs; where they are not, `make test` says so."""

from tests import needs

collect_ignore_glob = [] if needs.vision().path else ["test_*.py"]


def pytest_report_header() -> list[str]:
    """Say why there are none."""
    return [how] if (how := needs.vision().how) else []
