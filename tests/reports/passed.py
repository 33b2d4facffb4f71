"""Reports whose pictures a program has looked through, and a moderator has let people nearby see."""

from itertools import count
from typing import Any

from reporter.cases.models import Case
from reporter.cases.queries import get_case
from reporter.photos.commands.searching import search
from reporter.photos.models import Photo
from reporter.photos.queries import get_photo
from reporter.ports import ports
from reporter.reports.commands.nearby import show_nearby
from reporter.reports.commands.triage import Judgement, accept
from reporter.reports.models import Report
from reporter.reports.nearby import Candidate, candidates
from reporter.reports.queries import photo_ids_of
from tests.make import a_moderator, a_report, the_fallback

FACE: dict[str, Any] = {
    "kind": "face", "x": 0.4, "y": 0.4, "w": 0.2, "h": 0.2, "score": 0.9, "threshold": 0.25, "finder": "tests 1",
}  # fmt: skip
_version = count(1)


def look_through(report: Report, found: list[dict[str, Any]] | Exception) -> None:
    """Let programs that nobody has asked yet look through the report's first picture, and find this."""
    finder: Any = ports.finder
    finder.name, finder.regions = f"tests {next(_version)}", found
    try:
        search(photo_of(report).id)
    finally:
        finder.regions = None


def photo_of(report: Report) -> Photo:
    """Return the report's first picture."""
    return get_photo(photo_ids_of(report.id)[0])


def judged(report: Report) -> Candidate:
    """Return the report's first picture as people nearby would see it."""
    return candidates(report)[0]


def a_searched_report(*, boxes: int = 1, **facts: Any) -> Report:
    """Return a report on whose picture a program found `boxes` faces."""
    the_fallback()
    report = a_report(**facts)
    look_through(report, [FACE | {"x": round(0.4 + number / 1000, 5)} for number in range(boxes)])
    return report


def let_pass(report: Report) -> Case:
    """Return the case that the report becomes, once its picture may be seen nearby."""
    moderator = a_moderator().actor
    show_nearby(report, photo_of(report).id, look=judged(report).look, by=moderator)
    return get_case(accept(report, Judgement(), by=moderator).id)
