"""The endpoint of one city, and the umbrella's for it, tell nothing of another, from whatever host they are asked."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from reporter.cases.models import Category, Subcategory
from reporter.open311.models import ServiceRequest
from reporter.places.models import Area
from reporter.reports.models import Report
from tests.house.cities.homes import Home, go_to

HOSTS = ("jining.example", "hohhot.example")
ENDPOINTS = ("/{city}/open311/v2", "/open311/v2", "/open311/test/v2")
LISTS = ("services", "requests", "servicerequestupdates")


def asked(app: Flask, city: str, resources: list[str]) -> Iterator[tuple[str, TestResponse]]:
    """Ask for each resource of `city` at each endpoint, from the host of either city, in both forms."""
    go_to(city)
    client = app.test_client()
    for host in HOSTS:
        for endpoint in ENDPOINTS:
            for resource in resources:
                for form in ("json", "xml"):
                    path = f"{endpoint.format(city=city)}/{resource}.{form}?jurisdiction_id={city}&extensions=true"
                    yield path, client.get(path, base_url=f"http://{host}")


def own(home: Home) -> list[str]:
    """Return the addresses of what the home has."""
    kinds = [f"services/{slug}" for slug in home.all(Category.slug)]
    return kinds + [f"requests/{number}" for number in home.all(ServiceRequest.number)]


def words_of(home: Home) -> set[str]:
    columns = (Category.name_zh, Category.slug, Subcategory.name_zh, Area.name_zh, Report.number)
    return {word for column in columns for word in home.all(column) if word}


@pytest.mark.once
def test_nobody_is_told_of_a_thing_of_another_city(app: Flask, home: Home) -> None:
    things, words = own(home), words_of(home)

    found = dict(asked(app, "hohhot", [*things, *LISTS]))
    told = [
        path
        for path, answer in found.items()
        for word in words
        if word not in path and (word in answer.text or json.dumps(word)[1:-1] in answer.text)
    ]

    assert told == []
    assert {
        answer.status_code for path, answer in found.items() if "/services/" in path or "/requests/" in path
    } == {404}


def test_the_same_addresses_tell_of_it_at_home(app: Flask, home: Home) -> None:
    things = own(home)

    found = list(asked(app, "jining", [*things, *LISTS]))

    assert {answer.status_code for _, answer in found} == {200}
