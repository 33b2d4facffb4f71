"""A list of reports that is narrowed: by index where there is one, else a stretch of the list looked through at a time."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import ColumnElement, String, and_, cast, or_

from reporter.ports import ports
from reporter.reports.models import Report
from reporter.reports.narrowing import Narrowing, Sender

LOOKED_AT = 10_000  # reports that are looked through for one page of a list


def by_index(only: Narrowing) -> ColumnElement[bool] | None:
    """Return the condition that an index answers in the order of the list: the kind, else the area."""
    if only.category_id is not None:
        return Report.category_id == only.category_id
    return Report.area_id == only.area_id if only.area_id is not None else None


def by_looking(only: Narrowing) -> Iterator[ColumnElement[bool]]:
    """Yield what is left to be asked of each report."""
    if only.category_id is not None and only.area_id is not None:
        yield Report.area_id == only.area_id
    if only.why is not None:
        yield cast(Report.reasons, String).contains(f'"{only.why}"')
    if only.hours is not None:
        yield Report.submitted_at <= ports.clock.now() - timedelta(hours=only.hours)
    if only.sender is not None:
        known = Report.reporter_id.is_not(None)
        yield known if only.sender is Sender.KNOWN else ~known
    if only.words:
        said = (Report.words, Report.address)
        yield or_(*(column.icontains(only.words, autoescape=True) for column in said))


def up_to(risk: int, at_it: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition "not after a place in the queue": a lower risk, or at the same one what is said."""
    return and_(Report.risk <= risk, or_(Report.risk < risk, at_it))
