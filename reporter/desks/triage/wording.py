"""Ready sentences for residents, and who changed what, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reporter.accounts.queries import names_of
from reporter.desks.dates import plain_clock
from reporter.desks.states import action_word
from reporter.kernel.audit import TrailEntry


@dataclass(frozen=True)
class Ready:
    """A ready sentence. `label` is the moderator's, `text` what the resident reads."""

    label: object
    text: object


# fmt: off
DECLINES = {
    "not_ours":  Ready(_l("not our kind"),       _l("What you report is not one of the kinds of disorder that this service takes up. Thank you for looking after the city.")),
    "unclear":   Ready(_l("picture unclear"),    _l("The photo does not show the problem. Please take one from near and one with a street sign or shop in it, and report it again.")),
    "no_place":  Ready(_l("place unknown"),      _l("We could not find the place. Please report it again with a pin on the map, or a house number.")),
    "outside":   Ready(_l("outside the city"),   _l("The place lies outside this district. Please call 12345; they pass it on.")),
    "settled":   Ready(_l("already put right"),  _l("When we looked, the problem had been put right already. Thank you.")),
    "private":   Ready(_l("a private dispute"),  _l("This is a dispute between private people. The community office or 12345 can help.")),
    "emergency": Ready(_l("an emergency"),       _l("When somebody is in danger, please call 110, 119 or 120 at once; this service cannot answer fast enough.")),
    "empty":     Ready(_l("test or no content"), _l("The report holds nothing that we could follow up.")),
    "spam":      Ready(_l("spam"),               _l("We took this report for spam and did not follow it up. If that is a mistake, please call 12345 and name its number, or report it again with a photo that shows the problem.")),
}
ASKS = {
    "where":     Ready(_l("where exactly"),      _l("Where exactly is it? A house number, a crossing or the name of a shop nearby helps.")),
    "pictures":  Ready(_l("more pictures"),      _l("Please add a photo from near that shows the problem, and one from farther away with a street sign or shop in it.")),
    "still":     Ready(_l("still there"),        _l("Is the problem still there?")),
    "when":      Ready(_l("when"),               _l("Since when, or at what times of the day, does this happen?")),
    "what":      Ready(_l("what exactly"),       _l("What exactly is the problem on the photo?")),
}
OUTCOMES = (
    ("fixed",       _l("It is put right")),
    ("not_fixed",   _l("It is not put right: the case is opened again")),
    ("not_reached", _l("Nobody was reached")),
)
LEVELS = (
    ("daily",     _l("Everyday: within four working hours")),
    ("hard",      _l("Hard to solve: within one working day")),
    ("emergency", _l("Emergency: within half an hour")),
)
# fmt: on


@dataclass(frozen=True)
class Template:
    """A ready sentence as a dialog offers it; its place is the key."""

    name: str
    label: str
    text: str


_WRITTEN: dict[tuple[str, str, tuple[str, ...]], list[Template]] = {}  # few: languages times languages


def templates(ready: dict[str, Ready], locale: str) -> list[Template]:
    """Return ready sentences: labels in the reader's language, texts in the resident's."""
    key = str(get_locale()), locale, tuple(ready)
    if key not in _WRITTEN:
        labels = {name: str(one.label) for name, one in ready.items()}
        with force_locale(locale):
            _WRITTEN[key] = [Template(name, labels[name], str(one.text)) for name, one in ready.items()]
    return _WRITTEN[key]


def who_did(entry: TrailEntry, names: dict[int, str]) -> str:
    """Return who did it; whoever reported stays hidden."""
    if entry.actor_role == "system":
        return _("the system")
    roles = set(entry.actor_role.split(","))
    if entry.actor_id is None or roles <= {"", "resident", "reporter"} or "reporter" in roles:
        return _("whoever reported")
    return names.get(entry.actor_id, "")


def last_change(kind: str, trail: Sequence[TrailEntry]) -> str:
    """Return the newest entry of a report's or a case's trail in one line."""
    if not trail:
        return ""
    entry = trail[-1]
    return _(
        "%(who)s: %(what)s, %(when)s", who=who_did(entry, names_of([entry.actor_id])),
        what=action_word(kind, entry.action), when=plain_clock(entry.at),
    )  # fmt: skip
