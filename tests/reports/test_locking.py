"""Who looks at a report holds it softly: until they go on, stop moving, leave, or somebody takes it over."""

from datetime import timedelta

import pytest

from reporter.accounts.commands.people import change_roles
from reporter.kernel.db import db
from reporter.kernel.errors import NotAllowed, NotFound
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.reports.commands.locking import come_to, forget_locks, leave, leave_all
from reporter.reports.commands.triage import decline
from reporter.reports.desk_models import ReportLock
from reporter.reports.lifecycle import State
from reporter.reports.locks import holders_of
from reporter.reports.models import Report
from reporter.reports.queries import get_report
from tests.make import a_moderator, a_report, a_user

IDLE = timedelta(minutes=2)


def holder(report: Report) -> str:
    """Return the name of who holds a report, "" for nobody."""
    found = holders_of([report.id], idle=IDLE).get(report.id)
    return found.name if found else ""


def test_the_first_one_holds_it_and_the_second_is_told_who_it_is() -> None:
    report, first, second = a_report(), a_moderator(name="王丽"), a_moderator(name="李明")

    got = [come_to(report.id, by=one.actor, idle=IDLE) for one in (first, second)]

    assert got == [True, False]
    assert holder(report) == "王丽"


def test_who_goes_on_takes_the_lock_along() -> None:
    one, other, me = a_report(), a_report(), a_moderator(name="王丽")

    come_to(one.id, by=me.actor, idle=IDLE)
    come_to(other.id, by=me.actor, idle=IDLE)

    assert (holder(one), holder(other)) == ("", "王丽")


def test_who_goes_on_to_what_a_colleague_holds_holds_nothing() -> None:
    one, other, me, colleague = a_report(), a_report(), a_moderator(), a_moderator(name="李明")
    come_to(one.id, by=me.actor, idle=IDLE)
    come_to(other.id, by=colleague.actor, idle=IDLE)

    come_to(other.id, by=me.actor, idle=IDLE)

    assert (holder(one), holder(other)) == ("", "李明")


def test_who_does_not_move_loses_it_to_the_next_and_not_before(fakes: Ports) -> None:
    report, first, second = a_report(), a_moderator(name="王丽"), a_moderator(name="李明")
    come_to(report.id, by=first.actor, idle=IDLE)

    fakes.clock.move(timedelta(seconds=119))  # type: ignore[attr-defined]
    early = come_to(report.id, by=second.actor, idle=IDLE)
    fakes.clock.move(timedelta(seconds=1))  # type: ignore[attr-defined]
    idle = holder(report)
    late = come_to(report.id, by=second.actor, idle=IDLE)

    assert (early, idle, late) == (False, "", True)
    assert holder(report) == "李明"


def test_a_sign_of_life_keeps_it(fakes: Ports) -> None:
    report, first, second = a_report(), a_moderator(name="王丽"), a_moderator()

    for _ in range(3):
        come_to(report.id, by=first.actor, idle=IDLE)
        fakes.clock.move(timedelta(seconds=100))  # type: ignore[attr-defined]

    assert not come_to(report.id, by=second.actor, idle=IDLE)
    assert holder(report) == "王丽"


def test_it_is_taken_over_on_purpose_and_the_former_holder_does_not_get_it_back_by_moving() -> None:
    report, first, second = a_report(), a_moderator(name="王丽"), a_moderator(name="李明")
    come_to(report.id, by=first.actor, idle=IDLE)

    come_to(report.id, by=second.actor, idle=IDLE, take_over=True)
    back = come_to(report.id, by=first.actor, idle=IDLE)

    assert not back
    assert holder(report) == "李明"


def test_who_leaves_frees_it_and_only_what_is_theirs() -> None:
    report, other, first, second = a_report(), a_report(), a_moderator(), a_moderator(name="李明")
    come_to(report.id, by=first.actor, idle=IDLE)
    come_to(other.id, by=second.actor, idle=IDLE)

    leave(report.id, by=first.actor)
    leave(other.id, by=first.actor)

    assert (holder(report), holder(other)) == ("", "李明")


def test_who_stops_working_frees_everything() -> None:
    report, me = a_report(), a_moderator()
    come_to(report.id, by=me.actor, idle=IDLE)

    leave_all(by=me.actor)

    assert holder(report) == ""


@pytest.mark.parametrize(("roles", "active"), [([Role.ACCEPTOR], False), ([Role.INSPECTOR], True)])
def test_an_account_that_is_stopped_or_decides_no_more_holds_nothing(roles: list[Role], active: bool) -> None:
    report, me = a_report(), a_user(Role.ACCEPTOR)
    come_to(report.id, by=me.actor, idle=IDLE)

    change_roles(me, roles=roles, unit_id=None, active=active, by=a_user(Role.SECURITY_ADMIN).actor)

    assert holder(report) == ""
    assert come_to(report.id, by=a_moderator().actor, idle=IDLE)


def test_a_decision_is_never_refused_because_somebody_else_is_there() -> None:
    report = a_report()
    come_to(report.id, by=a_moderator().actor, idle=IDLE)

    decline(report, "不属于受理范围", by=a_moderator().actor, seen=report.version)

    assert get_report(report.id).state is State.DECLINED


def test_who_does_not_decide_about_reports_holds_none() -> None:
    report = a_report()

    with pytest.raises(NotAllowed):
        come_to(report.id, by=a_user(Role.DISPATCHER).actor, idle=IDLE)

    assert holder(report) == ""


def test_there_is_nothing_to_hold_where_no_report_is() -> None:
    with pytest.raises(NotFound):
        come_to(99999, by=a_moderator().actor, idle=IDLE)


def test_what_nobody_moved_at_for_an_hour_is_struck(fakes: Ports) -> None:
    come_to(a_report().id, by=a_moderator().actor, idle=IDLE)
    fakes.clock.move(timedelta(minutes=30))  # type: ignore[attr-defined]
    come_to(a_report().id, by=a_moderator().actor, idle=IDLE)

    fakes.clock.move(timedelta(minutes=30))  # type: ignore[attr-defined]
    forget_locks()

    assert db.session.query(ReportLock).count() == 1
