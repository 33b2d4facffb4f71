"""An account and the 微信 of its person: tied together, untied, opened by it."""

from reporter.accounts.models import User, WeChatLink
from reporter.accounts.queries import user_behind_wechat, wechat_link_of
from reporter.kernel.audit import record
from reporter.kernel.db import add_unless_taken, command, current_city_id, db
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, ReporterError, WrongStep
from reporter.kernel.policy import Actor, Role
from reporter.ports import ports

LONGEST_NAME = 40


def wechat_key(openid: str) -> str:
    """Return by what a person's 微信 is known again: a digest that says nothing of it without this installation's key."""
    return ports.seals.digest(f"{current_city_id()} wechat {openid}")


@command
def link_wechat(user: User, key: str, *, by: Actor) -> None:
    """Let a person sign in with the 微信 of `key`; the one they had before is untied.

    Raises:
        NotAllowed: a member of staff, who signs in with a password alone.
        Conflict: it is tied to another account.
    """
    if user.is_staff:
        raise NotAllowed("Staff sign in with their password.")
    other = user_behind_wechat(key)
    if other is not None and other.id == user.id:
        return
    if other is not None:
        raise _taken()
    if before := wechat_link_of(user.id):
        db.session.delete(before)
        db.session.flush()
    _tie(user, key)
    record(user, "link_wechat", by=by, at=ports.clock.now())


@command
def open_account_by_wechat(name: str, key: str, *, by: Actor) -> User:
    """Open a resident's account to which the 微信 of `key` is the only way in.

    Raises:
        BadInput: no name; field "name".
        Conflict: the 微信 is tied to an account.
    """
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise BadInput("Please give your name.", field="name")
    if user_behind_wechat(key) is not None:
        raise _taken()
    user = User(
        name=name.strip(), email=None, phone=None, password_hash="", roles=[str(Role.RESIDENT)], unit_id=None,
        created_at=ports.clock.now(),
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    _tie(user, key)
    record(user, "open_account", by=by, at=ports.clock.now(), facts={"by": "wechat"})
    return user


@command
def unlink_wechat(user: User, *, by: Actor) -> None:
    """Untie a person's 微信; they sign in by a code, or with their password.

    Raises:
        WrongStep: nothing is tied, or it is the only way in.
    """
    link = wechat_link_of(user.id)
    if link is None:
        raise WrongStep("WeChat is not linked to your account.")
    if not user.contact:
        raise WrongStep("WeChat is the only way into your account, so it stays.")
    db.session.delete(link)
    record(user, "unlink_wechat", by=by, at=ports.clock.now())


def _tie(user: User, key: str) -> None:
    link = WeChatLink(user_id=user.id, key=key, linked_at=ports.clock.now())
    add_unless_taken(link, lambda _line: _taken())


def _taken() -> ReporterError:
    return Conflict("This WeChat is linked to another account already. Please sign in with it.")
