"""The way out at the foot of every digest: by a signed link, without signing in; and what goes with an account."""

from dataclasses import dataclass

from sqlalchemy import delete, select, update

from reporter.following.commands.choosing import plan_next
from reporter.following.models import Digest, Follow, Follower
from reporter.following.queries import find_follow
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.errors import NotFound
from reporter.ports import ports
from reporter.ports.seals import Unsealed

STOP = "following.stop"  # what a token is signed for
ALL = 0  # in the place of a subscription


@dataclass(frozen=True)
class Stop:
    """What a link ends: one subscription of a person, or all of them (`follow_id` is `ALL`)."""

    user_id: int
    follow_id: int

    @property
    def is_one(self) -> bool:
        """Tell whether it ends a single subscription."""
        return self.follow_id != ALL


def token_to_stop(user_id: int, follow_id: int = ALL) -> str:
    """Return the token that ends one subscription, or all."""
    return ports.seals.sign([current_city_id(), user_id, follow_id], purpose=STOP)


def stop_of(token: str) -> Stop:
    """Return what a token ends. Raises `NotFound` for a forged one, or one of another city."""
    try:
        city_id, user_id, follow_id = ports.seals.signed(token, purpose=STOP)
    except (Unsealed, ValueError, TypeError) as error:
        raise NotFound("This link is not valid.") from error
    if city_id != current_city_id():
        raise NotFound("This link is not valid.")
    return Stop(int(user_id), int(follow_id))


def followed_by_link(stop: Stop) -> Follow | None:
    """Return the one subscription that a link ends; None when it ends all, or when there is none any more."""
    return find_follow(stop.follow_id, user_id=stop.user_id) if stop.is_one else None


@command
def stop_following(stop: Stop) -> None:
    """Pause what a link names; doing it twice, or after it was removed, changes nothing."""
    person = select(Follower).where(Follower.user_id == stop.user_id).with_for_update()
    follower = db.session.scalar(person)
    if follower is None:
        return
    ended = update(Follow).where(Follow.user_id == stop.user_id)
    if stop.is_one:
        ended = ended.where(Follow.id == stop.follow_id)
    db.session.execute(ended.values(paused=True).execution_options(synchronize_session=False))
    plan_next(follower)


def forget_person(user_id: int) -> None:
    """Take away what a person followed and was told of it. Inside a command."""
    for model in (Digest, Follow, Follower):
        gone = delete(model).where(model.user_id == user_id)
        db.session.execute(gone.execution_options(synchronize_session=False))
