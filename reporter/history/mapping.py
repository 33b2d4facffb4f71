"""The file that says how another system's words become ours: TOML, written by the operator. Pure.

See docs/import.md. Every mistake is named with its line, all of them at once.
"""

import codecs
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reporter.history.requests import FIELDS
from reporter.places.geometry import Datum

SKIP = "skip"
OPEN, CLOSED = "open", "closed"
PER_DAY, MOST_PER_DAY = 100, 10_000
_SOURCE = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")
_KEYS = ("source", "zone", "datum", "encoding", "open_per_day", "services", "fields", "status")


class BadMapping(Exception):
    """The mapping cannot be used; the text names each mistake with its line, one below the other."""


@dataclass(frozen=True)
class ServiceMap:
    """What the file says.

    Attributes:
        source: short name of the other system; part of every foreign number.
        services: service code, or name where there is no code: `kind`, `kind/sub-type`, `skip`, or "" for a gap.
        fields: our name of a field: the file's.
        statuses: a status in lower case: whether it means open.
        zone: of dates that say none; None: that of the city.
        open_per_day: how many open requests begin to wait for dispatch on one working day.
    """

    source: str
    services: Mapping[str, str]
    fields: Mapping[str, str]
    statuses: Mapping[str, bool]
    zone: ZoneInfo | None
    datum: Datum
    encoding: str
    open_per_day: int


def read_mapping(text: str, name: str, kinds: Iterable[str]) -> ServiceMap:
    """Return what the mapping says.

    Args:
        text: of the file.
        name: of the file, for what is told.
        kinds: what services can become: `kind` and `kind/sub-type`.

    Raises:
        BadMapping: it is no TOML, or says something that cannot be.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(f"{name} is not TOML: {error}.") from error
    found = _Found(text, name)
    for key in said:
        if key not in _KEYS:
            found.wrong(key, f"there is no setting {key!r}: there are {', '.join(_KEYS)}")
    mapping = ServiceMap(
        source=_source(said, found), services=_services(said, found, set(kinds)), fields=_fields(said, found),
        statuses={OPEN: True, CLOSED: False} | _statuses(said, found), zone=_zone(said, found),
        datum=_datum(said, found), encoding=_encoding(said, found), open_per_day=_per_day(said, found),
    )  # fmt: skip
    if found.mistakes:
        raise BadMapping("\n".join(found.mistakes))
    return mapping


class _Found:
    """The mistakes, each with the line on which its key stands."""

    def __init__(self, text: str, name: str) -> None:
        self.mistakes: list[str] = []
        self._lines, self._name = text.splitlines(), name

    def wrong(self, key: str, what: str) -> None:
        bare = re.compile(
            rf"""\s*(?:"{re.escape(key)}"|'{re.escape(key)}'|{re.escape(key)})\s*=|\s*\[{re.escape(key)}\]"""
        )
        line = next((number for number, one in enumerate(self._lines, 1) if bare.match(one)), 0)
        where = f"{self._name}, line {line}" if line else self._name
        self.mistakes.append(f"{where}: {what}.")


def _source(said: Mapping[str, Any], found: _Found) -> str:
    source = said.get("source")
    if not isinstance(source, str) or not _SOURCE.fullmatch(source):
        found.wrong(
            "source",
            'source = "…" must name the other system in at most 40 small letters, digits, dots and hyphens, as "boston311"',
        )
        return ""
    return source


def _table(said: Mapping[str, Any], name: str, found: _Found) -> dict[str, str]:
    """Return a table of words to words."""
    table = said.get(name, {})
    if not isinstance(table, dict):
        found.wrong(name, f"[{name}] must be a table")
        return {}
    for key, value in table.items():
        if not isinstance(value, str):
            found.wrong(key, f"what {key!r} becomes must stand in quotation marks")
    return {key: value.strip() for key, value in table.items() if isinstance(value, str)}


def _services(said: Mapping[str, Any], found: _Found, kinds: set[str]) -> dict[str, str]:
    services = _table(said, "services", found)
    for code, kind in services.items():
        if kind and kind != SKIP and kind not in kinds:
            near = ", ".join(
                sorted(one for one in kinds if "/" not in one or one.startswith(f"{kind.partition('/')[0]}/"))
            )
            found.wrong(code, f"there is no kind {kind!r}: there are {near}, and {SKIP!r}")
    return services


def _fields(said: Mapping[str, Any], found: _Found) -> dict[str, str]:
    fields = _table(said, "fields", found)
    for name in fields:
        if name not in FIELDS:
            found.wrong(name, f"there is no field {name!r}: there are {', '.join(FIELDS)}")
    return fields


def _statuses(said: Mapping[str, Any], found: _Found) -> dict[str, bool]:
    statuses = _table(said, "status", found)
    for word, means in statuses.items():
        if means not in {OPEN, CLOSED}:
            found.wrong(word, f'a status becomes "{OPEN}" or "{CLOSED}", not {means!r}')
    return {word.strip().lower(): means == OPEN for word, means in statuses.items()}


def _zone(said: Mapping[str, Any], found: _Found) -> ZoneInfo | None:
    if "zone" not in said:
        return None
    try:
        return ZoneInfo(said["zone"])
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        found.wrong("zone", 'there is no such time zone; write it like "Asia/Shanghai"')
        return None


def _datum(said: Mapping[str, Any], found: _Found) -> Datum:
    try:
        return Datum(said.get("datum", Datum.WGS84))
    except ValueError:
        found.wrong("datum", f"datum is one of {', '.join(Datum)}")
        return Datum.WGS84


def _encoding(said: Mapping[str, Any], found: _Found) -> str:
    try:
        encoding = codecs.lookup(said.get("encoding", "utf-8")).name
        "".encode(encoding)  # some codecs are none of text
        return encoding  # noqa: TRY300
    except (LookupError, TypeError):
        found.wrong("encoding", 'there is no such encoding; "utf-8" and "gb18030" are two')
        return "utf-8"


def _per_day(said: Mapping[str, Any], found: _Found) -> int:
    number = said.get("open_per_day", PER_DAY)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= MOST_PER_DAY:
        found.wrong("open_per_day", f"open_per_day is a whole number from 1 to {MOST_PER_DAY}")
        return PER_DAY
    return number


@dataclass(frozen=True)
class Code:
    """A service code of a file: what it is called there, how often it comes, what it becomes so far."""

    code: str
    name: str
    number: int
    kind: str = ""


def skeleton(source: str, codes: Iterable[Code], kinds: Iterable[str]) -> str:
    """Return the text of a mapping with every code, the most frequent first, for somebody to fill in."""
    lines = [
        f"source = {_quoted(source)}",
        "",
        "# What each service becomes: a kind, a kind/sub-type, or skip. Left empty, its requests are refused.",
        "# Kinds: " + ", ".join(kinds),
        "[services]",
    ]
    lines += [
        f"{_quoted(one.code)} = {_quoted(one.kind)}  # {one.number} times: {_one_line(one.name)}"
        for one in sorted(codes, key=lambda one: (-one.number, one.code))
    ]
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())


def _quoted(text: str) -> str:
    """Return `text` as a basic string of TOML."""
    escaped = "".join(
        f"\\{sign}" if sign in '"\\' else sign if sign.isprintable() else f"\\U{ord(sign):08X}"
        for sign in text
    )
    return f'"{escaped}"'
