"""Where the city is found from outside: mails and robots have no request to take it from."""

from collections.abc import Mapping, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from reporter.kernel.errors import ConfigError


class Site:
    """Makes whole addresses out of paths."""

    def __init__(self, given: str, here: str) -> None:
        self._given, self._here = given.rstrip("/"), here

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return it. Raises `ConfigError` when `SITE_URL` is not an address."""
        given = str(config["SITE_URL"])
        parts = urlsplit(given)
        if given and not (parts.scheme in {"http", "https"} and parts.hostname and not parts.query):
            raise ConfigError(f"SITE_URL={given} is not an address: https://report.example.org is.")
        host = str(config["HOST"])
        return cls(given, f"http://{f'[{host}]' if ':' in host else host}:{config['PORT']}")

    def address(self, path: str, hosts: Sequence[str] = ()) -> str:
        """Return the whole address of `path`: at `SITE_URL`, else at the first of the city's own names, else here."""
        base = self._given or (f"https://{hosts[0]}" if hosts else self._here)
        return base + path
