"""微信 as it answers over HTTP: who somebody is, a token and a ticket that are kept and renewed, and when it fails."""

import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from reporter.kernel.errors import ConfigError
from reporter.ports.carriers import Away, Refused
from reporter.ports.wechat import Chosen, HttpWeChat, MemoryWeChat, NoWeChat, Snapshot, signed
from tests.ports.wechat import StandIn, running

pytestmark = pytest.mark.pure

PAGE = "https://jining.example/report?kind=illegal_parking"


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def account(api: str, clock: Clock | None = None) -> HttpWeChat:
    return HttpWeChat(
        "wx1", "s3cret", api=api, entry="https://open.weixin.qq.com", script="https://res.wx.qq.com/x.js",
        clock=clock or Clock(), now=lambda: 1_414_587_457.0,
    )  # fmt: skip


def test_the_way_in_asks_for_nothing_but_who_it_is() -> None:
    way = account("https://api.weixin.qq.com").way_in("https://jining.example/wechat/back", "st4te")

    parts = urlsplit(way)
    assert (parts.netloc, parts.path, parts.fragment) == (
        "open.weixin.qq.com",
        "/connect/oauth2/authorize",
        "wechat_redirect",
    )
    assert list(parse_qs(parts.query).items()) == [
        ("appid", ["wx1"]), ("redirect_uri", ["https://jining.example/wechat/back"]), ("response_type", ["code"]),
        ("scope", ["snsapi_base"]), ("state", ["st4te"]),
    ]  # fmt: skip


def test_a_code_tells_who_it_is() -> None:
    one = StandIn()

    with running(one) as api:
        openid = account(api).openid("c0de")

    assert openid == "o-c0de"
    assert one.asked == [
        ("/sns/oauth2/access_token", {"appid": "wx1", "secret": "s3cret", "code": "c0de", "grant_type": "authorization_code"})
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"errcode": 40029, "errmsg": "invalid code"}, Refused),
        ({"errcode": 40163, "errmsg": "code been used"}, Refused),
        ({"errcode": -1, "errmsg": "system error"}, Away),
        ({"openid": "nobody", "is_snapshotuser": 1}, Snapshot),
        ({"openid": 7}, Away),
        ([], Away),
        (502, Away),
    ],
)
def test_what_is_no_answer_is_not_believed_and_the_secret_stays_out_of_it(
    answer: Any, error: type[Exception]
) -> None:
    with running(StandIn({"/sns/oauth2/access_token": [answer]})) as api, pytest.raises(error) as told:
        account(api).openid("c0de")

    assert "s3cret" not in str(told.value)


def test_a_signature_is_that_of_the_description() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"

    given = signed(
        ticket,
        "http://mp.weixin.qq.com?params=value#part",
        app_id="wx1",
        now=1_414_587_457.9,
        nonce="Wm3WZYTPz0wzccnW",
    )

    assert given.signature == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    assert (given.timestamp, given.nonce) == (1_414_587_457, "Wm3WZYTPz0wzccnW")


def test_token_and_ticket_are_asked_for_once_and_anew_shortly_before_their_end() -> None:
    one, clock = StandIn(), Clock()

    with running(one) as api:
        wechat = account(api, clock)
        first = wechat.signature(PAGE)
        wechat.signature(PAGE)
        kept = (one.times("/cgi-bin/stable_token"), one.times("/cgi-bin/ticket/getticket"))
        clock.now += 7200 - 299
        later = wechat.signature(PAGE)

    words = f"jsapi_ticket=ticket of token1&noncestr={first.nonce}&timestamp={first.timestamp}&url={PAGE}"
    assert kept == (1, 1)
    assert first.signature == hashlib.sha1(words.encode()).hexdigest()  # noqa: S324 - as 微信 wants it
    assert (one.times("/cgi-bin/stable_token"), one.times("/cgi-bin/ticket/getticket")) == (2, 2)
    assert later.signature != first.signature


def test_a_token_that_ended_before_its_time_is_asked_for_anew() -> None:
    one = StandIn({"/cgi-bin/ticket/getticket": [{"errcode": 40001, "errmsg": "invalid credential"}]})

    with running(one) as api:
        account(api).signature(PAGE)

    assert one.tokens == 2


def test_after_a_failure_nothing_is_asked_for_half_a_minute() -> None:
    one, clock = StandIn({"/cgi-bin/stable_token": [{"errcode": 40164, "errmsg": "invalid ip"}]}), Clock()

    with running(one) as api:
        wechat = account(api, clock)
        for _ in range(3):
            with pytest.raises(Away):
                wechat.signature(PAGE)
        asked = len(one.asked)
        clock.now += 31
        wechat.signature(PAGE)

    assert asked == 1


def test_settings_that_cannot_be_used_stop_the_start() -> None:
    plain = {
        "WECHAT_APP_ID": "wx1", "WECHAT_SECRET": "s", "WECHAT_API": "https://api.weixin.qq.com",
        "WECHAT_ENTRY": "https://open.weixin.qq.com", "WECHAT_SCRIPT": "https://res.wx.qq.com/x.js",
    }  # fmt: skip

    assert isinstance(Chosen.from_config(plain), HttpWeChat)
    assert isinstance(Chosen.from_config(plain | {"WECHAT_APP_ID": "", "WECHAT_SECRET": ""}), NoWeChat)
    with pytest.raises(ConfigError, match="belong together"):
        Chosen.from_config(plain | {"WECHAT_SECRET": ""})
    with pytest.raises(ConfigError, match="WECHAT_API"):
        Chosen.from_config(plain | {"WECHAT_API": "api.weixin.qq.com"})


@pytest.mark.parametrize("one", [NoWeChat(), MemoryWeChat()])
def test_where_there_is_no_account_nothing_is_there(one: NoWeChat | MemoryWeChat) -> None:
    assert not one.there()
