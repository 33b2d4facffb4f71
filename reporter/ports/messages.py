"""Send text to a person by mail or SMS."""

import logging
from collections.abc import Mapping
from typing import Any, Protocol, Self

log = logging.getLogger(__name__)


class Messages(Protocol):
    """Carries a short text to one person."""

    def send(self, to: str, subject: str, body: str) -> None:
        """Deliver once. Raises `OSError` when the carrier is out of reach; the job is tried again."""
        ...


class LogMessages:
    """The embedded default: note in the log that a message would have gone out, without its address."""

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Return the carrier; it has no settings."""
        return cls()

    def send(self, to: str, subject: str, body: str) -> None:
        """Log the subject; address and text are personal and stay out of the log."""
        log.info("message: %s", subject)


class MemoryMessages(LogMessages):
    """Keeps what was sent, for tests."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    def send(self, to: str, subject: str, body: str) -> None:
        """Remember the message."""
        self.sent.append((to, subject, body))
