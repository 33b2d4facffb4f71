"""Wrong passwords: whoever guesses is slowed, by address or browser; nobody is locked out of an account by name.

A browser in which somebody signed in before is counted by itself: they get in while others guess from the same address.
"""

from datetime import datetime

from flask_babel import gettext as _

from reporter.accounts.rules import known_as
from reporter.desks.dates import plain_moment
from reporter.desks.device import device_id, knows, remember
from reporter.desks.errors import limiter, wait_until, whence
from reporter.ports import ports

ONE_NAME = "5 per 10 minutes; 20 per day"  # tries for one account, from one place
ANY_NAME = "30 per 10 minutes; 200 per day"  # wrong passwords from one place, for whatever account
WRONG = "wrong passwords"


def slowed(login: str) -> datetime | None:
    """Count one more try; return until when there can be no other, None when this one is looked at."""
    full = limiter.over(ONE_NAME, *_names(login)), limiter.over(ANY_NAME, WRONG, _place(login), count=False)
    ends = [end for end in full if end]
    if ends:
        wait_until(max(ends))
    return max(ends, default=None)


def slowed_words(until: datetime) -> str:
    """Return what is said to whoever has to wait."""
    return _(
        "Too many wrong passwords from here. Please try again after %(time)s. Your account is not locked: it works from any other device.",
        time=plain_moment(until),
    )


def was_wrong(login: str) -> None:
    """Write down that the password was wrong."""
    limiter.over(ANY_NAME, WRONG, _place(login))


def was_right(login: str) -> None:
    """Forget the tries for this account from here, and know the browser again."""
    limiter.forget(ONE_NAME, *_names(login))
    remember(login)


def _names(login: str) -> tuple[str, str, str]:
    return WRONG, _place(login), ports.seals.digest(f"login {known_as(login)}")


def _place(login: str) -> str:
    return f"device {device_id()}" if knows(login) else f"address {whence()}"
