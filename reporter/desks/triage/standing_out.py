"""What stands out about a report, in words: at its page in sentences, on the list in two or three words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from reporter.reports.models import Report
from reporter.reports.risk import Reason, Why

# fmt: off
SENTENCES: Mapping[Why, object] = {
    Why.URGENT:         _l("Urgent by its kind"),
    Why.MINOR_SEEN:     _l("It is marked: somebody under age can be seen"),
    Why.MINORS:         _l("The text speaks of children or pupils"),
    Why.FLAGGED:        _l("The text holds a word of the city's list"),
    Why.REPEATED_PLATE: _l("A number plate is named again and again by few people"),
    Why.REPEATED_SHOP:  _l("A shop is named again and again by few people"),
    Why.REPEATED_PLACE: _l("This place is reported again and again by few people"),
    Why.BURST:          _l("Many reports from one sender within an hour"),
    Why.PERSONAL:       _l("The text may hold personal data"),
    Why.ELSEWHERE:      _l("A picture was taken somewhere else"),
    Why.OLD:            _l("A picture was taken at another time"),
    Why.SEEN:           _l("A picture was sent before"),
    Why.NEWCOMER:       _l("The first report of this account"),
    Why.SAME_WORDS:     _l("The same words again and again"),
    Why.SAME_PICTURE:   _l("The same picture again and again"),
    Why.NO_MEANING:     _l("The words say nothing"),
    Why.SHORT_LIVED:    _l("A mail address that lasts for minutes"),
    Why.OVER_BUDGET:    _l("Far more reports than usual from one sender"),
}
SHORT: Mapping[Why, object] = {
    Why.MINOR_SEEN:     _l("minor to be seen"),
    Why.MINORS:         _l("minors"),
    Why.FLAGGED:        _l("word of the list"),
    Why.REPEATED_PLATE: _l("repeated plate"),
    Why.REPEATED_SHOP:  _l("repeated shop"),
    Why.REPEATED_PLACE: _l("repeated place"),
    Why.BURST:          _l("burst"),
    Why.PERSONAL:       _l("personal data"),
    Why.ELSEWHERE:      _l("taken elsewhere"),
    Why.OLD:            _l("old picture"),
    Why.SEEN:           _l("picture seen before"),
    Why.NEWCOMER:       _l("first report"),
    Why.SAME_WORDS:     _l("same words"),
    Why.SAME_PICTURE:   _l("same picture"),
    Why.NO_MEANING:     _l("says nothing"),
    Why.SHORT_LIVED:    _l("short-lived address"),
    Why.OVER_BUDGET:    _l("over the limit"),
}
# fmt: on


@dataclass(frozen=True)
class StandsOut:
    """One line. `small`: how many reports, of how many people; nobody is named."""

    text: str
    small: str = ""
    mark: str = "n"


def standing_out(report: Report) -> Sequence[StandsOut]:
    """Return what stands out about a report, the weightiest first."""
    return [StandsOut(str(SENTENCES[one.why]), _how_many(one)) for one in map(Reason.of, report.reasons)]


def weightiest(reasons: Sequence[Mapping[str, Any]]) -> str:
    """Return the weightiest of stored reasons in two or three words, "" where there is none; urgency has a light of its own."""
    whys = (Reason.of(one).why for one in reasons)
    return next((str(SHORT[why]) for why in whys if why in SHORT), "")


def _how_many(reason: Reason) -> str:
    if reason.word:
        return _("“%(words)s”", words=reason.word)
    if not reason.reports:
        return ""
    reports = ngettext("%(num)d report", "%(num)d reports", reason.reports)
    if not reason.people:
        return reports
    people = ngettext("%(num)d person", "%(num)d people", reason.people)
    return _("%(reports)s by %(people)s within a week", reports=reports, people=people)
