"""What pictures lack as evidence, in words, for whoever sends them and for whoever judges them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cases.evidence import Lack, Level, lacks, shots_of
from reporter.cases.models import Category
from reporter.photos.models import Photo, View
from reporter.photos.queries import seen_before
from reporter.ports import ports


def lacks_of(
    kind: Category,
    photos: Sequence[Photo],
    views: Mapping[int, View] | None = None,
    *,
    at: datetime | None = None,
) -> list[Lack]:
    """Return what `photos` lack for `kind`.

    Args:
        views: what each is of, by its id, while that is not kept yet.
        at: when they were sent; now when left out.
    """
    return lacks(kind, shots_of(photos, seen_before(photos), views), at=at or ports.clock.now())


def lack_words(kind: Category, missing: Iterable[Lack]) -> list[str]:
    """Return one sentence for each lack."""
    return [_words(kind, lack) for lack in missing]


def _words(kind: Category, lack: Lack) -> str:
    if lack is Lack.FEW:
        return ngettext(
            "This kind needs %(num)d photo at least.",
            "This kind needs %(num)d photos at least.",
            kind.min_photos,
        )
    if lack is Lack.OLD:
        return ngettext(
            "A photo is older than %(num)d hour.",
            "A photo is older than %(num)d hours.",
            kind.oldest_photo_hours,
        )
    if lack is Lack.TOGETHER:
        return ngettext(
            "The photos were taken at once; %(num)d second between them shows that it stays so.",
            "The photos were taken at once; %(num)d seconds between them show that it stays so.",
            kind.photos_apart_seconds,
        )
    return {
        Lack.SEEN: _("A photo was sent before."),
        Lack.NO_TIME: _("A photo does not say when it was taken."),
        Lack.NO_NEAR: _("None of the photos is marked as the one that shows the problem close up."),
        Lack.NO_FAR: _("None of the photos is marked as the one that shows the place."),
        Lack.NOT_IN_APP: _("A photo was not taken on this page."),
    }[lack]


def level_words(given: str) -> str:
    """Return what a level means; empty for a case from before there were levels."""
    words = {
        "": "", Level.A: _("Evidence A: all that is asked for"), Level.B: _("Evidence B: something is open"),
        Level.C: _("Evidence C: not enough"),
    }  # fmt: skip
    return words[given]
