"""What a report is weighed by when it comes in and when something is added; by what it is known again, and how long."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.policy import Actor
from reporter.ports import Ports
from reporter.reports.commands import followup
from reporter.reports.commands.weighing import forget_traces
from reporter.reports.lifecycle import State
from reporter.reports.models import Report, ReportTrace
from reporter.reports.queries import get_report, history
from reporter.reports.risk import CALM
from reporter.reports.traces import KEPT, others_with, traces_of
from tests.make import HERE, a_category, a_city, a_report, a_user

FAR = (113.13, 41.05)


def sent(number: int, **facts: Any) -> list[Report]:
    """Return reports that one address sent, each from another place and of other words unless told otherwise."""
    return [
        a_report(
            **{"at": (113.08 + one / 500, 41.01), "words": f"第{one}处占道堆放", "origins": ["address"]}
            | facts
        )
        for one in range(number)
    ]


def whys(report: Report) -> list[str]:
    db.session.expire_all()
    return [reason["why"] for reason in get_report(report.id).reasons]


def test_a_report_like_any_other_stands_last_and_without_a_reason() -> None:
    report = a_report()

    assert (report.risk, report.reasons) == (CALM, [])


def test_what_is_urgent_stands_first() -> None:
    kind = a_category(subtypes=[{"urgent": True}])

    report = a_report(category=kind, subtype=kind.subcategories[0])

    assert (report.risk, whys(report)) == (0, ["urgent"])


def test_the_same_address_at_the_same_place_is_noticed_in_all_of_its_reports() -> None:
    first, *_rest, last = sent(4, at=HERE)

    assert last.reasons == [{"why": "repeated_place", "reports": 4, "people": 1}]
    assert whys(first) == ["repeated_place"]
    assert get_report(first.id).risk == last.risk == CALM - 3


def test_what_is_noticed_later_does_not_disturb_whoever_has_the_report_open() -> None:
    first, *_rest = sent(1, at=HERE)
    seen = first.version

    sent(3, at=HERE)

    db.session.expire_all()
    assert get_report(first.id).version == seen


def test_a_plate_is_known_again_wherever_it_is_named() -> None:
    reports = sent(4, words="蒙J·12345又停在这里")

    assert "repeated_plate" in whys(reports[-1])


def test_reports_of_many_addresses_at_one_place_are_no_attack() -> None:
    reports = [a_report(origins=[f"address {one}"]) for one in range(6)]

    assert whys(reports[-1]) == []


def test_an_address_is_known_again_under_the_name_it_had_the_day_before(fakes: Ports) -> None:
    a_report(origins=["monday"])
    a_report(origins=["monday"])
    fakes.clock.move(timedelta(days=1))  # type: ignore[attr-defined]
    a_report(origins=["tuesday", "monday"])
    last = a_report(origins=["tuesday", "monday"])

    assert last.reasons == [{"why": "repeated_place", "reports": 4, "people": 1}]


def test_an_account_is_somebody_of_their_own_behind_a_shared_address() -> None:
    reports = [a_report(by=a_user().actor, origins=["shared"]) for _ in range(4)]

    assert whys(reports[-1]) == ["newcomer"]


def test_a_phone_number_that_is_added_later_is_a_reason_too() -> None:
    report = a_report()

    followup.add_material(report, "电话 13847400001", by=Actor(id=None, report_id=report.id))

    assert whys(report) == ["personal"]


def test_the_same_words_again_and_again_in_a_burst_wait_in_the_side_queue_and_say_why() -> None:
    *others, last = sent(6, words="加微信领红包")

    assert {report.state for report in others} == {State.SUBMITTED}
    assert (last.state, last.due_at) == (State.ASIDE, None)
    entry = history(last)[-1]
    assert (entry.action, entry.actor_role, entry.facts["why"]) == (
        "set_aside",
        "system",
        ["burst", "same_words"],
    )
    assert whys(last) == ["burst", "same_words"]


def test_what_another_city_is_told_is_not_known_here() -> None:
    home = current_city_id()
    enter_city(a_city(lon=HERE[0], lat=HERE[1]).id)
    there = a_report(origins=["address"])
    marks = {trace.key: trace.mark for trace in traces_of(there.id)}
    enter_city(home)

    here = a_report(origins=["address"])

    assert others_with(here, marks) == []
    assert traces_of(there.id) == []
    assert not set(marks) & {trace.key for trace in traces_of(here.id)}


def test_marks_are_struck_after_some_days(fakes: Ports) -> None:
    a_report(origins=["address"])
    fakes.clock.move(KEPT - timedelta(hours=1))  # type: ignore[attr-defined]
    young = a_report(origins=["address"])
    fakes.clock.move(timedelta(hours=2))  # type: ignore[attr-defined]

    forget_traces()

    assert set(db.session.scalars(select(ReportTrace.report_id))) == {young.id}
