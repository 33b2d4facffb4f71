"""What the tests of notices share: time, work after commit, and what was sent."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.kernel.db import db
from reporter.kernel.policy import Actor, Role
from reporter.notices.commands.ticking import tick
from reporter.notices.commands.wishing import Wish
from reporter.notices.models import Channel, Delivery, Passage
from reporter.ports import ports
from reporter.ports.mail import Letter
from reporter.ports.queue import run_next
from tests.make import a_case, a_user

NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 23:00 in the first city
MORNING = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)  # 08:01
WHO = "who@example.org"


def work() -> None:
    """Do all that waits, as a worker would."""
    while run_next():
        pass
    db.session.rollback()


def tick_and_work() -> None:
    tick()
    work()


def set_clock(instant: datetime) -> None:
    ports.clock.set(instant)  # type: ignore[attr-defined]  # the tests' clock


def letters() -> list[Letter]:
    sent: list[Letter] = ports.mail.sent  # type: ignore[attr-defined]
    return sent


def texts() -> list[tuple[str, str]]:
    sent: list[tuple[str, str]] = ports.sms.sent  # type: ignore[attr-defined]
    return sent


def rows(recipient: str = "") -> Sequence[Delivery]:
    """Return every delivery, or those to one recipient: unlike a test, the builders let others work as well."""
    found = select(Delivery).order_by(Delivery.id)
    return db.session.scalars(found.where(Delivery.recipient == recipient) if recipient else found).all()


def states() -> list[tuple[Channel, Passage]]:
    return [(row.channel, row.state) for row in rows()]


def wish(**facts: Any) -> Wish:
    plain: dict[str, Any] = {
        "off": frozenset[str](),
        "quiet_from": 22 * 60,
        "quiet_to": 7 * 60,
        "digest_hour": 8,
        "most": 10,
    }
    return Wish(**(plain | facts))


def urged(unit: Any) -> Case:
    """Return a case in hand whose unit was reminded."""
    case = a_case(State.HANDLING, unit=unit)
    advance(case, Action.URGE, by=a_user(Role.SUPERVISOR).actor)
    return case


def admin() -> Actor:
    return a_user(Role.SYSTEM_ADMIN).actor
