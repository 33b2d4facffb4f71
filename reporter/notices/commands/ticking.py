"""What time sets off: quiet hours end, the letters of the day are written, what went out long ago is forgotten."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from reporter.kernel.db import command, current_city_id, db
from reporter.notices.commands.writing import DELIVER, DIGEST
from reporter.notices.models import Delivery, Passage
from reporter.notices.queries import due_digests, held_ids
from reporter.ports import ports
from reporter.ports.queue import enqueue

KEPT, AT_ONCE = timedelta(days=90), 5000  # how long a delivery that went out stays; rows taken away at a time


@command
def tick() -> None:
    """Let everything go whose time has come. Twice in the same minute, or by a clock that jumped, sends nothing twice."""
    now = ports.clock.now()
    let_go = (
        update(Delivery)
        .where(Delivery.id.in_(held_ids(now)), Delivery.state == Passage.HELD)
        .values(state=Passage.WAITING)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    for delivery_id in db.session.scalars(let_go).all():
        enqueue(DELIVER, delivery_id=delivery_id)
    for recipient, channel, last in due_digests(now):
        key = f"digest:{current_city_id()}:{recipient}:{channel}:{last}"
        enqueue(DIGEST, key=key, recipient=recipient, channel=str(channel))
    sent = select(Delivery.id).where(
        Delivery.state.in_([Passage.SENT, Passage.DROPPED]), Delivery.due_at < now - KEPT
    )
    oldest = sent.order_by(Delivery.due_at).limit(AT_ONCE)
    gone = delete(Delivery).where(Delivery.id.in_(oldest))
    db.session.execute(gone.execution_options(synchronize_session=False))
