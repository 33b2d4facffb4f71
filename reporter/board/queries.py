"""Reads of the board that know nothing of cases and sealed pictures. The public desk reads here and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select

from reporter.board.lifecycle import ENDED, OBJECTION_OPEN, State
from reporter.board.models import Exposure, Objection, PublicPicture
from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.kernel.audit import TrailEntry, trail_of
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, Gone, NotFound
from reporter.kernel.pages import Page, page_of, read_key
from reporter.ports import ports

MONTHS_BACK = 3  # ninety days reach into the third month before this one


@dataclass(frozen=True)
class Filter:
    """What the public may narrow the board to. `month` is written 2026-11."""

    kind: str = ""
    area_id: int | None = None
    month: str = ""


def month_window(month: str, zone: str) -> tuple[datetime, datetime]:
    """Return the instants, UTC, at which `month` begins and ends in `zone`. Raises `BadInput`."""
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=ZoneInfo(zone))
        following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        return first.astimezone(UTC), following.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput("Please choose a month from the list.", field="month") from error


def posts(narrow: Filter, *, after: str = "", size: int = 12) -> Page[Exposure]:
    """Return published posts, newest first."""
    shown = select(Exposure).where(Exposure.state == State.PUBLISHED)
    if narrow.kind:
        shown = shown.where(Exposure.kind_slug == narrow.kind)
    if narrow.area_id:
        shown = shown.where(Exposure.area_id == narrow.area_id)
    if narrow.month:
        begin, end = month_window(narrow.month, current_city().zone)
        shown = shown.where(Exposure.published_at >= begin, Exposure.published_at < end)
    if key := read_key(after, datetime, int):
        at, last = key
        shown = shown.where(
            or_(Exposure.published_at < at, and_(Exposure.published_at == at, Exposure.id < last))
        )
    newest = shown.order_by(Exposure.published_at.desc(), Exposure.id.desc()).limit(size + 1)
    rows = db.session.scalars(newest).all()
    return page_of(rows, size=size, key=lambda row: (_at(row).isoformat(), row.id))


def _at(post: Exposure) -> datetime:
    if post.published_at is None:
        raise RuntimeError(f"exposure {post.id} is published without a date")
    return post.published_at


def post(public_id: str) -> Exposure:
    """Return the published post.

    Raises:
        Gone: it was published once; the message says since when it is not.
        NotFound: there never was such a post, or it is not published yet.
    """
    row = db.session.scalar(select(Exposure).where(Exposure.public_id == public_id))
    if row is None or row.published_at is None:
        raise NotFound("There is no such post.")
    if row.state is State.HIDDEN:
        raise Gone("This post is hidden while an objection to it is being looked at.")
    if row.state is State.EXPIRED:
        raise Gone("The time for which this post was shown is over.")
    if row.state in ENDED:
        raise Gone("This post has been withdrawn.")
    return row


def counts_by_kind() -> dict[str, int]:
    """Return how many posts of each kind are shown; the board holds ninety days at most."""
    shown = select(Exposure.kind_slug, func.count()).where(Exposure.state == State.PUBLISHED)
    return dict(db.session.execute(shown.group_by(Exposure.kind_slug)).all())


def months_shown() -> list[str]:
    """Return the months, newest first, from which posts may still be shown."""
    today: date = ports.clock.now().astimezone(ZoneInfo(current_city().zone)).date()
    months = [today.replace(day=1)]
    while len(months) <= MONTHS_BACK:
        last = months[-1]
        months.append(last.replace(year=last.year - (last.month == 1), month=(last.month - 2) % 12 + 1))
    return [f"{month:%Y-%m}" for month in months]


def public_picture(token: str) -> PublicPicture:
    """Return the picture of a post that is shown now. Raises `Gone`, `NotFound`."""
    picture = db.session.scalar(select(PublicPicture).where(PublicPicture.token == token))
    if picture is None or not picture.used:
        raise NotFound("There is no such picture.")
    post(picture.exposure.public_id)
    return picture


def picture_bytes(picture: PublicPicture, name: str) -> bytes:
    """Return one burnt-in copy, such as `960.webp`. Raises `NotFound`."""
    return ports.storage.open(picture.key_of(name))


def get_exposure(exposure_id: int) -> Exposure:
    """Return the exposure in whatever state, for editors. Raises `NotFound`."""
    row = db.session.scalar(select(Exposure).where(Exposure.id == exposure_id))
    if row is None:
        raise NotFound("There is no such post.")
    return row


def picture_of(exposure: Exposure, picture_id: int) -> PublicPicture:
    """Return the picture of this exposure. Raises `NotFound`."""
    for picture in exposure.pictures:
        if picture.id == picture_id:
            return picture
    raise NotFound("There is no such picture.")


def live_exposure_of(case_id: int) -> Exposure | None:
    """Return the exposure of a case that has not ended, else None."""
    own = select(Exposure).where(Exposure.case_id == case_id, Exposure.state.not_in(ENDED))
    return db.session.scalar(own.order_by(Exposure.id.desc()).limit(1))


def last_exposure_of(case_id: int) -> Exposure | None:
    """Return the newest exposure of a case, ended or not, else None."""
    own = select(Exposure).where(Exposure.case_id == case_id)
    return db.session.scalar(own.order_by(Exposure.id.desc()).limit(1))


def history(thing: Exposure | Objection) -> list[TrailEntry]:
    """Return the trail, oldest first."""
    return trail_of(thing)


def get_objection(objection_id: int) -> Objection:
    """Return the objection. Raises `NotFound`."""
    row = db.session.scalar(select(Objection).where(Objection.id == objection_id))
    if row is None:
        raise NotFound("There is no such objection.")
    return row


def objection_by_code(code: str) -> Objection:
    """Return the objection with this receipt code. Raises `NotFound`."""
    tidy = code.strip().upper().replace(" ", "").replace("-", "")
    row = db.session.scalar(select(Objection).where(Objection.code == tidy))
    if row is None:
        raise NotFound("We found no objection with this receipt code.", field="code")
    return row


def objection_by_client_id(client_id: str) -> Objection | None:
    """Return the objection that was sent under this client id, else None."""
    return db.session.scalar(select(Objection).where(Objection.client_id == client_id))


def grave_objection_open(exposure_id: int) -> bool:
    """Tell whether an undecided objection of a grave kind stands against the exposure."""
    waiting = select(Objection).where(Objection.exposure_id == exposure_id)
    return any(row.grave for row in db.session.scalars(waiting.where(Objection.state.in_(OBJECTION_OPEN))))


def due_to_expire(now: datetime, *, limit: int = 200) -> Sequence[int]:
    """Return ids of posts whose time is over."""
    over = select(Exposure.id).where(
        Exposure.state.in_([State.PUBLISHED, State.HIDDEN]), Exposure.expires_at <= now
    )
    return db.session.scalars(over.order_by(Exposure.expires_at).limit(limit)).all()


@dataclass(frozen=True)
class Kind:
    """A kind of disorder as the public reads it."""

    id: int
    code: str
    slug: str
    name_zh: str
    name_en: str
    hint_zh: str
    hint_en: str


def kinds() -> list[Kind]:
    """Return the kinds in their fixed order, for tiles and filters."""
    return [
        Kind(row.id, row.code, row.slug, row.name_zh, row.name_en, row.hint_zh, row.hint_en)
        for row in categories(subtypes=False)
    ]
