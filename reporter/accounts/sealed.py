"""Columns whose text only this installation reads, and the mark by which such a text is found."""

import logging
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from reporter.accounts.rules import known_as
from reporter.ports import ports
from reporter.ports.seals import Unsealed

log = logging.getLogger(__name__)


class Sealed(TypeDecorator[str]):
    """Text in Python, in the table sealed with a key that follows from `SECRET_KEY`. It can be neither compared nor sorted.

    What was sealed with another key is as if it had never been given; the log says so.

    Args:
        purpose: what is sealed for one purpose is not read for another.
    """

    impl = String
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what stands in the table; an empty text stays empty."""
        return ports.seals.seal(value, purpose=self.purpose) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text."""
        if not value:
            return value
        try:
            return ports.seals.unseal(value, purpose=self.purpose)
        except Unsealed:
            log.warning("a %s was sealed with another SECRET_KEY, and is not known any more", self.purpose)
            return ""

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Return the plain type: two sealed texts are never the same."""
        return self.impl_instance


CONTACT, NAME, CODE = "contact", "real name", "code"


def mark_of(contact: str | None) -> str | None:
    """Return the digest by which a mail address or phone number is found, however it is written; None for none."""
    return ports.seals.digest(f"contact {known_as(contact)}") if contact else None
