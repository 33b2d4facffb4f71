"""The kinds of disorder, the case as one flat row, and what hangs on it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reporter.cases.lifecycle import OPEN, State
from reporter.cases.ready import Purpose
from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.places.near import OnGround


class Nature(StrEnum):
    """An act is over in seconds and ends with a record; a condition persists and can be put right."""

    ACT = "act"
    CONDITION = "condition"


class Source(StrEnum):
    """How a case came to the city."""

    RESIDENT = "resident"  # a report with a photo
    PATROL = "patrol"  # found by the city's own people
    HOTLINE = "hotline"  # rung in, such as at 12345
    PARTNER = "partner"  # handed over by another system


class Category(Trailed, InCity, Model):
    """One kind of disorder: editable data, never an enum.

    Limits are written like `30m` (minutes), `4h` (natural hours), `4wh` (working hours), `5wd` (working days).
    `legal_*` is shown only with its source and date.
    """

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("city_id", "slug"), UniqueConstraint("city_id", "code"))
    trail_subject = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    slug: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    hint_zh: Mapped[str] = mapped_column(default="")
    hint_en: Mapped[str] = mapped_column(default="")
    nature: Mapped[Nature]
    register_limit: Mapped[str] = mapped_column(default="2h")
    dispatch_limit: Mapped[str] = mapped_column(default="30m")
    claim_limit: Mapped[str] = mapped_column(default="15m")
    handle_limit: Mapped[str]
    urgent_limit: Mapped[str]
    inspect_limit: Mapped[str] = mapped_column(default="4wh")
    follow_up_limit: Mapped[str] = mapped_column(default="1wd")
    legal_basis: Mapped[str] = mapped_column(default="")
    legal_source: Mapped[str] = mapped_column(default="")
    legal_date: Mapped[str] = mapped_column(default="")
    fine_note: Mapped[str] = mapped_column(default="")
    exposable: Mapped[bool] = mapped_column(default=True)
    plate_expected: Mapped[bool] = mapped_column(default=False)
    min_photos: Mapped[int] = mapped_column(default=1)
    near_and_far: Mapped[bool] = mapped_column(default=False)  # one picture of the problem, one of the place
    oldest_photo_hours: Mapped[int] = mapped_column(default=0)  # 0: however old
    photos_apart_seconds: Mapped[int] = mapped_column(default=0)  # 0: at once will do
    taken_in_app: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    sort: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(nullable=False)

    subcategories: Mapped[list["Subcategory"]] = relationship(
        order_by="Subcategory.sort", lazy="selectin", back_populates="category"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two administrators, one winner

    def limit_to_handle(self, sub: "Subcategory | None", *, urgent: bool) -> str:
        """Return how long handling may take: as the sub-type says, else as the kind does for what is urgent or not."""
        return (sub and sub.handle_limit) or (self.urgent_limit if urgent else self.handle_limit)


class Subcategory(InCity, Model):
    """A finer kind within a category; may be urgent by nature and have a limit of its own."""

    __tablename__ = "subcategories"
    __table_args__ = (UniqueConstraint("category_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    slug: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    urgent: Mapped[bool] = mapped_column(default=False)
    handle_limit: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    sort: Mapped[int] = mapped_column(default=0)

    category: Mapped[Category] = relationship(back_populates="subcategories")


class Case(Trailed, OnGround, InCity, Model):
    """The registered work item. One flat row serves every list.

    `lon`, `lat` are WGS 84 degrees. `limits` is the snapshot of the category's limits at registration.
    `due_at` is the end of the clock that runs now: dispatch, then claim, then handling, then inspection;
    None while paused and after the end. `stage` names that clock. `ring_at` is when time alone sets off the next thing,
    and `rung` how far up the ladder (`routing.ladder.Rung`) the clock that runs has come.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("city_id", "number"),
        Index("ix__cases__queue", "city_id", "state", "due_at", "id"),
        Index("ix__cases__unit", "city_id", "lead_unit_id", "state", "due_at", "id"),
        Index("ix__cases__kind_near", "city_id", "category_id", "square", "registered_at"),
        Index("ix__cases__near", "city_id", "square", "state"),
        Index("ix__cases__kind_open", "city_id", "category_id", "square", "state"),
        Index("ix__cases__area", "city_id", "area_id", "state", "id"),
        Index("ix__cases__due", "city_id", "due_at"),
        Index("ix__cases__ring", "city_id", "ring_at"),
        Index("ix__cases__follow_up", "city_id", "follow_up_due_at"),
        Index("ix__cases__closed", "city_id", "state", "closed_at"),
        Index(
            "ix__cases__supervised",
            "city_id",
            "state",
            "due_at",
            sqlite_where=text("supervise_count > 0"),
            postgresql_where=text("supervise_count > 0"),
        ),
    )
    trail_subject = "case"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    state: Mapped[State]
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    subcategory_id: Mapped[int | None] = mapped_column(ForeignKey("subcategories.id"))
    nature: Mapped[Nature]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    source: Mapped[Source] = mapped_column(default=Source.RESIDENT)
    title: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    lon: Mapped[float]
    lat: Mapped[float]
    urgent: Mapped[bool] = mapped_column(default=False)
    limits: Mapped[dict[str, Any]]

    lead_unit_id: Mapped[int | None]  # of routing, which stands above: an id, no foreign key
    co_unit_ids: Mapped[list[int]]
    refused_unit_ids: Mapped[list[int]]  # those that sent it back for good: no rule gives it to them again
    route_reason: Mapped[dict[str, Any]]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    inspector_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    evidence: Mapped[str] = mapped_column(default="")  # a `Level`; empty: registered before there were any
    cover_photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    after_photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))

    stage: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None]
    ring_at: Mapped[datetime | None]
    rung: Mapped[int] = mapped_column(default=0)
    follow_up_due_at: Mapped[
        datetime | None
    ]  # until when whoever reported it is asked; None: done, or nobody to ask
    open_request: Mapped[str] = mapped_column(default="")
    escalated: Mapped[bool] = mapped_column(default=False)  # by the ladder of send-backs or reworks
    report_count: Mapped[int] = mapped_column(default=1)
    send_back_count: Mapped[int] = mapped_column(default=0)
    extension_count: Mapped[int] = mapped_column(default=0)
    question_count: Mapped[int] = mapped_column(default=0)
    rework_count: Mapped[int] = mapped_column(default=0)
    reopen_count: Mapped[int] = mapped_column(default=0)
    urge_count: Mapped[int] = mapped_column(default=0)
    supervise_count: Mapped[int] = mapped_column(default=0)

    reported_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two people, one winner

    @property
    def is_open(self) -> bool:
        """Tell whether work on the case is still to be done."""
        return self.state in OPEN


class CasePhoto(InCity, Model):
    """A picture of a case: before the work, or after it."""

    __tablename__ = "case_photos"
    __table_args__ = (UniqueConstraint("case_id", "photo_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"))
    stage: Mapped[str]  # before | after
    sort: Mapped[int] = mapped_column(default=0)


class CaseRequest(InCity, Model):
    """What a unit asks for and the centre decides: send-back, extension, shelving, deferral."""

    __tablename__ = "case_requests"
    __table_args__ = (Index("ix__case_requests__open", "city_id", "decision", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    reason: Mapped[str]
    code: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int | None]
    review_at: Mapped[datetime | None]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime]
    decision: Mapped[str] = mapped_column(default="open")  # open | granted | refused | moot
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")


class Revocation(StrEnum):
    """What became of a penalty that does not stand as it was."""

    CHANGED = "changed"
    REVOKED = "revoked"
    UNLAWFUL = "unlawful"
    VOID = "void"


class CaseResult(InCity, Model):
    """What a unit handed in: a repair with after-photos, or the record of a penalty or of education.

    `revoked_on`: the day on which the penalty ceased to stand as it was; `revocation` says how.
    """

    __tablename__ = "case_results"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]  # repair | penalty | education
    words: Mapped[str] = mapped_column(default="")
    document: Mapped[str] = mapped_column(default="")
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    revocation: Mapped[Revocation | None]
    revoked_on: Mapped[date | None]

    @property
    def penalty_stands(self) -> bool:
        """Tell whether it is a penalty and nobody has said that it does not stand any more."""
        return self.kind == "penalty" and self.revoked_on is None


class ReadySentence(InCity, Model):
    """A ready sentence that a city wrote, or one of those it started with as the city changed it (see `ready.py`).

    `key` is that of the delivered one, else drawn by lot; without `category_ids` it fits all kinds.
    """

    __tablename__ = "ready_sentences"
    __table_args__ = (UniqueConstraint("city_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    purpose: Mapped[Purpose]
    label_zh: Mapped[str]
    label_en: Mapped[str] = mapped_column(default="")
    text_zh: Mapped[str]
    text_en: Mapped[str] = mapped_column(default="")
    category_ids: Mapped[list[int]]
    active: Mapped[bool] = mapped_column(default=True)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two administrators, one winner


class SentenceUse(InCity, Model):
    """How often a ready sentence was sent in a city."""

    __tablename__ = "sentence_uses"
    __table_args__ = (UniqueConstraint("city_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    used: Mapped[int]
