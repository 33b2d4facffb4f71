"""What the tests of following share: posts on show, people who follow, and time that passes."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from reporter.accounts.models import User
from reporter.board.lifecycle import State
from reporter.board.models import Exposure
from reporter.following.commands import digesting
from reporter.following.commands.choosing import Choice, follow
from reporter.following.models import Digest, Follow
from reporter.following.rules import What
from reporter.kernel.db import db
from reporter.notices.models import Notice
from reporter.ports.mail import Letter
from tests.board.posts import an_exposure
from tests.make import HERE, a_user
from tests.notices.posting import letters, set_clock, work

BEFORE_EIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # 07:30 on Tuesday in the first city
EIGHT = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)  # 08:01 on Tuesday
A_DAY = timedelta(days=1)


def a_post(**case: Any) -> Exposure:
    """Return a post on show; it keeps for as long as the tests need."""
    return an_exposure(State.PUBLISHED, **case)


def follows(user: User | None = None, what: What = What.CITY, **choice: Any) -> Follow:
    """Return a subscription of `user`, of somebody new when left out."""
    if what is What.PLACE:
        choice = {"place": HERE} | choice
    return follow(Choice(what, **choice), by=(user or a_user()).actor)


def ticked(at: datetime) -> None:
    """Let the clock show `at`, write what is due, and do the work after commit."""
    set_clock(at)
    digesting.tick()
    work()


def digests() -> list[Digest]:
    """Return every digest, in the order in which they were written."""
    db.session.rollback()
    return list(db.session.scalars(select(Digest).order_by(Digest.id)))


def told(user_id: int) -> list[str]:
    """Return the numbers of posts of which somebody was told under the bell."""
    own = select(Notice.number).where(Notice.user_id == user_id, Notice.what == "follow.digest")
    return list(db.session.scalars(own.order_by(Notice.id)))


def sent() -> list[Letter]:
    """Return the letters with digests; the posts' cases had letters of their own."""
    return [one for one in letters() if "/my/following/stop/" in one.headers.get("List-Unsubscribe", "")]
