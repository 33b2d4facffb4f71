"""Group robots of units and webhooks: set up, tried, taken away by system administrators. Secrets lie sealed."""

import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import uuid4

from reporter.cities.models import Jurisdiction
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.errors import BadInput, NotFound, WrongStep
from reporter.kernel.policy import Actor, Permission, require
from reporter.notices.commands.sending import TooFast, call_hook, call_robot
from reporter.notices.commands.writing import DELIVER
from reporter.notices.models import Passage, RobotKind, UnitRobot, Webhook
from reporter.notices.queries import find_delivery, find_robot, find_webhook, robots_of, webhooks
from reporter.notices.signing import body_of
from reporter.notices.table import EVENTS
from reporter.ports import ports
from reporter.ports.carriers import Undelivered
from reporter.ports.queue import enqueue
from reporter.ports.seals import Unsealed
from reporter.routing.queries import get_unit

MOST_ROBOTS, MOST_HOOKS = 5, 20
LONGEST_ADDRESS, LONGEST_KEY, LONGEST_NAME = 500, 200, 40
SHOWN = 4  # characters of an address that are shown again
KEY_BYTES = 32


@command
def add_robot(
    unit_id: int, kind: RobotKind, address: str, key: str = "", *, name: str = "", by: Actor
) -> UnitRobot:
    """Give a unit a group robot.

    Args:
        address: the whole address that 企业微信 or 钉钉 shows for it; a secret.
        key: 钉钉: the secret of its signature.
        name: what the group is called.

    Raises:
        NotAllowed: `by` is no system administrator.
        NotFound: there is no such unit.
        BadInput: the address is none of a robot, or there are too many.
    """
    require(by, Permission.ADMIN_SYSTEM)
    unit, address, key = get_unit(unit_id), address.strip(), key.strip()
    if not _is_of_a_robot(address):
        raise BadInput(
            "This is not the address of a group robot: copy the whole one from the group.", field="address"
        )
    if len(address) > LONGEST_ADDRESS or len(key) > LONGEST_KEY or len(name) > LONGEST_NAME:
        raise BadInput("This is too long.", field="address")
    if len(robots_of(unit_id)) >= MOST_ROBOTS:
        raise BadInput("A unit has at most %(most)s group robots.", field="address", most=MOST_ROBOTS)
    robot = UnitRobot(
        unit_id=unit.id, kind=kind, name=name.strip(), address=ports.seals.seal(address),
        key=ports.seals.seal(key) if key else "", hint=address[-SHOWN:], made_at=ports.clock.now(),
    )  # fmt: skip
    db.session.add(robot)
    db.session.flush()
    record(unit, "add_robot", by=by, at=robot.made_at, facts={"kind": str(kind), "robot": robot.id})
    return robot


def _is_of_a_robot(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    by_tls = parts.scheme == "https" or (parts.scheme == "http" and host in ports.outgoing.inside)
    return by_tls and host in ports.outgoing.robot_hosts


@command
def drop_robot(unit_id: int, robot_id: int, *, by: Actor) -> None:
    """Take a group robot away. Raises `NotAllowed` or `NotFound`."""
    require(by, Permission.ADMIN_SYSTEM)
    robot = _robot(unit_id, robot_id)
    record(get_unit(unit_id), "drop_robot", by=by, at=ports.clock.now(), facts={"robot": robot.id})
    db.session.delete(robot)


def try_robot(unit_id: int, robot_id: int, words: str, *, by: Actor) -> None:
    """Let a robot say `words` to its group now.

    Raises:
        NotAllowed, NotFound.
        BadInput: it did not work; the words say why.
    """
    require(by, Permission.ADMIN_SYSTEM)
    robot = _robot(unit_id, robot_id)
    try:
        call_robot(robot, words, words, ports.site.address("/unit/"))
    except TooFast as error:
        raise BadInput("The robot takes no more messages within this minute.") from error
    except (Undelivered, Unsealed) as error:
        raise _told(error) from error


def _told(error: Exception) -> BadInput:
    if isinstance(error, Undelivered):
        return BadInput(error.said, detail=error.detail)
    return BadInput("Its secret was sealed with another key: please enter it anew.")


def _robot(unit_id: int, robot_id: int) -> UnitRobot:
    robot = find_robot(robot_id)
    if robot is None or robot.unit_id != unit_id:
        raise NotFound("There is no such robot.")
    return robot


@command
def add_webhook(address: str, events: Sequence[str], *, by: Actor) -> tuple[Webhook, str]:
    """Let an address outside be told of steps; return the row and its key, which is shown this once.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: the address may not be called, an event is unknown, or there are too many.
    """
    require(by, Permission.ADMIN_SYSTEM)
    address = address.strip()
    if len(address) > LONGEST_ADDRESS:
        raise BadInput("This is too long.", field="address")
    if not events or not set(events) <= set(EVENTS):
        raise BadInput("Please choose at least one event.", field="events")
    if len(webhooks()) >= MOST_HOOKS:
        raise BadInput("There are at most %(most)s webhooks.", field="address", most=MOST_HOOKS)
    try:
        ports.outgoing.check(address)
    except Undelivered as error:
        raise BadInput(error.said, field="address") from error
    key = secrets.token_urlsafe(KEY_BYTES)
    hook = Webhook(
        address=address, key=ports.seals.seal(key), events=list(events), active=True, failures=0,
        made_at=ports.clock.now(),
    )  # fmt: skip
    db.session.add(hook)
    db.session.flush()
    _record_hook("add_webhook", hook, by)
    return hook, key


@command
def switch_webhook(hook_id: int, *, on: bool, by: Actor) -> None:
    """Call a webhook again, or no more. Raises `NotAllowed` or `NotFound`."""
    require(by, Permission.ADMIN_SYSTEM)
    hook = _hook(hook_id)
    hook.active, hook.switched_off_at, hook.failing_since, hook.failures = on, None, None, 0
    _record_hook("switch_on_webhook" if on else "switch_off_webhook", hook, by)


@command
def drop_webhook(hook_id: int, *, by: Actor) -> None:
    """Take a webhook away. Raises `NotAllowed` or `NotFound`."""
    require(by, Permission.ADMIN_SYSTEM)
    hook = _hook(hook_id)
    _record_hook("drop_webhook", hook, by)
    db.session.delete(hook)


def try_webhook(hook_id: int, *, by: Actor) -> None:
    """Call a webhook now, with the event `test`.

    Raises:
        NotAllowed, NotFound.
        BadInput: it did not work; the words say why.
    """
    require(by, Permission.ADMIN_SYSTEM)
    at = ports.clock.now().isoformat(timespec="seconds")
    try:
        call_hook(_hook(hook_id), body_of({"event": "test", "at": at}), message_id=uuid4().hex)
    except (Undelivered, Unsealed) as error:
        raise _told(error) from error


def _hook(hook_id: int) -> Webhook:
    hook = find_webhook(hook_id)
    if hook is None:
        raise NotFound("There is no such webhook.")
    return hook


def _record_hook(action: str, hook: Webhook, by: Actor) -> None:
    city = db.session.get_one(Jurisdiction, current_city_id(), with_for_update=True)
    host = urlsplit(hook.address).hostname or ""
    record(city, action, by=by, at=ports.clock.now(), facts={"webhook": hook.id, "host": host})


@command
def send_again(delivery_id: int, *, by: Actor) -> None:
    """Let a delivery that was given up be tried anew.

    Raises:
        NotAllowed: `by` is no system administrator.
        NotFound: there is none such.
        WrongStep: it is not given up any more.
    """
    require(by, Permission.ADMIN_SYSTEM)
    row = find_delivery(delivery_id)
    if row is None:
        raise NotFound("There is no such delivery.")
    if row.state is not Passage.FAILED:
        raise WrongStep("This is not given up any more.")
    row.state, row.tries, row.digest = Passage.WAITING, 0, False
    enqueue(DELIVER, delivery_id=row.id)
