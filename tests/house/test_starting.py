"""What stands between an operator and a running city: the port, the folder, the secret."""

import contextlib
import stat
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import request

from config import TestConfig
from reporter.app import create_app
from reporter.kernel.errors import ConfigError
from reporter.kernel.secret import secret_key
from reporter.serve import address, listen, make_writable
from tests.answering import answering

pytestmark = pytest.mark.pure


def test_a_free_port_is_taken_at_once() -> None:
    with listen("127.0.0.1", "0") as first:
        port = first.getsockname()[1]

        with pytest.raises(ConfigError, match=f"Port {port} of 127.0.0.1 is in use") as refused:
            listen("127.0.0.1", port)

    assert refused.value.exit_code == 2


def test_the_address_names_the_port_that_was_really_taken() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert address(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.mark.parametrize("port", ["eighty", "", "-1", "65536", "8000.5"])
def test_what_is_not_a_port_is_said_in_one_line(port: str) -> None:
    with pytest.raises(ConfigError, match="is not a port"):
        listen("127.0.0.1", port)


def test_a_missing_data_folder_is_made(tmp_path: Path) -> None:
    make_writable(tmp_path / "city" / "uploads")

    assert list((tmp_path / "city" / "uploads").iterdir()) == []


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")

    with pytest.raises(ConfigError, match="file/city cannot be written"):
        make_writable(tmp_path / "file" / "city")


def test_the_first_start_makes_a_secret_for_its_owner_only(tmp_path: Path) -> None:
    made = secret_key("", folder=tmp_path / "city", production=False)

    mode = stat.S_IMODE((tmp_path / "city" / "secret").stat().st_mode)
    assert (len(made), mode) == (64, 0o600)
    assert [file.name for file in (tmp_path / "city").iterdir()] == ["secret"]


def test_the_next_start_finds_the_same_secret(tmp_path: Path) -> None:
    first = secret_key("", folder=tmp_path, production=False)

    assert secret_key("", folder=tmp_path, production=False) == first


def test_a_given_secret_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert secret_key("from the environment", folder=tmp_path, production=True) == "from the environment"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("setting", ["SECRET_KEY", "ORIGINAL_KEYS"])
def test_production_without_a_key_does_not_start(tmp_path: Path, setting: str) -> None:
    with pytest.raises(ConfigError, match=f"{setting} is not set"):
        secret_key("", folder=tmp_path, production=True, setting=setting)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["", "0", "-1", "soon", "36501", "1.5"])
def test_a_length_of_time_that_is_none_stops_the_start(given: str) -> None:
    with pytest.raises(ConfigError, match="is not a number of days"):
        create_app(type("OddConfig", (TestConfig,), {"ORIGINALS_DAYS": given}))


@pytest.mark.parametrize("given", [",", "abc", "7e57", "7e57" * 16 + ",no"])
def test_a_key_that_is_none_stops_the_start(given: str) -> None:
    with pytest.raises(ConfigError, match="64 hexadecimal digits"):
        create_app(type("OddConfig", (TestConfig,), {"ORIGINAL_KEYS": given}))


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        ("0", "203.0.113.9", "127.0.0.1"),
        ("1", "203.0.113.9", "203.0.113.9"),
        ("1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.0/8", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.0/8", "203.0.113.9", "127.0.0.1"),
    ],
)
def test_who_asks_is_believed_of_as_many_proxies_as_there_are(
    tmp_path: Path, proxies: str, said: str, address: str
) -> None:
    config = type("Behind", (TestConfig,), {"PROXIES": proxies, "DATA": tmp_path})
    app = create_app(config)
    seen: list[str | None] = []
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append(request.remote_addr))

    app.test_client().get("/healthz", headers={"X-Forwarded-For": said})

    assert seen == [address]


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        ("127.0.0.1", ("203.0.113.9", "https")),
        ("1", ("203.0.113.9", "https")),
        ("10.0.0.0/8", ("127.0.0.1", "http")),
        ("0", ("127.0.0.1", "http")),
    ],
)
def test_what_a_proxy_says_comes_through_the_server_to_whoever_decides_whether_to_believe_it(
    tmp_path: Path, proxies: str, seen: tuple[str, str]
) -> None:
    app = create_app(type("Behind", (TestConfig,), {"PROXIES": proxies, "DATA": tmp_path}))
    asked: list[tuple[str | None, str]] = []
    app.before_request_funcs.setdefault(None, []).insert(
        0, lambda: asked.append((request.remote_addr, request.scheme))
    )

    with (
        answering(app) as port,
        contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection,
    ):
        connection.request(
            "GET", "/healthz", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        )
        connection.getresponse().read()

    assert asked == [seen]


def test_many_open_browsers_keep_nobody_out(tmp_path: Path) -> None:
    app = create_app(type("Crowded", (TestConfig,), {"DATA": tmp_path}))

    with answering(app) as port, contextlib.ExitStack() as stack:
        for _number in range(150):
            open_page = stack.enter_context(contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=10)))
            open_page.request("GET", "/healthz")
            assert open_page.getresponse().read()


@pytest.mark.parametrize("proxies", ["-1", "6", "1.5", ""])
def test_proxies_are_a_small_number_or_named(tmp_path: Path, proxies: str) -> None:
    with pytest.raises(ConfigError):
        create_app(type("Behind", (TestConfig,), {"PROXIES": proxies, "DATA": tmp_path}))
