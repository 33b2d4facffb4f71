"""Every read of notices, of what their recipients want, and of the ways out of the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from reporter.accounts.models import User
from reporter.kernel.db import current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.kernel.pages import Page, page_of, read_key
from reporter.kernel.policy import Actor, Permission, may
from reporter.notices.models import Channel, Delivery, Notice, NoticeSettings, Passage, UnitRobot, Webhook
from reporter.notices.plan import LONGEST_HELD, Wishes
from reporter.notices.table import Who
from reporter.reports.models import Report

DESKS = {
    Who.CENTRE: (Permission.DESK_TRIAGE, Permission.DESK_APPROVALS),
    Who.EDITORS: (Permission.DESK_EDITOR,),
    Who.ADMINS: (Permission.DESK_ADMIN,),
}
MOST_UNREAD = 10  # counted; then it is "9+"
MOST_TOLD = 500  # people of one desk that get a mail about the same thing
MOST_IN_DIGEST = 200
RELEASED = 500  # rows in one tick


def notices_for(
    *, user_id: int | None = None, unit_id: int | None = None, desk: str = "", limit: int = 20
) -> Sequence[Notice]:
    """Return the newest notices to a person, to their unit or to a desk."""
    mine = []
    if user_id:
        mine.append(Notice.user_id == user_id)
    if unit_id:
        mine.append(Notice.unit_id == unit_id)
    if desk:
        mine.append(Notice.desk == desk)
    if not mine:
        return []
    return db.session.scalars(select(Notice).where(or_(*mine)).order_by(Notice.id.desc()).limit(limit)).all()


def cases_called_to(unit_id: int, *, limit: int = 20) -> Sequence[int]:
    """Return ids of the cases to which a unit was lately called together with others, the latest call first."""
    calls = select(Notice.case_id, func.max(Notice.id)).where(
        Notice.unit_id == unit_id, Notice.what == "case.whistle", Notice.case_id.is_not(None)
    )
    latest = calls.group_by(Notice.case_id).order_by(func.max(Notice.id).desc()).limit(limit)
    return [case_id for case_id, _ in db.session.execute(latest) if case_id]


def desks_of(actor: Actor) -> list[Who]:
    """Return the desks whose notices a person reads."""
    return [who for who, needed in DESKS.items() if any(may(actor, one) for one in needed)]


def _audiences(actor: Actor) -> list[ColumnElement[bool]]:
    """Return one condition for each index by which a person's notices are found."""
    found: list[ColumnElement[bool]] = [Notice.user_id == (actor.id or 0)]
    if actor.unit_id and may(actor, Permission.DESK_UNIT):
        found.append(and_(Notice.unit_id == actor.unit_id, Notice.user_id.is_(None)))
    return found + [Notice.desk == str(who) for who in desks_of(actor)]


def _newest(actor: Actor, before: int, size: int) -> Select[int]:
    """Return a statement for the ids of the newest notices; reads at most `size` rows of each index."""
    own = Notice.city_id == current_city_id()
    parts = []
    for audience in _audiences(actor):
        part = select(Notice.id).where(own, audience).order_by(Notice.id.desc()).limit(size)
        parts.append(select((part.where(Notice.id < before) if before else part).subquery().c.id))
    union = parts[0].union(*parts[1:]).subquery() if len(parts) > 1 else parts[0].subquery()
    return select(union.c.id).order_by(union.c.id.desc()).limit(size)


def bell_list(actor: Actor, *, after: str = "", size: int = 30) -> Page[Notice]:
    """Return a page of what a person was told, newest first: themselves, their unit, their desks."""
    key = read_key(after, int)
    newest = _newest(actor, key[0] if key else 0, size + 1)
    rows = db.session.scalars(select(Notice).where(Notice.id.in_(newest)).order_by(Notice.id.desc())).all()
    return page_of(rows, size=size, key=lambda notice: (notice.id,))


@dataclass(frozen=True)
class Bell:
    """What the bell shows. `unread`: at most `MOST_UNREAD`; `newest`: the id of the newest notice, 0 without one."""

    unread: int
    newest: int


def bell_of(actor: Actor) -> Bell:
    """Return how much a person has not read yet; counts no further than the bell shows."""
    ids = db.session.scalars(_newest(actor, 0, MOST_UNREAD)).all()
    read = settings_of(f"user:{actor.id}")
    return Bell(sum(one > (read.read_up_to if read else 0) for one in ids), ids[0] if ids else 0)


def query_codes(report_ids: Sequence[int]) -> dict[int, str]:
    """Return the query codes of reports by id, in one query."""
    if not report_ids:
        return {}
    return dict(db.session.execute(select(Report.id, Report.code).where(Report.id.in_(report_ids))).all())


def get_notice(notice_id: int) -> Notice:
    """Return the notice. Raises `NotFound`."""
    row = db.session.scalar(select(Notice).where(Notice.id == notice_id))
    if row is None:
        raise NotFound("There is no such notice.")
    return row


def settings_of(recipient: str) -> NoticeSettings | None:
    """Return what a recipient has set, None when they never did."""
    return db.session.scalar(select(NoticeSettings).where(NoticeSettings.recipient == recipient))


def wishes_of(recipient: str) -> Wishes:
    """Return what a recipient wants: what they set, else the defaults."""
    return _read_wishes(settings_of(recipient))


def _read_wishes(row: NoticeSettings | None) -> Wishes:
    """Return what stands in a row of settings; the defaults for None."""
    if row is None:
        return Wishes()
    return Wishes(
        frozenset(row.off), _moment(row.quiet_from), _moment(row.quiet_to), row.digest_hour, row.most
    )


def _moment(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def desk_readers(who: str) -> list[User]:
    """Return the active people of a desk who want by mail what it is told, at most `MOST_TOLD`."""
    wanted = (
        select(User)
        .join(NoticeSettings, NoticeSettings.user_id == User.id)
        .where(NoticeSettings.desk_mail, User.active)
        .order_by(User.id)
        .limit(MOST_TOLD)
    )
    return [user for user in db.session.scalars(wanted) if who in desks_of(user.actor)]


def sent_on(recipient: str, day: date, *, most: int) -> int:
    """Return how many went, or are to go, to a recipient one by one on a day; counts up to `most` and no further."""
    single = select(Delivery.id).where(
        Delivery.city_id == current_city_id(), Delivery.recipient == recipient, Delivery.day == day,
        ~Delivery.digest, Delivery.state != Passage.DROPPED,
    ).limit(most)  # fmt: skip
    return db.session.scalar(select(func.count()).select_from(single.subquery())) or 0


def find_delivery(delivery_id: int) -> Delivery | None:
    """Return the delivery, None when there is none such."""
    return db.session.scalar(select(Delivery).where(Delivery.id == delivery_id))


def _due_held(now: datetime, *, digest: bool) -> ColumnElement[bool]:
    """Return the condition of rows that were held long enough.

    A row that is due later than anything is ever held was written while the clock was ahead: it is due as well.
    """
    due = or_(Delivery.due_at <= now, Delivery.due_at > now + LONGEST_HELD)
    return and_(Delivery.state == Passage.HELD, Delivery.digest == digest, due)


def held_ids(now: datetime) -> Sequence[int]:
    """Return the deliveries whose quiet hours are over, the oldest first, at most `RELEASED`."""
    due = select(Delivery.id).where(_due_held(now, digest=False)).order_by(Delivery.due_at, Delivery.id)
    return db.session.scalars(due.limit(RELEASED)).all()


def due_digests(now: datetime) -> Sequence[tuple[str, Channel, int]]:
    """Return recipient, channel and newest row of each letter of the day that is to be written, at most `RELEASED`."""
    newest = func.max(Delivery.id)
    due = select(Delivery.recipient, Delivery.channel, newest).where(_due_held(now, digest=True))
    rows = db.session.execute(
        due.group_by(Delivery.recipient, Delivery.channel).order_by(newest).limit(RELEASED)
    )
    return [(recipient, channel, last) for recipient, channel, last in rows]


def digest_rows(recipient: str, channel: str, now: datetime) -> Sequence[Delivery]:
    """Return what one letter of the day tells, oldest first, at most `MOST_IN_DIGEST`."""
    due = select(Delivery).where(
        Delivery.recipient == recipient, Delivery.channel == channel, _due_held(now, digest=True)
    )
    return db.session.scalars(due.order_by(Delivery.id).limit(MOST_IN_DIGEST)).all()


def notices_by_ids(ids: Sequence[int | None]) -> dict[int, Notice]:
    """Return notices by id, in one query."""
    wanted = [one for one in ids if one]
    rows = db.session.scalars(select(Notice).where(Notice.id.in_(wanted))).all() if wanted else []
    return {row.id: row for row in rows}


def failed_deliveries(*, after: str = "", size: int = 50) -> Page[Delivery]:
    """Return what was given up, newest first."""
    rows = select(Delivery).where(Delivery.state == Passage.FAILED)
    if key := read_key(after, datetime, int):
        older = or_(Delivery.due_at < key[0], and_(Delivery.due_at == key[0], Delivery.id < key[1]))
        rows = rows.where(older)
    found = db.session.scalars(
        rows.order_by(Delivery.due_at.desc(), Delivery.id.desc()).limit(size + 1)
    ).all()
    return page_of(found, size=size, key=lambda row: (row.due_at.isoformat(), row.id))


def robots_of(unit_id: int) -> Sequence[UnitRobot]:
    """Return the group robots of a unit."""
    return db.session.scalars(
        select(UnitRobot).where(UnitRobot.unit_id == unit_id).order_by(UnitRobot.id)
    ).all()


def find_robot(robot_id: int | None) -> UnitRobot | None:
    """Return the robot, None when it was taken away."""
    return db.session.scalar(select(UnitRobot).where(UnitRobot.id == robot_id))


def robot_sent_lately(robot_id: int, now: datetime, *, most: int) -> int:
    """Return how many messages a robot was sent within the last minute; counts up to `most`."""
    lately = select(Delivery.id).where(
        Delivery.city_id == current_city_id(), Delivery.recipient == f"robot:{robot_id}",
        Delivery.day >= (now - timedelta(days=1)).date(), Delivery.sent_at > now - timedelta(minutes=1),
    ).limit(most)  # fmt: skip
    return db.session.scalar(select(func.count()).select_from(lately.subquery())) or 0


def webhooks(*, active: bool = False) -> Sequence[Webhook]:
    """Return the city's webhooks; only those that are called when asked."""
    rows = select(Webhook).order_by(Webhook.id)
    return db.session.scalars(rows.where(Webhook.active) if active else rows).all()


def find_webhook(hook_id: int | None) -> Webhook | None:
    """Return the webhook, None when it was taken away."""
    return db.session.scalar(select(Webhook).where(Webhook.id == hook_id))
