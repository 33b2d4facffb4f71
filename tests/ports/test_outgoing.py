"""What people type in as an address is called only when it lies on the open internet, and nothing it answers does harm."""

import contextlib
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from reporter.ports.carriers import Away, Refused
from reporter.ports.outgoing import MOST_BYTES, Forbidden, PinnedHttp, Unreachable, is_public
from tests.notices.receivers import Receiver, drip, drop, free_port, hang, http_server, silent_server

pytestmark = pytest.mark.pure

OPEN = frozenset({"127.0.0.1", "localhost"})


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",  # noqa: S104 - refused
        "224.0.0.1", "239.1.1.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1",
        "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:100.64.0.1",
        "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::", "2001:db8::1", "::127.0.0.1",
    ],
)  # fmt: skip
def test_private_addresses_are_known_in_every_wrapping(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip", ["1.1.1.1", "203.119.25.1", "2400:3200::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses_are_public(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/", "https://localhost/hook", "https://[::1]/", "https://127.1/", "https://2130706433/",
        "https://0x7f.1/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data",
    ],
)  # fmt: skip
def test_an_address_of_this_machine_is_refused_however_it_is_written(address: str) -> None:
    with pytest.raises(Forbidden, match="private network"):
        PinnedHttp().check(address)


@pytest.mark.parametrize(
    "address",
    [
        "", "hook", "ftp://example.org/", "https://", "https://user:pw@example.org/", "https://example.org/#part",
        "https://example.org:port/", "https://exa mple.org/", "https://example.org/\r\nHost: x", "http://example.org/",
        "file:///etc/passwd", "https://例子.cn/", "//example.org/",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_outside_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        PinnedHttp().check(address)


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: answers)

    with pytest.raises(Forbidden):
        PinnedHttp().check("https://example.org/")


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves to something else a moment later is not asked again."""
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def first_public_then_here(host: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return resolve("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", first_public_then_here)
    receiver = Receiver()
    with http_server(receiver) as port:
        PinnedHttp(frozenset({"inside.example"})).post(f"http://inside.example:{port}/a?b=c", b"x", {})

    assert [name for name in asked if name == "inside.example"] == ["inside.example"]
    assert receiver.requests[0].path == "/a?b=c"
    assert receiver.requests[0].headers["Host"] == f"inside.example:{port}"


def test_a_redirect_is_followed_nowhere() -> None:
    inner, outer = Receiver(), Receiver(status=302)
    with http_server(inner) as hidden, http_server(outer) as port:
        outer.headers = {"Location": f"http://127.0.0.1:{hidden}/"}
        with pytest.raises(Unreachable, match="redirect"):
            PinnedHttp(OPEN).post(f"http://127.0.0.1:{port}/", b"x", {})

    assert inner.requests == []


def test_an_endless_answer_is_left() -> None:
    with (
        http_server(Receiver(body=b"x" * (MOST_BYTES + 1))) as port,
        pytest.raises(Unreachable, match="far more"),
    ):
        PinnedHttp(OPEN).post(f"http://127.0.0.1:{port}/", b"x", {})


@pytest.mark.parametrize("behave", [hang, drip, drop], ids=["hangs", "drips", "drops"])
def test_a_receiver_that_hangs_drips_or_drops_is_left_in_time(behave: Any) -> None:
    with silent_server(behave) as port:
        began = time.monotonic()
        with pytest.raises(Away):
            PinnedHttp(OPEN, connect=1.0, whole=1.0).post(f"http://127.0.0.1:{port}/", b"x", {})

    assert time.monotonic() - began < 2.5


def test_nobody_there_is_said_so() -> None:
    with pytest.raises(Unreachable, match="Nothing is listening"):
        PinnedHttp(OPEN).post(f"http://127.0.0.1:{free_port()}/", b"x", {})


def test_the_operators_own_address_may_lie_inside() -> None:
    with http_server(Receiver(status=201, body=b"yes")) as port:
        answer = PinnedHttp().post(f"http://127.0.0.1:{port}/", b"x", {}, inside=True)

    assert (answer.status, answer.body) == (201, b"yes")


def here_too(ip: str) -> bool:
    """Take this machine for a host of the open internet, as the tests have no other."""
    return ip in {"127.0.0.1", "::1"} or is_public(ip)


def once_public() -> Callable[[str], bool]:
    """Return what takes the first address that it is asked about for a public one, whatever it is."""
    asked: list[str] = []

    def public(ip: str) -> bool:
        asked.append(ip)
        return len(asked) == 1 or is_public(ip)

    return public


IMAGE = {"Content-Type": "image/jpeg"}


def test_a_picture_is_fetched_whole() -> None:
    receiver = Receiver(body=b"\xff\xd8picture", headers=IMAGE)
    with http_server(receiver) as port:
        found = PinnedHttp(public=here_too).fetch(f"http://127.0.0.1:{port}/a.jpg?size=1", most=100)

    assert found == b"\xff\xd8picture"
    assert receiver.requests[0].path == "/a.jpg?size=1"
    assert "Authorization" not in receiver.requests[0].headers


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/a.jpg", "https://10.0.0.1/a.jpg", "http://[::1]/a.jpg", "http://169.254.169.254/"],
)
def test_no_picture_is_fetched_from_a_private_network(address: str) -> None:
    with pytest.raises(Forbidden, match="private network"):
        PinnedHttp().fetch(address, most=100)


@pytest.mark.parametrize(
    "address", ["", "ftp://example.org/a.jpg", "file:///etc/passwd", "http://user:pw@example.org/"]
)
def test_what_is_no_address_is_not_fetched(address: str) -> None:
    with pytest.raises(Forbidden):
        PinnedHttp().fetch(address, most=100)


def test_redirects_to_a_picture_are_followed_three_times() -> None:
    picture = Receiver(body=b"picture", headers=IMAGE)
    with contextlib.ExitStack() as servers:
        port = servers.enter_context(http_server(picture))
        for _ in range(3):
            port = servers.enter_context(
                http_server(Receiver(302, headers={"Location": f"http://127.0.0.1:{port}/"}))
            )
        found = PinnedHttp(public=here_too).fetch(f"http://127.0.0.1:{port}/", most=100)
        port = servers.enter_context(
            http_server(Receiver(307, headers={"Location": f"http://127.0.0.1:{port}/"}))
        )
        with pytest.raises(Unreachable, match="on and on"):
            PinnedHttp(public=here_too).fetch(f"http://127.0.0.1:{port}/", most=100)

    assert found == b"picture"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://10.0.0.1/a.jpg", "private network"),
        ("https://localhost.localdomain:1/", "host name|private network"),
        ("file:///etc/passwd", "not an address"),
        ("http://user:pw@127.0.0.1/", "neither a user name"),
    ],
)
def test_a_redirect_into_the_own_network_is_refused(location: str, words: str) -> None:
    with (
        http_server(Receiver(302, headers={"Location": location})) as port,
        pytest.raises((Forbidden, Unreachable), match=words),
    ):
        PinnedHttp(public=here_too).fetch(f"http://127.0.0.1:{port}/", most=100)


@pytest.mark.parametrize(
    ("receiver", "kind", "words"),
    [
        (Receiver(404), Forbidden, "nothing at that address"),
        (Receiver(401), Forbidden, "nothing at that address"),
        (Receiver(503), Unreachable, "fault of its own"),
        (Receiver(body=b"<html>", headers={"Content-Type": "text/html"}), Forbidden, "not a picture"),
        (Receiver(body=b"no type"), Forbidden, "not a picture"),
        (Receiver(body=b"x" * 101, headers=IMAGE), Forbidden, "too large"),
        (Receiver(302), Unreachable, "on and on"),
    ],
)
def test_what_is_no_picture_is_said_in_words(receiver: Receiver, kind: type[Exception], words: str) -> None:
    with http_server(receiver) as port, pytest.raises(kind, match=words):
        PinnedHttp(public=here_too).fetch(f"http://127.0.0.1:{port}/", most=100)


@pytest.mark.parametrize("behave", [hang, drip, drop], ids=["hangs", "drips", "drops"])
def test_a_picture_that_does_not_come_is_left_in_time(behave: Any) -> None:
    with silent_server(behave) as port:
        began = time.monotonic()
        with pytest.raises(Away):
            PinnedHttp(public=here_too, connect=1.0, fetching=1.0).fetch(
                f"http://127.0.0.1:{port}/", most=100
            )

    assert time.monotonic() - began < 2.5


def test_no_picture_is_fetched_from_a_host_that_the_operator_trusts_with_messages() -> None:
    """Whoever holds a key that may post would read the own network through it."""
    inner = Receiver(body=b"picture", headers=IMAGE)
    with http_server(inner) as port:
        outgoing = PinnedHttp(OPEN)
        outgoing.post(f"http://127.0.0.1:{port}/", b"x", {})
        for host in ("127.0.0.1", "localhost"):
            with pytest.raises(Forbidden, match="private network"):
                outgoing.fetch(f"http://{host}:{port}/a.jpg", most=100)

    assert [one.path for one in inner.requests] == ["/"]


def test_no_redirect_leads_a_fetch_to_a_trusted_host() -> None:
    inner = Receiver(body=b"picture", headers=IMAGE)
    with http_server(inner) as hidden:
        leads_in = Receiver(302, headers={"Location": f"http://localhost:{hidden}/"})
        with http_server(leads_in) as port:
            outgoing = PinnedHttp(OPEN, public=once_public())
            with pytest.raises(Forbidden, match="private network"):
                outgoing.fetch(f"http://127.0.0.1:{port}/", most=100)

    assert (len(leads_in.requests), inner.requests) == (1, [])


def test_a_picture_has_no_more_time_than_it_is_given() -> None:
    with silent_server(hang) as port:
        began = time.monotonic()
        with pytest.raises(Away):
            PinnedHttp(public=here_too).fetch(f"http://127.0.0.1:{port}/", most=100, within=0.5)

    assert time.monotonic() - began < 1.5
