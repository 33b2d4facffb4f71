"""The register clock of a report: a reminder, then those above, each once; and it stops with the triage."""

from datetime import timedelta

import pytest

from reporter.cases.lifecycle import State as CaseState
from reporter.kernel.policy import Actor
from reporter.ports import Ports
from reporter.reports.commands import followup, triage
from reporter.reports.commands.ticking import tick
from reporter.reports.models import Report
from reporter.reports.queries import get_report, history
from tests.make import a_category, a_moderator, a_report, the_fallback

MINUTE = timedelta(minutes=1)


def actions(report: Report) -> list[str]:
    """Return what has happened to `report`."""
    return [entry.action for entry in history(get_report(report.id))]


def test_it_is_reminded_of_then_those_above_are_told_then_nothing(fakes: Ports) -> None:
    report = a_report(category=a_category(register_limit="1h"))

    done = []
    for _ in range(8):
        fakes.clock.move(12 * MINUTE)  # type: ignore[attr-defined]
        done.append(tick())

    assert done == [0, 0, 0, 1, 1, 0, 0, 0]
    assert actions(report) == ["submit", "remind", "escalate"]


def test_after_a_standstill_there_is_no_reminder_of_what_is_late(fakes: Ports) -> None:
    report = a_report()
    fakes.clock.move(timedelta(days=3))  # type: ignore[attr-defined]

    done = [tick(), tick()]

    assert done == [1, 0]
    assert actions(report) == ["submit", "escalate"]


def test_whoever_is_asked_is_not_waited_for_by_the_clock_and_the_answer_starts_it_anew(fakes: Ports) -> None:
    report = a_report(category=a_category(register_limit="1h"))
    triage.request_info(report, "哪个路口？", by=a_moderator().actor)
    fakes.clock.move(timedelta(days=2))  # type: ignore[attr-defined]
    quiet = tick()

    followup.answer(get_report(report.id), "东口", by=Actor(id=None, report_id=report.id))

    report = get_report(report.id)
    assert quiet == 0
    assert report.due_at == fakes.clock.now() + 60 * MINUTE
    assert report.ring_at == fakes.clock.now() + 48 * MINUTE


@pytest.mark.parametrize("end", ["accept", "decline"])
def test_what_is_decided_rings_no_more(fakes: Ports, end: str) -> None:
    the_fallback()
    report = a_report()
    if end == "accept":
        case = triage.accept(report, triage.Judgement(), by=a_moderator().actor)
        assert case.state is CaseState.DISPATCHED
    else:
        triage.decline(report, "不在范围内", by=a_moderator().actor)
    fakes.clock.move(timedelta(days=2))  # type: ignore[attr-defined]

    assert get_report(report.id).ring_at is None
    assert tick() == 0
