"""Every step of a report and its case as the resident reads it: newest first, no names but those of units."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from reporter.desks.dates import span
from reporter.desks.limits import limit_words
from reporter.desks.resident.story import Picture, Story
from reporter.kernel.audit import TrailEntry
from reporter.reports.screening import without_personal_data
from reporter.reports.unfixed import unheard

AT_ONCE = timedelta(seconds=90)  # two steps of one key press: the second waits while it can be undone


@dataclass(frozen=True)
class Light:
    """A light and its word."""

    level: str
    text: str


@dataclass(frozen=True)
class Step:
    """One row. `mark` is done, now, todo or stop; `promise` is the instant promised in this step."""

    title: str
    at: datetime | None = None
    mark: str = "done"
    text: str = ""
    promise: datetime | None = None
    light: Light | None = None
    photos: Sequence[Picture] = ()
    name: str = ""


def past_steps(story: Story) -> list[Step]:
    """Return what has happened, newest first."""
    told = sorted(
        [*_of_report(story), *_of_case(story)], key=lambda step: step.at or story.report.submitted_at
    )
    return list(reversed(_joined(told)))


def _joined(steps: Sequence[Step]) -> list[Step]:
    """Return `steps` with "taken up" and "handed to" as one, when one key press did both."""
    joined: list[Step] = []
    for step in steps:
        if joined and _one_press(joined[-1], step):
            joined[-1] = replace(step, title=_("Taken up and handed to a unit"))
        else:
            joined.append(step)
    return joined


def _one_press(first: Step, second: Step) -> bool:
    if (first.name, second.name) != ("accept", "dispatch") or first.at is None or second.at is None:
        return False
    return second.at - first.at < AT_ONCE


def _of_report(story: Story) -> Iterator[Step]:
    questions = (message.words for message in story.messages if message.from_centre)
    answers = (message.words for message in story.messages if not message.from_centre)
    shares = story.shares()
    for entry in story.report_trail:
        if entry.action == "submit":
            yield _submitted(story, entry, shares[0])
        elif entry.action == "request_info":
            yield Step(_("We asked you something"), entry.at, text=next(questions, ""))
        elif entry.action in {"answer", "add"}:
            title = _("You answered") if entry.action == "answer" else _("You added something")
            yield Step(title, entry.at, text=next(answers, ""), photos=shares[entry.id])
        elif entry.action == "say_solved":
            yield Step(
                _("You said it is solved") if entry.facts["solved"] else _("You said it is not solved yet"),
                entry.at,
            )
        elif entry.action in _ENDINGS:
            title, text, mark = _ENDINGS[entry.action]
            yield Step(str(title), entry.at, mark, entry.reason or str(text), name=entry.action)


_ENDINGS: Mapping[str, tuple[object, object, str]] = {
    "accept": (_l("Taken up"), _l("It is a case now; a unit is being found."), "done"),
    "merge": (
        _l("Joined to the same case"),
        _l("Somebody reported the same thing before. You are told like the first."),
        "done",
    ),
    "join": (
        _l("You saw it too"),
        _l("It goes with the case that was open already. You are told like whoever reported it first."),
        "done",
    ),
    "unmerge": (_l("Looked at on its own again"), "", "done"),
    "decline": (_l("Not taken up"), "", "stop"),
    "withdraw": (_l("Withdrawn by you"), "", "stop"),
}


def _submitted(story: Story, entry: TrailEntry, photos: Sequence[Picture]) -> Step:
    words = [ngettext("%(num)d photo", "%(num)d photos", len(photos))]
    if story.others > 0:
        others = ngettext("%(num)d other person saw it too", "%(num)d other people saw it too", story.others)
        words.append(others)
    return Step(_("You reported it"), entry.at, text=" · ".join(words), photos=photos)


def _of_case(story: Story) -> Iterator[Step]:
    for place, entry in enumerate(story.case_trail):
        if entry.action in _PLAIN:
            title, text = _PLAIN[entry.action]
            yield Step(str(title), entry.at, text=str(text))
        elif write := _WRITERS.get(entry.action):
            step = write(story, place, entry)
            if step is not None:
                yield step


# What the centre and its units settle among themselves (requests, refusals, joining, archiving) is not told.
_PLAIN: Mapping[str, tuple[object, object]] = {
    "approve_send_back": (_l("Another unit is being found"), _l("The first one was not the right one.")),
    "approve_extension": (_l("More time was granted"), _l("The unit asked before its time was over.")),
    "approve_shelve": (_l("Put on the list for later"), _l("It has to wait for a season or for building work.")),
    "approve_defer": (_l("Put off for a short time"), ""),
    "resume": (_l("Work goes on"), ""),
    "inspect_pass": (_l("Checked and passed"), _l("An inspector has looked; whoever checks is never whoever handled it.")),
    "inspect_fail": (_l("Checked: not good enough yet"), _l("It went back to the unit.")),
    "supervise": (_l("Under supervision"), _l("The supervisors are watching this case.")),
    "whistle": (_l("More units called in"), ""),
    "escalate": (_l("Later than promised"), _l("Those above have been told.")),
    "supervise_late": (_l("Under supervision"), _l("The supervisors are watching this case.")),
    "follow_up": (_l("We asked how it went"), ""),
}  # fmt: skip

Writer = Callable[[Story, int, TrailEntry], Step | None]


def _dispatched(story: Story, _place: int, entry: TrailEntry) -> Step:
    unit = story.unit_name(entry.facts.get("unit_id"))
    limit = limit_words(story.case.limits.get("handle", "")) if story.case else ""
    text = _("%(unit)s, within %(limit)s.", unit=unit, limit=limit) if unit else ""
    if entry.action == "fall_back" and entry.facts.get("stage") == "handle":
        return Step(_("Another unit joins in"), entry.at, text=unit)
    title = _("Handed to a unit") if entry.action == "dispatch" else _("Handed to another unit")
    return Step(title, entry.at, text=text, promise=story.promised(entry.at, "handle"), name=entry.action)


def _claimed(story: Story, place: int, entry: TrailEntry) -> Step:
    sent = [one for one in story.case_trail[:place] if one.action in {"dispatch", "reassign", "fall_back"}]
    if not sent:
        return Step(_("A unit has taken it on"), entry.at)
    unit, due = story.unit_name(sent[-1].facts.get("unit_id")), story.promised(sent[-1].at, "claim")
    light = Light("ok", _("In time")) if due is None or entry.at <= due else Light("warn", _("Late"))
    text = _("%(unit)s, after %(time)s.", unit=unit, time=span(entry.at - sent[-1].at))
    return Step(_("Taken on"), entry.at, text=text, light=light)


def _handled(story: Story, _place: int, entry: TrailEntry) -> Step:
    unit = story.unit_name(story.case.lead_unit_id) if story.case else ""
    words = without_personal_data(entry.reason)
    text = _("%(unit)s: %(words)s", unit=unit, words=words) if unit and words else words or unit
    return Step(_("Handled"), entry.at, text=text)


def _stopped(_story: Story, _place: int, entry: TrailEntry) -> Step:
    title = _("Ended without repair") if entry.action == "close_unfixed" else _("Found not valid")
    return Step(title, entry.at, "stop", without_personal_data(entry.reason))


def _rated(story: Story, _place: int, entry: TrailEntry) -> Step | None:
    if not story.own_entry(entry):
        return None
    return Step(
        _("You rated it"),
        entry.at,
        text=rating_words(str(entry.facts.get("rating") or entry.facts.get("own_rating", ""))),
    )


def _reopened(story: Story, _place: int, entry: TrailEntry) -> Step:
    if story.own_entry(entry):
        photos = story.shares()[entry.id]
        return Step(_("You said it is not put right"), entry.at, text=entry.reason, photos=photos)
    return Step(_("Opened again"), entry.at, text=_("It was not put right."))


def _unfixed(story: Story, _place: int, entry: TrailEntry) -> Step | None:
    if not story.own_entry(entry):
        return None
    light = Light("warn", _("The centre looks at it")) if entry in unheard(story.case_trail) else None
    photos = story.shares()[entry.id]
    return Step(_("You said it is not put right"), entry.at, text=entry.reason, light=light, photos=photos)


def _urged(story: Story, _place: int, entry: TrailEntry) -> Step | None:
    if story.own_entry(entry):
        return Step(_("You reminded the unit"), entry.at)
    return None if entry.facts.get("report_id") else Step(_("The centre reminded the unit"), entry.at)


def _asked(story: Story, _place: int, entry: TrailEntry) -> Step:
    if not story.first:
        return Step(_("The unit asked whoever reported it first"), entry.at)
    return Step(_("The unit asked you something"), entry.at, text=entry.reason)


def _answered(story: Story, _place: int, entry: TrailEntry) -> Step | None:
    """Return nothing for one's own answer: it stands among what one added."""
    return None if story.own_entry(entry) else Step(_("Somebody else who reported it answered"), entry.at)


_WRITERS: Mapping[str, Writer] = {
    "dispatch": _dispatched,
    "reassign": _dispatched,
    "fall_back": _dispatched,
    "ask_reporter": _asked,
    "answer": _answered,
    "claim": _claimed,
    "submit_result": _handled,
    "close_unfixed": _stopped,
    "void": _stopped,
    "rate": _rated,
    "reopen": _reopened,
    "say_unfixed": _unfixed,
    "urge": _urged,
}

_RATINGS: Mapping[str, object] = {
    "satisfied": _l("Satisfied"),
    "mostly": _l("Mostly satisfied"),
    "neutral": _l("So-so"),
    "dissatisfied": _l("Dissatisfied"),
}


def rating_words(rating: str) -> str:
    """Return one of the four answers in words."""
    return str(_RATINGS.get(rating, rating))
