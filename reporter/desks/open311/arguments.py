"""What a client may send with a new request, read as the standard and the clients in the field have it.

Every fault is found in one reading, and each names the argument or the attribute that it is about.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import TypeVar
from urllib.parse import urlsplit

from flask import request
from flask_babel import get_locale, gettext

from reporter.cases.models import Category
from reporter.cases.queries import category_by_slug
from reporter.cases.questions import read_answers
from reporter.desks.enclosed import BYTES_READ
from reporter.desks.errors import words_of
from reporter.desks.forms import short_name
from reporter.desks.georeport import Faults
from reporter.desks.open311.keyed import refuse_more_to_fetch
from reporter.desks.open311.services import SUBTYPE
from reporter.kernel.errors import BadInput, NotFound, ReporterError, TooLarge
from reporter.kernel.policy import ANYONE
from reporter.open311.commands.posting import Posting
from reporter.open311.key_models import ApiKey
from reporter.open311.posts import service_type
from reporter.photos.commands.intake import discard, take_in
from reporter.photos.models import Photo
from reporter.places.finding import find_place, places_called
from reporter.places.geometry import parse_point
from reporter.places.pieces import plain
from reporter.places.queries import refuse_outside
from reporter.reports.commands.door import PARTNER_WORDS, PHOTOS_AT_MOST
from reporter.reports.commands.intake import Spot

ATTRIBUTE = re.compile(r"attribute\[(.+?)\](?:\[\d*\])?\Z", re.DOTALL)
ID = re.compile("[0-9]{1,9}")
LONGEST_LINE, LONGEST_URL = 200, 1000
SENDER = ("first_name", "last_name", "phone", "email", "device_id")
NAMELESS = frozenset({"api_key", "jurisdiction_id"})  # of no meaning for whether two posts are the same

T = TypeVar("T")


class Found(list[ReporterError]):
    """The faults that were found so far."""

    def read(self, one: Callable[[], T]) -> T | None:
        """Return what `one` returns, or None when it cannot be read: then its fault is kept."""
        try:
            return one()
        except Faults as error:
            self += error.faults
        except (BadInput, NotFound, TooLarge) as error:
            self.append(error)
        return None


def argument(name: str) -> str:
    """Return what was sent as `name`; an empty argument is none."""
    return request.form.get(name, "").strip()


def mark_of(key: ApiKey) -> tuple[str, bool]:
    """Return by what this post is known again, and whether the client says so: `Idempotency-Key`, else all it sent."""
    if said := request.headers.get("Idempotency-Key", "").strip():
        return _digest(f"{key.id} said {said}"), True
    fields = sorted(f"{name}={text}" for name, text in request.form.items(multi=True) if name not in NAMELESS)
    files = [f"{name}:{_digest_of_files(name)}" for name in sorted(request.files)]
    return _digest("\0".join([f"{key.id} sent", *fields, *files])), False


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digest_of_files(name: str) -> str:
    digest = hashlib.sha256()
    for file in request.files.getlist(name):
        while chunk := file.stream.read(1 << 20):
            digest.update(chunk)
        file.stream.seek(0)
    return digest.hexdigest()


def attributes_sent() -> dict[str, list[str]]:
    """Return the attributes by code, in all spellings: `attribute[CODE]`, repeated, with `[]` or with a number."""
    found: dict[str, list[str]] = {}
    for name, text in request.form.items(multi=True):
        if (spelt := ATTRIBUTE.match(name)) and text.strip():
            found.setdefault(spelt[1], []).append(text.strip())
    return found


def read_posting(key: ApiKey, mark: str, *, for_ever: bool) -> Posting:
    """Return the request that was posted, its pictures taken in.

    Raises:
        Faults: everything that is wrong with it.
        TooMany: too many pictures are being cleaned at this moment, or are still to be fetched for this key.
    """
    faults = Found()
    kind, spot = faults.read(_kind), faults.read(_spot)
    subtype_id = faults.read(lambda: _subtype_id(kind)) if kind else None
    answers = faults.read(lambda: _answers(kind)) if kind else None
    words, sender = faults.read(_words) or "", faults.read(_sender) or {}
    media = faults.read(media_urls) or []
    if media and not request.files:
        refuse_more_to_fetch(key)
    photos = pictures(key, faults)
    if faults or kind is None or spot is None:
        give_up(photos)
        raise Faults(*faults)
    contact = sender.get("email") or sender.get("phone", "")
    account_id = line("account_id")
    return Posting(
        mark=mark, for_ever=for_ever, answered_as=service_type(kind.slug), category_id=kind.id,
        subcategory_id=subtype_id, spot=spot, words=words, answers=answers or {}, photo_ids=[photo.id for photo in photos],
        media=[] if photos else media, contact=contact, account_id=account_id,
        sender={name: text for name, text in sender.items() if text != contact},
        device=account_id or sender.get("device_id", "") or contact, locale=str(get_locale()),
    )  # fmt: skip


def _kind() -> Category:
    code = argument("service_code")
    if not code:
        raise BadInput("service_code is missing: say what it is about.", field="service_code")
    kind = category_by_slug(code)
    if kind is None:
        raise NotFound("There is no service_code %(code)s here.", code=code)
    return kind


def _subtype_id(kind: Category) -> int | None:
    given = attributes_sent().get(SUBTYPE, [])
    if not given:
        return None
    known = {one.slug: one.id for one in kind.subcategories if one.active}
    if len(given) > 1 or given[0] not in known:
        raise BadInput(
            "%(code)s: please choose one of %(keys)s.", field=SUBTYPE, code=SUBTYPE, keys=", ".join(known)
        )
    return known[given[0]]


def _answers(kind: Category) -> Mapping[str, Sequence[str]]:
    """Return what was answered, by the question's code, what nobody asked included. Raises `Faults`."""
    given = {code: several for code, several in attributes_sent().items() if code != SUBTYPE}
    _read, faults = read_answers(kind.id, given, unknown=True)
    if faults:
        raise Faults(
            *(
                BadInput(
                    "%(argument)s: %(problem)s", field=one.code, argument=one.code,
                    problem=gettext(one.message, **one.values),
                )
                for one in faults
            )
        )  # fmt: skip
    return given


def _spot() -> Spot:
    lat, long, address = argument("lat"), argument("long"), line("address_string")
    if lat or long:
        if not (lat and long):
            raise BadInput("lat and long belong together: one of them is missing.", field="lat")
        try:
            point = parse_point(long, lat)
            refuse_outside(point.lon, point.lat)
        except BadInput as error:
            raise _about("lat, long", error) from error
        return Spot("picked", point.lon, point.lat, address=address)
    if number := argument("address_id"):
        place = find_place(int(number)) if ID.fullmatch(number) else None
        if place is None:
            raise BadInput(
                "address_id: the city's list has no place %(number)s.", field="address_id", number=number
            )
        name = "".join(filter(None, (place.name_zh, place.cross_zh)))
        return Spot("address", place.lon, place.lat, accuracy=place.accuracy, address=address or name)
    if address:
        return _named_spot(address)
    raise BadInput(
        "The place is missing: send lat and long, or address_string, or address_id.", field="address_string"
    )


def _named_spot(address: str) -> Spot:
    found = places_called(address)
    if not found:
        raise BadInput(
            "address_string: this address is not on the city's list. Please send lat and long as well.",
            field="address_string",
        )
    exact = [one for one in found if plain(one.name_zh) == plain(address) and not one.cross_zh]
    if len(exact) > 1:
        raise BadInput(
            "address_string: %(number)s places are called so. Please send lat and long as well.",
            field="address_string", number=len(exact),
        )  # fmt: skip
    best = found[0]
    return Spot("address", best.lon, best.lat, accuracy=best.accuracy, address=address)


def _words() -> str:
    words = argument("description").replace("\r\n", "\n")
    if len(words) > PARTNER_WORDS:
        raise BadInput(
            "description: at most %(most)s characters; yours has %(length)s.", field="description",
            most=PARTNER_WORDS, length=len(words),
        )  # fmt: skip
    return words


def line(name: str) -> str:
    """Return an argument of one line. Raises `BadInput` when it is too long."""
    text = " ".join(argument(name).split())
    if len(text) > LONGEST_LINE:
        raise BadInput(
            "%(argument)s: at most %(most)s characters.", field=name, argument=name, most=LONGEST_LINE
        )
    return text


def _sender() -> Mapping[str, str]:
    sender = {name: text for name in SENDER if (text := line(name))}
    line("account_id")
    if "email" in sender and not re.fullmatch(r"[^@\s]+@[^@\s]+", sender["email"]):
        raise BadInput("email: this is not a mail address.", field="email")
    return sender


def media_urls() -> Sequence[str]:
    """Return the addresses of pictures. Raises `BadInput`."""
    given = [*request.form.getlist("media_url"), *request.form.getlist("media_url[]")]
    urls = list(dict.fromkeys(url.strip() for url in given if url.strip()))
    if len(urls) > PHOTOS_AT_MOST:
        raise BadInput("media_url: at most %(most)s pictures.", field="media_url", most=PHOTOS_AT_MOST)
    for url in urls:
        if len(url) > LONGEST_URL or not _is_an_address(url):
            raise BadInput("media_url: this is not an address: https://name/path is.", field="media_url")
    return urls


def _is_an_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def pictures(key: ApiKey, faults: Found) -> list[Photo]:
    """Take in every file that came along, whatever its part is called."""
    files = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    if len(files) > PHOTOS_AT_MOST:
        faults.append(
            BadInput("At most %(most)s photos; please take some away.", field="media", most=PHOTOS_AT_MOST)
        )
        return []
    photos = []
    for name, file in files:
        with closing(file.stream) as stream:
            content = stream.read(BYTES_READ)
        try:
            photos.append(take_in(content, by=ANYONE, uploader_key=f"open311 {key.id}"))
        except (BadInput, TooLarge) as error:
            faults.append(_about(f"{name} ({short_name(file.filename)})", error))
    return photos


def give_up(photos: Sequence[Photo]) -> None:
    """Keep nothing of pictures that came with what is refused."""
    for photo in photos:
        discard(photo.token, uploader_key=photo.uploader_key)


def _about(named: str, error: ReporterError) -> BadInput:
    """Return `error` with the name of what it is about."""
    return BadInput("%(argument)s: %(problem)s", field=error.field, argument=named, problem=words_of(error))
