"""What the service promises: the limits of each kind in words, and the next steps after sending."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.cases.models import Category, Subcategory
from reporter.desks.dates import plain_clock
from reporter.desks.limits import limit_words
from reporter.desks.words import named
from reporter.reports.models import Report

DRAWINGS = Path(__file__).parents[2] / "static" / "icons" / "subtypes.svg"
_SYMBOL = re.compile(r'<symbol id="([^"]+)"')


def handle_limit(kind: Category, sub: Subcategory | None) -> str:
    """Return the limit a case of this kind would get, as it is written in the table."""
    return kind.limit_to_handle(sub, urgent=sub is not None and sub.urgent)


def promise(kind: Category, sub: Subcategory | None) -> str:
    """Return in one sentence how soon it is handled once it is taken up."""
    limit = limit_words(handle_limit(kind, sub))
    if sub is not None and sub.urgent:
        return _(
            "%(kind)s is urgent: once taken up, it is handled within %(limit)s.", kind=named(sub), limit=limit
        )
    return _("Once taken up, it is handled within %(limit)s.", limit=limit)


def subtypes(kinds: Sequence[Category]) -> list[dict[str, Any]]:
    """Return every kind with its promise and its sub-types, for the page's script."""
    return [
        {
            "slug": kind.slug, "id": kind.id, "name": named(kind), "promise": promise(kind, None),
            "views": kind.near_and_far, "asks": asks(kind),
            "subs": [
                {"id": str(sub.id), "name": named(sub), "drawn": drawn(kind, sub), "promise": promise(kind, sub)}
                for sub in kind.subcategories
                if sub.active
            ],
        }
        for kind in kinds
    ]  # fmt: skip


def asks(kind: Category) -> list[str]:
    """Return what pictures of this kind should show, one line for each rule."""
    rules = {
        ngettext("%(num)d photo at least", "%(num)d photos at least", kind.min_photos): kind.min_photos > 1,
        _("one close up, and one with a street sign, a shop sign or a door number"): kind.near_and_far,
        ngettext(
            "taken within the last hour", "taken within the last %(num)d hours", kind.oldest_photo_hours
        ): kind.oldest_photo_hours,
        ngettext(
            "%(num)d second between them", "%(num)d seconds between them", kind.photos_apart_seconds
        ): kind.photos_apart_seconds,
        _("taken on this page"): kind.taken_in_app,
    }
    return [sentence for sentence, counts in rules.items() if counts]


def drawn(kind: Category, sub: Subcategory) -> str:
    """Return the name under which the drawing of a sub-type stands in its file, "" where there is none."""
    name = f"{kind.slug}.{sub.slug}"
    return name if name in _drawings() else ""


@cache
def _drawings() -> frozenset[str]:
    return frozenset(_SYMBOL.findall(DRAWINGS.read_text(encoding="utf-8")))


def next_steps(report: Report, kind: Category, sub: Subcategory | None) -> list[str]:
    """Return what comes after sending, in order."""
    limit = limit_words(handle_limit(kind, sub))
    look = (
        _(
            "Before %(time)s a moderator looks at it and tells you whether it is taken up.",
            time=plain_clock(report.due_at),
        )
        if report.due_at
        else _("A moderator looks at it and tells you whether it is taken up.")
    )
    return [
        look,
        _("Then the unit in charge handles it within %(limit)s.", limit=limit),
        _("When it is put right you see the pictures and say how you like it."),
    ]
