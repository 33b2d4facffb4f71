"""Reads of exposures and objections in whatever state; what the public is shown is read in `board.shown`."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from reporter.board.lifecycle import ENDED, HOLD_HOURS, State
from reporter.board.models import Exposure, Objection, PublicPicture
from reporter.cities.queries import current_city
from reporter.kernel.audit import TrailEntry, trail_of
from reporter.kernel.db import db
from reporter.kernel.errors import NotFound


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


def live_exposures_of(case_ids: Collection[int]) -> dict[int, Exposure]:
    """Return the exposures of the cases that have not ended, by case id, in one query."""
    if not case_ids:
        return {}
    own = select(Exposure).where(Exposure.case_id.in_(case_ids), Exposure.state.not_in(ENDED))
    return {row.case_id: row for row in db.session.scalars(own)}


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


def due_to_expire(now: datetime, *, limit: int = 200) -> Sequence[int]:
    """Return ids of posts whose time is over."""
    over = select(Exposure.id).where(
        Exposure.state.in_([State.PUBLISHED, State.HIDDEN]), Exposure.expires_at <= now
    )
    return db.session.scalars(over.order_by(Exposure.expires_at).limit(limit)).all()


def hold() -> timedelta:
    """Return the time between the second review and the public: the last in which an error costs nobody anything."""
    return timedelta(hours=current_city().settings.get("hold_hours", HOLD_HOURS))
