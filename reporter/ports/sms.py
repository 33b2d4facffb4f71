"""Short messages to telephones, by any gateway that takes an HTTP request."""

import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol, Self

from reporter.kernel.errors import ConfigError
from reporter.ports.carriers import Away, Refused
from reporter.ports.outgoing import PinnedHttp

log = logging.getLogger(__name__)

OK = range(200, 300)
BAD_REQUESTS = frozenset({400, 404, 413, 422})  # of this message; everything else may pass


class Sms(Protocol):
    """Carries short messages."""

    def there(self) -> bool:
        """Tell whether messages really leave."""
        ...

    def send(self, phone: str, text: str, *, key: str) -> None:
        """Hand over one message; `key` is the same whenever the same one is tried again.

        Raises:
            Away: try again later.
            Refused: do not.
        """
        ...


class LogSms:
    """The embedded default: note that a message would have gone out; number and text stay out of the log."""

    def there(self) -> bool:
        """Tell that nothing leaves."""
        return False

    def send(self, phone: str, text: str, *, key: str) -> None:
        """Log that there was one."""
        log.info("SMS, not sent because SMS_URL is not set: %s characters", len(text))


class MemorySms:
    """Keeps what was sent, for tests."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the carrier; it has no settings."""
        return cls()

    def there(self) -> bool:
        """Tell that messages leave."""
        return True

    def send(self, phone: str, text: str, *, key: str) -> None:
        """Remember the message."""
        self.sent.append((phone, text))


class HttpSms:
    """A gateway that takes one POST of JSON for each message.

    Args:
        body: JSON with the words `{to}`, `{text}` and `{key}` where number, text and idempotency key belong.
        token: sent as bearer token; "" for none.
        ok: `field=value` that the JSON of the answer must hold, such as `code=0`; "" when the status says it all.
    """

    def __init__(
        self, address: str, *, body: str, token: str = "", ok: str = "", http: PinnedHttp | None = None
    ) -> None:
        self.address, self.ok = address, ok
        self._body: Any = json.loads(body)
        self._token, self._http = token, http or PinnedHttp()

    def there(self) -> bool:
        """Tell that messages leave."""
        return True

    def send(self, phone: str, text: str, *, key: str) -> None:
        """Hand over one message. Raises `Away` or `Refused`."""
        body = json.dumps(
            _filled(self._body, {"{to}": phone, "{text}": text, "{key}": key}), ensure_ascii=False
        )
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        answer = self._http.post(self.address, body.encode(), headers, inside=True)
        if answer.status in BAD_REQUESTS:
            raise Refused("The gateway refuses this message.", answer.status)
        if answer.status not in OK:
            raise Away("The gateway is out of order.", answer.status)
        self._look(answer.body)

    def _look(self, body: bytes) -> None:
        """Believe the answer only when it says what success says."""
        if not self.ok:
            return
        name, _, wanted = self.ok.partition("=")
        try:
            said = json.loads(body)[name]
        except (ValueError, LookupError, TypeError):
            raise Away("The gateway answers something else than it should.") from None
        if str(said) != wanted:
            raise Away("The gateway did not take the message.", f"{name}={str(said)[:40]}")


def _filled(form: Any, values: Mapping[str, str]) -> Any:
    if isinstance(form, dict):
        return {name: _filled(part, values) for name, part in form.items()}
    if isinstance(form, list):
        return [_filled(part, values) for part in form]
    if isinstance(form, str):
        for place, value in values.items():
            if form == place:
                return value
        return form
    return form


class Chosen:
    """The gateway that `SMS_URL` names."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Sms:
        """Return it. Raises `ConfigError` when address or body cannot be used."""
        address = str(config["SMS_URL"])
        if not address:
            return LogSms()
        if not address.startswith(("https://", "http://")):
            raise ConfigError("SMS_URL is not an address: https://gateway.example.org/send is.")
        try:
            return HttpSms(address, body=config["SMS_BODY"], token=config["SMS_TOKEN"], ok=config["SMS_OK"])
        except ValueError as error:
            raise ConfigError('SMS_BODY is not JSON: {"to": "{to}", "text": "{text}"} is.') from error
