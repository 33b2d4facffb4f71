"""Who asks, behind proxies that are named: nobody else is believed."""

import logging
import socket
from typing import Any

import pytest

from reporter.desks.proxies import NamedProxies, plain_address
from reporter.kernel.errors import ConfigError

pytestmark = pytest.mark.pure

STRANGER = "203.0.113.9"


def who_asks(given: str, *, peer: str, said: str = "", scheme: str = "") -> tuple[str, str]:
    """Return address and scheme as the application sees them."""
    seen: list[tuple[str, str]] = []

    def application(environ: dict[str, Any], _start: Any) -> list[bytes]:
        seen.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]))
        return []

    headers = {"HTTP_X_FORWARDED_FOR": said, "HTTP_X_FORWARDED_PROTO": scheme}
    asked = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"} | {
        key: text for key, text in headers.items() if text
    }
    NamedProxies(application, given)(asked, lambda *_: lambda _text: None)
    return seen[0]


@pytest.mark.parametrize(
    ("given", "peer", "said", "address"),
    [
        ("10.0.0.0/8", "10.0.0.1", STRANGER, STRANGER),
        ("10.0.0.1", "10.0.0.1", f"198.51.100.1, {STRANGER}", STRANGER),
        ("10.0.0.0/8", "10.0.0.1", f"198.51.100.1, {STRANGER}, 10.2.3.4", STRANGER),
        ("10.0.0.0/8, 2001:db8::/32", "2001:db8::1", STRANGER, STRANGER),
        ("10.0.0.0/8", "::ffff:10.0.0.1", STRANGER, STRANGER),
        ("10.0.0.1", "10.0.0.1", f"{STRANGER}:51000", STRANGER),
        ("10.0.0.1", "10.0.0.1", '"[2001:db8::7]:443"', "2001:db8::7"),
        ("10.0.0.1", "10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_the_first_hop_that_is_no_proxy_of_ours_asks(given: str, peer: str, said: str, address: str) -> None:
    assert who_asks(given, peer=peer, said=said)[0] == address


@pytest.mark.parametrize(
    ("peer", "said"),
    [
        (STRANGER, "198.51.100.1"),  # not through us: it may write what it likes
        (
            "10.0.0.1",
            f"198.51.100.1, 10.9.9.9, {STRANGER}",
        ),  # what stands left of a stranger is the stranger's
        ("10.0.0.1", f"{STRANGER}, unknown"),  # a proxy that does not know says nothing
        ("10.0.0.1", f"{STRANGER}, {'9' * 400}"),
    ],
)
def test_what_nobody_named_wrote_is_not_believed(peer: str, said: str) -> None:
    address, _scheme = who_asks("10.0.0.1", peer=peer, said=said)

    assert address in {STRANGER, "10.0.0.1"}
    assert "198.51" not in address


def test_a_header_of_ten_thousand_hops_is_read_from_its_end() -> None:
    said = ", ".join([*["198.51.100.1"] * 10_000, *["10.0.0.2"] * 30])

    assert who_asks("10.0.0.0/8", peer="10.0.0.1", said=said)[0] == "10.0.0.2"


@pytest.mark.parametrize(
    ("peer", "scheme", "seen"),
    [("10.0.0.1", "https", "https"), ("10.0.0.1", "http, https", "https"), ("10.0.0.1", "gopher", "http"), (STRANGER, "https", "http")],
)  # fmt: skip
def test_the_scheme_is_believed_of_the_same(peer: str, scheme: str, seen: str) -> None:
    assert who_asks("10.0.0.1", peer=peer, said=STRANGER, scheme=scheme)[1] == seen


def test_a_name_stands_for_the_addresses_it_has() -> None:
    assert who_asks("localhost", peer="127.0.0.1", said=STRANGER)[0] == STRANGER


def test_a_name_that_nobody_knows_is_said_and_believes_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with caplog.at_level(logging.WARNING):
        address, _scheme = who_asks("nginx", peer="10.0.0.1", said=STRANGER)

    assert address == "10.0.0.1"
    assert "nginx" in caplog.text


@pytest.mark.parametrize("given", ["10.0.0.0/33", "10.0.0.1/8", "a b", "1.5", "10.0.0.1, ?"])
def test_what_is_neither_address_nor_network_nor_name_stops_the_start(given: str) -> None:
    with pytest.raises(ConfigError, match="PROXIES"):
        NamedProxies(lambda *_: [], given)


@pytest.mark.parametrize("text", ["", "unix:", "unknown", "_hidden", "1.2.3", ":::"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert plain_address(text) == ""
