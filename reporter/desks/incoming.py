"""What comes in, before any view sees it: bounded, without what no keyboard types, never as JSON."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask import Request as FlaskRequest
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import NotFound, UnsupportedMediaType
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1  # that a row's id has on every database
PICTURE_DESKS = frozenset(
    {"firm", "open311", "resident", "unit"}
)  # whose forms take up to nine pictures at once
PART_DESKS = PICTURE_DESKS - {"open311"} | {"editor"}  # that take a picture in parts
OBJECTING = "public.object_to"  # the one form of its desk that takes pictures
PART = "application/offset+octet-stream"  # of a picture that arrives in parts, as tus names it
PLAIN_BYTES = 256 * 1024  # of a form without files: ours hold some thousand letters
UNTYPABLE = dict.fromkeys({*range(0x20), 0x7F, *range(0xD800, 0xE000)} - {ord(sign) for sign in "\t\n\r"})


class Request(FlaskRequest):
    """A request whose fields and parameters hold no control characters: PostgreSQL takes no NUL, nobody types any."""

    def _load_form_data(self) -> None:
        super()._load_form_data()
        self.__dict__["form"] = _typed(self.__dict__["form"].items(multi=True))

    @cached_property
    def args(self) -> ImmutableMultiDict[str, str]:
        """The parameters of the address."""
        return _typed(super().args.items(multi=True))


def _typed(pairs: Iterable[tuple[str, str]]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(
        [(name.translate(UNTYPABLE), text.translate(UNTYPABLE)) for name, text in pairs]
    )


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies; whoever sends none has an empty one, and nothing is made ready to read it."""

    def open_session(self, app: Flask, request: FlaskRequest) -> SecureCookieSession | None:
        """Return the session of the request."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class IdConverter(IntegerConverter):
    """A row's id in an address; a number that no row can have leads nowhere."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(url_map, *args, **{"max": LARGEST_ID} | kwargs)


def an_id(text: str) -> int:
    """Return a row's id. Raises `ValueError` for what no row can have."""
    number = int(text) if len(text) <= len(str(LARGEST_ID)) else LARGEST_ID + 1
    if not 0 <= number <= LARGEST_ID:
        raise ValueError(text)
    return number


def safe_path(address: str | None) -> str:
    """Return `address` when it is a path of this site, else the empty string."""
    try:
        parts = urlsplit((address or "").replace("\\", "/"))
    except ValueError:  # no address at all
        return ""
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def refuse_strange() -> None:
    """Refuse what no page of ours sends: bodies of JSON (415), addresses with control characters (404)."""
    if request.path != request.path.translate(UNTYPABLE):
        raise NotFound
    if request.method == "POST" and request.is_json:
        raise UnsupportedMediaType


def limit_body() -> None:
    """Allow a request as many bytes as its desk can need; more answers 413 before it is read."""
    if request.mimetype == PART and request.blueprint in PART_DESKS:
        request.max_content_length = current_app.config["PHOTO_BYTES"]
    elif request.mimetype != "multipart/form-data" or (
        request.blueprint == "open311" and request.method != "POST"
    ):
        request.max_content_length = PLAIN_BYTES
    elif request.endpoint == OBJECTING:
        request.max_content_length = current_app.config["OBJECTION_BYTES"]
    elif request.blueprint not in PICTURE_DESKS:
        request.max_content_length = current_app.config["FORM_BYTES"]
