"""What the public sees: a copy made for publishing, which knows nothing of the reporter."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from reporter.board.lifecycle import (
    ENDED,
    GRAVE,
    OBJECTION_OPEN,
    RANKS,
    ObjectionKind,
    ObjectionState,
    Outcome,
    Reach,
    State,
)
from reporter.board.masked import Masked
from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model

NOT_ENDED = text(f"state NOT IN ({', '.join(repr(str(state)) for state in sorted(ENDED))})")


def _shown_by(name: str, *columns: str) -> Index:
    """Return the index of what the public sees, by `columns` and from the newest."""
    return Index(
        f"ix__exposures__{name}", "city_id", *columns, "published_at", "id", sqlite_where=text("on_show = 1"), postgresql_where=text("on_show"),
    )  # fmt: skip


class Exposure(Trailed, InCity, Model):
    """One case on its way to the board, on it, or taken down.

    `lon`, `lat` are WGS 84 rounded to three decimals (about 100 m); `happened_at` is rounded to the hour;
    `minutes_taken` runs from registration to the end, of what is overdue to the proposal. `published_at` is from when
    the public may see it: the second review and the hold after it. `on_show` says that the public sees it now, and
    is set and cleared in `board.commands.showing` alone. `redactor_ids` are all who drew, chose or worded, the
    last one is `redactor_id`; they, `first_reviewer_id` and `second_reviewer_id` are different people. Of the
    exposures of one case at most one has not ended.
    """

    __tablename__ = "exposures"
    __table_args__ = (
        UniqueConstraint("city_id", "public_id"),
        CheckConstraint("NOT on_show OR state = 'published'", name="on_show"),  # whatever else goes wrong
        _shown_by("board"),
        _shown_by("kind", "kind_slug"),
        _shown_by("area", "area_id"),
        _shown_by("unit", "unit_id"),
        _shown_by("outcome", "outcome"),
        Index("ix__exposures__queue", "city_id", "state", "id"),
        Index("ix__exposures__case", "case_id"),
        Index(
            "uq__exposures__live",
            "city_id",
            "case_id",
            unique=True,
            sqlite_where=NOT_ENDED,
            postgresql_where=NOT_ENDED,
        ),
        Index("ix__exposures__expiry", "city_id", "state", "expires_at"),
    )
    trail_subject = "exposure"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[State]
    kind_slug: Mapped[str]
    kind_zh: Mapped[str]
    kind_en: Mapped[str]
    nature: Mapped[str]
    outcome: Mapped[Outcome]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    area_zh: Mapped[str] = mapped_column(default="")
    area_en: Mapped[str] = mapped_column(default="")
    road: Mapped[str] = mapped_column(default="")
    lon: Mapped[float]
    lat: Mapped[float]
    happened_at: Mapped[datetime]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    unit_zh: Mapped[str] = mapped_column(default="")
    unit_en: Mapped[str] = mapped_column(default="")
    minutes_taken: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")
    basis_source: Mapped[str] = mapped_column(default="")
    basis_date: Mapped[str] = mapped_column(default="")
    no_minor: Mapped[bool] = mapped_column(default=False)
    days: Mapped[int] = mapped_column(default=30)
    redactor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    redactor_ids: Mapped[list[int]]
    first_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    second_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    on_show: Mapped[bool] = mapped_column(default=False)
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    revoked_on: Mapped[date | None]
    end_words: Mapped[str] = mapped_column(default="")
    correction: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(nullable=False)

    pictures: Mapped[list["PublicPicture"]] = relationship(
        order_by="PublicPicture.sort", lazy="selectin", back_populates="exposure"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two editors, one winner

    @property
    def used(self) -> "list[PublicPicture]":
        """Return the pictures that are to be shown, in their order."""
        return [picture for picture in self.pictures if picture.used]

    @property
    def editor_ids(self) -> list[int]:
        """Return everybody who had a hand in it."""
        hands = (*self.redactor_ids, self.first_reviewer_id, self.second_reviewer_id)
        return list(dict.fromkeys(hand for hand in hands if hand is not None))

    def add_redactor(self, user_id: int | None) -> None:
        """Remember that this person drew, chose or worded; such a person never reviews it."""
        if user_id is not None:
            self.redactor_id = user_id
            self.redactor_ids = list(dict.fromkeys([*self.redactor_ids, user_id]))

    @property
    def before(self) -> "PublicPicture | None":
        """Return the chosen picture from before the work."""
        return next(
            (picture for picture in self.pictures if picture.used and picture.stage == "before"), None
        )

    @property
    def after(self) -> "PublicPicture | None":
        """Return the chosen picture from after the work."""
        return next((picture for picture in self.pictures if picture.used and picture.stage == "after"), None)


class PostTerm(InCity, Model):
    """Two neighbouring letters of a post that is on show, by which it is found: see `board.terms`."""

    __tablename__ = "post_terms"
    __table_args__ = (
        UniqueConstraint("exposure_id", "term"),
        Index("ix__post_terms__term", "city_id", "term", "published_at", "exposure_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exposure_id: Mapped[int] = mapped_column(ForeignKey("exposures.id"))
    term: Mapped[str]
    published_at: Mapped[datetime]


class ShownCount(InCity, Model):
    """How many posts are on show of one kind, area or unit (`facet`); `key` is its slug or its id.

    The facet `edition` counts how often anything changed that public pages show of the board.
    """

    __tablename__ = "shown_counts"
    __table_args__ = (UniqueConstraint("city_id", "facet", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    facet: Mapped[str]
    key: Mapped[str]
    n: Mapped[int] = mapped_column(default=0)


class ShownCell(InCity, Model):
    """How many posts are on show in one cell of the map: of all, or of one kind, area, unit, outcome or month (`facet`).

    `key` is the slug, the id, the outcome or the month; facet and key are empty for all. `x` and `y` are the column and
    the row of the cell on its `level`, see `board.cells`; `lon` and `lat` are the sums of the points in micro-degrees,
    `ids` of the ids: with one post in the cell it is that post.
    """

    __tablename__ = "shown_cells"
    __table_args__ = (
        UniqueConstraint("city_id", "facet", "key", "level", "x", "y"),
        Index(
            "ix__shown_cells__empty", "city_id", sqlite_where=text("n = 0"), postgresql_where=text("n = 0")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    facet: Mapped[str]
    key: Mapped[str]
    level: Mapped[int]
    x: Mapped[int]
    y: Mapped[int]
    n: Mapped[int]
    lon: Mapped[int] = mapped_column(BigInteger)
    lat: Mapped[int] = mapped_column(BigInteger)
    ids: Mapped[int] = mapped_column(BigInteger)


class PublicPicture(Masked, InCity, Model):
    """A picture chosen for an exposure, its confirmed boxes and its burnt-in copies."""

    __tablename__ = "public_pictures"
    __table_args__ = (UniqueConstraint("exposure_id", "photo_id"), UniqueConstraint("token"))

    id: Mapped[int] = mapped_column(primary_key=True)
    exposure_id: Mapped[int] = mapped_column(ForeignKey("exposures.id"))
    stage: Mapped[str]  # before | after
    sort: Mapped[int]
    used: Mapped[bool] = mapped_column(default=True)

    exposure: Mapped[Exposure] = relationship(back_populates="pictures")


class Objection(Trailed, InCity, Model):
    """Somebody says that a post should not stand as it does. Nobody needs an account for it.

    `client_id` is the number of the form: a second send of the same form is the same objection. `reach` is what it
    does to its post, `rank` follows from it and is what the queue begins with. `origin` tells, for a few days, what came
    from the same address, and never which: a digest made with a key of that day, empty afterwards. `evidence_count` is how
    many pictures came with it; they go some time after the decision.
    """

    __tablename__ = "objections"
    __table_args__ = (
        UniqueConstraint("city_id", "code"),
        UniqueConstraint("city_id", "client_id"),
        Index("ix__objections__queue", "city_id", "state", "rank", "due_at", "id"),
        Index("ix__objections__origin", "city_id", "origin", "filed_at"),
        Index("ix__objections__decided", "city_id", "decided_at"),
    )
    trail_subject = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    client_id: Mapped[str]
    exposure_id: Mapped[int] = mapped_column(ForeignKey("exposures.id"), index=True)
    kind: Mapped[ObjectionKind]
    state: Mapped[ObjectionState]
    words: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")
    reach: Mapped[Reach] = mapped_column(default=Reach.NOTHING)
    rank: Mapped[int] = mapped_column(default=RANKS[Reach.NOTHING])
    origin: Mapped[str] = mapped_column(default="")
    evidence_count: Mapped[int] = mapped_column(default=0)
    editor_ids: Mapped[list[int]]  # who had a hand in publishing, and may not decide
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str] = mapped_column(default="")
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(nullable=False)

    evidence: Mapped[list["EvidencePicture"]] = relationship(order_by="EvidencePicture.sort")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two editors, one winner

    @property
    def grave(self) -> bool:
        """Tell whether the objection is of a kind that hides the post, as a rule, until it is decided."""
        return self.kind in GRAVE

    @property
    def hides(self) -> bool:
        """Tell whether the objection keeps the post hidden at this moment."""
        return self.reach is Reach.HIDES and self.state in OBJECTION_OPEN

    @property
    def pressing(self) -> bool:
        """Tell whether something grave stays on show until somebody has looked."""
        return RANKS[self.reach] == 0


class EvidencePicture(InCity, Model):
    """A picture that came with an objection: only those who decide see it, and nobody some time after the decision."""

    __tablename__ = "evidence_pictures"
    __table_args__ = (UniqueConstraint("city_id", "photo_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    objection_id: Mapped[int] = mapped_column(ForeignKey("objections.id"), index=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"))
    sort: Mapped[int]
