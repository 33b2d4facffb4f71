"""What other systems send: news of requests that are there."""

from collections.abc import Sequence
from datetime import datetime

from flask.typing import ResponseReturnValue

from reporter.cities.queries import current_city
from reporter.desks.georeport import Faults, Items, answer
from reporter.desks.open311.arguments import Found, argument, give_up, line, media_urls, pictures
from reporter.desks.open311.door import serve
from reporter.desks.open311.keyed import proven
from reporter.kernel.errors import BadInput
from reporter.open311.commands.updating import STATUSES, Update, known_update, take_update
from reporter.open311.instants import instant_of
from reporter.open311.key_models import ApiKey, Scope
from reporter.reports.commands.door import PARTNER_WORDS


@serve("servicerequestupdates", method="POST")
def post_update() -> ResponseReturnValue:
    """Take an update of a request; the same `update_id` again gets the same answer.

    Raises:
        NotAllowed: without a key that may update here.
        NotFound: there is no such request, or it is not the key's to speak of.
        Faults: everything that is wrong with it.
    """
    key = proven(Scope.UPDATE)
    row = known_update(key, argument("update_id"), argument("service_request_id")) or take_update(
        _read(key), key
    )
    return answer("service_request_updates", Items("request_update", [{"update_id": str(row.id)}]))


def _read(key: ApiKey) -> Update:
    faults = Found()
    number, own = (
        faults.read(lambda: _needed("service_request_id")),
        faults.read(lambda: _needed("update_id")),
    )
    status, at = faults.read(_status), faults.read(_instant)
    media = faults.read(media_urls) or []
    words = faults.read(lambda: _words(media)) or ""
    photos = pictures(key, faults)
    if faults or number is None or own is None or status is None or at is None:
        give_up(photos)
        raise Faults(*faults)
    return Update(own, number, status, at, words, [photo.id for photo in photos])


def _needed(name: str) -> str:
    found = line(name)
    if not found:
        raise BadInput("%(argument)s is missing.", field=name, argument=name)
    return found


def _status() -> str:
    status = _needed("status").upper()
    if status not in STATUSES:
        raise BadInput(
            "status: please choose one of %(words)s.", field="status", words=", ".join(sorted(STATUSES))
        )
    return status


def _instant() -> datetime:
    given = _needed("updated_datetime")
    try:
        return instant_of(given, current_city().zone)
    except ValueError:
        raise BadInput(
            "updated_datetime: this is no time such as 2026-11-23T06:00:00Z.", field="updated_datetime"
        ) from None


def _words(media: Sequence[str]) -> str:
    """Return what was said; addresses of pictures go along as words: only files are taken with an update."""
    words = "\n".join(filter(None, [argument("description").replace("\r\n", "\n"), *media]))
    if len(words) > PARTNER_WORDS:
        raise BadInput(
            "description: at most %(most)s characters; yours has %(length)s.", field="description",
            most=PARTNER_WORDS, length=len(words),
        )  # fmt: skip
    return words
