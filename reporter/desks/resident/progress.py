"""How a report stands now: its one light, what comes next, and what its reporter may do about it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from reporter.cases.lifecycle import RATING_WINDOW, REOPENINGS_AT_MOST, Move
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.lifecycle import step_for as case_step
from reporter.cases.models import Case, Nature
from reporter.cities.queries import local
from reporter.desks.dates import plain_clock, plain_moment, span
from reporter.desks.resident.held import holder_of
from reporter.desks.resident.joined import apart_words
from reporter.desks.resident.spot import words_of_place
from reporter.desks.resident.story import Story, read_story
from reporter.desks.resident.timeline import Light, Step, past_steps
from reporter.desks.resident.usual import usual_words
from reporter.desks.states import RESIDENT, state_light, state_word
from reporter.kernel.errors import WrongStep
from reporter.kernel.policy import Role, may
from reporter.ports import ports
from reporter.reports.lifecycle import WAITING, Action, State, actions_from
from reporter.reports.models import Report
from reporter.reports.unfixed import said_unfixed

REOPENABLE = frozenset({CaseState.CLOSED, CaseState.CLOSED_UNFIXED})
UNMENDED = frozenset({CaseState.CLOSED_UNFIXED, CaseState.VOID})
ENDED = frozenset({CaseState.CLOSED, CaseState.CLOSED_UNFIXED, CaseState.ARCHIVED, CaseState.VOID})


@dataclass(frozen=True)
class Headline:
    """The one light of the page, its words and a line below."""

    level: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class Progress:
    """Everything that the page of one report shows.

    Attributes:
        doors: what the reporter may do now: answer, add, withdraw, rate, reopen, say_unfixed, urge.
        until: when rating and reopening end, while they are open.
        question: what the centre asked and waits for.
        usual: how long it usually takes, while it is still to be put right.
        used_up: it ended, and was opened again once already: what is still wrong is reported anew.
        apart: why it does not go with the case that its reporter saw too.
        place: where it is, in words.
    """

    story: Story
    headline: Headline
    steps: Sequence[Step]
    doors: frozenset[str]
    until: datetime | None
    question: str
    usual: str
    apart: str
    used_up: bool
    place: str


def progress_of(report: Report) -> Progress:
    """Return how `report` stands now."""
    story = read_story(report)
    doors = _doors(story)
    coming = _coming(story, doors)
    closed = story.case.closed_at if story.case else None
    asked = [message.words for message in story.messages if message.from_centre]
    asked += [entry.reason for entry in story.case_trail if entry.action == CaseAction.ASK_REPORTER]
    return Progress(
        story=story, headline=_headline(story, doors), doors=doors, steps=[*coming, *past_steps(story)],
        until=closed + RATING_WINDOW if closed and doors & {"rate", "reopen", "say_unfixed"} else None,
        question=asked[-1] if asked and "answer" in doors else "",
        usual=usual_words(story) if _goes_on(story) else "", apart=apart_words(report, story.report_trail),
        used_up=story.case is not None and story.case.state in REOPENABLE and story.case.reopen_count >= REOPENINGS_AT_MOST,
        place=words_of_place(report) or story.area,
    )  # fmt: skip


def _goes_on(story: Story) -> bool:
    if story.case is not None:
        return story.case.is_open
    return story.report.state in WAITING


def _doors(story: Story) -> frozenset[str]:
    report, case = story.report, story.case
    own = {Action.ANSWER, Action.ADD, Action.WITHDRAW} & set(actions_from(report.state))
    doors = {str(action) for action in own}
    if case is None:
        return frozenset(doors)
    said = any(story.own_entry(entry) for entry in said_unfixed(story.case_trail))
    facts = {"rated_before": bool(report.rating), "said_before": said}
    if doors & {"withdraw"} and not _open(story, case, CaseAction.LEAVE, {}):
        doors.discard("withdraw")
    of_role = (CaseAction.REOPEN, CaseAction.ANSWER) if story.first else (CaseAction.SAY_UNFIXED,)
    offered = (CaseAction.RATE, *of_role)
    doors |= {str(action) for action in offered if _open(story, case, action, facts)}
    if _open(story, case, CaseAction.URGE, facts) and not _urged_today(story):
        doors.add("urge")
    return frozenset(doors)


def _open(story: Story, case: Case, action: CaseAction, facts: dict[str, Any]) -> bool:
    """Tell whether the table, the policy and the step's guards leave `action` to the reporter now."""
    by = holder_of(story.report).lent(Role.REPORTER)
    try:
        step = case_step(case.state, action)
    except WrongStep:
        return False
    move = Move(by=by, at=ports.clock.now(), facts=facts)
    return may(by, step.who, case) and not any(guard(case, move) for guard in step.guards)


def _urged_today(story: Story) -> bool:
    today = local(ports.clock.now()).date().isoformat()
    own = (entry for entry in story.case_trail if entry.action == "urge" and story.own_entry(entry))
    return any(entry.facts.get("day") == today for entry in own)


def _headline(story: Story, doors: frozenset[str]) -> Headline:
    report, case = story.report, story.case
    if case is None:
        level = state_light("report", report.state)
        return Headline(level, state_word("report", report.state, RESIDENT), _report_line(story))
    title = state_word("case", case.state, RESIDENT)
    if case.state in ENDED:
        return Headline(state_light("case", case.state), _ending(case, title, doors), _took(story, case))
    if case.state is CaseState.WAITING:
        if not story.first:
            return Headline(
                "warn", _("Waiting for an answer"), _("The unit asked whoever reported it first.")
            )
        return Headline("warn", title, _("Please answer below; then we go on."))
    if _late(case):
        return Headline("bad", _("%(state)s, later than promised", state=title), _due_line(case))
    return Headline("warn" if case.state is CaseState.HANDLED else "ok", title, _due_line(case))


def _report_line(story: Story) -> str:
    report = story.report
    if report.state is State.DECLINED:
        return next((entry.reason for entry in reversed(story.report_trail) if entry.action == "decline"), "")
    if report.state is State.INFO_REQUESTED:
        return _("Please answer below; then we go on.")
    return _("You hear from us before %(time)s.", time=plain_clock(report.due_at)) if report.due_at else ""


def _late(case: Case) -> bool:
    return case.due_at is not None and ports.clock.now() > case.due_at


def _due_line(case: Case) -> str:
    if case.due_at is None:
        return ""
    time = plain_clock(case.due_at)
    return (
        _("It was promised before %(time)s.", time=time)
        if _late(case)
        else _("Promised before %(time)s.", time=time)
    )


def _ending(case: Case, title: str, doors: frozenset[str]) -> str:
    if case.state in {CaseState.CLOSED, CaseState.ARCHIVED} and case.nature is Nature.ACT:
        title = _("Dealt with")
    return _("%(state)s: please rate it", state=title) if "rate" in doors else title


def _took(story: Story, case: Case) -> str:
    """Return how long it took, beside the promise where one held from beginning to end; or why it was not mended."""
    if case.state in UNMENDED:
        return next(
            (
                entry.reason
                for entry in reversed(story.case_trail)
                if entry.action in {"close_unfixed", "void"}
            ),
            "",
        )
    if case.handled_at is None or case.dispatched_at is None:
        return ""
    took = span(case.handled_at - case.registered_at)
    moved = {
        "approve_extension",
        "resume",
        "answer",
        "fall_back",
        "reopen",
        "inspect_fail",
        "reassign",
        "approve_send_back",
    }
    due = story.promised(case.dispatched_at, "handle")
    if due is None or any(entry.action in moved for entry in story.case_trail):
        return _("It took %(time)s.", time=took)
    gap = span(due - case.handled_at)
    if case.handled_at <= due:
        return _("It took %(time)s, %(gap)s less than promised.", time=took, gap=gap)
    return _("It took %(time)s, %(gap)s more than promised.", time=took, gap=gap)


def _coming(story: Story, doors: frozenset[str]) -> list[Step]:
    """Return what comes next, as the first row; nothing when all is over."""
    report, case = story.report, story.case
    if case is None:
        row = _REPORT_NEXT.get(report.state)
        return [replace(row(), promise=report.due_at, mark="now")] if row else []
    if "rate" in doors:
        text = _("Without a rating within seven days the inspector's finding stands.")
        return [Step(_("Waiting for your rating"), mark="now", text=text)]
    row = _CASE_NEXT.get(case.state)
    if row is None:
        return []
    light = Light("bad", _("Later than promised")) if _late(case) else None
    step = replace(row(), promise=case.due_at, mark="now", light=light)
    if case.state is CaseState.WAITING and not story.first:
        step = replace(step, title=_("Waiting for an answer"))
    if story.review_at and case.state is CaseState.WAITING:
        until = plain_moment(story.review_at)
        step = replace(
            step, text=_("Without an answer before %(time)s the unit goes on as well as it can.", time=until)
        )
    elif story.review_at:
        step = replace(step, text=_("Looked at again on %(time)s.", time=plain_moment(story.review_at)))
    return [step]


_REPORT_NEXT: Mapping[State, Callable[[], Step]] = {
    State.SUBMITTED: lambda: Step(_("A moderator looks at it")),
    State.ASIDE: lambda: Step(_("A moderator looks at it")),
    State.INFO_REQUESTED: lambda: Step(_("Waiting for your answer")),
}
_CASE_NEXT: Mapping[CaseState, Callable[[], Step]] = {
    CaseState.REGISTERED: lambda: Step(_("A unit is being found")),
    CaseState.DISPATCHED: lambda: Step(_("The unit takes it on")),
    CaseState.HANDLING: lambda: Step(_("The unit is handling it")),
    CaseState.SHELVED: lambda: Step(_("On the list for later")),
    CaseState.DEFERRED: lambda: Step(_("Put off for a short time")),
    CaseState.WAITING: lambda: Step(_("Waiting for your answer")),
    CaseState.HANDLED: lambda: Step(_("An inspector checks it")),
}
