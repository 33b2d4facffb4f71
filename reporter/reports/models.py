"""A resident's submission: what was seen, where, and what was said since."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.cases.models import Source
from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.places.near import OnGround
from reporter.reports.calm import Terms
from reporter.reports.lifecycle import Action, State
from reporter.reports.risk import CALM, Mark


class Report(Trailed, OnGround, InCity, Model):
    """One resident's submission. Many reports may stand behind one case.

    `lon`, `lat` are WGS 84 degrees, made from `given_lon`, `given_lat` in `datum` (wgs84, gcj02 or bd09);
    `accuracy` is in metres; `place_source` is gps, exif, picked, address (one of the city's named places) or typed.
    `risk` is what the queue begins with, 0 for the most pressing, and `reasons` what speaks for it: see `risk.py`.
    `alike`: the resident joined an open case, or one of its kind lies on its spot; kept in step while it waits.
    `answers`: what the kind asked besides, each with its question as it was asked (`cases/answers.py`).
    `sent_through`: the name of the key with which another system sent it; "" for what came from our own pages.
    `code` is the query code the resident keeps (80 random bits); `client_id` makes a second send the same report.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("city_id", "number"),
        UniqueConstraint("city_id", "code"),
        UniqueConstraint("city_id", "client_id"),
        Index("ix__reports__queue", "city_id", "state", "risk", "due_at", "id"),
        Index("ix__reports__queue_area", "city_id", "state", "area_id", "risk", "due_at", "id"),
        Index("ix__reports__queue_alike", "city_id", "state", "alike", "risk", "due_at", "id"),
        Index("ix__reports__queue_kind", "city_id", "state", "category_id", "risk", "due_at", "id"),
        Index("ix__reports__ring", "city_id", "ring_at"),
        Index("ix__reports__own", "city_id", "reporter_id", "id"),
        Index("ix__reports__case", "case_id"),
        Index("ix__reports__kind_near", "city_id", "category_id", "square", "state"),
    )
    trail_subject = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    code: Mapped[str]
    client_id: Mapped[str]
    state: Mapped[State]
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    subcategory_id: Mapped[int | None] = mapped_column(ForeignKey("subcategories.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    lon: Mapped[float]
    lat: Mapped[float]
    given_lon: Mapped[float]
    given_lat: Mapped[float]
    datum: Mapped[str]
    accuracy: Mapped[float | None]
    place_source: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    answers: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    taken_at: Mapped[datetime | None]
    anonymous: Mapped[bool] = mapped_column(default=True)
    contact: Mapped[str] = mapped_column(default="")
    notify: Mapped[bool] = mapped_column(default=False)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    locale: Mapped[str] = mapped_column(default="zh_Hans_CN")
    sent_through: Mapped[str] = mapped_column(default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    risk: Mapped[int] = mapped_column(default=CALM)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    alike: Mapped[bool] = mapped_column(default=False)
    flags: Mapped[list[str]]
    cover_photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    photo_count: Mapped[int] = mapped_column(default=0)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    joins_case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))  # "I saw this too"
    rating: Mapped[str] = mapped_column(default="")
    solved: Mapped[bool | None]
    rated_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # end of the register clock while it waits for triage
    ring_at: Mapped[datetime | None]  # when time alone sets off the next thing
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two moderators, one winner

    @property
    def source(self) -> Source:
        """How it came, as a case made of it says."""
        return Source.PARTNER if self.sent_through else Source.RESIDENT


class ReportPhoto(InCity, Model):
    """A picture that belongs to a report, in its order."""

    __tablename__ = "report_photos"
    __table_args__ = (UniqueConstraint("report_id", "photo_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"), index=True)
    sort: Mapped[int]


class ReportMessage(InCity, Model):
    """A question of the centre, an answer or an addition of the reporter."""

    __tablename__ = "report_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"), index=True)
    from_centre: Mapped[bool]
    words: Mapped[str]
    photo_ids: Mapped[list[int]]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class NearbyPicture(InCity, Model):
    """A picture that a moderator lets people see who report the same nearby, while its case is open.

    `look` is what was judged, as `showable.look` says: when another is proposed now, it is shown to nobody.
    """

    __tablename__ = "nearby_pictures"
    __table_args__ = (UniqueConstraint("photo_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"))
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    look: Mapped[str]
    shown_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class SavedFilter(InCity, Model):
    """A list of the moderators, narrowed, under a name. `sort` is its place among those of its owner.

    `which` is the list; `narrowing` as `Narrowing.kept` gives it. What is shared the whole desk sees.
    """

    __tablename__ = "saved_filters"
    __table_args__ = (
        UniqueConstraint("city_id", "owner_id", "name"),
        Index("ix__saved_filters__shared", "city_id", "shared"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    which: Mapped[str]
    narrowing: Mapped[dict[str, Any]]
    sort: Mapped[int]
    shared: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]


class ReportTrace(InCity, Model):
    """A mark by which a report is known again among others for some days; then the row is struck.

    `key` is a digest: of whoever sent it, its words, a picture, its place, a plate or a shop that it names. `sender` is
    one too, "" for somebody who is not known again.
    """

    __tablename__ = "report_traces"
    __table_args__ = (
        UniqueConstraint("report_id", "key"),
        Index("ix__report_traces__key", "city_id", "key", "at"),
        Index("ix__report_traces__at", "city_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    mark: Mapped[Mark]
    key: Mapped[str]
    sender: Mapped[str]
    at: Mapped[datetime]


class CalmRule(InCity, Model):
    """A version of the rule by which reports are taken in without a moderator; the newest holds, when it is on.

    The columns are those of `Terms`; `why_off` is "", person or disagreement.
    """

    __tablename__ = "calm_rules"
    __table_args__ = (UniqueConstraint("city_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    on: Mapped[bool]
    why_off: Mapped[str]
    category_ids: Mapped[list[int]]
    accepted: Mapped[int]
    from_hour: Mapped[int]
    until_hour: Mapped[int]
    share: Mapped[int]
    most_wrong: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @property
    def terms(self) -> Terms:
        """Return what was settled."""
        return Terms(
            self.category_ids, self.accepted, self.from_hour, self.until_hour, self.share, self.most_wrong
        )


class CalmPass(InCity, Model):
    """A report that was taken in without a moderator: by which version of the rule, because of what, what it drew.

    `held` are the conditions as `Condition.kept` gives them. `verdict` is a `Verdict` once somebody has looked.
    """

    __tablename__ = "calm_passes"
    __table_args__ = (
        UniqueConstraint("report_id"),
        Index("ix__calm_passes__to_check", "city_id", "sampled", "checked_at", "id"),
        Index("ix__calm_passes__rule", "city_id", "rule_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("calm_rules.id"))
    held: Mapped[list[dict[str, Any]]]
    draw: Mapped[int]
    sampled: Mapped[bool]
    at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[str]
    note: Mapped[str]


class Clearing(InCity, Model):
    """The side queue being emptied: by whom, in which words, up to which report, and how far it has come.

    `told` holds digests of those who heard of it already: everybody is told once.
    """

    __tablename__ = "clearings"
    __table_args__ = (Index("ix__clearings__began", "city_id", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
    last_report_id: Mapped[int]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    told: Mapped[list[str]]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Appeal(InCity, Model):
    """Somebody says that being slowed, stopped or put aside is a mistake.

    `sender` is a digest of the browser it came from, "" after some weeks; `report_id` is of the report that was put
    aside, None where nothing could be sent. `reply` is read by whoever appealed, and `trusted_until` is set when a
    moderator agreed.
    """

    __tablename__ = "appeals"
    __table_args__ = (
        Index("ix__appeals__waiting", "city_id", "decided_at", "id"),
        Index("ix__appeals__sender", "city_id", "sender"),
        Index("ix__appeals__report", "report_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    words: Mapped[str]
    sender: Mapped[str]
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reply: Mapped[str] = mapped_column(default="")
    trusted_until: Mapped[datetime | None]


class Standing(StrEnum):
    """Whether a decision can still be undone."""

    HELD = "held"
    STANDS = "stands"
    UNDONE = "undone"


class Decision(InCity, Model):
    """A decision of a moderator that is held back for some seconds, and what undoing it needs.

    Those of one press share `batch`. `entry_id` and `case_entry_id` are its steps in the trails. `before` are the
    report's columns as they were; `made`: ids of what it made or hung (`message`, `photos`), and the `unit` to which its
    case goes once it stands. The row is struck a day later.
    """

    __tablename__ = "report_decisions"
    __table_args__ = (
        Index("ix__report_decisions__by", "city_id", "by_id", "until"),
        Index("ix__report_decisions__batch", "city_id", "batch"),
        Index("ix__report_decisions__until", "city_id", "until"),
        Index("ix__report_decisions__case", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    batch: Mapped[str]
    action: Mapped[Action]
    by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    entry_id: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    case_entry_id: Mapped[int | None]
    before: Mapped[dict[str, Any]]
    made: Mapped[dict[str, Any]]
    standing: Mapped[Standing] = mapped_column(default=Standing.HELD)
    at: Mapped[datetime]
    until: Mapped[datetime]


class DecisionTime(InCity, Model):
    """How long somebody looked at a report before deciding, and with how many presses of keys and buttons.

    `seconds` is what the page measured, without gaps of more than two minutes; which report it was is not kept.
    """

    __tablename__ = "decision_times"
    __table_args__ = (
        Index("ix__decision_times__own", "city_id", "user_id", "at"),
        Index("ix__decision_times__at", "city_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    seconds: Mapped[float]
    presses: Mapped[int]
    at: Mapped[datetime]
