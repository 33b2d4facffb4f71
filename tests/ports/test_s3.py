"""A store in a bucket: wrong settings stop the start, trouble is told in words and in time, links are for their time."""

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask

from config import TestConfig
from reporter.kernel.errors import ConfigError
from reporter.ports import init_app as init_ports
from reporter.ports.originals import StoredOriginals
from reporter.ports.storage import Storage, StorageUnavailable
from reporter.ports.storage import s3 as module
from reporter.ports.storage.places import originals_address, store_at, uploads_address
from reporter.ports.storage.s3 import Account, S3Storage
from reporter.serve import reach_stores
from tests.ports import servers
from tests.ports.conftest import at_server

pytestmark = pytest.mark.pure

KEYS = "7e57" * 16
NOWHERE = "http://127.0.0.1:9"  # a port at which nobody listens


def a_store(endpoint: str = NOWHERE, **settings: str) -> Storage:
    return store_at("s3://city/uploads", servers.settings_of(endpoint, **settings), setting="UPLOADS_STORE")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"S3_ACCESS_KEY": ""}, "S3_ACCESS_KEY and S3_SECRET_KEY must be set"),
        ({"S3_SECRET_KEY": ""}, "S3_ACCESS_KEY and S3_SECRET_KEY must be set"),
        ({"S3_ENDPOINT": "minio:9000"}, "S3_ENDPOINT=minio:9000 is not the address of a server"),
        ({"S3_ENDPOINT": "ftp://minio"}, "is not the address of a server"),
        ({"S3_ENDPOINT": "https://minio/bucket"}, "is not the address of a server"),
        ({"S3_ENDPOINT": "https://me:secret@minio"}, "is not the address of a server"),
        ({"S3_ENDPOINT": "https://minio:99999"}, "is not the address of a server"),
        ({"S3_ENDPOINT": "https://"}, "is not the address of a server"),
        ({"S3_REGION": "Frankfurt am Main"}, "S3_REGION=Frankfurt am Main is not a region"),
        ({"S3_STYLE": "classic"}, "S3_STYLE=classic is neither virtual nor path"),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(settings: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        a_store(**settings)


@pytest.mark.parametrize(
    "address",
    ["s3://", "s3://a", "s3://City/uploads", "s3://city//uploads", "s3://city/../x", "s3://city/.probe"],
)
def test_an_address_of_no_bucket_is_named(address: str) -> None:
    with pytest.raises(ConfigError, match=r"ORIGINALS_STORE=.* is not s3://bucket/prefix"):
        store_at(address, servers.settings_of(NOWHERE), setting="ORIGINALS_STORE")


@pytest.mark.parametrize("address", ["s3:city", "S3://city", "https://city.example.org", "C:/city"])
def test_what_is_neither_bucket_nor_folder_is_named(address: str) -> None:
    with pytest.raises(ConfigError, match=r"UPLOADS_STORE=.* is neither a folder nor s3://bucket/prefix"):
        store_at(address, {}, setting="UPLOADS_STORE")


@pytest.mark.parametrize(
    ("uploads", "originals"),
    [("s3://city", "s3://city/originals"), ("s3://city/a/b", "s3://city/a"), ("s3://city/a", "s3://city/a/"), ("/srv", "/srv/o")],
)  # fmt: skip
def test_originals_and_copies_never_lie_within_each_other(uploads: str, originals: str) -> None:
    with pytest.raises(ConfigError, match="lie within each other"):
        originals_address({"UPLOADS_STORE": uploads, "ORIGINALS_STORE": originals})


def test_two_prefixes_of_one_bucket_are_apart() -> None:
    settings = {"UPLOADS_STORE": "s3://city/uploads", "ORIGINALS_STORE": "s3://city/uploads-as-they-came"}

    assert uploads_address(settings) == "s3://city/uploads"
    assert originals_address(settings) == "s3://city/uploads-as-they-came"


def test_the_app_stands_on_the_stores_that_the_settings_name(moto: str) -> None:
    app = Flask("ports")
    stores = {
        "storage": "reporter.ports.storage.places:Uploads",
        "originals": "reporter.ports.originals:StoredOriginals",
    }
    app.config.from_object(TestConfig)
    app.config.update(servers.settings_of(moto), PORTS=TestConfig.PORTS | stores)

    init_ports(app)

    with app.app_context():
        reach_stores()
    assert isinstance(app.extensions["ports"].storage, S3Storage)
    assert isinstance(app.extensions["ports"].originals, StoredOriginals)


@pytest.mark.parametrize("wrong", ["UPLOADS_STORE", "ORIGINALS_STORE"])
def test_a_bucket_that_is_not_there_stops_the_start_with_one_line(moto: str, wrong: str) -> None:
    app = Flask("ports")
    stores = {
        "storage": "reporter.ports.storage.places:Uploads",
        "originals": "reporter.ports.originals:StoredOriginals",
    }
    app.config.from_object(TestConfig)
    app.config.update(servers.settings_of(moto, **{wrong: "s3://village"}), PORTS=TestConfig.PORTS | stores)
    init_ports(app)

    with app.app_context(), pytest.raises(ConfigError) as told:
        reach_stores()

    assert told.value.message == f"{wrong}=s3://village cannot be used: the bucket village does not exist."


def test_sealed_originals_lie_in_a_bucket_unreadable(moto: str) -> None:
    settings = servers.settings_of(moto, ORIGINALS_STORE="s3://city/sealed") | {"ORIGINAL_KEYS": KEYS}
    originals = StoredOriginals.from_config(settings)

    originals.seal("3f/3f2c-token", b"GPS of a home")

    [name] = originals.iterate()
    raw = store_at("s3://city/sealed", settings, setting="ORIGINALS_STORE").open(name)
    assert originals.open("3f/3f2c-token", originals.newest) == b"GPS of a home"
    assert b"GPS" not in raw
    originals.forget("3f/3f2c-token")
    assert list(originals.iterate()) == []


def test_a_prefix_sees_nothing_of_its_neighbour(moto: str) -> None:
    settings = servers.settings_of(moto)
    one, other = (
        store_at(f"s3://city/next{end}", settings, setting="UPLOADS_STORE") for end in ("", "-door")
    )
    other.put_if_absent("staff/one", b"x")

    assert list(one.iterate()) == []
    assert not one.exists("staff/one")
    other.delete("staff/one")


def test_more_than_a_page_is_listed_whole(moto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    store = at_server(moto)
    for number in range(5):
        store.put_if_absent(f"staff/{number}", b"")

    assert list(store.iterate("staff/")) == [f"staff/{number}" for number in range(5)]


def test_a_link_gives_the_content_as_what_it_is_to_whoever_has_it(moto: str) -> None:
    store = at_server(moto)
    store.put_if_absent("public/one/960.webp", b"burnt in")

    link = store.link("public/one/960.webp", seconds=600, mimetype="image/webp")

    assert link is not None
    with urlopen(link) as answer:  # noqa: S310 - of our own server
        assert answer.read() == b"burnt in"
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Cache-Control"] == "private, max-age=300"


def failing(request: BaseHTTPRequestHandler) -> None:
    """Be out of order."""
    request.send_error(500)


def mute(request: BaseHTTPRequestHandler) -> None:
    """Say nothing for longer than anybody waits."""
    time.sleep(1)


def broken(request: BaseHTTPRequestHandler) -> None:
    """Promise a hundred bytes and hang up after ten."""
    request.send_response(200)
    request.send_header("Content-Length", "100")
    request.end_headers()
    request.wfile.write(b"x" * 10)


def gibberish(request: BaseHTTPRequestHandler) -> None:
    """Be no server of files at all."""
    request.send_response(200)
    request.send_header("Content-Length", "5")
    request.end_headers()
    request.wfile.write(b"hello")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Wait a fifth of a second where a city waits ten."""
    quick = {"connect_timeout": 0.2, "read_timeout": 0.2, "retries": {"total_max_attempts": 2}}
    monkeypatch.setattr(module, "_PATIENCE", quick)
    yield
    Account.client.cache_clear()


def every_call(store: Storage) -> dict[str, Any]:
    return {
        "put": lambda: store.put_if_absent("staff/one", b"x"),
        "open": lambda: store.open("staff/one"),
        "exists": lambda: store.exists("staff/one"),
        "delete": lambda: store.delete("staff/one"),
        "iterate": lambda: list(store.iterate()),
        "check": store.check,
    }


CALLS = ("put", "open", "exists", "delete", "iterate", "check")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("answer", [failing, mute])
def test_a_server_in_trouble_is_asked_a_few_times_and_told_of_in_words(
    answer: Callable[[BaseHTTPRequestHandler], None], call: str
) -> None:
    asked: list[str] = []

    def counted(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        answer(request)

    with servers.answering(counted) as endpoint:
        store = a_store(endpoint)
        with pytest.raises(StorageUnavailable) as told:
            every_call(store)[call]()

    assert told.value.status == 503
    assert told.value.reason
    assert 2 <= len(asked) <= 6


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_is_not_there_is_told_of_by_its_address(
    call: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StorageUnavailable) as told:
        every_call(a_store())[call]()

    assert told.value.reason.startswith(f"{NOWHERE} does not answer")
    assert isinstance(told.value, OSError)
    assert "store s3://city/uploads/" in caplog.text
    assert servers.SECRET not in caplog.text.replace("S3RVER/", "")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("answer", "call"), [(broken, "open"), (gibberish, "iterate")])
def test_half_an_answer_is_none(answer: Callable[[BaseHTTPRequestHandler], None], call: str) -> None:
    with servers.answering(answer) as endpoint, pytest.raises(StorageUnavailable):
        every_call(a_store(endpoint))[call]()
