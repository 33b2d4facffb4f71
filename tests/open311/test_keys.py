"""Keys of other systems: made, proven, rotated, revoked, and what of them is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from reporter.kernel.audit import TrailEntry, verify
from reporter.kernel.db import db, enter_city
from reporter.kernel.errors import BadInput, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import APPOINTED, SYSTEM, Role
from reporter.open311.commands.keys import (
    MOST_A_MINUTE,
    MOST_DAYS,
    OVERLAP,
    Grant,
    create_key,
    note_use,
    revoke_key,
    rotate_key,
)
from reporter.open311.key_models import ApiKey, ApiSecret, Scope
from reporter.open311.keys import find_key, key_of, keys, secrets_of
from reporter.ports import ports
from tests.make import a_city, a_unit, a_user
from tests.queries import counted

POST = Grant("城市热线", [Scope.POST])


def proven(secret: str) -> ApiKey | None:
    return key_of(secret, now=ports.clock.now())


def pass_time(length: timedelta) -> None:
    ports.clock.move(length)  # type: ignore[attr-defined]  # the tests' clock


def test_a_secret_proves_its_key_and_nothing_else_does() -> None:
    key, secret = create_key(POST, by=SYSTEM)
    create_key(Grant("另一个", [Scope.POST]), by=SYSTEM)

    found = proven(secret)

    assert found is not None
    assert found.id == key.id
    assert [proven(other) for other in ("", secret[:-1], secret.upper(), secret + " ", key.name)] == [
        None
    ] * 5


def test_only_a_hash_of_a_secret_is_kept() -> None:
    _, secret = create_key(POST, by=SYSTEM)

    kept = db.session.scalars(select(ApiSecret)).one()
    told = db.session.scalars(select(TrailEntry.facts)).all()

    assert len(secret) == 48
    assert (kept.digest, kept.prefix) != (secret, secret)
    assert secret.startswith(kept.prefix)
    assert len(kept.prefix) == 8
    assert not any(secret in str(facts) for facts in told)


def test_after_a_rotation_both_secrets_are_good_for_a_day() -> None:
    key, first = create_key(POST, by=SYSTEM)
    second = rotate_key(key.id, by=SYSTEM)

    both = [proven(secret) is not None for secret in (first, second)]
    pass_time(OVERLAP)
    after = [proven(secret) is not None for secret in (first, second)]

    assert (both, after) == ([True, True], [False, True])


def test_at_most_two_secrets_are_good_at_once() -> None:
    key, first = create_key(POST, by=SYSTEM)
    second = rotate_key(key.id, by=SYSTEM)
    third = rotate_key(key.id, by=SYSTEM)

    good = secrets_of([key.id], now=ports.clock.now())[key.id]

    assert [proven(secret) is not None for secret in (first, second, third)] == [False, True, True]
    assert [one.prefix for one in good] == [third[:8], second[:8]]


def test_a_revoked_key_opens_nothing_and_has_no_way_back() -> None:
    key, secret = create_key(POST, by=SYSTEM)

    revoke_key(key.id, by=SYSTEM)
    revoke_key(key.id, by=SYSTEM)

    assert proven(secret) is None
    with pytest.raises(WrongStep):
        rotate_key(key.id, by=SYSTEM)


def test_a_key_ends_with_its_days() -> None:
    _, secret = create_key(Grant("短期", [Scope.POST], days=3), by=SYSTEM)

    pass_time(timedelta(days=3) - timedelta(seconds=1))
    last_second = proven(secret)
    pass_time(timedelta(seconds=1))

    assert last_second is not None
    assert proven(secret) is None


def test_a_key_of_another_city_proves_nothing() -> None:
    key, secret = create_key(POST, by=SYSTEM)

    enter_city(a_city("hohhot").id)

    assert proven(secret) is None
    assert find_key(key.id) is None
    with pytest.raises(NotFound):
        revoke_key(key.id, by=SYSTEM)


@pytest.mark.parametrize(
    ("grant", "field"),
    [
        (Grant(" ", [Scope.POST]), "name"),
        (Grant("x" * 61, [Scope.POST]), "name"),
        (Grant("城市热线", [Scope.UPDATE]), "name"),
        (Grant("新的", []), "scopes"),
        (Grant("新的", [Scope.POST], per_minute=0), "per_minute"),
        (Grant("新的", [Scope.POST], per_minute=MOST_A_MINUTE + 1), "per_minute"),
        (Grant("新的", [Scope.POST], days=-1), "days"),
        (Grant("新的", [Scope.POST], days=MOST_DAYS + 1), "days"),
    ],
)
def test_a_key_that_cannot_be_is_refused_by_its_field(grant: Grant, field: str) -> None:
    first, _ = create_key(POST, by=SYSTEM)
    revoke_key(first.id, by=SYSTEM)  # its name stays taken

    with pytest.raises(BadInput) as refused:
        create_key(grant, by=SYSTEM)

    assert refused.value.field == field
    assert len(keys()) == 1


@pytest.mark.parametrize("role", [role for role in APPOINTED if role is not Role.SYSTEM_ADMIN])
def test_nobody_but_a_system_administrator_makes_rotates_or_revokes(role: Role) -> None:
    key, secret = create_key(POST, by=SYSTEM)
    other = a_user(role).actor

    for wish in (
        lambda: create_key(Grant("新的", [Scope.POST]), by=other),
        lambda: rotate_key(key.id, by=other),
        lambda: revoke_key(key.id, by=other),
    ):
        with pytest.raises(NotAllowed):
            wish()

    assert proven(secret) is not None
    assert len(keys()) == 1


def test_every_step_stands_in_the_trail_of_the_city() -> None:
    admin = a_user(Role.SYSTEM_ADMIN).actor
    key, _ = create_key(Grant("环卫系统", [Scope.UPDATE, Scope.POST], unit_id=a_unit().id), by=admin)
    rotate_key(key.id, by=admin)
    revoke_key(key.id, by=admin)

    told = db.session.scalars(
        select(TrailEntry).where(TrailEntry.action.endswith("_api_key")).order_by(TrailEntry.seq)
    ).all()

    assert [entry.action for entry in told] == ["create_api_key", "rotate_api_key", "revoke_api_key"]
    assert {entry.actor_id for entry in told} == {admin.id}
    assert told[0].facts == {"key": key.id, "name": "环卫系统", "scopes": ["post", "update"]}
    assert list(verify("test")) == []


def test_that_a_key_was_used_is_written_once_an_hour() -> None:
    key, secret = create_key(POST, by=SYSTEM)
    note_use(key)
    first = ports.clock.now()

    pass_time(timedelta(minutes=59))
    again = proven(secret)
    assert again is not None
    with counted() as statements:
        note_use(again)
    soon = again.last_used_at
    pass_time(timedelta(minutes=1))
    note_use(again)

    assert statements == []
    assert soon == first
    found = find_key(key.id)
    assert found is not None
    assert found.last_used_at == first + timedelta(hours=1)
