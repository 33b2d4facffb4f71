"""Keep what says who sent a request no longer than it is of use."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select, update

from reporter.kernel.db import command, current_city_id, db
from reporter.open311.post_models import PostedRequest
from reporter.ports import ports

KEPT = timedelta(
    days=180
)  # that names, devices and accounts of a post are there, and all of one that became no report
AT_A_TIME = 1000  # rows


def forget_senders_of(report_ids: Collection[int]) -> None:
    """Strike from the posts behind these reports whatever says who sent them. Inside a command."""
    _strike(PostedRequest.report_id.in_(report_ids))


@command
def forget_posted() -> None:
    """Strike who sent what was posted `KEPT` ago or earlier, oldest first, and what became no report."""
    private = or_(PostedRequest.sealed != "", PostedRequest.account_id != "")
    old = select(PostedRequest.id).where(
        PostedRequest.city_id == current_city_id(), private, PostedRequest.at < ports.clock.now() - KEPT
    )
    _strike(PostedRequest.id.in_(old.order_by(PostedRequest.at).limit(AT_A_TIME)))


def _strike(which: ColumnElement[bool]) -> None:
    struck = update(PostedRequest).where(PostedRequest.city_id == current_city_id(), which)
    db.session.execute(
        struck.values(sealed="", account_id=""), execution_options={"synchronize_session": False}
    )
