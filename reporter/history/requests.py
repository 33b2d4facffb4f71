"""What one record of another system says, in our words, or why it cannot be brought over. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from reporter.history.dates import read_moment
from reporter.history.records import Record

WORDS_AT_MOST = 4000  # of a description, as the standard says
ADDRESS_AT_MOST = 300
ID_AT_MOST = 120
LINK_AT_MOST = 2000
MOST_LON, MOST_LAT = 180.0, 90.0

# Our name of a field: the names under which files have it, the standard's first, then those of GeoReport Bulk.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "service_request_id": ("service_request_id",),
    "service_code": ("service_code",),
    "service_name": ("service_name",),
    "service_subtype": ("service_subtype",),
    "status": ("status", "status_description"),
    "status_notes": ("status_notes",),
    "description": ("description",),
    "requested_datetime": ("requested_datetime",),
    "closed_datetime": ("closed_datetime", "closed_date", "updated_datetime"),
    "address": ("address", "address_string"),
    "lat": ("lat", "latitude"),
    "long": ("long", "lon", "lng", "longitude"),
    "media_url": ("media_url",),
}


class Why(StrEnum):
    """Why a record is not brought over."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    NOT_TEXT = "not_text"
    NO_ID = "no_id"
    LONG_ID = "long_id"
    TWICE = "twice"
    NO_CODE = "no_code"
    UNMAPPED = "unmapped"
    STATUS = "status"
    NO_DATE = "no_date"
    BAD_DATE = "bad_date"
    FUTURE = "future"
    NO_END = "no_end"
    ENDS_FIRST = "ends_first"
    NO_PLACE = "no_place"
    OUTSIDE = "outside"


MEANINGS: Mapping[Why, str] = {
    Why.UNREADABLE: "the line is no record, or has another number of columns than the first one",
    Why.TOO_LARGE: "larger than 256 KB",
    Why.TOO_DEEP: "lists within lists deeper than 16",
    Why.NOT_TEXT: "bytes that are no text in the encoding; `encoding` in the mapping names another one",
    Why.NO_ID: "no service_request_id; `[fields]` in the mapping says what it is called",
    Why.LONG_ID: f"its service_request_id is longer than {ID_AT_MOST} characters",
    Why.TWICE: "its service_request_id stands in the file twice; the first one counts",
    Why.NO_CODE: "neither service_code nor service_name",
    Why.UNMAPPED: "its service_code has no kind in the mapping",
    Why.STATUS: "its status is neither open nor closed; `[status]` in the mapping says which it is",
    Why.NO_DATE: "no requested_datetime",
    Why.BAD_DATE: "a date that is none; ISO 8601 is wanted, as 2019-06-02T09:51:44-04:00",
    Why.FUTURE: "a date that lies ahead",
    Why.NO_END: "closed, and no closed_date or updated_datetime says when",
    Why.ENDS_FIRST: "closed before it was requested",
    Why.NO_PLACE: "no lat and long",
    Why.OUTSIDE: "it lies outside the areas of the city",
}
_OF_FAULT = {"too_large": Why.TOO_LARGE, "too_deep": Why.TOO_DEEP, "not_text": Why.NOT_TEXT}


@dataclass(frozen=True)
class Request:
    """A request of another system. Times are UTC; `ended_at` is None while it is open; `lon`, `lat` as they are given."""

    id: str
    code: str
    name: str
    requested_at: datetime
    ended_at: datetime | None
    lon: float
    lat: float
    address: str
    words: str
    notes: str
    media_url: str
    cut: bool  # something was too long and is shortened


@dataclass(frozen=True)
class Refusal:
    """Why a record cannot be brought over; `id`, `code` and `name` as far as they are known."""

    why: Why
    number: int
    id: str = ""
    code: str = ""
    name: str = ""


@dataclass(frozen=True)
class Reading:
    """How the records of a file are to be understood.

    Attributes:
        names: our name of a field: what the file calls it, where that is another word than usual.
        statuses: a word of the file in lower case: whether it means open.
        zone: holds where a date says none.
        until: the present instant; nothing can lie after it.
    """

    names: Mapping[str, str]
    statuses: Mapping[str, bool]
    zone: ZoneInfo
    until: datetime


def understood(record: Record, reading: Reading) -> Request | Refusal:
    """Return the request that a record is, or the first reason against it."""
    said = _Said(record.fields, reading.names)
    code, name = said.kind()
    known = {"number": record.number, "id": said.text("service_request_id"), "code": code, "name": name}
    if record.fault is not None:
        return Refusal(_OF_FAULT.get(record.fault, Why.UNREADABLE), **_short(known))
    try:
        return _request(said, known, reading)
    except _Against as against:
        return Refusal(against.why, **_short(known))


def _short(known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one[:ID_AT_MOST] if isinstance(one, str) else one for name, one in known.items()}


class _Against(Exception):
    """A reason against a record."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class _Said:
    """The fields of a record under our names, as plain text."""

    def __init__(self, fields: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self._fields, self._names = fields, names

    def text(self, name: str) -> str:
        """Return a field, "" when it is missing, empty or null; without what no database keeps."""
        called = self._names.get(name)
        for one in (called,) if called else FIELDS[name]:
            value = self._fields.get(one)
            if value is not None and (text := _plain(value)):
                return text
        return ""

    def kind(self) -> tuple[str, str]:
        """Return code and name of the service; where there is no code the name stands for it."""
        names = [self.text("service_name"), self.text("service_subtype")]
        name = " / ".join(one for one in names if one)
        return self.text("service_code") or name, name


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))  # an id that was written as a number
    text = str(value).replace("\0", "").strip()
    return text.encode("utf-8", "replace").decode()  # halves of signs that JSON can write


def _request(said: _Said, known: Mapping[str, Any], reading: Reading) -> Request:
    if not known["id"]:
        raise _Against(Why.NO_ID)
    if len(known["id"]) > ID_AT_MOST:
        raise _Against(Why.LONG_ID)
    if not known["code"]:
        raise _Against(Why.NO_CODE)
    requested_at = _moment(said.text("requested_datetime"), reading, missing=Why.NO_DATE)
    texts = {
        "words": _cut(said.text("description"), WORDS_AT_MOST),
        "notes": _cut(said.text("status_notes"), WORDS_AT_MOST),
        "address": _cut(said.text("address"), ADDRESS_AT_MOST),
        "media_url": said.text("media_url") if len(said.text("media_url")) <= LINK_AT_MOST else "",
    }
    cut = any(len(said.text(name)) > most for name, most in _LONGEST.items())
    lon, lat = _place(said)
    return Request(
        id=known["id"], code=known["code"][:ID_AT_MOST], name=known["name"][:ID_AT_MOST], requested_at=requested_at,
        ended_at=_end(said, requested_at, reading), lon=lon, lat=lat, cut=cut, **texts,
    )  # fmt: skip


_LONGEST = {
    "description": WORDS_AT_MOST,
    "status_notes": WORDS_AT_MOST,
    "address": ADDRESS_AT_MOST,
    "media_url": LINK_AT_MOST,
}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _moment(text: str, reading: Reading, *, missing: Why) -> datetime:
    if not text:
        raise _Against(missing)
    try:
        moment = read_moment(text, reading.zone)
    except ValueError:
        raise _Against(Why.BAD_DATE) from None
    if moment > reading.until:
        raise _Against(Why.FUTURE)
    return moment


def _end(said: _Said, requested_at: datetime, reading: Reading) -> datetime | None:
    """Return when it was closed, None while it is open."""
    is_open = reading.statuses.get(said.text("status").lower())
    if is_open is None:
        raise _Against(Why.STATUS)
    if is_open:
        return None
    ended_at = _moment(said.text("closed_datetime"), reading, missing=Why.NO_END)
    if ended_at < requested_at:
        raise _Against(Why.ENDS_FIRST)
    return ended_at


def _place(said: _Said) -> tuple[float, float]:
    try:
        lon, lat = float(said.text("long")), float(said.text("lat"))
    except ValueError:
        raise _Against(Why.NO_PLACE) from None
    if not (abs(lon) <= MOST_LON and abs(lat) <= MOST_LAT):  # what is not a number is neither
        raise _Against(Why.OUTSIDE)
    return lon, lat
