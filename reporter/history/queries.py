"""Every read of what was brought over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reporter.history.models import BroughtRequest, ImportRun
from reporter.kernel.db import db


def import_runs(*, limit: int = 20) -> Sequence[ImportRun]:
    """Return the runs that brought something over, the newest first."""
    return db.session.scalars(
        select(ImportRun).order_by(ImportRun.began_at.desc(), ImportRun.id.desc()).limit(limit)
    ).all()


@dataclass(frozen=True)
class Brought:
    """A request of another system and what it became here."""

    case_id: int
    run_id: int
    source: str
    foreign_id: str
    service_name: str
    notes: str
    media_url: str


def brought_over(case_id: int) -> Brought | None:
    """Return what another system said of a case, None when it did not come from one."""
    own = select(BroughtRequest).where(BroughtRequest.case_id == case_id)
    row: BroughtRequest | None = db.session.scalar(own)
    if row is None:
        return None
    name = row.service_name or row.service_code
    return Brought(row.case_id, row.run_id, row.source, row.foreign_id, name, row.notes, row.media_url)


def runs_of(source: str, foreign_ids: Collection[str]) -> dict[str, int]:
    """Return for those of these numbers of another system that are here already in which run they came."""
    known = select(BroughtRequest.foreign_id, BroughtRequest.run_id).where(
        BroughtRequest.source == source, BroughtRequest.foreign_id.in_(foreign_ids)
    )
    return dict(db.session.execute(known).all())
