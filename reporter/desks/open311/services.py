"""What can be reported here: discovery, the list of services, and what each of them asks for."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from reporter.cases.answers import LISTS, Datatype
from reporter.cases.models import Category, Nature, Subcategory
from reporter.cases.queries import categories, category_by_slug, kinds_changed_at
from reporter.cases.question_models import Question
from reporter.cases.questions import questions_by_kind, questions_of
from reporter.cities.models import Jurisdiction
from reporter.desks.georeport import TYPES, Form, Items, answer
from reporter.desks.open311.asked import Arguments
from reporter.desks.open311.door import endpoint_address, known_cities, serve
from reporter.desks.shelf import shelf
from reporter.desks.words import named
from reporter.kernel.db import enter_city
from reporter.kernel.errors import BadInput, NotFound
from reporter.open311.posts import service_type
from reporter.places.queries import refuse_outside

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"  # exactly: clients look for it
WRITTEN = datetime(2026, 12, 1, tzinfo=UTC)  # when what is said here was changed last
SUBTYPE = "subtype"  # the attribute that names the sub-type of a kind


@serve("discovery", above=True)
def discovery() -> ResponseReturnValue:
    """Say where the endpoints are: of the city that the address names, else of the whole installation."""
    city: Jurisdiction | None = g.get("city")
    changed = _changed_at(city)
    formats = Items("format", [TYPES[form].partition(";")[0] for form in Form])
    kinds = [("production", endpoint_address()), ("test", endpoint_address(trial=True))]
    endpoints = [
        {"specification": SPECIFICATION, "url": url, "changeset": changed, "type": kind, "formats": formats}
        for kind, url in kinds
    ]
    whole = {"changeset": changed, "contact": _contact(city), "key_service": _key_service(city)}
    return answer("discovery", whole | {"endpoints": Items("endpoint", endpoints)})


def _changed_at(city: Jurisdiction | None) -> datetime:
    """Return when this document or the kinds of a city, or of any, were changed last; some seconds old at most."""
    cities = [city] if city else list(known_cities().values())
    return shelf().list_of(("changeset", city and city.id), lambda: max([WRITTEN, *map(_kinds_of, cities)]))


def _kinds_of(city: Jurisdiction) -> datetime:
    enter_city(city.id, row=city)
    return kinds_changed_at() or WRITTEN


def _contact(city: Jurisdiction | None) -> str:
    if city is None:
        return gettext("Each city answers for itself: see the foot of its pages.")
    return (
        gettext("%(city)s: ring %(phone)s.", city=named(city), phone=city.phone)
        if city.phone
        else named(city)
    )


def _key_service(city: Jurisdiction | None) -> str:
    if city is None or not city.phone:
        return gettext(
            "Reading needs no key. Keys for sending are given out by the administrators of each city."
        )
    return gettext(
        "Reading needs no key. Keys for sending are given out by the city's administrators: ring %(phone)s.",
        phone=city.phone,
    )


@serve("services")
def services() -> ResponseReturnValue:
    """List the kinds of disorder that can be reported; of a place outside the city none. Raises `Faults`."""
    if not _is_here():
        return answer("services", Items("service", []))
    asked = questions_by_kind()
    found = [_service(kind, asks=kind.id in asked or bool(_subtypes(kind))) for kind in categories()]
    return answer("services", Items("service", found))


def _is_here() -> bool:
    """Tell whether the place that is asked about, if one is, can be reported here."""
    arguments = Arguments()
    lon, lat = (arguments.number(name, least=-most, most=most) for name, most in (("long", 180), ("lat", 90)))
    if bool(arguments.text("lat")) != bool(arguments.text("long")):
        arguments.fault("The arguments %(name)s and long belong together.", "lat")
    arguments.refuse()
    if lon is None or lat is None:
        return True
    try:
        refuse_outside(lon, lat)
    except BadInput:
        return False
    return True


def _service(kind: Category, *, asks: bool) -> dict[str, Any]:
    """Return a kind as the standard has it; no text is empty: old clients stumble over an empty element."""
    name = named(kind)
    subs = _subtypes(kind)
    return {
        "service_code": kind.slug,
        "service_name": name,
        "description": named(kind, "hint") or name,
        "metadata": asks,
        "type": str(service_type(kind.slug)),
        "keywords": ", ".join(map(named, subs)) or name,
        "group": gettext("Acts") if kind.nature is Nature.ACT else gettext("Conditions"),
    }


@serve("services/<service>")
def definition(service: str) -> ResponseReturnValue:
    """Say what a kind asks for. Raises `NotFound`."""
    kind = category_by_slug(service)
    if kind is None:
        raise NotFound("There is no service_code %(code)s here.", code=service)
    found = {"service_code": kind.slug, "attributes": Items("attribute", attributes_of(kind))}
    return answer("service_definition", found)


def attributes_of(kind: Category) -> Sequence[dict[str, Any]]:
    """Return what is asked besides the place and the words: as on the web, the sub-type, then the kind's own questions."""
    asked = [_of_subtypes(subs)] if (subs := _subtypes(kind)) else []
    asked += [_of_question(question) for question in questions_of(kind.id)]
    return [
        {name: order if name == "order" else value for name, value in one.items()}
        for order, one in enumerate(asked, 1)
    ]


def _of_subtypes(subs: Sequence[Subcategory]) -> dict[str, Any]:
    """Return the question for the sub-type, which nobody must know."""
    return {
        "variable": True,
        "code": SUBTYPE,
        "datatype": str(Datatype.ONE),
        "required": False,
        "datatype_description": gettext("Choose one, or leave it out."),
        "order": 0,
        "description": gettext("More exactly"),
        "values": Items("value", [{"key": sub.slug, "name": named(sub)} for sub in subs]),
    }


def _of_question(question: Question) -> dict[str, Any]:
    """Return a question of a kind; `order` is given in its list."""
    values = [{"key": choice["key"], "name": named(choice)} for choice in question.choices]
    found = {
        "variable": question.variable,
        "code": question.code,
        "datatype": str(question.datatype),
        "required": question.required,
        "datatype_description": named(question, "hint") or None,
        "order": 0,
        "description": named(question, "question"),
    }
    return found | ({"values": Items("value", values)} if question.datatype in LISTS else {})


def _subtypes(kind: Category) -> list[Subcategory]:
    return [sub for sub in kind.subcategories if sub.active]
