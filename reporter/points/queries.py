"""Every read of points."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, distinct, func, select

from reporter.board.months import month_window
from reporter.cities.queries import current_city
from reporter.kernel.db import db
from reporter.kernel.pages import Page, page_of, read_key
from reporter.points.models import PointAccount, PointEntry, PointTerms
from reporter.points.terms import Occasion, Terms


def terms_now() -> Terms:
    """Return the terms that hold."""
    newest = select(PointTerms).order_by(PointTerms.number.desc()).limit(1)
    row = db.session.scalar(newest)
    if row is None:
        return Terms()
    return Terms(
        number=row.number, given=row.given, a_day=row.a_day, a_month=row.a_month,
        amounts={one: getattr(row, one.value) for one in Occasion},
        kinds={int(kind): amount for kind, amount in row.kinds.items()},
    )  # fmt: skip


def ledger_of(user_id: int, *, after: str = "", size: int = 20) -> Page[PointEntry]:
    """Return the entries of an account, newest first."""
    own = select(PointEntry).where(PointEntry.user_id == user_id)
    if key := read_key(after, int):
        own = own.where(PointEntry.seq < key[0])
    rows = db.session.scalars(own.order_by(PointEntry.seq.desc()).limit(size + 1)).all()
    return page_of(rows, size=size, key=lambda entry: (entry.seq,))


def balance_of(user_id: int) -> int | None:
    """Return what an account has; None when nothing was ever written to it."""
    own = select(PointAccount.balance).where(PointAccount.user_id == user_id, PointAccount.entries > 0)
    return db.session.scalar(own)


def shows_points(user_id: int) -> bool:
    """Tell whether there is a ledger to show to somebody: the city gives points, or they have some."""
    return terms_now().given or balance_of(user_id) is not None


@dataclass(frozen=True)
class Sums:
    """Points of one person that count for one day and for its month."""

    day: int
    month: int


def sums_of(user_ids: Collection[int], day: date) -> Sums:
    """Return what all accounts of one person have for `day` and its month; what was taken back is not in it."""
    first = day.replace(day=1)
    next_first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    this_day = func.sum(case((PointEntry.day == day, PointEntry.amount), else_=0))
    found = select(this_day, func.sum(PointEntry.amount)).where(
        PointEntry.user_id.in_(user_ids), PointEntry.day >= first, PointEntry.day < next_first
    )
    of_day, of_month = db.session.execute(found).one()
    return Sums(of_day or 0, of_month or 0)


def standing_of(case_id: int, occasions: Collection[Occasion]) -> Sequence[PointEntry]:
    """Return what was given for a case and not taken back."""
    taken = select(PointEntry.reverses_id).where(
        PointEntry.case_id == case_id, PointEntry.reverses_id.is_not(None)
    )
    given = select(PointEntry).where(
        PointEntry.case_id == case_id, PointEntry.amount > 0, PointEntry.occasion.in_(occasions),
        PointEntry.id.not_in(taken),
    )  # fmt: skip
    return db.session.scalars(given.order_by(PointEntry.id)).all()


def is_written(cause_id: int, report_id: int, occasion: Occasion) -> bool:
    """Tell whether the ledger has answered this entry of the trail already."""
    same = select(PointEntry.id).where(
        PointEntry.report_id == report_id, PointEntry.occasion == occasion, PointEntry.cause_id == cause_id
    )
    return db.session.scalar(same.limit(1)) is not None


def has_reported(user_ids: Collection[int], case_id: int) -> bool:
    """Tell whether a person was answered for a report of this case before, under any of their accounts."""
    of_reports = (Occasion.REGISTERED, Occasion.JOINED)
    before = select(PointEntry.id).where(
        PointEntry.case_id == case_id, PointEntry.user_id.in_(user_ids), PointEntry.occasion.in_(of_reports)
    )
    return db.session.scalar(before.limit(1)) is not None


@dataclass(frozen=True)
class MonthLine:
    """What was written to one account within a month. `taken_back` is 0 or less."""

    user_id: int
    reports: int
    given: int
    taken_back: int


def accounts_of_month(month: str, *, above: int = 0, size: int = 1000) -> Sequence[MonthLine]:
    """Return the accounts to which something was written in a month, by their number, those above `above`.

    Args:
        month: on the city's clock, written 2026-11.

    Raises:
        BadInput: it is none.
    """
    begins, ends = month_window(month, current_city().zone)
    given = func.sum(case((PointEntry.amount > 0, PointEntry.amount), else_=0))
    taken = func.sum(case((PointEntry.amount < 0, PointEntry.amount), else_=0))
    of_month = select(PointEntry.user_id, func.count(distinct(PointEntry.report_id)), given, taken).where(
        PointEntry.at >= begins, PointEntry.at < ends, PointEntry.user_id > above, PointEntry.amount != 0
    )
    rows = db.session.execute(of_month.group_by(PointEntry.user_id).order_by(PointEntry.user_id).limit(size))
    return [MonthLine(*row) for row in rows]
