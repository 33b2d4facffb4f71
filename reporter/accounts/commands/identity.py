"""Who a resident is by name: given of their own will, kept apart, opened for a purpose and on record."""

from dataclasses import dataclass

from reporter.accounts.models import RealName, User
from reporter.accounts.queries import real_name_of
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, require
from reporter.ports import ports

LONGEST = 40  # characters of a name


@dataclass(frozen=True)
class Identity:
    """What is known of a person. Each is "" when it was not given."""

    name: str
    contact: str


@command
def call_me(user: User, name: str, *, by: Actor) -> None:
    """Keep what a person wants to be called here; "" for nothing. Raises `BadInput` when it is too long."""
    if len(name.strip()) > LONGEST:
        raise BadInput("Please use at most %(longest)s characters.", field="name", longest=LONGEST)
    user.name = name.strip()
    record(user, "change_name", by=by, at=ports.clock.now())


@command
def keep_real_name(user: User, name: str, *, by: Actor) -> None:
    """Keep the name by law, sealed and apart from the account; "" takes it away. The trail says that, not which.

    Raises:
        BadInput: it is too long; field "real_name".
    """
    name, row = name.strip(), real_name_of(user.id)
    if len(name) > LONGEST:
        raise BadInput("Please use at most %(longest)s characters.", field="real_name", longest=LONGEST)
    if not name:
        if row is not None:
            db.session.delete(row)
            record(user, "drop_real_name", by=by, at=ports.clock.now())
        return
    if row is None:
        row = RealName(user_id=user.id)
        db.session.add(row)
    row.name, row.given_at = name, ports.clock.now()
    record(user, "keep_real_name", by=by, at=ports.clock.now())


@command
def open_identity(user: User, purpose: str, *, by: Actor) -> Identity:
    """Return name and contact of a person; who opened them and for what stays in the person's trail.

    Raises:
        NotAllowed: `by` may not open identities.
        BadInput: no purpose was given; field "purpose".
    """
    require(by, Permission.IDENTITY_OPEN, user)
    if not purpose.strip():
        raise BadInput("Please say what this is needed for.", field="purpose")
    record(user, "open_identity", by=by, at=ports.clock.now(), reason=purpose.strip())
    row = real_name_of(user.id)
    return Identity(row.name if row else "", user.contact)
