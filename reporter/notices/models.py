"""Who is told what: a row in the app for one audience, and a row for each time it leaves by another way."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.db import InCity, Model
from reporter.notices.plan import DIGEST_HOUR, MOST_A_DAY


class Channel(StrEnum):
    """The ways out of the house."""

    MAIL = "mail"
    SMS = "sms"
    ROBOT = "robot"
    HOOK = "hook"


PERSONAL = (Channel.MAIL, Channel.SMS)


class Passage(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"  # a job of the outbox has it
    HELD = "held"  # for the end of the quiet hours, for the mail of the day, for a robot's next minute
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"  # whoever it was for does not want it any more


class RobotKind(StrEnum):
    """Whose group robot it is."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"


class Notice(InCity, Model):
    """One thing told to one audience.

    Exactly one of `user_id`, `unit_id`, `report_id` or `desk` (centre, editors, admins) names who reads it; a reporter
    with an account is named by `user_id` besides. `digest_id` is of what somebody follows: an id, no foreign key, for digests
    are forgotten sooner. `sent_at`: when it first left by another way than the bell.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix__notices__user", "city_id", "user_id", "id"),
        Index("ix__notices__unit", "city_id", "unit_id", "id"),
        Index("ix__notices__desk", "city_id", "desk", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), index=True)
    desk: Mapped[str] = mapped_column(default="")
    who: Mapped[str] = mapped_column(default="")  # the audience, as the table calls it
    what: Mapped[str]  # the action, such as case.dispatch
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    exposure_id: Mapped[int | None] = mapped_column(ForeignKey("exposures.id"))
    objection_id: Mapped[int | None] = mapped_column(ForeignKey("objections.id"))
    digest_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class NoticeSettings(InCity, Model):
    """What one recipient wants, and up to which notice they have read.

    `recipient` is `user:<id>`, or `contact:` and a keyed digest of an address, so that the address stands nowhere twice.
    Times are minutes of the city's day.
    """

    __tablename__ = "notice_settings"
    __table_args__ = (
        UniqueConstraint("city_id", "recipient"),
        Index("ix__notice_settings__desk", "city_id", "desk_mail", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    off: Mapped[list[str]]
    desk_mail: Mapped[bool] = mapped_column(default=False)  # told by mail too what the desk is told
    quiet_from: Mapped[int] = mapped_column(default=22 * 60)
    quiet_to: Mapped[int] = mapped_column(default=7 * 60)
    digest_hour: Mapped[int] = mapped_column(default=DIGEST_HOUR)
    most: Mapped[int] = mapped_column(default=MOST_A_DAY)
    read_up_to: Mapped[int] = mapped_column(default=0)


class UnitRobot(InCity, Model):
    """A group robot that tells a unit's group; its address and its key are secrets and lie sealed."""

    __tablename__ = "unit_robots"
    __table_args__ = (Index("ix__unit_robots__unit", "city_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    kind: Mapped[RobotKind]
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str]  # sealed
    key: Mapped[str] = mapped_column(default="")  # sealed; 钉钉 alone has one
    hint: Mapped[str] = mapped_column(default="")  # the last four characters of the address
    made_at: Mapped[datetime]


class Webhook(InCity, Model):
    """An address outside that is told of steps; its key lies sealed.

    `failing_since`: of the first of the failures that no success has ended yet.
    """

    __tablename__ = "webhooks"
    __table_args__ = (Index("ix__webhooks__active", "city_id", "active"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    key: Mapped[str]  # sealed
    events: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True)
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)  # since then
    switched_off_at: Mapped[datetime | None]  # by itself
    made_at: Mapped[datetime]


class Delivery(InCity, Model):
    """One notice on its way to one recipient by one channel.

    `key` makes it one however often it is written; `day` is the city's day on which it counts; `error` is the last
    failure in plain words; `facts` is what a webhook is told, nothing of a person.
    """

    __tablename__ = "notice_deliveries"
    __table_args__ = (
        UniqueConstraint("city_id", "key"),
        Index("ix__notice_deliveries__due", "city_id", "state", "due_at"),
        Index("ix__notice_deliveries__day", "city_id", "recipient", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    recipient: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    robot_id: Mapped[int | None] = mapped_column(ForeignKey("unit_robots.id", ondelete="SET NULL"))
    hook_id: Mapped[int | None] = mapped_column(ForeignKey("webhooks.id", ondelete="SET NULL"))
    channel: Mapped[Channel]
    state: Mapped[Passage] = mapped_column(default=Passage.WAITING)
    digest: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime]
    day: Mapped[date]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
