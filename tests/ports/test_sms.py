"""Short messages through a real HTTP gateway, also one that is out of order, or lies."""

import json

import pytest

from reporter.kernel.errors import ConfigError
from reporter.ports.carriers import Away, Refused
from reporter.ports.sms import Chosen, HttpSms, LogSms
from tests.notices.receivers import Receiver, http_server

pytestmark = pytest.mark.pure

BODY = '{"mobile": "{to}", "content": {"words": "{text}"}, "id": "{key}", "sign": "city"}'


def send(receiver: Receiver, ok: str = "code=0") -> None:
    with http_server(receiver) as port:
        HttpSms(f"http://127.0.0.1:{port}/send", body=BODY, token="t0ken", ok=ok).send(  # noqa: S106 - of nobody
            "13800000000", '"收到"', key="k1"
        )


def test_a_message_goes_out_in_the_gateways_own_form() -> None:
    receiver = Receiver(body=b'{"code": 0}')

    send(receiver)

    (request,) = receiver.requests
    assert json.loads(request.body) == {
        "mobile": "13800000000", "content": {"words": '"收到"'}, "id": "k1", "sign": "city",
    }  # fmt: skip
    assert request.headers["Authorization"] == "Bearer t0ken"
    assert request.headers["Idempotency-Key"] == "k1"


@pytest.mark.parametrize(
    ("receiver", "error"),
    [
        (Receiver(status=500), Away),
        (Receiver(status=401), Away),
        (Receiver(status=429), Away),
        (Receiver(status=400), Refused),
        (Receiver(body=b'{"code": 7, "message": "no credit"}'), Away),
        (Receiver(body=b"<html>ok</html>"), Away),
        (Receiver(body=b"[]"), Away),
        (Receiver(status=302, headers={"Location": "http://127.0.0.1:1/"}), Away),
    ],
)
def test_a_gateway_that_is_out_of_order_or_lies_is_not_believed(
    receiver: Receiver, error: type[Exception]
) -> None:
    with pytest.raises(error) as told:
        send(receiver)

    assert "13800000000" not in str(told.value)


def test_settings_that_cannot_be_used_stop_the_start() -> None:
    plain = {"SMS_URL": "https://gateway.example.org", "SMS_BODY": BODY, "SMS_TOKEN": "", "SMS_OK": ""}

    assert isinstance(Chosen.from_config(plain), HttpSms)
    assert isinstance(Chosen.from_config(plain | {"SMS_URL": ""}), LogSms)
    with pytest.raises(ConfigError, match="SMS_URL"):
        Chosen.from_config(plain | {"SMS_URL": "gateway"})
    with pytest.raises(ConfigError, match="SMS_BODY"):
        Chosen.from_config(plain | {"SMS_BODY": "{"})
