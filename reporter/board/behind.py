"""What the public is shown of cases, for those who read cases by their reports: the words and pictures of posts on show."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select

from reporter.board.models import Exposure, PublicPicture
from reporter.kernel.db import db
from reporter.ports import ports


@dataclass(frozen=True)
class ShownPicture:
    """A masked picture: `stage` is before or after; `name` the last part of its public address, behind `token`."""

    stage: str
    token: str
    name: str
    width: int
    height: int
    made_at: datetime | None


@dataclass(frozen=True)
class ShownWords:
    """What a post on show says, its correction included, and its masked pictures in their order."""

    case_id: int
    title: str
    summary: str
    correction: str
    unit_zh: str
    unit_en: str
    pictures: list[ShownPicture] = field(default_factory=list)


def shown_behind(case_ids: Collection[int], *, copy: str = "960.jpeg") -> dict[int, ShownWords]:
    """Return what is on show at this moment of each case, in two queries however many they are.

    Args:
        copy: which copy of each picture is named.
    """
    if not case_ids:
        return {}
    post = Exposure
    columns = select(
        post.id, post.case_id, post.title, post.summary, post.correction, post.unit_zh, post.unit_en
    )
    lasting = or_(
        Exposure.expires_at.is_(None), Exposure.expires_at > ports.clock.now()
    )  # whatever keeps the timer
    rows = db.session.execute(columns.where(Exposure.case_id.in_(case_ids), Exposure.on_show, lasting)).all()
    found = {row.id: ShownWords(*row[1:]) for row in rows}
    if not found:
        return {}
    used = select(PublicPicture).where(PublicPicture.exposure_id.in_(found), PublicPicture.used)
    for picture in db.session.scalars(used.order_by(PublicPicture.sort, PublicPicture.id)):
        if picture.ready and copy in picture.copies:
            found[picture.exposure_id].pictures.append(
                ShownPicture(
                    picture.stage, picture.token, picture.file(copy), picture.width, picture.height, picture.confirmed_at
                )
            )  # fmt: skip
    return {post.case_id: post for post in found.values()}
