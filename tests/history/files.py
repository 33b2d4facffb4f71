"""Files of requests in every form, and a mapping for them."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from tests.make import HERE

CODES = {"4f38": "Illegal Parking", "0042": "Other"}


def a_request(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Return the fields of a closed request of last summer."""
    plain = {
        "service_request_id": f"B{number:06d}", "status": "closed", "status_notes": "Case resolved.",
        "service_name": "Illegal Parking", "service_code": "4f38", "description": "Car on the pavement",
        "requested_datetime": f"2026-06-{1 + number % 28:02d}T09:51:44-04:00",
        "updated_datetime": f"2026-07-{1 + number % 28:02d}T13:55:14-04:00", "address": "22 Batterymarch St",
        "lat": HERE[1] + number % 100 * 1e-4, "long": HERE[0],
    }  # fmt: skip
    return plain | fields


def as_json(requests: Sequence[dict[str, Any]]) -> bytes:
    return json.dumps(requests).encode()


def as_wrapped_json(requests: Sequence[dict[str, Any]]) -> bytes:
    return json.dumps({"service_requests": {"request": requests}}).encode()


def as_lines(requests: Sequence[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in requests).encode()


def as_xml(requests: Sequence[dict[str, Any]]) -> bytes:
    rows = [
        "<request>"
        + "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in one.items())
        + "</request>"
        for one in requests
    ]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><service_requests>{"".join(rows)}</service_requests>'.encode()
    )


def as_csv(requests: Sequence[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    rows = csv.DictWriter(text, list(requests[0]))
    rows.writeheader()
    rows.writerows(requests)
    return text.getvalue().encode()


def as_packed_csv(requests: Sequence[dict[str, Any]]) -> bytes:
    return gzip.compress(as_csv(requests))


FORMS = {
    "json": as_json,
    "wrapped": as_wrapped_json,
    "lines": as_lines,
    "xml": as_xml,
    "csv": as_csv,
    "packed": as_packed_csv,
}
