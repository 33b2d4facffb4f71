"""How a webhook is signed, and how whoever receives it checks that. Pure: docs/webhooks.md shows the receiving half."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

ID, TIMESTAMP, SIGNATURE = "X-Reporter-Id", "X-Reporter-Timestamp", "X-Reporter-Signature"
FRESH = timedelta(minutes=5)  # a receiver refuses what is older, or from the future


def body_of(facts: Mapping[str, Any]) -> bytes:
    """Return the body, the same bytes whenever the same is sent again."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def headers_for(body: bytes, *, key: str, message_id: str, at: datetime) -> dict[str, str]:
    """Return what is sent beside `body`; `at` is the instant of this try, `message_id` that of all tries."""
    stamp = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json; charset=utf-8",
        ID: message_id,
        TIMESTAMP: stamp,
        SIGNATURE: signature(body, key=key, stamp=stamp),
    }


def signature(body: bytes, *, key: str, stamp: str) -> str:
    """Return `v1=` and the hexadecimal HMAC-SHA256 of time, full stop and body."""
    return "v1=" + hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_genuine(body: bytes, headers: Mapping[str, str], *, key: str, now: datetime) -> bool:
    """Tell whether a request was signed with `key` lately; the receiver still refuses an id that it has seen."""
    stamp = headers.get(TIMESTAMP, "")
    if not stamp.isdecimal() or abs(now.timestamp() - int(stamp)) > FRESH.total_seconds():
        return False
    return hmac.compare_digest(signature(body, key=key, stamp=stamp), headers.get(SIGNATURE, ""))
