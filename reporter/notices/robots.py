"""What the group robots of 企业微信 and 钉钉 are sent, and what their answers mean. Pure."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

MOST_A_MINUTE = 20  # that either takes from one robot
TOO_FAST = frozenset({45009, 130101, 660026, 430101})  # their codes for "more than twenty a minute"
LONGEST_ANSWER = 60


class Answered(StrEnum):
    """What an answer means."""

    TAKEN = "taken"
    TOO_FAST = "too_fast"
    REFUSED = "refused"


def wecom(title: str, words: str, link: str, link_words: str) -> bytes:
    """Return the body for a robot of 企业微信."""
    text = f"**{title}**\n> {words}\n> [{link_words}]({link})"
    return json.dumps({"msgtype": "markdown", "markdown": {"content": text}}, ensure_ascii=False).encode()


def dingtalk(title: str, words: str, link: str, link_words: str) -> bytes:
    """Return the body for a robot of 钉钉."""
    text = f"**{title}**\n\n> {words}\n\n[{link_words}]({link})"
    return json.dumps(
        {"msgtype": "markdown", "markdown": {"title": title, "text": text}}, ensure_ascii=False
    ).encode()


def dingtalk_address(address: str, key: str, at: datetime) -> str:
    """Return the address with `timestamp` (milliseconds) and `sign` added, as 钉钉 wants it; unchanged without a key."""
    if not key:
        return address
    stamp = str(round(at.timestamp() * 1000))
    digest = hmac.new(key.encode(), f"{stamp}\n{key}".encode(), hashlib.sha256).digest()
    parts = urlsplit(address)
    known = [pair for pair in parse_qsl(parts.query) if pair[0] not in {"timestamp", "sign"}]
    signed = f"{urlencode([*known, ('timestamp', stamp)])}&sign={quote_plus(base64.b64encode(digest))}"
    return urlunsplit(parts._replace(query=signed))


def answered(status: int, body: bytes) -> tuple[Answered, str]:
    """Return what an answer means and what it said: both say 200 also when they took nothing; `errcode` tells."""
    if status != 200:  # noqa: PLR2004 - they answer nothing else when they are well
        return Answered.REFUSED, str(status)
    try:
        said = json.loads(body)
        code, words = int(said["errcode"]), str(said.get("errmsg", ""))
    except (ValueError, LookupError, TypeError, AttributeError):
        return Answered.REFUSED, "no errcode"
    if code in TOO_FAST:
        return Answered.TOO_FAST, str(code)
    detail = f"errcode {code}: {words}"[:LONGEST_ANSWER]
    return (Answered.TAKEN, "") if code == 0 else (Answered.REFUSED, detail)
