"""Whatever is asked in the ways that docs/openapi.yaml describes is answered in the ways that it describes."""

import os
from typing import Any

import pytest
import schemathesis
import yaml
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config import ROOT
from reporter.open311.key_models import Scope
from tests.make import a_category, a_question, a_report
from tests.open311.sending import a_key, a_request
from tests.open311.serving import served

SCHEMA = schemathesis.openapi.from_dict(
    yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
)
FOUND: list[Any] = list(SCHEMA.get_all_operations())
OPERATIONS = {one.ok().label: one.ok() for one in FOUND}
EXAMPLES = 300 if os.environ.get("DEPTH") == "deep" else 25
CHECKS: list[Any] = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance
]  # fmt: skip


@pytest.fixture
def known(app: Flask) -> dict[str, str]:
    """Return what there is in a city in which something can be asked and something was reported."""
    kind = a_category("乱堆乱放", subtypes=["堵消防通道"])
    a_question(kind, "lamp")
    request = a_request("", kind)
    number = a_report(category=kind, sent_through="城市热线").number
    return request | {
        "service": kind.slug, "number": number, "service_request_id": number,
        "updated_datetime": "2026-11-23T06:00:00Z", "status": "OPEN", "description": "路口堆着旧家具",
    }  # fmt: skip


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_is_answered_in_a_way_that_is_not_described(
    app: Flask, known: dict[str, str], label: str
) -> None:
    secret = a_key(*Scope)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=OPERATIONS[label].as_strategy(), sensible=booleans())
    def ask(case: Any, *, sensible: bool) -> None:
        """Ask at home, with half of the cases about what there is."""
        for part in (case.query, case.path_parameters, case.body):
            if isinstance(part, dict):
                mended = known if sensible else {}
                part.update({name: mended[name] for name in part if name in mended})
                part.update({"jurisdiction_id": "jining"} if "jurisdiction_id" in part else {})
        if sensible and isinstance(case.body, dict):
            case.body |= {"lat": known["lat"], "long": known["long"], "jurisdiction_id": "jining"}
        headers = {"Authorization": f"Bearer {secret}"}
        case.call_and_validate(base_url=site, headers=headers, checks=CHECKS, timeout=30)

    with served(app) as site:
        ask()
