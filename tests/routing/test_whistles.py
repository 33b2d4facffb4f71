"""Units are called together, report in and conclude; one of them leads at any time."""

from datetime import timedelta

import pytest
from flask import Flask

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, history
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, WrongStep
from reporter.kernel.policy import Role
from reporter.ports import Ports
from reporter.routing.commands import reassign
from reporter.routing.models import Unit
from reporter.routing.queries import calls_waiting, open_whistle, units_called, whistles_of
from reporter.routing.whistles import Level, call_together, conclude, report_in, tick
from tests.make import a_case, a_unit, a_user, hand_in


@pytest.fixture
def lead(app: Flask) -> Unit:
    """Return the unit in charge."""
    return a_unit("主办单位")


@pytest.fixture
def others(app: Flask) -> list[Unit]:
    """Return two units that are called."""
    return [a_unit("桥东街道"), a_unit("公安交警")]


def called(lead: Unit, others: list[Unit], *, level: str = Level.DAILY) -> Case:
    """Return a case to which `others` are called."""
    case = a_case(State.HANDLING, unit=lead)
    ids = [unit.id for unit in others]
    call_together(case, ids, reason="三家地界", level=level, by=a_user(Role.DISPATCHER).actor)
    return get_case(case.id)


def test_who_is_called_works_along_and_the_lead_unit_stays(lead: Unit, others: list[Unit]) -> None:
    case = called(lead, others)

    assert (case.lead_unit_id, case.co_unit_ids) == (lead.id, [unit.id for unit in others])
    assert calls_waiting([case.id], others[0].id) == {case.id}
    assert calls_waiting([case.id], lead.id) == set()


def test_each_reports_in_once_with_time_person_and_note(lead: Unit, others: list[Unit], fakes: Ports) -> None:
    case, handler = called(lead, others), a_user(Role.HANDLER, unit=others[0])

    report_in(case, by=handler.actor, note="三人到场")

    whistle = open_whistle(case.id)
    assert whistle is not None
    came, missing = units_called(whistle.id)
    assert (came.came_at, came.person_id, came.note) == (fakes.clock.now(), handler.id, "三人到场")
    assert missing.came_at is None
    with pytest.raises(WrongStep, match="reported in already"):
        report_in(get_case(case.id), by=handler.actor)
    assert [entry.action for entry in history(get_case(case.id))].count("report_in") == 1


def test_a_unit_that_nobody_called_cannot_report_in(lead: Unit, others: list[Unit]) -> None:
    case = called(lead, others)

    with pytest.raises(NotAllowed):
        report_in(case, by=a_user(Role.HANDLER, unit=a_unit()).actor)


def test_the_conclusion_waits_for_everybody_unless_it_is_said_not_to(lead: Unit, others: list[Unit]) -> None:
    case, head = called(lead, others), a_user(Role.UNIT_HEAD, unit=lead).actor
    report_in(case, by=a_user(Role.HANDLER, unit=others[0]).actor)

    with pytest.raises(WrongStep, match="Not every unit"):
        conclude(get_case(case.id), "清走后由街道看护", by=head)
    conclude(get_case(case.id), "清走后由街道看护", by=head, without=True)

    assert open_whistle(case.id) is None
    whistle = whistles_of(case.id)[-1]
    assert (whistle.conclusion, whistle.concluded_by) == ("清走后由街道看护", head.id)
    last = history(get_case(case.id))[-1]
    assert (last.action, last.facts["missing"]) == ("conclude", [others[1].id])


def test_after_the_conclusion_units_may_be_called_again(lead: Unit, others: list[Unit]) -> None:
    case = called(lead, others)
    dispatcher = a_user(Role.DISPATCHER).actor
    with pytest.raises(WrongStep, match="first comes the conclusion"):
        call_together(case, [a_unit().id], reason="再叫", by=dispatcher)
    conclude(get_case(case.id), "散了", by=dispatcher, without=True)

    call_together(get_case(case.id), [others[0].id], reason="再叫", by=dispatcher)

    assert len(whistles_of(case.id)) == 2


def test_nobody_a_closed_unit_and_an_unknown_level_are_refused(lead: Unit) -> None:
    case, by = a_case(State.HANDLING, unit=lead), a_user(Role.DISPATCHER).actor
    closed, unit = a_unit(active=False), a_unit()

    for ids, level, field in (
        ([], Level.DAILY, "unit_ids"),
        ([lead.id], Level.DAILY, "unit_ids"),
        ([closed.id], Level.DAILY, "unit_ids"),
        ([987654], Level.DAILY, "unit_ids"),
        ([unit.id], "loud", "level"),
    ):
        with pytest.raises(BadInput) as raised:
            call_together(get_case(case.id), ids, reason="到场", level=level, by=by)
        assert raised.value.field == field
    assert get_case(case.id).co_unit_ids == []


def test_a_call_about_an_older_case_is_a_conflict(lead: Unit, others: list[Unit]) -> None:
    case = a_case(State.HANDLING, unit=lead)
    seen = case.version
    advance(case, Action.URGE, by=a_user(Role.INSPECTOR).actor)

    with pytest.raises(Conflict):
        call_together(
            get_case(case.id), [others[0].id], reason="到场", by=a_user(Role.DISPATCHER).actor, seen=seen
        )


@pytest.mark.parametrize(("level", "minutes"), [(Level.EMERGENCY, 30), (Level.DAILY, 240)])
def test_who_has_not_come_in_time_is_told_once(
    lead: Unit, others: list[Unit], fakes: Ports, level: Level, minutes: int
) -> None:
    case = called(lead, others, level=level)
    report_in(case, by=a_user(Role.HANDLER, unit=others[0]).actor)
    whistle = open_whistle(case.id)
    assert whistle is not None
    early = tick()
    fakes.clock.set(whistle.due_at)  # type: ignore[attr-defined]

    done = [tick(), tick()]

    assert (early, done) == (0, [1, 0])
    last = history(get_case(case.id))[-1]
    assert (last.action, last.facts["missing"]) == ("whistle_late", [others[1].id])


def test_a_case_that_ended_meanwhile_calls_nobody_any_more(
    lead: Unit, others: list[Unit], fakes: Ports
) -> None:
    case = called(lead, others)
    hand_in(case, by=a_user(Role.HANDLER, unit=lead).actor)
    advance(get_case(case.id), Action.INSPECT_PASS, by=a_user(Role.INSPECTOR).actor)
    before = get_case(case.id).trail_length
    fakes.clock.move(timedelta(days=5))  # type: ignore[attr-defined]

    tick()

    assert get_case(case.id).trail_length == before


def test_who_is_called_stays_with_the_case_when_it_goes_to_another_unit(
    lead: Unit, others: list[Unit]
) -> None:
    case, taker = called(lead, others), a_unit("园林处")

    reassign(case, unit_id=taker.id, reason="是绿地", by=a_user(Role.DISPATCHER).actor)

    assert get_case(case.id).co_unit_ids == [unit.id for unit in others]
    for unit in others:
        report_in(get_case(case.id), by=a_user(Role.HANDLER, unit=unit).actor)
    conclude(get_case(case.id), "园林处清走", by=a_user(Role.UNIT_HEAD, unit=taker).actor)
    assert open_whistle(case.id) is None


def test_a_unit_that_was_called_and_leads_by_now_is_not_waited_for(lead: Unit, others: list[Unit]) -> None:
    case = called(lead, others)
    report_in(get_case(case.id), by=a_user(Role.HANDLER, unit=others[1]).actor)

    reassign(get_case(case.id), unit_id=others[0].id, reason="是人行道", by=a_user(Role.DISPATCHER).actor)
    conclude(get_case(case.id), "街道清走", by=a_user(Role.UNIT_HEAD, unit=others[0]).actor)

    assert get_case(case.id).co_unit_ids == [others[1].id]
    assert open_whistle(case.id) is None
