"""Signed addresses by which an external firm answers one work order: nothing else opens with them, and they end with it."""

from collections.abc import Sequence
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from reporter.cases.events import CaseMoved
from reporter.cases.lifecycle import Effect
from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.kernel.audit import record
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Gone, NotFound, WrongStep
from reporter.kernel.policy import Actor, Permission, Role, require
from reporter.ports import ports
from reporter.routing.models import OrderLink, Unit, WorkOrder
from reporter.routing.queries import get_unit, open_order

LASTS = timedelta(days=30)
SALT = "work order"


def link_path(link: OrderLink, key: str) -> str:
    """Return the path of a link, to be put behind the city's address; `key` is the installation's SECRET_KEY."""
    return f"/order/{URLSafeSerializer(key, salt=SALT).dumps(link.id)}"


def link_behind(token: str, key: str) -> OrderLink:
    """Return the link that a path names, alive.

    Raises:
        NotFound: it was not signed here, or belongs to another city.
        Gone: it expired, was revoked, or its work order has ended.
    """
    try:
        link_id = URLSafeSerializer(key, salt=SALT).loads(token)
    except BadSignature as error:
        raise _unknown() from error
    if not isinstance(link_id, int):
        raise _unknown()
    return living_link(link_id)


def _unknown() -> NotFound:
    return NotFound(
        "This link leads nowhere. Please open it again from the message it came in, or ask the command centre."
    )


def living_link(link_id: int) -> OrderLink:
    """Return the link. Raises what `link_behind` raises."""
    link = db.session.scalar(select(OrderLink).where(OrderLink.id == link_id))
    if link is None:
        raise _unknown()
    order = db.session.scalars(select(WorkOrder).where(WorkOrder.id == link.work_order_id)).one()
    if order.closed_at is not None:
        raise Gone(
            "This work order has ended, and its link with it. With a question, please call the command centre."
        )
    if link.revoked_at is not None:
        raise Gone("This link was taken back. Please ask the command centre for a new one.")
    if link.expires_at <= ports.clock.now():
        raise Gone("This link has expired. Please ask the command centre for a new one.")
    return link


def lent_by(link: OrderLink) -> Actor:
    """Return who acts by a link: its unit, for its one case."""
    roles = frozenset({Role.LINK})
    return Actor(id=None, roles=roles, unit_id=link.unit_id, link_id=link.id, case_id=link.case_id)


def links_of(case_id: int, *, limit: int = 10) -> Sequence[OrderLink]:
    """Return the newest links to a case that were not revoked, the newest first."""
    own = select(OrderLink).where(OrderLink.case_id == case_id, OrderLink.revoked_at.is_(None))
    return db.session.scalars(own.order_by(OrderLink.id.desc()).limit(limit)).all()


def link_of_order(case_id: int) -> OrderLink | None:
    """Return the living link to the running order of a case, else None."""
    order, now = open_order(case_id), ports.clock.now()
    links = links_of(case_id) if order else ()
    return next(
        (one for one in links if order and one.work_order_id == order.id and one.expires_at > now), None
    )


def follow_order(event: CaseMoved) -> None:
    """Make a link when a work order of an external firm begins. Running it twice changes nothing."""
    if Effect.OPEN_ORDER not in event.effect:
        return
    case, order = get_case(event.case_id), open_order(event.case_id)
    if order is None or not get_unit(order.unit_id).external or link_of_order(case.id):
        return
    _add(case, order, by=None)


def _add(case: Case, order: WorkOrder, *, by: int | None) -> OrderLink:
    now = ports.clock.now()
    link = OrderLink(
        work_order_id=order.id, case_id=case.id, unit_id=order.unit_id, made_by=by, made_at=now, expires_at=now + LASTS
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    return link


@command
def make_link(case: Case, *, by: Actor) -> OrderLink:
    """Return a link to the running work order of a case: the living one, or a new one.

    Raises:
        NotAllowed: `by` is no dispatcher.
        WrongStep: the case lies with no unit.
        BadInput: the unit answers in the app.
    """
    require(by, Permission.CASE_DISPATCH, case)
    order = open_order(case.id)
    if order is None:
        raise WrongStep("The case lies with no unit now, so there is nothing to link to.")
    if not get_unit(order.unit_id).external:
        raise BadInput("Only a firm outside answers by a link; this unit has accounts.", field="unit_id")
    if living := link_of_order(case.id):
        return living
    link = _add(case, order, by=by.id)
    record(case, "link", by=by, at=link.made_at, facts={"link_id": link.id})
    return link


@command
def revoke_links(case: Case, *, by: Actor) -> int:
    """Take every link to a case back, and return how many were. Raises `NotAllowed` unless `by` dispatches."""
    require(by, Permission.CASE_DISPATCH, case)
    links, now = links_of(case.id, limit=1000), ports.clock.now()
    for link in links:
        link.revoked_at = now
    if links:
        record(case, "link_revoke", by=by, at=now, facts={"links": [link.id for link in links]})
    return len(links)


def firm_behind(link: OrderLink) -> Unit:
    """Return the firm that a link was made for."""
    return get_unit(link.unit_id)
