"""Fetch the pictures that other systems named by their addresses, after the report is there; a failure stays written."""

from typing import Any

from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, TooLarge, WrongStep
from reporter.kernel.policy import ANYONE, Actor
from reporter.open311.post_models import Fetching
from reporter.open311.posts import get_post
from reporter.photos.commands.intake import take_in
from reporter.photos.kinds import BYTE_LIMIT
from reporter.ports import ports
from reporter.ports.carriers import Refused
from reporter.ports.outgoing import Unreachable
from reporter.reports.commands.followup import add_material
from reporter.reports.queries import get_report

MOST_TRIES = 8  # within some minutes, with the queue's waits between them


def fetch_media(post_id: int) -> None:
    """Fetch what waits of one post and hang it on the report; done twice it is there once.

    Raises:
        Unreachable: an address did not answer; it is tried again, `MOST_TRIES` times in all.
    """
    row, away = get_post(post_id), None
    for place, one in enumerate(list(row.media) if row and row.report_id else ()):
        if one["state"] != Fetching.WAITING:
            continue
        try:
            content = ports.outgoing.fetch(one["url"], most=BYTE_LIMIT)
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
