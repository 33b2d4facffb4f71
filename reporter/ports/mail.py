"""Letters to people, by any SMTP server."""

import logging
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Any, Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

from reporter.kernel.errors import ConfigError
from reporter.ports.carriers import Away, Refused, Undelivered
from reporter.ports.clock import SystemClock

log = logging.getLogger(__name__)

STEP_SECONDS, WHOLE_SECONDS = 10.0, 60.0  # without a byte; for one letter from beginning to end
PERMANENT = 500
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class Letter:
    """One mail to one person, as text and as HTML; never with a picture."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Mail(Protocol):
    """Carries letters."""

    def there(self) -> bool:
        """Tell whether letters really leave."""
        ...

    def send(self, letter: Letter, *, key: str) -> None:
        """Hand over one letter; `key` is the same whenever the same one is tried again.

        Raises:
            Away: try again later.
            Refused: do not.
        """
        ...


class LogMail:
    """The embedded default: note that a letter would have gone out, without its address."""

    def there(self) -> bool:
        """Tell that nothing leaves."""
        return False

    def send(self, letter: Letter, *, key: str) -> None:
        """Log the subject; address and text are personal and stay out of the log."""
        log.info("mail, not sent because MAIL_URL is not set: %s", letter.subject)


class MemoryMail:
    """Keeps what was sent, for tests."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the carrier; it has no settings."""
        return cls()

    def there(self) -> bool:
        """Tell that letters leave."""
        return True

    def send(self, letter: Letter, *, key: str) -> None:
        """Remember the letter."""
        message_of(letter, sender="city@example.org", key=key)
        self.sent.append(letter)


@dataclass(frozen=True)
class Server:
    """An SMTP server and how to speak with it. `implicit`: TLS from the first byte; `starttls`: demanded, never optional."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    implicit: bool = False
    starttls: bool = False
    step: float = STEP_SECONDS
    whole: float = WHOLE_SECONDS

    @classmethod
    def at(cls, address: str) -> Self:
        """Return the server that `MAIL_URL` names. Raises `ConfigError`."""
        try:
            parts = urlsplit(address)
            asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            sender, port = asked.get("from", ""), parts.port
        except ValueError as error:
            raise _no_address(address.partition(":")[0]) from error
        if parts.scheme not in PORTS or not parts.hostname or "@" not in parseaddr(sender)[1]:
            raise _no_address(parts.scheme)
        return cls(
            host=parts.hostname, port=port or PORTS[parts.scheme], sender=sender,
            user=unquote(parts.username or ""), password=unquote(parts.password or ""),
            implicit=parts.scheme == "smtps", starttls=asked.get("starttls") == "1",
        )  # fmt: skip


def _no_address(scheme: str) -> ConfigError:
    return ConfigError(
        f"MAIL_URL={scheme}:… is not the address of a mail server: "
        "smtp://user:password@host:587/?starttls=1&from=city@example.org is, smtps:// for TLS from the beginning."
    )


class SmtpMail:
    """Any SMTP server, one connection for each letter, which neither silence nor dripping can hold up."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def there(self) -> bool:
        """Tell that letters leave."""
        return True

    def send(self, letter: Letter, *, key: str) -> None:
        """Hand over one letter. Raises `Away` or `Refused`."""
        message = message_of(letter, sender=self.server.sender, key=key)
        try:
            with self._session() as smtp:
                smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, _said = next(iter(error.recipients.values()))
            raise _refusal(code) from error
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
            raise Away("The mail server does not let this installation send.", error.smtp_code) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Away("The mail server cannot do what MAIL_URL demands.") from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise Away("The mail server did not answer as it should.", type(error).__name__) from error

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        server, secure = self.server, ssl.create_default_context()
        kind: Any = smtplib.SMTP_SSL if server.implicit else smtplib.SMTP
        settings = {"context": secure} if server.implicit else {}
        smtp = kind(timeout=server.step, **settings)
        smtp._host = server.host  # noqa: SLF001 - the name that TLS asks for; set by the constructor only when it connects
        over = threading.Timer(server.whole, _hang_up, [smtp])
        over.daemon = True
        over.start()
        try:
            smtp.connect(server.host, server.port)
            if server.starttls:
                smtp.starttls(context=secure)
            if server.user:
                smtp.login(server.user, server.password)
            yield smtp
            _part(smtp)
        finally:
            over.cancel()
            smtp.close()


def _part(smtp: smtplib.SMTP) -> None:
    """Say goodbye; the letter was taken, whatever is answered now."""
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        log.debug("the mail server took the letter and did not say goodbye")


def _hang_up(smtp: smtplib.SMTP) -> None:
    try:
        if smtp.sock is not None:
            smtp.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        log.debug("the connection had ended already")


def _refusal(code: int) -> Undelivered:
    if code >= PERMANENT:
        return Refused("The mail server refused this letter for good.", code)
    return Away("The mail server does not take this letter now.", code)


def message_of(letter: Letter, *, sender: str, key: str) -> EmailMessage:
    """Return the mail, its text first and its HTML as the alternative.

    The Message-ID follows from `key`, so that mailboxes know a letter again that came twice.

    Raises:
        Refused: the address cannot be written into a mail.
    """
    name, address = parseaddr(sender)
    domain = address.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = Address(addr_spec=letter.to)
        message["From"] = Address(name, addr_spec=address)
        message["Subject"] = " ".join(letter.subject.split())
    except Exception as error:  # the parser of addresses raises whatever it stumbles over
        raise Refused("This is no mail address.") from error
    message["Date"] = format_datetime(SystemClock().now())
    message["Message-ID"] = f"<{key}@{domain}>" if key else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    for header, value in letter.headers.items():
        message[header] = value
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


class Chosen:
    """The carrier that `MAIL_URL` names."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Mail:
        """Return it. Raises `ConfigError` when it is not the address of a mail server."""
        address = str(config["MAIL_URL"])
        return SmtpMail(Server.at(address)) if address else LogMail()
