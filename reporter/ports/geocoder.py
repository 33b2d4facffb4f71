"""A service that knows more addresses than the city's own list: 天地图, the national map, where the city has a key for it.

Its answers are in CGCS2000, which equals WGS 84 for every purpose here (they differ by centimetres). The address and the
answer are those of lbs.tianditu.gov.cn, 地理编码查询.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self
from urllib.parse import urlencode

from reporter.kernel.errors import ConfigError
from reporter.ports.carriers import Away, Refused
from reporter.ports.outgoing import Answer, PinnedHttp

log = logging.getLogger(__name__)

OK = 200
NO_KEY = frozenset({401, 403, 418})
CONNECT_SECONDS, WHOLE_SECONDS = 1.5, 3.0  # somebody waits for it
PAUSE = 30.0  # seconds for which nothing is asked after it failed
DAY = 86_400.0
LONGEST = 60  # characters of an address that leave the house
# Metres around its point, by what the service says that it found; anything else is known roughly.
LEVELS = {"门址": 30.0, "地名地址": 60.0, "兴趣点": 60.0, "POI": 60.0, "道路": 500.0, "乡镇": 3000.0}
ROUGHLY = 1000.0


@dataclass(frozen=True)
class Located:
    """What the service makes of an address: degrees WGS 84, metres within which it lies."""

    name: str
    lon: float
    lat: float
    accuracy: float


class Geocoder(Protocol):
    """Finds the place of an address that the city's own list does not know."""

    def there(self) -> bool:
        """Tell whether anything would be asked."""
        ...

    def locate(self, address: str) -> Located | None:
        """Return where an address is, None when the service does not know it.

        Raises:
            Away: it does not answer as it should, or the day's budget is used up.
            Refused: it does not take the city's key.
        """
        ...


class NoGeocoder:
    """The embedded default: the city's own list is all there is, and nothing leaves the house."""

    def there(self) -> bool:
        """Tell that there is none."""
        return False

    def locate(self, address: str) -> Located | None:
        """Return that nothing is known."""
        return None


class MemoryGeocoder:
    """A service for tests: it knows what a test tells it, and fails while `away`."""

    def __init__(self) -> None:
        self.known: dict[str, Located] = {}
        self.asked: list[str] = []
        self.on = self.away = False

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return it; it has no settings, and a test switches it on."""
        return cls()

    def there(self) -> bool:
        """Tell whether a test switched it on."""
        return self.on

    def locate(self, address: str) -> Located | None:
        """Return what a test said about the address."""
        self.asked.append(address)
        if self.away:
            raise Away("no answer")
        return self.known.get(address)


class Tianditu:
    """天地图 over HTTPS, asked with the city's key.

    Args:
        url: where it is asked: `https://api.tianditu.gov.cn/geocoder`, or a proxy of the city.
        budget: how often each process may ask within a day.
        clock: seconds that only go on.
    """

    def __init__(
        self, key: str, *, url: str, budget: int, http: PinnedHttp | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.url, self.budget = url, budget
        self._key, self._clock, self._one = key, clock, threading.Lock()
        self._http = http or PinnedHttp(connect=CONNECT_SECONDS, whole=WHOLE_SECONDS)
        self._day, self._asked, self._not_before = clock(), 0, 0.0

    def there(self) -> bool:
        """Tell that there is one."""
        return True

    def locate(self, address: str) -> Located | None:
        """Return where an address is. Raises `Away`, also for half a minute after it failed, or `Refused`."""
        self._count()
        wish = json.dumps({"keyWord": address[:LONGEST]}, ensure_ascii=False)
        try:
            answer = self._http.get(f"{self.url}?{urlencode({'ds': wish, 'tk': self._key})}", inside=True)
            return _read(answer, address)
        except (Away, Refused) as error:
            self._not_before = self._clock() + PAUSE
            log.warning("天地图 found no address: %s", error)
            raise

    def _count(self) -> None:
        """Raise `Away` when it failed a moment ago or the day's budget is used up."""
        now = self._clock()
        with self._one:
            if now - self._day >= DAY:
                self._day, self._asked = now, 0
            if now < self._not_before or self._asked >= self.budget:
                raise Away("it is not asked just now")
            self._asked += 1


def _read(answer: Answer, address: str) -> Located | None:
    if answer.status in NO_KEY:
        raise Refused("it does not take the key", answer.status)
    if answer.status != OK:
        raise Away("it is out of order", answer.status)
    try:
        said = json.loads(answer.body)
        if str(said["status"]) == "101":
            return None
        found = said["location"]
        lon, lat, level = float(found["lon"]), float(found["lat"]), str(found.get("level", ""))
        if str(said["status"]) != "0":
            raise Away("it answers something else than it should")
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise Away("it answers something else than it should") from error
    return Located(str(found.get("keyWord") or address)[:LONGEST], lon, lat, LEVELS.get(level, ROUGHLY))


class Chosen:
    """The service that `GEOCODER_KEY` names the key of."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Geocoder:
        """Return it. Raises `ConfigError` when its address or its budget is none."""
        key, url = str(config["GEOCODER_KEY"]), str(config["GEOCODER_URL"])
        if not key:
            return NoGeocoder()
        if not url.startswith(("https://", "http://")):
            raise ConfigError("GEOCODER_URL is not an address: https://name/path is.")
        try:
            budget = int(config["GEOCODER_BUDGET"])
        except ValueError:
            budget = 0
        if budget < 1:
            raise ConfigError(
                "GEOCODER_BUDGET is a whole number from 1 on: how often it is asked within a day."
            )
        return Tianditu(key, url=url, budget=budget)
