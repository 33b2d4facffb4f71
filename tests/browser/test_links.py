"""No page of anybody leads nowhere: every link answers, every form has somebody to take it."""

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import APIRequestContext
from werkzeug.exceptions import HTTPException

from tests.browser.pages import PEOPLE, pages_of
from tests.browser.server import LiveCity
from tests.browser.visit import Visitors

ENOUGH = 3  # links to one endpoint from the pages of one person
FROM = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "srcset", "form": "action"}
ERROR = 400


class Ways(HTMLParser):
    """The ways on from a page: the method and the address of each."""

    def __init__(self, page: str, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._page = page
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep where `tag` leads."""
        named = dict(attrs)
        address = (named.get(FROM.get(tag, "")) or "").split(" ")[0]
        if address and not address.startswith(("#", "data:", "tel:", "mailto:")):
            method = (named.get("method") or "get").upper() if tag == "form" else "GET"
            self.found.append((method, urljoin(self._page, address)))


@pytest.mark.parametrize("who", PEOPLE)
def test_no_link_and_no_form_leads_nowhere(visit: Visitors, city: LiveCity, who: str) -> None:
    pages = pages_of(who)
    with city.looked_into():
        login = pages[0].login
        addresses = [page.address(city.app) for page in pages]
    asks = visit(login).context.request

    faults = sorted(set(dead_ends(city, asks, addresses)))

    assert not faults, "\n".join(faults)


def dead_ends(city: LiveCity, asks: APIRequestContext, addresses: list[str]) -> Iterator[str]:
    """Yield each way on from the pages at `addresses` that ends in an error, a few for each endpoint."""
    tried, seen = Counter[str](), set[tuple[str, str]]()
    for address in addresses:
        for method, way in Ways(f"{city.address}{address}", asks.get(address).text()).found:
            path = urlsplit(way).path
            if not way.startswith(city.address) or (method, path) in seen:
                continue
            seen.add((method, path))
            endpoint = endpoint_of(city.app, method, path)
            tried[endpoint] += 1
            if not endpoint:
                yield f"{address}: nobody answers {method} {path}"
            elif method == "GET" and tried[endpoint] <= ENOUGH and (status := asks.get(way).status) >= ERROR:
                yield f"{address}: {way} answers {status}"


def endpoint_of(app: Flask, method: str, path: str) -> str:
    """Return the endpoint behind `path`, "" when there is none."""
    try:
        endpoint, _values = app.url_map.bind("").match(path, method=method)
    except HTTPException:
        return ""
    return str(endpoint)
