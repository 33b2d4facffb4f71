"""What recipients want, with an account or by a signed link."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from reporter.accounts.queries import find_user
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.dialect import insert_if_absent
from reporter.kernel.errors import BadInput, NotFound
from reporter.kernel.policy import Actor, Permission, require
from reporter.notices.letters import STOP
from reporter.notices.models import PERSONAL, Channel, NoticeSettings
from reporter.notices.plan import MOST_AT_MOST
from reporter.notices.queries import settings_of
from reporter.notices.table import Kind
from reporter.ports import ports
from reporter.ports.seals import Unsealed

HOURS, MINUTES = 24, 24 * 60
EVERY_MAIL = [f"{kind}.{Channel.MAIL}" for kind in Kind]


@dataclass(frozen=True)
class Wish:
    """What a form says.

    Attributes:
        off: pairs of kind and channel.
        quiet_from, quiet_to: minutes of the city's day.
        desk_mail: staff alone: also by mail what their desk is told.
    """

    off: frozenset[str]
    quiet_from: int
    quiet_to: int
    digest_hour: int
    most: int
    desk_mail: bool = False


def recipient_of_token(token: str) -> str:
    """Return whose settings a token opens. Raises `NotFound` for a forged one, or one of another city."""
    try:
        city_id, name = ports.seals.signed(token, purpose=STOP)
    except (Unsealed, ValueError, TypeError) as error:
        raise NotFound("This link is not valid.") from error
    if city_id != current_city_id():
        raise NotFound("This link is not valid.")
    return str(name)


@command
def keep_wishes(recipient: str, wish: Wish) -> None:
    """Keep what a recipient wants.

    Raises:
        BadInput: something is out of range; the field is the attribute's name.
    """
    pairs = {f"{kind}.{channel}" for kind in Kind for channel in PERSONAL}
    if not wish.off <= pairs:
        raise BadInput("There is no such kind of notice.", field="off")
    for name, below in (("quiet_from", MINUTES), ("quiet_to", MINUTES), ("digest_hour", HOURS)):
        if not 0 <= getattr(wish, name) < below:
            raise BadInput("Please give a time between 00:00 and 23:59.", field=name)
    if not 1 <= wish.most <= MOST_AT_MOST:
        raise BadInput("Please give a number from 1 to %(most)s.", field="most", most=MOST_AT_MOST)
    row = _row(recipient)
    row.off, row.most, row.digest_hour = sorted(wish.off), wish.most, wish.digest_hour
    row.quiet_from, row.quiet_to, row.desk_mail = wish.quiet_from, wish.quiet_to, wish.desk_mail


@command
def stop_mail(recipient: str) -> None:
    """Send no more mail to a recipient, of whatever kind; doing it twice changes nothing."""
    row = _row(recipient)
    row.off = sorted({*row.off, *EVERY_MAIL})
    row.desk_mail = False


@command
def mark_read(up_to: int, *, by: Actor) -> None:
    """Note that a person has read their notices up to the one with this id; never goes back."""
    require(by, Permission.DESK_SIGNED_IN)
    row = _row(f"user:{by.id}")
    db.session.execute(
        update(NoticeSettings)
        .where(NoticeSettings.id == row.id, NoticeSettings.read_up_to < up_to)
        .values(read_up_to=up_to)
        .execution_options(synchronize_session=False)
    )


def _row(recipient: str) -> NoticeSettings:
    """Return the recipient's row, made when there is none; two who make it at once get the same."""
    kind, _, number = recipient.partition(":")
    user_id = int(number) if kind == "user" else None
    if user_id is not None and find_user(user_id) is None:
        raise NotFound("There is no such person.")
    plain: dict[str, Any] = {
        "off": [], "desk_mail": False, "quiet_from": 22 * 60, "quiet_to": 7 * 60, "digest_hour": 8, "most": 10,
        "read_up_to": 0,
    }  # fmt: skip
    insert_if_absent(NoticeSettings, city_id=current_city_id(), recipient=recipient, user_id=user_id, **plain)
    row = settings_of(recipient)
    assert row is not None  # noqa: S101 - it was just written
    return row
