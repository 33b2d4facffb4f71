"""Units with their shifts, the rules that choose between them, and work orders: one row per visit of a case to a unit."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model
from reporter.routing.choose import When
from reporter.routing.roster import Days


class Unit(Trailed, InCity, Model):
    """An enforcement unit with a named head (一把手) who receives escalations.

    `family` is one of `families.Family`, or whatever was written before there were any. An `external` firm has no
    accounts: it answers by links, sent to `contact`, a mail address or a telephone number.
    """

    __tablename__ = "units"
    __table_args__ = (UniqueConstraint("city_id", "code"),)
    trail_subject = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    name_zh: Mapped[str]
    name_en: Mapped[str]
    family: Mapped[str] = mapped_column(default="")
    head_name: Mapped[str] = mapped_column(default="")
    head_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    phone: Mapped[str] = mapped_column(default="")
    night_shift: Mapped[bool] = mapped_column(default=True)
    fallback: Mapped[bool] = mapped_column(default=False)
    external: Mapped[bool] = mapped_column(default=False)
    contact: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two administrators, one winner


class RuleSet(Trailed, InCity, Model):
    """One version of the city's rules. The one with the highest number holds; none is ever changed."""

    __tablename__ = "rule_sets"
    __table_args__ = (UniqueConstraint("city_id", "number"),)
    trail_subject = "rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(default="")


class Rule(InCity, Model):
    """Kind, sub-type, area, time and source to lead and co-units and limits; ordered, the first match holds.

    None, or "", matches everything. Limits are written as a kind's; "" leaves the kind's.
    """

    __tablename__ = "routing_rules"
    __table_args__ = (Index("ix__routing_rules__rule_set_id_sort", "rule_set_id", "sort"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_sets.id"))
    sort: Mapped[int]  # from 1
    category_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"))
    subcategory_id: Mapped[int | None] = mapped_column(ForeignKey("subcategories.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    when: Mapped[When] = mapped_column("holds_when", default=When.ALWAYS)
    source: Mapped[str] = mapped_column(default="")
    lead_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    co_unit_ids: Mapped[list[int]]
    claim_limit: Mapped[str] = mapped_column(default="")
    handle_limit: Mapped[str] = mapped_column(default="")


class LimitFactor(Trailed, InCity, Model):
    """Makes handling limits longer or shorter: for good in an area, or while something is guarded (重大活动保障).

    `percent` of the limit; no `area_id`: in the whole city; no `begins_at` and `ends_at`: always.
    """

    __tablename__ = "limit_factors"
    trail_subject = "limit_factor"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    begins_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    percent: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class WorkOrder(InCity, Model):
    """One visit of a case to a unit, with its clocks.

    `handle_left` is the working or natural time left, in seconds, while the clock is paused.
    """

    __tablename__ = "work_orders"
    __table_args__ = (Index("ix__work_orders__case", "case_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    issued_at: Mapped[datetime]
    claim_due_at: Mapped[datetime]
    handle_due_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    handle_left: Mapped[int | None]
    handled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Whistle(InCity, Model):
    """Units were called together to a case; concluded when `concluded_at` is set. `ring_at`: when it is late."""

    __tablename__ = "whistles"
    __table_args__ = (
        Index("ix__whistles__case", "case_id", "concluded_at"),
        Index("ix__whistles__ring", "city_id", "ring_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    level: Mapped[str]  # daily | hard | emergency
    purpose: Mapped[str]  # work | ownership
    called_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    called_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ring_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    concluded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    conclusion: Mapped[str] = mapped_column(default="")


class WhistleUnit(InCity, Model):
    """A unit that was called, and when it came."""

    __tablename__ = "whistle_units"
    __table_args__ = (UniqueConstraint("whistle_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    whistle_id: Mapped[int] = mapped_column(ForeignKey("whistles.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    came_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(default="")


class Shift(InCity, Model):
    """One line of a unit's roster: when it runs, on which days, and who is on. Minutes after midnight, city time.

    One that does not end after it starts runs into the next day. No weekdays: on all of them; 0 is Monday.
    """

    __tablename__ = "shifts"
    __table_args__ = (Index("ix__shifts__unit", "city_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str]
    starts: Mapped[int]
    ends: Mapped[int]
    days: Mapped[Days] = mapped_column(default=Days.EVERY)
    weekdays: Mapped[list[int]]
    user_ids: Mapped[list[int]]


class ShiftSwap(InCity, Model):
    """Who is on in one shift that begins on `day`, instead of those whom the roster names; nobody: it falls out."""

    __tablename__ = "shift_swaps"
    __table_args__ = (UniqueConstraint("shift_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shifts.id"))
    day: Mapped[date]
    user_ids: Mapped[list[int]]
    note: Mapped[str] = mapped_column(default="")


class Pairing(InCity, Model):
    """An organ that looks after an area (包联) and is told of its cases: one of the units, or just a name."""

    __tablename__ = "pairings"
    __table_args__ = (
        UniqueConstraint("city_id", "area_id", "organ"),
        Index("ix__pairings__unit", "city_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    organ: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")


class OrderLink(InCity, Model):
    """A signed address by which an external firm answers one work order, until it ends, expires or is revoked.

    `promised_at` is when the firm said that it will be done.
    """

    __tablename__ = "order_links"
    __table_args__ = (Index("ix__order_links__order", "work_order_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    work_order_id: Mapped[int] = mapped_column(ForeignKey("work_orders.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    promised_at: Mapped[datetime | None]
