"""A server that checks signatures lets in who has the secret, and nobody else."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from reporter.ports.storage import StorageUnavailable
from reporter.ports.storage.places import store_at
from reporter.ports.storage.s3 import S3Storage
from tests.ports import servers
from tests.ports.conftest import at_server

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"S3_SECRET_KEY": "guessed"}, "S3_SECRET_KEY does not belong to S3_ACCESS_KEY"),
        ({"S3_ACCESS_KEY": "somebody"}, "S3_ACCESS_KEY is not known there"),
    ],
)
def test_a_wrong_secret_is_refused_and_told(s3rver: str, settings: dict[str, str], said: str) -> None:
    store = store_at("s3://city/wrong", servers.settings_of(s3rver, **settings), setting="UPLOADS_STORE")

    for call in (
        store.check,
        lambda: store.put_if_absent("staff/one", b"x"),
        lambda: store.open("staff/one"),
    ):
        with pytest.raises(StorageUnavailable) as told:
            call()
        assert told.value.reason == said


def test_a_link_holds_as_it_was_signed_and_no_further(s3rver: str) -> None:
    store = at_server(s3rver)
    store.put_if_absent("public/one/960.webp", b"burnt in")
    store.put_if_absent("public/two/960.webp", b"of another post")
    link = store.link("public/one/960.webp", seconds=600, mimetype="image/webp")
    assert link is not None

    with urlopen(link) as answer:  # noqa: S310 - of our own server
        assert answer.read() == b"burnt in"
        assert answer.headers["Content-Type"] == "image/webp"
    for forged in (
        link.replace("/one/", "/two/"),
        link.replace("Expires=600", "Expires=6000"),
        link[:-1] + "x",
    ):
        with pytest.raises(HTTPError) as refused:
            urlopen(forged)  # noqa: S310 - the same
        assert refused.value.code == 403
        refused.value.close()


def test_a_server_that_overlooks_conditions_is_found_out_and_asked_first(s3rver: str) -> None:
    store = at_server(s3rver)

    assert isinstance(store, S3Storage)
    assert not store.knows_conditions
    assert store.put_if_absent("staff/one", b"first")
    assert not store.put_if_absent("staff/one", b"second")
    assert store.open("staff/one") == b"first"


def test_a_server_that_keeps_conditions_is_trusted_with_them(moto: str) -> None:
    store = at_server(moto)

    assert isinstance(store, S3Storage)
    assert store.knows_conditions
