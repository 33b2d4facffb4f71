"""Whether the ledger is what it must be: read through once, in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import aliased

from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.kernel.db import db
from reporter.points.models import PointAccount, PointEntry


@dataclass(frozen=True)
class Fault:
    """A place where the ledger does not add up.

    `what` is one of missing, balance, account, reversal, not_taken_back.
    """

    what: str
    user_id: int
    seq: int
    kept: int
    right: int

    def __str__(self) -> str:
        """Return the fault in one line for the operator."""
        return f"{self.what}: account {self.user_id}, entry {self.seq}: it says {self.kept}, must be {self.right}"


def ledger_faults() -> Iterator[Fault]:
    """Yield every fault of the city's ledger, account by account."""
    accounts = {
        user_id: (balance, entries)
        for user_id, balance, entries in db.session.execute(
            select(PointAccount.user_id, PointAccount.balance, PointAccount.entries)
        )
    }
    first = aliased(PointEntry)
    lines = select(
        PointEntry.user_id, PointEntry.seq, PointEntry.amount, PointEntry.balance, first.amount
    ).outerjoin(first, first.id == PointEntry.reverses_id)
    ordered = lines.order_by(PointEntry.user_id, PointEntry.seq).execution_options(yield_per=500)
    for user_id, entries in groupby(db.session.execute(ordered), key=lambda line: int(line[0])):
        balance, seq = 0, 0
        for _, number, amount, kept, reversed_amount in entries:
            balance, seq = balance + amount, seq + 1
            if number != seq:
                yield Fault("missing", user_id, seq, number, seq)
                seq = number
            if kept != balance:
                yield Fault("balance", user_id, seq, kept, balance)
                balance = kept
            if reversed_amount is not None and amount != -reversed_amount:
                yield Fault("reversal", user_id, seq, amount, -reversed_amount)
        kept_balance, kept_entries = accounts.pop(user_id, (0, 0))
        if kept_entries != seq:
            yield Fault("missing", user_id, seq, kept_entries, seq)
        if kept_balance != balance:
            yield Fault("account", user_id, seq, kept_balance, balance)
    for user_id, (kept_balance, kept_entries) in accounts.items():
        if kept_entries or kept_balance:
            yield Fault("missing", user_id, 0, kept_entries, 0)
    yield from _not_taken_back()


def _not_taken_back() -> Iterator[Fault]:
    """Yield what void cases still give."""
    later = aliased(PointEntry)
    still = (
        select(PointEntry.user_id, PointEntry.seq, PointEntry.amount)
        .join(Case, Case.id == PointEntry.case_id)
        .outerjoin(later, later.reverses_id == PointEntry.id)
        .where(Case.state == State.VOID, PointEntry.amount > 0, later.id.is_(None))
    )
    for user_id, seq, amount in db.session.execute(still.order_by(PointEntry.user_id, PointEntry.seq)):
        yield Fault("not_taken_back", user_id, seq, amount, 0)
