"""Every kind of store, each test with an empty one."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from reporter.ports.storage import LocalStorage, MemoryStorage, Storage
from reporter.ports.storage.places import store_at
from tests import needs
from tests.ports import servers

CHECKED = needs.signing_server().path is not None
KINDS = ("folder", "memory", "moto", *(["s3rver"] if CHECKED else []))
collect_ignore = [] if CHECKED else ["test_signing.py"]  # tests/run.py says so


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    with servers.moto() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def s3rver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with servers.s3rver(tmp_path_factory.mktemp("s3rver")) as endpoint:
        yield endpoint


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    kind: str = request.param
    if kind == "folder":
        return LocalStorage.from_config({"UPLOADS": tmp_path})
    if kind == "memory":
        return MemoryStorage.from_config({})
    return at_server(request.getfixturevalue(kind))


def at_server(endpoint: str) -> Storage:
    """Return an empty store at that server."""
    address = f"s3://{servers.BUCKET}/{uuid4().hex}"
    return store_at(address, servers.settings_of(endpoint), setting="UPLOADS_STORE")
