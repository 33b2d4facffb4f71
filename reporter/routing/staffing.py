"""Who works in a unit; no unit is left with cases and without people, or closed while something still leads to it."""

from collections.abc import Sequence

from reporter.accounts.commands.people import change_roles
from reporter.accounts.models import User
from reporter.accounts.queries import members_of, user_by_login
from reporter.kernel.audit import record
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, Role, require
from reporter.ports import ports
from reporter.routing.models import Unit
from reporter.routing.queries import get_unit, open_load, rules

AT_A_UNIT = frozenset({Role.HANDLER, Role.UNIT_HEAD})
MOST = 100  # to which open cases are counted


def can_handle(user: User) -> bool:
    """Tell whether the person can claim and handle what lies with their unit."""
    return user.active and bool(AT_A_UNIT & set(user.roles))


def rules_naming(unit_id: int) -> list[int]:
    """Return the numbers of the rules that name a unit, leading or working along."""
    return [rule.sort for rule in rules() if unit_id in {rule.lead_unit_id, *rule.co_unit_ids}]


def refuse_closing(unit: Unit) -> None:
    """Check that nothing leads to `unit` any more. Raises `BadInput`, which names the rules and the cases."""
    _refuse(
        unit,
        "active",
        by_rules="It cannot be closed yet: the rules no. %(rules)s name this unit. Change these rules first.",
        by_cases="It cannot be closed yet: %(cases)s open cases lie with this unit. Reassign them first.",
        by_both="It cannot be closed yet: the rules no. %(rules)s name this unit, and %(cases)s open cases lie with it."
        " Change these rules and reassign the cases first.",
    )


def refuse_emptying(unit: Unit, leaving: User, field: str) -> None:
    """Check that somebody is left who can handle what lies with `unit`, or that nothing does. Raises `BadInput`."""
    stay = [one for one in members_of([unit.id])[unit.id] if one.id != leaving.id and can_handle(one)]
    if stay or not can_handle(leaving) or not unit.active:
        return
    _refuse(
        unit,
        field,
        by_rules="This is the last person of %(unit)s, which is named by the rules no. %(rules)s. Appoint somebody else"
        " there first, or change these rules.",
        by_cases="This is the last person of %(unit)s, with which %(cases)s open cases lie. Appoint somebody else there"
        " first, or reassign the cases.",
        by_both="This is the last person of %(unit)s, which is named by the rules no. %(rules)s, and with which %(cases)s"
        " open cases lie. Appoint somebody else there first, or change these rules and reassign the cases.",
    )


def _refuse(unit: Unit, field: str, *, by_rules: str, by_cases: str, by_both: str) -> None:
    named, load = rules_naming(unit.id), open_load(unit.id)
    if not named and not load:
        return
    sentence = by_both if named and load else by_rules if named else by_cases
    raise BadInput(
        sentence, field=field, unit=unit.name_zh, rules=", ".join(str(number) for number in named),
        cases=str(load) if load < MOST else f"{MOST}+",
    )  # fmt: skip


@command
def change_person(
    user: User, *, roles: Sequence[Role], unit_id: int | None, active: bool, mobile: str | None = None, by: Actor,
    seen: int | None = None,
) -> User:  # fmt: skip
    """Change what a person may do and where. Raises what `change_roles` raises, and `BadInput` as `refuse_emptying`."""
    require(by, Permission.ADMIN_SECURITY)
    stays = active and bool(AT_A_UNIT & set(roles)) and unit_id == user.unit_id
    if user.unit_id is not None and not stays:
        refuse_emptying(get_unit(user.unit_id), user, "active" if not active else "unit_id")
    return change_roles(user, roles=roles, unit_id=unit_id, active=active, mobile=mobile, by=by, seen=seen)


@command
def place_person(unit: Unit, login: str, *, head: bool, by: Actor) -> User:
    """Let a person with an account handle what lies with `unit`, as its head or not.

    Raises:
        NotAllowed: `by` is no security administrator.
        BadInput: nobody signs in like that, the account is closed, or it belongs to another unit; field "login".
    """
    require(by, Permission.ADMIN_SECURITY)
    user = user_by_login(login)
    if user is None:
        raise BadInput(
            "Nobody here signs in with this address. Open the account first, under Users and roles.",
            field="login",
        )
    if not user.active:
        raise BadInput("This account is closed. Open it again first, under Users and roles.", field="login")
    if user.unit_id not in {None, unit.id}:
        raise BadInput(
            "%(name)s belongs to %(unit)s. Take the person out there first.",
            field="login", name=user.name, unit=get_unit(user.unit_id or 0).name_zh,
        )  # fmt: skip
    others = [Role(role) for role in user.roles if role not in AT_A_UNIT]
    own = [Role.HANDLER, Role.UNIT_HEAD] if head else [Role.HANDLER]
    change_roles(user, roles=[*others, *own], unit_id=unit.id, active=True, by=by)
    _keep_head(unit, user, head=head, by=by)
    return user


@command
def take_out(unit: Unit, user: User, *, by: Actor) -> User:
    """Let a person belong to no unit any more; the account stays.

    Raises:
        NotAllowed: `by` is no security administrator.
        BadInput: the person is not of this unit, or the last one there; field "login".
    """
    require(by, Permission.ADMIN_SECURITY)
    if user.unit_id != unit.id:
        raise BadInput("This person does not belong to this unit any more.", field="login")
    refuse_emptying(unit, user, "login")
    others = [Role(role) for role in user.roles if role not in AT_A_UNIT]
    change_roles(user, roles=others or [Role.RESIDENT], unit_id=None, active=user.active, by=by)
    _keep_head(unit, user, head=False, by=by)
    return user


def _keep_head(unit: Unit, user: User, *, head: bool, by: Actor) -> None:
    """Let what is overdue go to the person who was appointed head, and no longer to one who is not."""
    is_head = unit.head_id == user.id
    if head == is_head:
        return
    unit.head_id, unit.head_name = (user.id, user.name) if head else (None, "")
    record(unit, "change", by=by, at=ports.clock.now(), facts={"fields": ["head_id"]})
