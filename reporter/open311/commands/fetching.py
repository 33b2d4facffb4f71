"""Fetch the pictures that other systems named by their addresses, after the report is there; a failure stays written."""

import time
from collections.abc import Sequence
from typing import Any

from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, TooLarge, WrongStep
from reporter.kernel.policy import ANYONE, Actor
from reporter.open311.post_models import Fetching, number_waiting
from reporter.open311.posts import get_post
from reporter.photos.commands.intake import take_in
from reporter.photos.kinds import BYTE_LIMIT
from reporter.ports import ports
from reporter.ports.carriers import Refused
from reporter.ports.outgoing import Unreachable
from reporter.reports.commands.followup import add_material
from reporter.reports.queries import get_report

MOST_TRIES = 3  # with the queue's waits between them
SECONDS = 60.0  # for all pictures of one post together, each time: others wait in the same lane


def fetch_media(post_id: int) -> None:
    """Fetch what waits of one post and hang it on the report; done twice it is there once.

    Nothing of the database is held meanwhile. Each picture has its share of what is left of `SECONDS`, so that one address
    that does not answer takes nothing from the others.

    Raises:
        Unreachable: an address did not answer; it is tried again, `MOST_TRIES` times in all.
    """
    waiting, ends, away = _waiting(post_id), time.monotonic() + SECONDS, None
    for done, (place, url) in enumerate(waiting):
        share = (ends - time.monotonic()) / (len(waiting) - done)
        db.session.rollback()
        try:
            content = ports.outgoing.fetch(url, most=BYTE_LIMIT, within=share)
            photo = take_in(content, by=ANYONE, uploader_key=f"media {post_id}")
        except Unreachable as error:
            if _failed_for_good(post_id, place, error.said):
                continue
            away = error
        except Refused as error:
            _write(post_id, place, state=str(Fetching.FAILED), why=error.said)
        except (BadInput, TooLarge) as error:
            _write(post_id, place, state=str(Fetching.FAILED), why=error.message % error.values)
        else:
            _hang(post_id, place, photo.id)
    if away is not None:
        raise away


def _waiting(post_id: int) -> Sequence[tuple[int, str]]:
    """Return place and address of each picture that is still to be fetched for a report that is there."""
    row = get_post(post_id)
    media = row.media if row is not None and row.report_id else []
    return [(place, one["url"]) for place, one in enumerate(media) if one["state"] == Fetching.WAITING]


@command
def _failed_for_good(post_id: int, place: int, why: str) -> bool:
    """Count one more try in vain, and tell whether it was the last one."""
    row = get_post(post_id)
    tries = (row.media[place].get("tries", 0) if row else MOST_TRIES) + 1
    over = tries >= MOST_TRIES
    _write(post_id, place, tries=tries, why=why, state=str(Fetching.FAILED if over else Fetching.WAITING))
    return over


@command
def _write(post_id: int, place: int, **facts: Any) -> None:
    row = get_post(post_id)
    if row is not None:
        row.media = [one | facts if here == place else one for here, one in enumerate(row.media)]
        row.waiting = number_waiting(row.media)


@command
def _hang(post_id: int, place: int, photo_id: int) -> None:
    row = get_post(post_id)
    if row is None or row.report_id is None or row.media[place]["state"] != Fetching.WAITING:
        return
    report = get_report(row.report_id)
    try:
        with db.session.begin_nested():
            add_material(report, "", [photo_id], by=Actor(id=None, report_id=report.id))
    except (BadInput, WrongStep):
        why = BadInput("The report had ended, or had as many photos as it takes.").message
        _write(post_id, place, state=str(Fetching.FAILED), why=why)
    else:
        _write(post_id, place, state=str(Fetching.TAKEN), why="")
