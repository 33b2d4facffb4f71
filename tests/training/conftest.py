"""These tests want what `make learn` installs; where it is not, `make test` says so."""

from tests import needs

collect_ignore_glob = [] if needs.learning().path else ["test_*.py"]


def pytest_report_header() -> list[str]:
    """Say why there are none."""
    return [how] if (how := needs.learning().how) else []
