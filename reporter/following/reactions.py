"""Keep the order in which posts come on show."""

from reporter.board.events import PostShown
from reporter.following.models import ShownPost
from reporter.kernel.db import current_city_id
from reporter.kernel.dialect import insert_if_absent
from reporter.ports import ports


def note_post(event: PostShown) -> None:
    """Write a post down that came on show; one that was hidden and comes back is not new, and twice changes nothing."""
    insert_if_absent(
        ShownPost, city_id=current_city_id(), exposure_id=event.exposure_id, at=ports.clock.now()
    )
