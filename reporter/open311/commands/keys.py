"""Keys of other systems: made, rotated, revoked by system administrators. A secret is shown once and never kept."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update

from reporter.cities.models import Jurisdiction
from reporter.kernel.audit import record
from reporter.kernel.db import add_unless_taken, command, current_city_id, db
from reporter.kernel.errors import BadInput, NotFound, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.open311.key_models import ApiKey, ApiSecret, Scope, digest_of
from reporter.open311.keys import find_key, key_by_name
from reporter.ports import ports
from reporter.routing.queries import get_unit

SECRET_BYTES = 24
SHOWN = 8  # characters by which a secret is told from others; 160 random bits stay unknown
MOST_KEYS, LONGEST_NAME, MOST_A_MINUTE, MOST_DAYS = 100, 60, 6000, 3650
A_MINUTE = 60  # requests, unless another number is given
OVERLAP = timedelta(hours=24)  # that the secret of before stays good after a rotation
NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class Grant:
    """What a key is to open: `days` 0 for one that is good until it is revoked."""

    name: str
    scopes: Sequence[Scope]
    per_minute: int = A_MINUTE
    days: int = 0
    unit_id: int | None = None


@command
def create_key(grant: Grant, *, by: Actor) -> tuple[ApiKey, str]:
    """Let another system write here; return the row and its secret, which is shown this once.

    Raises:
        NotAllowed: `by` is no system administrator.
        NotFound: there is no such unit.
        BadInput: no name, one that was given before, no scope, a number out of its bounds, or too many keys.
    """
    require(by, Permission.ADMIN_SYSTEM)
    name, now = grant.name.strip(), ports.clock.now()
    _refuse_bad_grant(grant, name)
    if grant.unit_id is not None:
        get_unit(grant.unit_id)
    key = ApiKey(
        name=name, scopes=[str(one) for one in Scope if one in set(grant.scopes)], unit_id=grant.unit_id,
        per_minute=grant.per_minute, made_at=now, made_by_id=by.id,
        expires_at=now + timedelta(days=grant.days) if grant.days else None,
    )  # fmt: skip
    add_unless_taken(key, lambda _: _taken(name))
    secret = _new_secret(key, now)
    _record("create_api_key", key, by, scopes=key.scopes)
    return key, secret


def _refuse_bad_grant(grant: Grant, name: str) -> None:
    if not name:
        raise BadInput("Please give a name.", field="name")
    if len(name) > LONGEST_NAME:
        raise BadInput("This is too long.", field="name")
    if key_by_name(name) is not None:
        raise _taken(name)
    if not grant.scopes:
        raise BadInput("Please choose at least one thing that the key may do.", field="scopes")
    if not 1 <= grant.per_minute <= MOST_A_MINUTE:
        raise BadInput(
            "Please give a number from %(least)s to %(most)s.",
            field="per_minute",
            least=1,
            most=MOST_A_MINUTE,
        )
    if not 0 <= grant.days <= MOST_DAYS:
        raise BadInput(
            "Please give a number from %(least)s to %(most)s.", field="days", least=1, most=MOST_DAYS
        )
    if (db.session.scalar(select(func.count(ApiKey.id))) or 0) >= MOST_KEYS:
        raise BadInput("There are at most %(most)s keys.", field="name", most=MOST_KEYS)


def _taken(name: str) -> BadInput:
    return BadInput(
        "There is or was a key called %(name)s: names stay, so that every report says who sent it.",
        field="name", name=name,
    )  # fmt: skip


def _new_secret(key: ApiKey, now: datetime) -> str:
    secret = secrets.token_hex(SECRET_BYTES)
    row = ApiSecret(key_id=key.id, digest=digest_of(secret), prefix=secret[:SHOWN], made_at=now)
    db.session.add(row)
    db.session.flush()
    return secret


@command
def rotate_key(key_id: int, *, by: Actor) -> str:
    """Give a key another secret, shown this once; the one of before stays good for `OVERLAP`, older ones end now.

    Raises:
        NotAllowed, NotFound.
        WrongStep: it is revoked or past its time.
    """
    require(by, Permission.ADMIN_SYSTEM)
    key, now = _key(key_id), ports.clock.now()
    if not key.good_at(now):
        raise WrongStep("This key is revoked or past its time. Please make a new one.")
    own = ApiSecret.key_id == key.id
    db.session.execute(update(ApiSecret).where(own, ApiSecret.good_until > now).values(good_until=now))
    db.session.execute(
        update(ApiSecret).where(own, ApiSecret.good_until.is_(None)).values(good_until=now + OVERLAP)
    )
    secret = _new_secret(key, now)
    _record("rotate_api_key", key, by)
    return secret


@command
def revoke_key(key_id: int, *, by: Actor) -> None:
    """Let a key open nothing from now on; revoking it again changes nothing. Raises `NotAllowed` or `NotFound`."""
    require(by, Permission.ADMIN_SYSTEM)
    key = _key(key_id)
    if key.revoked_at is None:
        key.revoked_at = ports.clock.now()
        _record("revoke_api_key", key, by)


def note_use(key: ApiKey) -> None:
    """Remember that a key was used: written once an hour at most, so that requests do not wait for its row."""
    now = ports.clock.now()
    if key.last_used_at is None or now - key.last_used_at >= NOTED_EVERY:
        _write_use(key.id, now)


@command
def _write_use(key_id: int, now: datetime) -> None:
    long_ago = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at <= now - NOTED_EVERY)
    db.session.execute(update(ApiKey).where(ApiKey.id == key_id, long_ago).values(last_used_at=now))


def _key(key_id: int) -> ApiKey:
    key = find_key(key_id)
    if key is None:
        raise NotFound("There is no such key.")
    return key


def _record(action: str, key: ApiKey, by: Actor, **facts: object) -> None:
    city = db.session.get_one(Jurisdiction, current_city_id(), with_for_update=True)
    record(city, action, by=by, at=ports.clock.now(), facts={"key": key.id, "name": key.name, **facts})
