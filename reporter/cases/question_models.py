"""What a kind of disorder asks besides place, photos and words."""

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from reporter.cases.answers import Datatype
from reporter.kernel.db import InCity, Model


class Question(InCity, Model):
    """A question of a kind, as residents and other systems are asked it now.

    `code` is what other systems call it: it stays when the words change. Without `variable` it is only a text to read.
    `choices` are those of the two lists: `key`, `name_zh`, `name_en`. English may be "": the Chinese stands then.
    """

    __tablename__ = "questions"
    __table_args__ = (UniqueConstraint("category_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    code: Mapped[str]
    datatype: Mapped[Datatype]
    variable: Mapped[bool] = mapped_column(default=True)
    required: Mapped[bool] = mapped_column(default=False)
    question_zh: Mapped[str]
    question_en: Mapped[str] = mapped_column(default="")
    hint_zh: Mapped[str] = mapped_column(default="")
    hint_en: Mapped[str] = mapped_column(default="")
    choices: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    sort: Mapped[int]  # 1 first, among those of the kind
    version: Mapped[int] = mapped_column(nullable=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - two administrators, one winner
