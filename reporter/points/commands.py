"""Every way points change: given, taken back, on which terms."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from reporter.accounts.models import User
from reporter.accounts.queries import find_user, whole_person, works_for_city
from reporter.cases.models import Case
from reporter.cases.queries import categories
from reporter.cities.queries import current_city, local
from reporter.kernel.audit import TrailEntry, record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import insert_if_absent
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import Actor, Permission, require
from reporter.points.models import PointAccount, PointEntry, PointTerms
from reporter.points.queries import has_reported, is_written, standing_of, sums_of, terms_now
from reporter.points.terms import MOST, MOST_IN_A_MONTH, Occasion, Terms
from reporter.ports import ports
from reporter.reports.models import Report


@command
def set_terms(wanted: Terms, *, by: Actor, seen: int | None = None) -> PointTerms:
    """Let other terms hold from now on; what was given stays as it is.

    Args:
        wanted: its number is not looked at.
        seen: the number of the terms that the person looked at; None when nobody looked.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: an amount or a cap out of its bounds, a cap of a day above that of a month, a kind that is none;
            field "registered", "joined", "put_right", "kind_<id>", "a_day" or "a_month".
        Conflict: somebody else set terms in the meantime.
    """
    require(by, Permission.ADMIN_SYSTEM)
    before = terms_now()
    if seen is not None and seen != before.number:
        raise Conflict("Somebody else changed this a moment ago. Please look again.")
    _refuse_senseless(wanted)
    row = PointTerms(
        number=before.number + 1, given=wanted.given, **{one.value: wanted.amounts[one] for one in Occasion},
        kinds={str(kind): amount for kind, amount in wanted.kinds.items()}, a_day=wanted.a_day,
        a_month=wanted.a_month, made_at=ports.clock.now(), made_by=by.id,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    facts = {
        "number": row.number, "given": row.given, "registered": row.registered, "joined": row.joined,
        "put_right": row.put_right, "kinds": row.kinds, "a_day": row.a_day, "a_month": row.a_month,
    }  # fmt: skip
    record(current_city(), "set_points", by=by, at=row.made_at, facts=facts)
    return row


def _refuse_senseless(wanted: Terms) -> None:
    known = {kind.id for kind in categories(active=False, subtypes=False)}
    named = {str(one): amount for one, amount in wanted.amounts.items()}
    for field, amount in (named | {f"kind_{kind}": amount for kind, amount in wanted.kinds.items()}).items():
        if not 0 <= amount <= MOST:
            raise BadInput("Please give a number from 0 to %(most)s.", field=field, most=MOST)
    if not set(wanted.kinds) <= known:
        raise BadInput("Please choose from what is offered here.", field="registered")
    for field, cap in (("a_day", wanted.a_day), ("a_month", wanted.a_month)):
        if not 1 <= cap <= MOST_IN_A_MONTH:
            raise BadInput("Please give a number from 1 to %(most)s.", field=field, most=MOST_IN_A_MONTH)
    if wanted.a_day > wanted.a_month:
        raise BadInput("A day cannot have more than its month.", field="a_day")


@dataclass(frozen=True)
class Award:
    """What somebody may have points for, and the entry of the trail that says so."""

    occasion: Occasion
    report: Report
    case_id: int
    category_id: int
    cause_id: int


@command
def give(award: Award) -> PointEntry | None:
    """Write the points of one award to the ledger, held to the caps; a second time nothing more is written.

    Returns:
        The entry, with an amount of 0 where a cap was reached before. None where there is nothing to give: the city
        gives none, the report is nobody's, or of somebody who works for the city under any account, or the same person was answered for
        this case already.
    """
    terms = terms_now()
    worth = terms.worth(award.occasion, award.category_id) if terms.given else 0
    user = find_user(award.report.reporter_id) if award.report.reporter_id else None
    if not worth or user is None:
        return None
    ids = _accounts_of(user)
    if works_for_city(ids):
        return None
    account = _held(ids)[user.id]
    if is_written(award.cause_id, award.report.id, award.occasion):
        return None
    if award.occasion is not Occasion.PUT_RIGHT and has_reported(ids, award.case_id):
        return None
    day = local(award.report.submitted_at).date()
    sums = sums_of(ids, day)
    return _write(
        account, terms.within(worth, day=sums.day, month=sums.month), day=day, occasion=award.occasion,
        report_id=award.report.id, case_id=award.case_id, worth=worth, cause_id=award.cause_id,
    )  # fmt: skip


@command
def take_back(
    case: Case, occasions: Collection[Occasion], *, cause: TrailEntry, report_id: int | None = None
) -> int:
    """Write a reversing entry for all that was given for `case` and still stands; return how many.

    Args:
        case: what it was given for.
        occasions: what it was given on.
        report_id: only what was given for this report; None for all.
        cause: the entry of the trail that it answers; its reason is kept with them.
    """
    given = standing_of(case.id, occasions)
    accounts = _held({entry.user_id for entry in given})
    given = standing_of(case.id, occasions) if given else given  # whoever came first has written by now
    given = [entry for entry in given if report_id in {None, entry.report_id}]
    for entry in given:
        _write(
            accounts[entry.user_id], -entry.amount, day=entry.day, occasion=entry.occasion, report_id=entry.report_id,
            case_id=case.id, worth=entry.worth, cause_id=cause.id, reverses_id=entry.id, reason=cause.reason,
        )  # fmt: skip
    return len(given)


def _accounts_of(user: User) -> frozenset[int]:
    """Return the ids of all accounts of a person: the caps are a person's, however many accounts they open."""
    return whole_person(user.actor).also | {user.id}


def _held(user_ids: Collection[int]) -> Mapping[int, PointAccount]:
    """Return the accounts, made where they are missing, and held until the end of the transaction.

    Whoever gives or takes back at the same time waits, always in the same order.
    """
    for user_id in sorted(user_ids):
        insert_if_absent(PointAccount, city_id=current_city_id(), user_id=user_id, balance=0, entries=0)
    own = select(PointAccount).where(PointAccount.user_id.in_(user_ids)).order_by(PointAccount.user_id)
    rows = db.session.scalars(own.with_for_update(), execution_options={"populate_existing": True})
    return {row.user_id: row for row in rows}


def _write(account: PointAccount, amount: int, **columns: object) -> PointEntry:
    account.balance += amount
    account.entries += 1
    entry = PointEntry(
        user_id=account.user_id, seq=account.entries, at=ports.clock.now(), amount=amount, balance=account.balance,
        **columns,
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    return entry
