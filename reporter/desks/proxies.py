"""Who asks, behind proxies: `X-Forwarded-For` is believed of hops that are named, and of nobody else."""

import logging
import socket
import time
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from threading import Lock
from typing import TYPE_CHECKING

from reporter.kernel.errors import ConfigError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Network = IPv4Network | IPv6Network

HOPS = 20  # entries of a header that are read, the nearest first
NAMES_KEPT = 30.0  # seconds before a name that does not match is asked for anew: containers move

log = logging.getLogger(__name__)


class NamedProxies:
    """Stands before the application and says who asks: the first hop, seen from here, that is no proxy of ours.

    Each proxy adds whom it was asked by at the end of the header. What stands further left than a hop that nobody
    named was written by whoever asks, and says nothing.
    """

    def __init__(self, app: "WSGIApplication", given: str) -> None:
        """Take the addresses, networks and names of proxies, with commas.

        Raises:
            ConfigError: one of them is none of these.
        """
        self._app = app
        self._networks, self._names = _read(given)
        self._found: frozenset[str] = frozenset()
        self._asked_at, self._lock = float("-inf"), Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        hop, believed = plain_address(environ.get("REMOTE_ADDR", "")), 0
        said = _entries(environ.get("HTTP_X_FORWARDED_FOR", ""))
        peer_is_ours = self._is_ours(hop)
        while said and self._is_ours(hop):
            before = plain_address(said.pop())
            believed += 1
            if not before:
                break
            hop = before
        if hop:
            environ["REMOTE_ADDR"] = hop
        schemes = _entries(environ.get("HTTP_X_FORWARDED_PROTO", ""))
        if peer_is_ours and schemes:
            scheme = schemes[-min(max(believed, 1), len(schemes))].lower()
            if scheme in {"http", "https"}:
                environ["wsgi.url_scheme"] = scheme
        return self._app(environ, start_response)

    def _is_ours(self, address: str) -> bool:
        if not address:
            return False
        place = ip_address(address)
        if any(place in network for network in self._networks if network.version == place.version):
            return True
        return bool(self._names) and (address in self._found or address in self._looked_up())

    def _looked_up(self) -> frozenset[str]:
        """Return the addresses that the names have now; while they cannot be looked up, those of before."""
        with self._lock:
            if time.monotonic() - self._asked_at >= NAMES_KEPT:
                self._found = frozenset(one for name in self._names for one in self._addresses(name))
                self._asked_at = time.monotonic()
            return self._found

    def _addresses(self, name: str) -> Iterable[str]:
        try:
            found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except OSError:
            log.warning("PROXIES: nobody knows the name %s now, so what it would say is not believed", name)
            return ()
        return {plain_address(str(where[0])) for *_, where in found}


def plain_address(text: str) -> str:
    """Return an address as it is always written, without port, brackets and zone; "" for what is none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        place = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str((isinstance(place, IPv6Address) and place.ipv4_mapped) or place)


def _entries(header: str) -> list[str]:
    return [one.strip() for one in header.split(",") if one.strip()][-HOPS:]


def _read(given: str) -> tuple[Sequence[Network], Sequence[str]]:
    networks: list[Network] = []
    names: list[str] = []
    for one in filter(None, map(str.strip, given.split(","))):
        try:
            networks.append(ip_network(one))
        except ValueError:
            if not _may_be_a_name(one):
                raise ConfigError(
                    f"PROXIES: {one} is no address, no network such as 10.0.0.0/8, and no name."
                ) from None
            names.append(one)
    return networks, names


def _may_be_a_name(text: str) -> bool:
    labels = text.rstrip(".").split(".")
    letters = any(sign.isalpha() for sign in labels[-1])
    return letters and all(label.replace("-", "").replace("_", "").isalnum() for label in labels)
