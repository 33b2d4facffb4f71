"""Weigh a report: leave the marks by which it is known again, and write its risk with the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.policy import Actor
from reporter.photos.queries import photos_by_ids
from reporter.ports import ports
from reporter.reports.lifecycle import State
from reporter.reports.models import Report, ReportTrace
from reporter.reports.queries import photo_ids_of
from reporter.reports.risk import ATTACKED, POINTS, Facts, Mark, Other, Reason, Risk, Why, suspicions, weighed
from reporter.reports.traces import (
    KEPT,
    facts_of,
    is_first_of,
    key_of,
    keys_of,
    others_with,
    place_keys,
    traces_of,
)

STRUCK = 5000  # rows taken away at a time


@dataclass(frozen=True)
class Origin:
    """Who sent a report, by digests: the account, the browser, the address as it is called today and was before.

    `person` is account and browser alone: an address is that of many people.
    """

    names: Sequence[str] = ()
    former: Sequence[str] = ()
    person: Sequence[str] = ()

    @classmethod
    def of(cls, origins: Sequence[str], device: str, by: Actor) -> "Origin":
        """Return it; an account says more than a browser, and a browser more than an address."""
        said = [f"account {by.id}" if by.id else "", f"device {device}" if device else ""]
        today = [f"address {name}" for name in origins]
        person = [key_of(Mark.SENDER, one) for one in said if one]
        names = [*person, *(key_of(Mark.SENDER, one) for one in today[:1])]
        return cls(names, [key_of(Mark.SENDER, one) for one in today[1:]], person)


def weigh(
    report: Report, origin: Origin | None = None, *, more_words: str = "", over_budget: bool = False
) -> list[Reason]:
    """Write the marks, the risk and the reasons of `report` in the caller's transaction; return why it looks like spam.

    Args:
        origin: who sent it; None when it was weighed before, and something was added to it.
        more_words: what was added.
        over_budget: more came from there than one sender has within an hour.
    """
    photos = list(photos_by_ids(photo_ids_of(report.id)).values())
    known = traces_of(report.id)
    shown = keys_of(report, f"{report.words} {more_words}", photos)
    sent = dict.fromkeys(origin.names if origin else _senders(known), Mark.SENDER)
    former = dict.fromkeys(origin.former if origin else (), Mark.SENDER)
    around = dict.fromkeys(place_keys(report.lon, report.lat), Mark.PLACE)
    others = others_with(report, shown | sent | former | around)
    sender = _sender(report, sent, known, others)
    _leave(report, {**shown, **sent}, sender, known)
    newcomer = report.reporter_id is not None and is_first_of(report.reporter_id, report.id)
    over = over_budget or any(Reason.of(said).why is Why.OVER_BUDGET for said in report.reasons or ())
    facts = facts_of(
        report, others, sender=sender, newcomer=newcomer, over_budget=over,
        minor_seen=any(photo.minor for photo in photos),
    )  # fmt: skip
    risk, doubts = weighed(facts), suspicions(facts)
    report.risk, report.reasons = (
        risk.rank,
        [reason.kept() for reason in [*risk.reasons, *_new(doubts, risk.reasons)]],
    )
    _weigh_along(facts, risk)
    return doubts


def _weigh_along(facts: Facts, risk: Risk) -> None:
    """Let what an attack consists of stand beside each other: its first reports could not know of it.

    Not a step of theirs, and nobody who has one of them open is disturbed: their versions stay.
    """
    found = {reason.why: reason for reason in risk.reasons if reason.why in ATTACKED.values()}
    ids = {other.report_id for other in facts.others if ATTACKED.get(other.mark) in found}
    waiting = select(Report.id, Report.risk, Report.reasons).where(
        Report.id.in_(ids), Report.state == State.SUBMITTED
    )
    for report_id, rank, reasons in db.session.execute(waiting).all() if ids else ():
        said = {reason["why"] for reason in reasons}
        new = [reason for why, reason in found.items() if why not in said]
        if new:
            lifted = max(rank - sum(POINTS[reason.why] for reason in new), min(rank, 1))
            values = {"risk": lifted, "reasons": [*(reason.kept() for reason in new), *reasons]}
            db.session.execute(update(Report).where(Report.id == report_id).values(values))


def _senders(known: Sequence[ReportTrace]) -> list[str]:
    return [trace.key for trace in known if trace.mark is Mark.SENDER]


def _sender(
    report: Report, sent: Mapping[str, Mark], known: Sequence[ReportTrace], others: Sequence[Other]
) -> str:
    """Return what the sender is called: an account by its own name, an address as it was called first."""
    own = next(iter(sent), "")
    if known:
        return known[0].sender
    before = [other for other in others if other.mark is Mark.SENDER and other.sender]
    if report.reporter_id or not before:
        return own
    return min(before, key=lambda other: other.at).sender


def _leave(report: Report, keys: dict[str, Mark], sender: str, known: Sequence[ReportTrace]) -> None:
    there, always = {trace.key for trace in known}, {"city_id": current_city_id(), "report_id": report.id}
    rows = [
        {**always, "mark": mark, "key": key, "sender": sender, "at": report.submitted_at}
        for key, mark in keys.items()
        if key not in there
    ]
    if rows:
        db.session.execute(insert(ReportTrace), rows)  # all at once


def _new(doubts: Sequence[Reason], said: Sequence[Reason]) -> list[Reason]:
    return [doubt for doubt in doubts if doubt not in said]


@command
def forget_traces() -> None:
    """Strike the marks of reports that were sent some days ago: nobody is to be known again for longer."""
    old = select(ReportTrace.id).where(
        ReportTrace.city_id == current_city_id(), ReportTrace.at <= ports.clock.now() - KEPT
    )
    gone = delete(ReportTrace).where(ReportTrace.id.in_(old.order_by(ReportTrace.at).limit(STRUCK)))
    db.session.execute(gone.execution_options(synchronize_session=False))
