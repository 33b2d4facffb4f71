"""Every XML answer holds to the schema; every address is in the description of the interface, and nothing else is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from xmlschema import XMLSchema

from config import ROOT
from reporter.board.lifecycle import State as Shown
from reporter.cases.answers import Datatype
from reporter.cases.lifecycle import State as CaseState
from tests.make import a_category, a_question, a_report
from tests.open311.reported import a_case_behind, a_post_behind, a_secret_report

Client = Callable[..., FlaskClient]
SCHEMA = XMLSchema(str(Path(__file__).parents[1] / "open311" / "georeport.xsd"))
HOME = "/jining/open311/v2"


def faults(answer: Any) -> list[str]:
    """Return where an XML answer is not what the schema says."""
    assert answer.content_type == "text/xml; charset=utf-8"
    return [str(error.reason) for error in SCHEMA.iter_errors(answer.text)]


def full_city() -> str:
    """Make requests in several states, and kinds with and without questions; return the number of one on show."""
    kind = a_category("乱堆<乱放> & 其他", slug="piles.a-b", subtypes=["堵消防通道"])
    a_category("其他", slug="other")
    choices = [{"key": "bus", "name_zh": "公交站", "name_en": ""}]
    for datatype in Datatype:
        lists = {"choices": choices} if datatype.value.endswith("list") else {}
        a_question(kind, f"q.{datatype}", datatype, **lists)
    report = a_secret_report(category=kind)
    a_post_behind(report, Shown.PUBLISHED)
    a_case_behind(a_report(category=kind), CaseState.CLOSED_UNFIXED)
    a_case_behind(a_report(category=kind), CaseState.SHELVED)
    a_report(category=kind)
    return report.number


def test_every_answer_in_xml_holds_to_the_schema(client_as: Client) -> None:
    number, client = full_city(), client_as()
    resources = (
        "/open311/discovery", f"{HOME}/discovery", f"{HOME}/services", f"{HOME}/services/piles.a-b",
        f"{HOME}/services/other", f"{HOME}/requests", f"{HOME}/requests/{number}", f"{HOME}/servicerequestupdates",
        "/open311/v2/services", f"{HOME}/services/none", f"{HOME}/requests/none", "/open311/v2/none",
    )  # fmt: skip

    found = {
        path: faults(client.get(path))
        for resource in resources
        for path in (f"{resource}.xml", f"{resource}.xml?extensions=true&locale=en")
    }
    empty = faults(client.get(f"{HOME}/requests.xml?status=closed&service_code=other"))
    many = faults(client.get(f"{HOME}/requests.xml?status=x&bbox=y&start_date=z"))

    assert {path: said for path, said in found.items() if said} == {}
    assert empty == many == []


@pytest.mark.pure
def test_the_schema_tells_wrong_answers_from_right_ones() -> None:
    wrong = (
        "<errors><error><code>400</code></error></errors>",
        "<services><service><service_code>a b</service_code></service></services>",
        "<service_requests><request id='1'/></service_requests>",
        "<anything/>",
    )

    assert [text for text in wrong if SCHEMA.is_valid(text)] == []


def test_every_address_is_described_and_every_description_has_its_address(app: Flask) -> None:
    described = {
        (path, method)
        for path, methods in yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))[
            "paths"
        ].items()
        for method in methods
        if method != "parameters"
    }

    served = {
        (_braced(rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint.startswith("open311.")
        and rule.rule.startswith("/open311/")
        and "/test/" not in rule.rule
    }

    assert described == served


def _braced(rule: str) -> str:
    """Return a rule's address as the description writes it, with its form as `{form}`."""
    path = rule.replace("<any(json, xml):form>", "{form}")
    return path.replace("<", "{").replace(">", "}")
