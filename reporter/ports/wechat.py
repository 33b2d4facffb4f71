"""微信 as residents use it: its silent sign-in in its own browser, and the ticket by which pages use its camera and place.

The addresses and answers are those of developers.weixin.qq.com: 网页授权 (snsapi_base), 获取稳定版接口调用凭据, JS-SDK.
"""

import hashlib
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self
from urllib.parse import urlencode

from reporter.kernel.errors import ConfigError
from reporter.ports.carriers import Away, Refused
from reporter.ports.outgoing import Answer, PinnedHttp

log = logging.getLogger(__name__)

OK = 200
BAD_CODES = frozenset({40029, 40163, 41008, 42003})  # of the sign-in: wrong, used, missing, or too old
BAD_TOKENS = frozenset({40001, 40014, 42001})  # of the account: somebody else had it renewed
MARGIN = 300  # seconds before its end at which a token or ticket is asked for anew
PAUSE = 30  # seconds for which nothing is asked after it failed: pages do without


class Snapshot(Refused):
    """The page is looked at without the person's own account (快照页): what is said of them is nobody's."""


@dataclass(frozen=True)
class Signature:
    """What `wx.config` wants to know."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


class WeChat(Protocol):
    """The account (公众号) of the city.

    Attributes:
        script: where its script is; "" where there is no account.
    """

    script: str

    def there(self) -> bool:
        """Tell whether there is an account."""
        ...

    def way_in(self, back: str, state: str) -> str:
        """Return the address that asks 微信 who the person is and leads `back`, with `state`."""
        ...

    def openid(self, code: str) -> str:
        """Return who the person is to this account.

        Raises:
            Snapshot: only a snapshot of the page is shown, and nobody is known.
            Refused: the code is wrong, used or too old.
            Away: 微信 does not answer as it should.
        """
        ...

    def signature(self, address: str) -> Signature:
        """Return what lets the page at `address` use the script. Raises `Away`."""
        ...


class NoWeChat:
    """The embedded default: there is no account."""

    script = ""

    def there(self) -> bool:
        """Tell that there is none."""
        return False

    def way_in(self, back: str, state: str) -> str:
        """Raise: nobody asks."""
        raise Refused("no account")

    def openid(self, code: str) -> str:
        """Raise: nobody asks."""
        raise Refused("no account")

    def signature(self, address: str) -> Signature:
        """Raise: nobody asks."""
        raise Away("no account")


class MemoryWeChat:
    """An account for tests: a code is who the person is, `snapshot`, `used` and `away` are what they say."""

    script = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"

    def __init__(self) -> None:
        self.on = False

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return it; it has no settings, and a test switches it on."""
        return cls()

    def there(self) -> bool:
        """Tell whether a test switched it on."""
        return self.on

    def way_in(self, back: str, state: str) -> str:
        """Return an address like the real one."""
        return f"https://open.weixin.qq.com/connect/oauth2/authorize?{urlencode({'redirect_uri': back, 'state': state})}"

    def openid(self, code: str) -> str:
        """Return the code itself."""
        if code == "snapshot":
            raise Snapshot("only a snapshot")
        if code == "used":
            raise Refused("the code was used")
        if code == "away":
            raise Away("no answer")
        return code

    def signature(self, address: str) -> Signature:
        """Return one of a ticket that stays the same."""
        return signed("ticket", address, app_id="wx", now=0.0)


def signed(ticket: str, address: str, *, app_id: str, now: float, nonce: str = "") -> Signature:
    """Return the signature of a page by a `jsapi_ticket`: SHA-1 of four values in the order of their names."""
    nonce = nonce or secrets.token_hex(8)
    page, moment = address.partition("#")[0], int(now)
    words = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={moment}&url={page}"
    return Signature(app_id, moment, nonce, hashlib.sha1(words.encode()).hexdigest())  # noqa: S324 - 微信 wants it


@dataclass
class _Kept:
    """Something that 微信 gave for a while. `until`, `not_before` are seconds of a clock that only goes on."""

    text: str = ""
    until: float = 0.0
    not_before: float = 0.0


class HttpWeChat:
    """The real account, asked over HTTPS.

    Token and ticket are kept by each process until shortly before their end. The token is the stable one, which does
    not end because another process asks too.

    Args:
        api: `https://api.weixin.qq.com`, or a proxy of the city that is on the account's list of addresses.
        entry: where browsers are sent to be asked.
        clock: seconds that only go on.
    """

    def __init__(
        self, app_id: str, secret: str, *, api: str, entry: str, script: str, http: PinnedHttp | None = None,
        clock: Callable[[], float] = time.monotonic, now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.app_id, self.api, self.entry, self.script = app_id, api.rstrip("/"), entry.rstrip("/"), script
        self._secret, self._http, self._clock, self._now = secret, http or PinnedHttp(), clock, now
        self._token, self._ticket, self._one = _Kept(), _Kept(), threading.Lock()

    def there(self) -> bool:
        """Tell that there is an account."""
        return True

    def way_in(self, back: str, state: str) -> str:
        """Return the address that asks; the order of its parts is 微信's own."""
        asked = {
            "appid": self.app_id, "redirect_uri": back, "response_type": "code", "scope": "snsapi_base", "state": state
        }  # fmt: skip
        return f"{self.entry}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect"

    def openid(self, code: str) -> str:
        """Return who the person is. Raises `Snapshot`, `Refused` or `Away`."""
        asked = {
            "appid": self.app_id,
            "secret": self._secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        said = self._get("/sns/oauth2/access_token", asked)
        if said.get("errcode") in BAD_CODES:
            raise Refused("the code is wrong, used or too old", said["errcode"])
        if said.get("is_snapshotuser") == 1:
            raise Snapshot("only a snapshot of the page is shown")
        return _text(said, "openid")

    def signature(self, address: str) -> Signature:
        """Return what lets a page use the script. Raises `Away`, also for half a minute after it failed."""
        with self._one:  # of many at once one asks
            ticket = self._kept(self._ticket, self._fetch_ticket)
        return signed(ticket, address, app_id=self.app_id, now=self._now())

    def _kept(self, kept: _Kept, fetch: Callable[[], Mapping[str, Any]], field: str = "ticket") -> str:
        now = self._clock()
        if now < kept.until:
            return kept.text
        if now < kept.not_before:
            raise Away("it did not answer a moment ago")
        try:
            said = fetch()
            kept.text, kept.until = _text(said, field), now + max(0, int(said["expires_in"]) - MARGIN)
        except (Away, LookupError, TypeError, ValueError) as error:
            kept.not_before = now + PAUSE
            log.warning("微信 gave no %s: %s", field, error)
            raise Away("it gives none") from error
        return kept.text

    def _fetch_ticket(self) -> Mapping[str, Any]:
        said = self._ask_for_ticket()
        if said.get("errcode") in BAD_TOKENS:
            self._token.until = 0.0
            said = self._ask_for_ticket()
        if said.get("errcode", 0) != 0:
            raise Away("it gives no ticket", said["errcode"])
        return said

    def _ask_for_ticket(self) -> Mapping[str, Any]:
        token = self._kept(self._token, self._fetch_token, "access_token")
        return self._get("/cgi-bin/ticket/getticket", {"access_token": token, "type": "jsapi"})

    def _fetch_token(self) -> Mapping[str, Any]:
        body = {"grant_type": "client_credential", "appid": self.app_id, "secret": self._secret}
        headers = {"Content-Type": "application/json"}
        answer = self._http.post(
            f"{self.api}/cgi-bin/stable_token", json.dumps(body).encode(), headers, inside=True
        )
        said = _said(answer)
        if "access_token" not in said:
            raise Away("it gives no token", said.get("errcode", ""))
        return said

    def _get(self, path: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
        return _said(self._http.get(f"{self.api}{path}?{urlencode(asked)}", inside=True))


def _said(answer: Answer) -> Mapping[str, Any]:
    if answer.status != OK:
        raise Away("it is out of order", answer.status)
    try:
        said = json.loads(answer.body)
    except ValueError:
        raise Away("it answers something else than it should") from None
    if not isinstance(said, dict):
        raise Away("it answers something else than it should")
    return said


def _text(said: Mapping[str, Any], name: str) -> str:
    text = said.get(name)
    if not isinstance(text, str) or not text:
        raise Away("it answers something else than it should", said.get("errcode", ""))
    return text


class Chosen:
    """The account that `WECHAT_APP_ID` names."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> WeChat:
        """Return it. Raises `ConfigError` when only half of it is given, or an address is none."""
        app_id, secret = str(config["WECHAT_APP_ID"]), str(config["WECHAT_SECRET"])
        if not app_id and not secret:
            return NoWeChat()
        if not app_id or not secret:
            raise ConfigError("WECHAT_APP_ID and WECHAT_SECRET belong together: give both, or none.")
        addresses = {name: str(config[f"WECHAT_{name.upper()}"]) for name in ("api", "entry", "script")}
        for name, address in addresses.items():
            if not address.startswith(("https://", "http://")):
                raise ConfigError(f"WECHAT_{name.upper()} is not an address: https://name is.")
        return HttpWeChat(
            app_id, secret, api=addresses["api"], entry=addresses["entry"], script=addresses["script"]
        )
