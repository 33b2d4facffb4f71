"""Write what is told, in the transaction of the step that tells it; plan after commit who gets it by which way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reporter.accounts.models import User
from reporter.accounts.queries import find_user, unit_members
from reporter.cities.queries import local
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import insert_if_absent
from reporter.notices.models import Channel, Delivery, Notice, Passage
from reporter.notices.plan import Plan, Wishes, is_quiet, plan
from reporter.notices.queries import (
    desk_readers,
    get_notice,
    robots_of,
    sent_on,
    webhooks,
    wishes_of,
)
from reporter.notices.table import Row, Way, Who, row_for
from reporter.ports import ports
from reporter.ports.queue import enqueue
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from reporter.routing.duty import Why, duties
from reporter.routing.queries import get_unit

SPREAD, DELIVER, DIGEST = "notices.spread", "notices.deliver", "notices.digest"


def tell(row: Row, facts: Mapping[str, Any]) -> Notice:
    """Write a notice, for the bell; where it may leave by other ways too, plan that after commit.

    Args:
        row: of the table.
        facts: columns of `Notice`: whose it is, and what it is about.
    """
    notice = Notice(what=row.what, who=str(row.who), at=ports.clock.now(), **facts)
    db.session.add(notice)
    if row.ways and (row.who is not Who.REPORTER or _asked_for(get_report(facts["report_id"]))):
        db.session.flush()
        enqueue(SPREAD, notice_id=notice.id)
    return notice


def tell_hooks(name: str, facts: Mapping[str, str], *, entry_id: int) -> None:
    """Write a delivery for each webhook that wants to hear of `name`.

    Args:
        name: of the event outside.
        facts: number, kind and state; nothing of a person.
        entry_id: of the trail: the same step is told once, however often this runs.
    """
    now = ports.clock.now()
    told = {"event": name, "at": now.isoformat(timespec="seconds"), **facts}
    for hook in webhooks(active=True):
        if name in hook.events:
            _hand_on(
                f"hook:{hook.id}:{entry_id}", Plan(now), recipient=f"hook:{hook.id}", channel=Channel.HOOK,
                hook_id=hook.id, facts=told,
            )  # fmt: skip


def _asked_for(report: Report) -> bool:
    return bool(report.notify and report.contact)


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told, by one channel.

    `on_duty`: staff whom an urgent notice reaches in their quiet hours; a resident never is.
    """

    name: str
    channel: Channel
    user_id: int | None = None
    robot_id: int | None = None
    on_duty: bool = False


def of_contact(report: Report) -> Recipient:
    """Return whoever sent a report; their address is known again by a digest of it."""
    channel = Channel.MAIL if "@" in report.contact else Channel.SMS
    if report.reporter_id:
        return Recipient(f"user:{report.reporter_id}", channel, user_id=report.reporter_id)
    return Recipient(contact_name(report.contact), channel)


def contact_name(contact: str) -> str:
    """Return the name by which the settings of an address are found."""
    return f"contact:{ports.seals.digest(contact.strip().lower())}"


def _of_user(user: User, *, on_duty: bool) -> Iterator[Recipient]:
    """Yield a member of staff, by the first way that they and this installation have: mail, else SMS, else none."""
    by_mail, by_sms = user.email and ports.mail.there(), user.phone and ports.sms.there()
    if user.active and (by_mail or by_sms):
        channel = Channel.MAIL if by_mail else Channel.SMS
        yield Recipient(f"user:{user.id}", channel, user_id=user.id, on_duty=on_duty)


def recipients_of(notice: Notice, row: Row) -> Iterator[Recipient]:
    """Yield everybody who may get a notice by another way than the bell."""
    if notice.report_id:
        yield of_contact(get_report(notice.report_id))
    elif notice.unit_id:
        awake = awake_at(notice.unit_id)
        members = {member.id: member for member in unit_members(notice.unit_id)}
        others = [user for one in sorted(awake - set(members)) if (user := find_user(one))]
        for user in (*members.values(), *others):
            yield from _of_user(user, on_duty=user.id in awake)
        for robot in robots_of(notice.unit_id) if Way.ROBOT in row.ways else ():
            yield Recipient(
                f"robot:{robot.id}", Channel.ROBOT, robot_id=robot.id, on_duty=bool(awake & set(members))
            )
    elif notice.user_id:
        user = find_user(notice.user_id)
        duty = bool(user and user.unit_id and user.id in awake_at(user.unit_id))
        yield from _of_user(user, on_duty=duty) if user else ()
    elif notice.desk:
        for user in desk_readers(notice.desk):
            yield from _of_user(user, on_duty=True)


def awake_at(unit_id: int) -> set[int]:
    """Return the ids of those whom urgent things of a unit reach at this moment.

    Those on duty by its roster; in a gap its head, or the people of the fallback unit. Where no roster is kept all its
    people, but none in the quiet hours when it has no night shift.
    """
    duty = duties([unit_id])[unit_id]
    plain, now = Wishes(), local(ports.clock.now()).time()
    resting = not get_unit(unit_id).night_shift and is_quiet(now, plain.quiet_from, plain.quiet_to)
    return set() if duty.why is Why.EVERYBODY and resting else set(duty.user_ids)


@command
def spread(notice_id: int) -> None:
    """Plan by which ways a notice leaves, for each recipient as they want it; doing it twice changes nothing."""
    notice = get_notice(notice_id)
    row = row_for(notice.what, notice.who)
    if row is None:
        return
    for one in recipients_of(notice, row):
        if planned := _planned(one, row):
            _hand_on(
                f"notice:{notice.id}:{one.channel}:{one.name}", planned, recipient=one.name, channel=one.channel,
                notice_id=notice.id, user_id=one.user_id, robot_id=one.robot_id,
            )  # fmt: skip


def _planned(one: Recipient, row: Row) -> Plan | None:
    """Return when a recipient is told; None when they do not want it, or not by this channel."""
    now = local(ports.clock.now())
    if one.channel is Channel.ROBOT:
        rest = Wishes()
        return plan(now, rest, urgent=row.urgent and one.on_duty)
    only_digest = Way.SEND not in row.ways
    if Way.DIGEST not in row.ways and only_digest:
        return None
    if only_digest and one.channel is Channel.SMS:  # the mail of the day is a mail
        return None
    wishes = wishes_of(one.name)
    if not wishes.wants(row.kind, one.channel):
        return None
    urgent = row.urgent and one.on_duty
    made = plan(now, wishes, digest=only_digest, urgent=urgent)
    if made.digest or urgent:
        return made
    counted = sent_on(one.name, made.at.date(), most=wishes.most)
    return plan(now, wishes, sent_today=counted)


def _hand_on(key: str, planned: Plan, **facts: Any) -> None:
    """Write one delivery, once, and let it go at once when that is the plan."""
    now, day = ports.clock.now(), local(planned.at).date()
    at_once = planned.at <= now and not planned.digest
    written = insert_if_absent(
        Delivery, city_id=current_city_id(), key=key, digest=planned.digest, due_at=planned.at, day=day,
        state=Passage.WAITING if at_once else Passage.HELD, tries=0, error="", at=now, **({"facts": {}} | facts),
    )  # fmt: skip
    if at_once and written is not None:
        enqueue(DELIVER, delivery_id=written)
