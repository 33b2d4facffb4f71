"""What group robots are sent, and that their lies are seen."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from reporter.notices.robots import Answered, answered, dingtalk, dingtalk_address, wecom
from reporter.notices.signing import FRESH, ID, SIGNATURE, TIMESTAMP, body_of, headers_for, is_genuine

pytestmark = pytest.mark.pure

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_each_service_gets_its_own_form() -> None:
    one, other = (
        json.loads(make("案件 1", "请签收。", "https://x/unit/1", "打开")) for make in (wecom, dingtalk)
    )

    assert one["msgtype"] == other["msgtype"] == "markdown"
    assert "请签收。" in one["markdown"]["content"]
    assert other["markdown"]["title"] == "案件 1"
    assert "[打开](https://x/unit/1)" in other["markdown"]["text"]


def test_the_signature_is_the_one_that_the_service_documents() -> None:
    address = dingtalk_address("https://oapi.dingtalk.com/robot/send?access_token=a%2Bb", "SECx", AT)

    asked = parse_qs(urlsplit(address).query)
    stamp = str(int(AT.timestamp() * 1000))
    digest = hmac.new(b"SECx", f"{stamp}\nSECx".encode(), hashlib.sha256).digest()
    assert asked == {
        "access_token": ["a+b"], "timestamp": [stamp], "sign": [base64.b64encode(digest).decode()],
    }  # fmt: skip
    assert dingtalk_address(address, "SECx", AT) == address
    assert dingtalk_address("https://x/?a=1", "", AT) == "https://x/?a=1"


@pytest.mark.parametrize(
    ("status", "body", "meaning"),
    [
        (200, b'{"errcode": 0, "errmsg": "ok"}', Answered.TAKEN),
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', Answered.REFUSED),
        (200, b'{"errcode": 310000, "errmsg": "sign not match"}', Answered.REFUSED),
        (200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}', Answered.TOO_FAST),
        (200, b'{"errcode": 130101}', Answered.TOO_FAST),
        (200, b"<html>", Answered.REFUSED),
        (200, b"[]", Answered.REFUSED),
        (200, b'{"errcode": "none"}', Answered.REFUSED),
        (500, b'{"errcode": 0}', Answered.REFUSED),
    ],
)
def test_a_robot_is_believed_only_when_its_errcode_is_nought(
    status: int, body: bytes, meaning: Answered
) -> None:
    assert answered(status, body)[0] is meaning


def test_a_receiver_knows_a_genuine_message_from_a_changed_old_or_foreign_one() -> None:
    body = body_of({"event": "case.closed", "number": "150902-1"})
    headers = headers_for(body, key="k", message_id="m", at=AT)

    assert headers[ID] == "m"
    assert is_genuine(body, headers, key="k", now=AT + FRESH)
    assert not is_genuine(body, headers, key="k", now=AT + FRESH * 1.1)
    assert not is_genuine(body, headers, key="k", now=AT - FRESH * 1.1)
    assert not is_genuine(body + b" ", headers, key="k", now=AT)
    assert not is_genuine(body, headers, key="other", now=AT)
    assert not is_genuine(body, headers | {TIMESTAMP: str(int(AT.timestamp()) + 1)}, key="k", now=AT)
    assert not is_genuine(body, headers | {SIGNATURE: ""}, key="k", now=AT)
    assert not is_genuine(body, {}, key="k", now=AT)
