"""HTTP to the outside, to addresses that people typed in: never into our own network, never for long, never for much.

The name is resolved once, every address it has must be a public one, and the connection goes to the very address that
was checked. No redirect is followed, but to fetch a picture: then each address is checked like the first. What the
operator trusts of the own network is trusted with messages alone: whoever names a picture is a stranger.
"""

import http.client
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from reporter.ports.carriers import Away, Refused

log = logging.getLogger(__name__)

CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 15.0
MOST_BYTES = 64 * 1024  # of an answer
NAT64 = ipaddress.ip_network("64:ff9b::/96")
REDIRECTS = range(300, 400)
MOST_REDIRECTS = 3  # that are followed to a picture
FETCH_SECONDS = 60.0  # for a picture, redirects included
FOUND, AWAY = 200, range(500, 600)
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Away):
    """It did not answer, or not in time, or with too much; it may later."""


class Forbidden(Refused):
    """This address may not be called at all."""


@dataclass(frozen=True)
class Answer:
    """What came back, at most `MOST_BYTES` of it."""

    status: int
    body: bytes


class Outgoing(Protocol):
    """Sends requests.

    Attributes:
        inside: hosts of the own network that may be sent messages, without TLS too; no picture is fetched from them.
        robot_hosts: where the group robots of 企业微信 and 钉钉 may be, and nowhere else.
    """

    inside: frozenset[str]
    robot_hosts: frozenset[str]

    def check(self, address: str) -> None:
        """Refuse what may not be called. Raises `Forbidden` or, when the name is not found, `Unreachable`."""
        ...

    def post(self, address: str, body: bytes, headers: Mapping[str, str], *, inside: bool = False) -> Answer:
        """Send one request and return its answer.

        Args:
            address: `https://`; `http://` only to names that are allowed inside.
            inside: the operator set the address: it may lie in the own network.

        Raises:
            Forbidden: the address may not be called.
            Unreachable: no answer, a redirect, or too much of an answer.
        """
        ...

    def fetch(self, address: str, *, most: int, within: float | None = None) -> bytes:
        """Return the picture that lies at an address on the open internet, and nowhere else whatever `inside` says.

        Args:
            address: `https://` or `http://`: what comes is looked at as closely as what a stranger sends.
            most: bytes that are taken.
            within: seconds for all of it, redirects included; None: a minute.

        Raises:
            Forbidden: an address on the way may not be called, what lies there is no picture, or too large.
            Unreachable: no answer, a fault of the other side, or too many redirects.
        """
        ...


class PinnedHttp:
    """The standard library's client, held to the address that was checked."""

    def __init__(
        self, inside: frozenset[str] = frozenset(), robot_hosts: frozenset[str] = frozenset(), *,
        connect: float = CONNECT_SECONDS, whole: float = WHOLE_SECONDS, fetching: float = FETCH_SECONDS,
        public: Callable[[str], bool] | None = None,
    ) -> None:  # fmt: skip
        self.fetching, self.public = fetching, public or is_public
        self.inside, self.robot_hosts, self.connect, self.whole = inside, robot_hosts, connect, whole

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return it; `OUTGOING_INSIDE` names hosts of the own network that may be called."""
        return cls(_names(config["OUTGOING_INSIDE"]), _names(config["ROBOT_HOSTS"]))

    def check(self, address: str) -> None:
        """Refuse what may not be called."""
        parts = _split(address)
        self._resolved(parts, trusted=self._trusts(parts))

    def post(self, address: str, body: bytes, headers: Mapping[str, str], *, inside: bool = False) -> Answer:
        """Send one request and return its answer."""
        return self._asked("POST", address, body, headers, inside=inside)

    def get(self, address: str, *, inside: bool = False) -> Answer:
        """Ask for one thing and return the answer; as `post`."""
        return self._asked("GET", address, None, {}, inside=inside)

    def fetch(self, address: str, *, most: int, within: float | None = None) -> bytes:
        """Return the picture that lies at an address on the open internet."""
        ends = time.monotonic() + (self.fetching if within is None else within)
        for _ in range(MOST_REDIRECTS + 1):
            parts = _split(address)
            ip = self._resolved(parts, trusted=False, plain=True)
            left = max(ends - time.monotonic(), 0.001)
            with _Line(parts, ip, min(self.connect, left), left) as line:
                try:
                    line.request("GET", _path(parts), None, {"Connection": "close", "Accept": "image/*"})
                    with line.getresponse() as response:
                        if response.status not in REDIRECTS:
                            return _picture(response, most)
                        address = urljoin(address, response.headers.get("Location", ""))
                except (OSError, http.client.HTTPException, ValueError) as error:
                    raise Unreachable(_why(error, late=line.late)) from error
        raise Unreachable("It leads on and on, and never to a picture.")

    def _asked(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str], *, inside: bool
    ) -> Answer:
        parts = _split(address)
        ip = self._resolved(parts, trusted=inside or self._trusts(parts))
        with _Line(parts, ip, self.connect, self.whole) as line:
            try:
                line.request(method, _path(parts), body, {"Connection": "close", **headers})
                with line.getresponse() as response:
                    found = response.read(MOST_BYTES + 1)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise Unreachable(_why(error, late=line.late)) from error
        if response.status in REDIRECTS:
            raise Unreachable("It answers with a redirect, which is not followed: give the final address.")
        if len(found) > MOST_BYTES:
            raise Unreachable("It answers with far more than an acknowledgement.")
        return Answer(response.status, found)

    def _trusts(self, parts: SplitResult) -> bool:
        return (parts.hostname or "").lower() in self.inside

    def _resolved(self, parts: SplitResult, *, trusted: bool, plain: bool = False) -> str:
        """Return the one address to connect to.

        Args:
            trusted: it may lie in the own network, and needs no TLS.
            plain: TLS is not demanded.
        """
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if parts.scheme != "https" and not (trusted or plain):
            raise Forbidden("The address must begin with https://.")
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unreachable("There is no such host name.") from error
        ips = [str(one[4][0]) for one in found]
        if not trusted and not all(self.public(ip) for ip in ips):
            raise Forbidden("This address lies in a private network or on this machine itself.")
        return ips[0]


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _picture(response: http.client.HTTPResponse, most: int) -> bytes:
    """Return what an answer holds. Raises `Forbidden` or `Unreachable`."""
    if response.status in AWAY:
        raise Unreachable("The other side has a fault of its own just now.")
    if response.status != FOUND:
        raise Forbidden("There is nothing at that address, or it is not shown to us.")
    if response.headers.get_content_maintype() != "image":
        raise Forbidden("What lies at that address is not a picture.")
    found = response.read(most + 1)
    if len(found) > most:
        raise Forbidden("The picture at that address is too large.")
    return found


def _names(listed: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in listed.split(",") if name.strip())


def is_public(text: str) -> bool:
    """Tell whether an IP address is one of the open internet, also when it is wrapped into another one."""
    ip: Ip = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if wrapped is None and ip in NAT64:
            wrapped = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if wrapped is not None:
            return is_public(str(wrapped))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


def _split(address: str) -> SplitResult:
    """Return the parts of an address. Raises `Forbidden` when it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise Forbidden("This is not an address.") from None
    printable = address.isascii() and all(33 <= ord(sign) < 127 for sign in address)  # noqa: PLR2004 - visible ASCII
    if not printable or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Forbidden("This is not an address: https://name/path is.")
    if parts.username is not None or parts.fragment:
        raise Forbidden("The address must hold neither a user name nor a part after #.")
    return parts


class _Line:
    """A connection that calls one address, speaks with the name that was asked for, and is cut after a while.

    What is cut is a second handle of the socket: the first one changes hands when TLS begins.
    """

    def __init__(self, parts: SplitResult, ip: str, connect: float, whole: float) -> None:
        self.late = False
        self._ip, self._handle = ip, socket.socket()
        self._over = threading.Timer(whole, self._cut)
        self._over.daemon = True
        host = parts.hostname or ""
        self._http = (
            http.client.HTTPSConnection(
                host, parts.port, timeout=connect, context=ssl.create_default_context()
            )
            if parts.scheme == "https"
            else http.client.HTTPConnection(host, parts.port, timeout=connect)
        )
        vars(self._http)["_create_connection"] = self._call  # the hook that the class has for this
        self._whole = whole

    def __enter__(self) -> Self:
        self._over.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.cancel()
        self._http.close()
        self._handle.close()

    def request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> None:
        self._http.request(method, path, body, headers)
        self._http.sock.settimeout(self._whole)

    def getresponse(self) -> http.client.HTTPResponse:
        return self._http.getresponse()

    def _call(self, target: tuple[str, int], *args: Any, **kwargs: Any) -> socket.socket:
        found = socket.create_connection((self._ip, target[1]), *args, **kwargs)
        self._handle.close()
        self._handle = found.dup()
        return found

    def _cut(self) -> None:
        self.late = True
        try:
            self._handle.shutdown(socket.SHUT_RDWR)
        except OSError:
            log.debug("the connection had ended already")


def _why(error: Exception, *, late: bool) -> str:
    if late or isinstance(error, TimeoutError):
        return "It did not answer in time."
    if isinstance(error, ssl.SSLError):
        return "Its certificate is not valid, or it does not speak TLS."
    if isinstance(error, ConnectionRefusedError):
        return "Nothing is listening at that address."
    return "The connection broke, or what came back is not HTTP."
