"""What the tests of points have in common: terms that give, and the ledger as it stands."""

from typing import Any

from reporter.accounts.models import User
from reporter.kernel.db import db
from reporter.kernel.policy import SYSTEM
from reporter.points.commands import set_terms
from reporter.points.models import PointEntry
from reporter.points.queries import ledger_of
from reporter.points.terms import AMOUNTS, Occasion, Terms
from tests.remembered import remembered


@remembered(keep=False)
def give_points(*, registered: int = 10, joined: int = 1, put_right: int = 0, **facts: Any) -> None:
    """Let the city give points, as the defaults are unless told otherwise."""
    amounts = AMOUNTS | {
        Occasion.REGISTERED: registered, Occasion.JOINED: joined, Occasion.PUT_RIGHT: put_right
    }  # fmt: skip
    set_terms(Terms(given=True, amounts=amounts, **facts), by=SYSTEM)


def entries_of(user: User) -> list[PointEntry]:
    """Return a person's entries, oldest first."""
    db.session.expire_all()
    return list(reversed(ledger_of(user.id, size=100).rows))


def lines_of(user: User) -> list[tuple[str, int, int]]:
    """Return occasion, amount and balance of each of a person's entries, oldest first."""
    return [(str(entry.occasion), entry.amount, entry.balance) for entry in entries_of(user)]
