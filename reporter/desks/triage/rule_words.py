"""The conditions under which a report was taken in without a moderator, in sentences."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from reporter.desks.words import metres
from reporter.reports.calm import Need


def held_words(held: Mapping[str, Any]) -> str:
    """Return a condition that held, in a sentence."""
    return _SAYS[Need(held["need"])](held)


_SAYS: Mapping[Need, Callable[[Mapping[str, Any]], str]] = {
    Need.KIND: lambda _held: _("The kind is one of those the rule names"),
    Need.HOURS: lambda held: _("It came at the hours of the rule (%(hour)s o'clock)", hour=held["hour"]),
    Need.CALM: lambda _held: _("Nothing stood out"),
    Need.GRAVE: lambda _held: _("No personal data, nobody under age, no fire lane, nothing urgent"),
    Need.SENDER: lambda held: ngettext(
        "%(num)d report of the sender was accepted in 90 days, none refused",
        "%(num)d reports of the sender were accepted in 90 days, none refused",
        held["accepted"],
    ),
    Need.SUBTYPE: lambda _held: _("The sub-type was chosen"),
    Need.PLACE: lambda held: (
        _("The place lies in one area, exact to %(distance)s", distance=metres(held["accuracy"]))
        if held["accuracy"]
        else _("The place lies in one area")
    ),
    Need.ALONE: lambda _held: _("No open case near it is the same thing"),
    Need.UNIT: lambda held: _("Rule %(number)s names the unit", number=held["rule"]),
}
