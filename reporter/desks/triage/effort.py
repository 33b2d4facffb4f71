"""How long decisions take: taken down as they are made, one's own figures on a page that nobody else sees."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from reporter.desks.guard import allow, city, me
from reporter.desks.shelf import shelf
from reporter.desks.triage.door import bp
from reporter.kernel.db import current_city_id
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import Permission
from reporter.ports import ports
from reporter.reports.commands.effort import note_effort
from reporter.reports.effort import STEPS, Summary, by_day, of_the_desk, summary
from reporter.reports.efforts import desk_efforts, own_efforts

DAYS = 14
WEEK = timedelta(days=7)
MEASURED = re.compile(r"(\d{1,8})\.(\d{1,4})")  # milliseconds, presses


def note() -> None:
    """Take down what the page measured along with the decision; a figure that cannot be written stops nobody."""
    measured = MEASURED.fullmatch(request.form.get("effort", ""))
    if measured:
        with suppress(ReporterError):
            note_effort(seconds=int(measured[1]) / 1000, presses=int(measured[2]), by=me())


def desk_figures() -> Summary | None:
    """Return the figures of the whole desk of a week, some seconds old; None while too few stand behind them."""
    since = ports.clock.now() - WEEK
    kept = shelf().list_of(("effort", current_city_id()), lambda: [of_the_desk(desk_efforts(since=since))])
    return kept[0]


@dataclass(frozen=True)
class Class:
    """A class of the distribution. `share`: of the fullest one, in percent."""

    text: str
    number: int
    share: float


def classes_of(figures: Summary) -> list[Class]:
    """Return the distribution in words."""
    most = max(figures.classes)
    return [
        Class(text, number, 100 * number / most)
        for text, number in zip(_names(), figures.classes, strict=True)
    ]


def _names() -> list[str]:
    between = [_("%(first)s to %(last)s s", first=first, last=last) for first, last in pairwise(STEPS)]
    return [_("under %(last)s s", last=STEPS[0]), *between, _("%(first)s s and longer", first=STEPS[-1])]


@bp.get("/mine")
@allow(Permission.DESK_TRIAGE)
def mine() -> ResponseReturnValue:
    """Show one's own figures."""
    efforts = own_efforts(me().id or 0, since=ports.clock.now() - timedelta(days=DAYS))
    week = [one for one in efforts if one.at > ports.clock.now() - WEEK]
    days: Sequence[tuple[date, Summary]] = by_day(efforts, ZoneInfo(city().zone))
    figures = summary(week)
    return render_template(
        "triage/mine.html", figures=figures, classes=classes_of(figures) if figures else [], days=days, desk=desk_figures(),
    )  # fmt: skip
