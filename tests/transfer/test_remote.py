"""A backup of pictures in a bucket comes back into a bucket, or into folders, and the other way round."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from reporter.cli.backup import stores_of
from reporter.ports.storage import Storage
from tests import needs
from tests.ports import servers
from tests.transfer.installations import address, found_with, installation, run, tables

pytestmark = [pytest.mark.pure, pytest.mark.each_database]
SERVERS = ("moto", *(["s3rver"] if needs.signing_server().path else []))


@pytest.fixture(params=SERVERS)
def endpoint(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Yield the address of a server of S3: one that keeps conditions, one that checks signatures."""
    server = servers.moto() if request.param == "moto" else servers.s3rver(tmp_path / "s3rver")
    with server as one:
        yield one


def bucket(endpoint: str, name: str) -> dict[str, str]:
    """Return the settings of both stores at a place of their own in the bucket."""
    below = f"s3://{servers.BUCKET}/{name}-{uuid4().hex}"
    return servers.settings_of(
        endpoint, UPLOADS_STORE=f"{below}/uploads", ORIGINALS_STORE=f"{below}/originals"
    )


def files_in(stores: dict[str, Storage]) -> dict[str, bytes]:
    return {f"{name}/{key}": store.open(key) for name, store in stores.items() for key in store.iterate()}


@pytest.mark.parametrize(
    ("from_bucket", "into_bucket"), [(True, True), (True, False), (False, True)],
    ids=["bucket to bucket", "bucket to folders", "folders to bucket"],
)  # fmt: skip
def test_pictures_in_a_bucket_come_back_byte_by_byte(
    database_url: str, tmp_path: Path, endpoint: str, *, from_bucket: bool, into_bucket: bool
) -> None:
    archive = tmp_path / "city.tar"
    here = bucket(endpoint, "home") if from_bucket else {}
    there = bucket(endpoint, "other") if into_bucket else {}
    with installation(address(database_url, tmp_path, "home"), tmp_path / "home", **here) as app:
        found_with(reports=2)
        rows, files = tables(), files_in(stores_of(app.config))
        made = run(app, "backup", archive)

    with installation(address(database_url, tmp_path, "other"), tmp_path / "other", **there) as app:
        restored = run(app, "restore", archive)
        rows_after, files_after = tables(), files_in(stores_of(app.config))

    assert (made.exit_code, restored.exit_code) == (0, 0), made.output + restored.output
    assert len(files) > 2
    assert files_after == files
    assert rows_after == rows
    assert "0 files missing" in restored.output
