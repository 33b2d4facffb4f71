"""Visitors of a served city: each with its own cookies and address, and the token that its forms carry."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from flask import Flask

from bench.client import AGENT, TOKEN
from bench.servers import Server
from reporter.desks.enclosed import UPLOADER

PASSWORD = "jining-demo-2026"  # noqa: S105 - of the demo city


@dataclass(frozen=True)
class Visitor:
    """Somebody's browser: its cookies as they are sent, and the token of its forms."""

    server: Server
    cookie: str
    token: str
    whence: str

    def uploader(self, app: Flask) -> str:
        """Return what binds pictures to this browser."""
        name = app.config["SESSION_COOKIE_NAME"]
        value = dict(part.split("=", 1) for part in self.cookie.split("; "))[name]
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        uploader: str = serializer.loads(value)[UPLOADER]
        return uploader


def visitor(server: Server, n: int, login: str = "") -> Visitor:
    """Return the `n`th visitor, at the machine itself when `n` is 0; signed in when a login is given."""
    jar, whence = CookieJar(), "" if not n else f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
    browser = build_opener(HTTPCookieProcessor(jar))
    browser.addheaders = [("User-Agent", AGENT)]

    def ask(path: str, form: dict[str, str] | None = None) -> str:
        body = urlencode(form).encode() if form else None
        address = f"http://127.0.0.1:{server.port}{path}"
        with browser.open(Request(address, body, {"X-Forwarded-For": whence} if whence else {})) as answer:
            text: str = answer.read().decode()
            return text

    if login:
        token = TOKEN.search(ask("/sign-in"))
        assert token, "the sign-in form has no token"
        ask("/sign-in", {"login": f"{login}@jining.example", "password": PASSWORD, "csrf_token": token[1]})
    token_of_forms = json.loads(ask("/report/token"))["token"]
    return Visitor(
        server, "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), token_of_forms, whence
    )


def visitors(servers: Sequence[Server], first: int, number: int) -> list[Visitor]:
    """Return `number` visitors that nobody has counted yet, on each server in turn."""
    return [visitor(servers[n % len(servers)], first + n) for n in range(number)]
