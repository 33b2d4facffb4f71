"""A city's own words that lift a report, and the mark that somebody under age can be seen."""

from collections.abc import Collection

from reporter.cities.queries import current_city
from reporter.kernel.audit import record
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, require
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_ids
from reporter.ports import ports
from reporter.reports.commands.nearby import forget_nearby
from reporter.reports.commands.weighing import weigh
from reporter.reports.lifecycle import WAITING
from reporter.reports.minors import WORD_FROM, WORD_TO, WORDS_AT_MOST, word_list
from reporter.reports.models import Report
from reporter.reports.queries import photo_ids_of


@command
def keep_flagged_words(typed: str, *, by: Actor) -> list[str]:
    """Keep the city's own words, for reports that come from now on; return them.

    Args:
        typed: one a line, or with commas between.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: too many words, or one too short or too long; field "words".
    """
    require(by, Permission.ADMIN_SYSTEM)
    words = word_list(typed)
    if len(words) > WORDS_AT_MOST:
        raise BadInput("At most %(most)s words.", field="words", most=WORDS_AT_MOST)
    if wrong := next((word for word in words if not WORD_FROM <= len(word) <= WORD_TO), ""):
        raise BadInput(
            "Each word has %(least)s to %(most)s characters; please change “%(word)s”.", field="words",
            least=WORD_FROM, most=WORD_TO, word=wrong[:WORD_TO],
        )  # fmt: skip
    city = current_city()
    before = city.settings.get("flagged_words", [])
    city.settings = city.settings | {"flagged_words": words}
    added, left_out = [one for one in words if one not in before], [one for one in before if one not in words]
    record(
        city,
        "change_flagged_words",
        by=by,
        at=ports.clock.now(),
        facts={"added": added, "left_out": left_out},
    )
    return words


@command
def mark_minors(
    report: Report, photo_ids: Collection[int], *, shown: Collection[int] | None = None, by: Actor
) -> list[int]:
    """Say on which pictures of a report somebody under age can be seen, and on which not; what changes stays in their trails.

    A picture with the mark is shown to the public only with a mask that covers something, and to nobody nearby. A report that waits is
    weighed anew. Only what the person changed is written: a mark that a colleague set or took meanwhile stays as it is.

    Args:
        shown: the pictures that had the mark when the person looked; None when nobody looked.

    Returns:
        The pictures on which a colleague decided otherwise meanwhile.

    Raises:
        NotAllowed: `by` does not decide about reports.
        BadInput: a picture is not of this report; field "photos".
    """
    require(by, Permission.REPORT_TRIAGE, report)
    photos = photos_by_ids(photo_ids_of(report.id))
    if not set(photo_ids) <= photos.keys():
        raise BadInput("This picture does not belong to the report. Please reload the page.", field="photos")
    differs = [photo for photo in photos.values() if photo.minor != (photo.id in photo_ids)]
    untouched = set() if shown is None else photos.keys() - (set(photo_ids) ^ set(shown))
    changed = [photo for photo in differs if photo.id not in untouched]
    for photo in changed:
        _mark(photo, report, minor=photo.id in photo_ids, by=by)
    if changed and report.state in WAITING:
        weigh(report)
    return [photo.id for photo in differs if photo.id in untouched]


def note_minors(report: Report, *, by: Actor) -> None:
    """Mark all pictures of a report that is sent just now, in the caller's transaction: whoever sends it saw a minor.

    They do not say on which; a moderator takes the mark back where it is none. A mark too many costs a mask, a missing
    one a child's face.
    """
    for photo in photos_by_ids(photo_ids_of(report.id)).values():
        _mark(photo, report, minor=True, by=by)


def _mark(photo: Photo, report: Report, *, minor: bool, by: Actor) -> None:
    photo.minor = minor
    forget_nearby([photo.id])
    action = "mark_minor" if minor else "unmark_minor"
    record(photo, action, by=by, at=ports.clock.now(), facts={"report": report.number})
