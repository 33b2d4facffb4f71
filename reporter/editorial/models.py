"""What editors write beside the board, who agreed to be named, and the pictures of articles."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from reporter.board.masked import Masked
from reporter.editorial.lifecycle import State
from reporter.kernel.audit import Trailed
from reporter.kernel.db import InCity, Model


class Rubric(StrEnum):
    """The column that an article stands in."""

    PROGRESS = "progress"  # what the city does
    CIVILITY = "civility"  # people who set an example


class HonourKind(StrEnum):
    """Who is on the honour list."""

    PERSON = "person"
    VOLUNTEER = "volunteer"
    UNIT = "unit"
    FAMILY = "family"
    CAMPUS = "campus"
    VILLAGE = "village"


PERSONAL = frozenset({HonourKind.PERSON, HonourKind.VOLUNTEER, HonourKind.FAMILY})  # names people


class Giver(StrEnum):
    """Who agreed."""

    PERSON = "person"
    GUARDIAN = "guardian"


class ConsentWay(StrEnum):
    """How somebody agreed."""

    PAPER = "paper"
    MESSAGE = "message"
    CALL = "call"


class Piece(Trailed):
    """Mixed into what one person writes and another one releases.

    `in_english` names the columns that have an English text beside them, in a column called `<name>_en`: such a text
    stands in all of them or in none. `writer_ids` are all who wrote or drew; they and `releaser_id` are different people. `published_at` is of the first
    release and stays; `end_words` say why it was taken down, to editors alone.
    """

    state: Mapped[State]
    writer_ids: Mapped[list[int]]
    releaser_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_words: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(nullable=False)

    in_english: ClassVar[tuple[str, ...]]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - declared_attr hands over the class
        """Return what lets one of two editors win."""
        return {"version_id_col": cls.version}

    @property
    def has_english(self) -> bool:
        """Tell whether there is an English text beside the Chinese one."""
        return all(getattr(self, f"{name}_en") for name in self.in_english)

    @property
    def since(self) -> datetime:
        """Since when a released piece stands there."""
        if self.published_at is None:
            raise RuntimeError(f"{self.trail_subject} is released without a date")
        return self.published_at

    def add_writer(self, user_id: int | None) -> None:
        """Remember that this person wrote or drew; such a person never releases it."""
        if user_id is not None:
            self.writer_ids = list(dict.fromkeys([*self.writer_ids, user_id]))


class Article(Piece, InCity, Model):
    """An article of a column. `body` is Markdown as `prose` reads it; `people` are the names of those whom it names."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("city_id", "public_id"),
        Index("ix__articles__column", "city_id", "rubric", "state", "published_at", "id"),
    )
    trail_subject = "article"
    in_english = ("title", "standfirst", "body")

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    rubric: Mapped[Rubric]
    title: Mapped[str]
    standfirst: Mapped[str]
    body: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    standfirst_en: Mapped[str] = mapped_column(default="")
    body_en: Mapped[str] = mapped_column(default="")
    people: Mapped[list[str]]

    pictures: Mapped[list["ArticlePicture"]] = relationship(
        order_by="ArticlePicture.id", lazy="selectin", back_populates="article", cascade="all, delete-orphan"
    )


class ArticlePicture(Masked, InCity, Model):
    """A picture of an article, its confirmed boxes and its burnt-in copies. `caption` says what it shows."""

    __tablename__ = "article_pictures"
    __table_args__ = (UniqueConstraint("article_id", "photo_id"), UniqueConstraint("token"))

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    caption: Mapped[str]
    caption_en: Mapped[str] = mapped_column(default="")

    article: Mapped[Article] = relationship(back_populates="pictures")

    @property
    def has_english(self) -> bool:
        """Tell whether its caption is there in English too."""
        return bool(self.caption_en)


class Honour(Piece, InCity, Model):
    """An entry of the honour list, shown up to the day `until`. `name` is as it may be shown."""

    __tablename__ = "honours"
    __table_args__ = (Index("ix__honours__list", "city_id", "state", "published_at", "id"),)
    trail_subject = "honour"
    in_english = ("name", "deed")

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[HonourKind]
    name: Mapped[str]
    deed: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    deed_en: Mapped[str] = mapped_column(default="")
    day: Mapped[date]
    until: Mapped[date]

    @property
    def personal(self) -> bool:
        """Tell whether it names people, who have to agree."""
        return self.kind in PERSONAL

    @property
    def people(self) -> list[str]:
        """The names of those whom it names."""
        return [self.name] if self.personal else []


class Consent(InCity, Model):
    """Who agreed that an article or an entry of the honour list names somebody, how and when; never public.

    `person` is the name as it stands there; `reference` says where the paper lies.
    """

    __tablename__ = "consents"
    __table_args__ = (
        UniqueConstraint("article_id", "person"),
        UniqueConstraint("honour_id", "person"),
        CheckConstraint("(article_id IS NULL) <> (honour_id IS NULL)", name="subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id"))
    honour_id: Mapped[int | None] = mapped_column(ForeignKey("honours.id"))
    person: Mapped[str]
    giver: Mapped[Giver]
    giver_name: Mapped[str]
    way: Mapped[ConsentWay]
    given_on: Mapped[date]
    reference: Mapped[str]
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ServiceNotice(Piece, InCity, Model):
    """A public-service notice (公益广告), shown from the day `begins` to the day `until`; the smallest `sort` first.

    `link` is a path of this site, or empty.
    """

    __tablename__ = "service_notices"
    __table_args__ = (Index("ix__service_notices__shown", "city_id", "state", "until", "sort", "id"),)
    trail_subject = "service_notice"
    in_english = ("title", "sentence")

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    sentence: Mapped[str]
    title_en: Mapped[str] = mapped_column(default="")
    sentence_en: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    begins: Mapped[date]
    until: Mapped[date]
    sort: Mapped[int] = mapped_column(default=0)
