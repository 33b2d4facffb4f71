"""Limits, needs and grounds of a case in words: how long, how it is counted, what closing takes, why it came here."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext, ngettext

from reporter.cases.models import Source
from reporter.desks.dates import span
from reporter.routing.choose import When
from reporter.routing.deadlines import HOURS_A_DAY, Limit


def limit_words(limit: str) -> str:
    """Return a limit such as `30m`, `4h`, `4wh`, `5wd` in words; "" when there is none."""
    if not limit:
        return ""
    length = Limit.parse(limit)
    if length.unit == "m":
        return ngettext("%(num)d minute", "%(num)d minutes", length.amount)
    if length.unit == "h":
        return ngettext("%(num)d hour", "%(num)d hours", length.amount)
    if length.unit == "wm":
        return ngettext("%(num)d working minute", "%(num)d working minutes", length.amount)
    if length.unit == "wh":
        return ngettext("%(num)d working hour", "%(num)d working hours", length.amount)
    return ngettext("%(num)d working day", "%(num)d working days", length.amount)


def how_counted(limit: str) -> str:
    """Return on which clock a limit runs."""
    if Limit.parse(limit).working:
        return gettext("only working time counts, 9:00 to 17:00 on working days")
    return gettext("counted day and night")


def counted_words(minutes: int, limit: str) -> str:
    """Return `minutes` in words; beside a limit that counts working time, as working time."""
    if not Limit.parse(limit).working:
        return span(minutes)
    hours = minutes // 60
    if hours >= HOURS_A_DAY and hours % HOURS_A_DAY == 0:
        return limit_words(f"{hours // HOURS_A_DAY}wd")
    return limit_words(f"{hours}wh")


def closing_needs(nature: str) -> str:
    """Return what a case of this nature needs before it can be closed."""
    if nature == "act":
        return gettext("The penalty or education record: its kind, its number and a few words")
    return gettext("A photo after the work, from the same spot; with a penalty, its document number")


def grounds(reason: Mapping[str, Any], *, kind: str, area: str) -> str:
    """Return in words why a case went to its unit.

    Args:
        reason: what `routing` wrote down: rule, kind, subtype, area, chosen, fallback.
        kind: the name of the sub-type, or of the kind.
        area: the name of the area that the rule names.
    """
    if reason.get("fell_back"):
        return gettext("No unit took it in time, so the fallback unit does.")
    if reason.get("chosen"):
        return gettext("A dispatcher chose this unit by hand.")
    if reason.get("rule") is None:
        return gettext("No rule matches this kind and place; the fallback unit takes it.")
    return " ".join(filter(None, (_by_what(reason, kind, area), holds_when(reason), holds_for(reason))))


def left_out(units: Sequence[str]) -> str:
    """Return in words which units the rules were not asked for, because they sent the case back; "" for none."""
    return gettext("Left out, because they sent it back: %(units)s.", units=", ".join(units)) if units else ""


def factor_words(limits: Mapping[str, Any]) -> str:
    """Return in words what made the handling limit longer or shorter at registration; "" when nothing did."""
    if "percent" not in limits:
        return ""
    names = ", ".join(limits.get("factors", ()))
    return gettext("%(share)s %% of the ordinary limit: %(names)s.", share=limits["percent"], names=names)


def holds_when(reason: Mapping[str, Any]) -> str:
    """Return in words in which time a rule holds; "" when it always does."""
    return {
        When.WORKING: gettext("It holds within working time."),
        When.OUTSIDE: gettext("It holds outside working time: at night, at weekends, on holidays."),
    }.get(reason.get("when", ""), "")


def holds_for(reason: Mapping[str, Any]) -> str:
    """Return in words for which source of cases a rule holds; "" when for all."""
    source = reason.get("source")
    return (
        gettext("It holds for cases of this source: %(source)s.", source=source_word(source))
        if source
        else ""
    )


def source_word(source: str) -> str:
    """Return the word for how a case came to the city."""
    return {
        Source.RESIDENT: gettext("residents' photos"),
        Source.PATROL: gettext("patrols"),
        Source.HOTLINE: gettext("hotline"),
        Source.PARTNER: gettext("other systems"),
    }[Source(source)]


def _by_what(reason: Mapping[str, Any], kind: str, area: str) -> str:
    number = reason["rule"]
    by_kind, by_area = reason.get("kind") or reason.get("subtype"), reason.get("area")
    if by_kind and by_area:
        return gettext(
            "Rule %(number)s: %(kind)s is this unit's work, and the place lies in %(area)s.",
            number=number, kind=kind, area=area,
        )  # fmt: skip
    if by_kind:
        return gettext("Rule %(number)s: %(kind)s is this unit's work.", number=number, kind=kind)
    if by_area:
        return gettext("Rule %(number)s: everything in %(area)s goes to this unit.", number=number, area=area)
    return gettext("Rule %(number)s, which holds for everything.", number=number)
