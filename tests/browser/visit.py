"""Browsers of persons. Whatever goes wrong in one of them, unasked for, is a fault of the test."""

import re
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Geolocation,
    Page,
    Request,
    Response,
    WebError,
)

from tests.browser.server import LiveCity

Screen = dict[str, Any]
Scheme = Literal["light", "dark"]
PHONE: Screen = {"viewport": {"width": 360, "height": 780}, "has_touch": True, "is_mobile": True}
DESK: Screen = {"viewport": {"width": 1280, "height": 800}}
HERE = Geolocation(latitude=41.0325, longitude=113.1093)  # degrees WGS 84, in the middle of the demo city
LANGUAGES = {"zh-CN": "zh_Hans_CN", "en-GB": "en"}
SERVER_ERROR = 500
# What Chromium writes for every answer that is an error; the answer itself is judged by its status.
LOST = "net::ERR_INTERNET_DISCONNECTED"
KEPT_OUT = "Service Worker registration blocked by Playwright"
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


@dataclass
class Watch:
    """What happened in the browsers of one test that must not happen."""

    address: str
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)  # statuses of errors that a test is about
    loses: bool = False  # the test is about a lost network

    def over(self, context: BrowserContext) -> None:
        """Watch one browser."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"} or message.text == KEPT_OUT:
            return
        if self.loses and LOST in message.text:
            return
        answered = ANSWERED.match(message.text)
        if not answered or int(answered[1]) not in self.expected:
            self.faults.append(f"console {message.type}: {message.text} ({message.location})")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.faults.append(f"a request to another place: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= SERVER_ERROR and response.status not in self.expected:
            self.faults.append(f"{response.status} {response.url}")


class Visitors:
    """Opens browsers: each call is another person's, with nothing remembered."""

    def __init__(self, browser: Browser, city: LiveCity, watch: Watch) -> None:
        self.browser, self.city, self.watch = browser, city, watch
        self.contexts: list[BrowserContext] = []

    def __call__(
        self,
        login: str = "",
        *,
        screen: Screen = PHONE,
        language: str = "zh-CN",
        scheme: Scheme = "light",
        scripts: bool = True,
        keeps: bool = False,
    ) -> Page:
        """Return the first page of a new browser.

        Args:
            login: who has signed in there already; nobody when empty.
            scripts: False switches JavaScript off.
            keeps: True lets the service worker in; without it every page comes from the server.
        """
        context = self.browser.new_context(
            base_url=self.city.address, locale=language, timezone_id="Asia/Shanghai", geolocation=HERE,
            permissions=["geolocation"], color_scheme=scheme, reduced_motion="reduce", java_script_enabled=scripts,
            service_workers="allow" if keeps else "block",
            extra_http_headers={"X-Forwarded-For": self.city.new_address()},
            **screen,
        )  # fmt: skip
        kept = {"locale": LANGUAGES[language]}
        if login:
            kept["session"] = self.city.cookie_of(login)
        context.add_cookies([{"name": name, "value": kept[name], "url": self.city.address} for name in kept])
        self.watch.over(context)
        self.contexts.append(context)
        context.set_default_timeout(20_000)
        return context.new_page()

    def leave(self) -> None:
        """Close every browser."""
        for context in self.contexts:
            context.close()
