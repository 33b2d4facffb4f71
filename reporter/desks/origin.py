"""From where a request comes, as a digest of a few days: enough to count by, not enough to know anybody by."""

import hashlib
import hmac
from datetime import date, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import current_app, request

from reporter.board.lifecycle import ORIGIN_DAYS
from reporter.cities.queries import local
from reporter.kernel.db import current_city_id
from reporter.ports import ports

NETWORK = 64  # bits of an IPv6 address that name a household's or a phone's network
DIGITS = 32


def origins() -> list[str]:
    """Return what the asker's address is called today, and was called on each of the days before, newest first.

    The address itself is kept nowhere. Its name is an HMAC with a key that follows from `SECRET_KEY`, the city and the
    day on the city's wall clock: names of two days, or of two cities, cannot be compared by whoever has only these.

    Behind a proxy it is the address that the proxy names, when `PROXIES` says that there is one; else everybody behind
    it is one address.
    """
    place, today = place_of(request.remote_addr or ""), local(ports.clock.now()).date()
    return [_named(place, today - timedelta(days=back)) for back in range(ORIGIN_DAYS)]


def place_of(address: str) -> str:
    """Return an IPv4 address as it is, of an IPv6 address its /64 network, anything else as it is."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        inside = found.ipv4_mapped
        return str(inside or ip_network((found, NETWORK), strict=False))
    return str(found)


def _named(place: str, day: date) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    key = hmac.new(secret, f"origin {current_city_id()} {day.isoformat()}".encode(), hashlib.sha256).digest()
    return hmac.new(key, place.encode(), hashlib.sha256).hexdigest()[:DIGITS]
