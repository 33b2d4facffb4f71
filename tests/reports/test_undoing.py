"""A decision waits ten seconds: until then it is undone without a trace outside, afterwards it goes its way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from reporter.accounts.models import User
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Case
from reporter.cases.queries import get_case, photos_of
from reporter.cases.queries import history as case_history
from reporter.kernel.db import db
from reporter.kernel.errors import Busy, Conflict, NotAllowed, NotFound, ReporterError, WrongStep
from reporter.kernel.policy import ANYONE, Role
from reporter.notices.models import Notice
from reporter.points.models import PointEntry
from reporter.ports import Ports
from reporter.ports.queue import run_next
from reporter.reports.commands import followup, holding
from reporter.reports.commands.aside import set_aside
from reporter.reports.commands.holding import Hold, forget_decisions, stand
from reporter.reports.commands.one_case import make_one_case
from reporter.reports.commands.together import Do, Picked, decide_each
from reporter.reports.commands.triage import Judgement, accept, decline, merge, request_info
from reporter.reports.commands.undoing import undo_all
from reporter.reports.commands.unmerging import unmerge
from reporter.reports.lifecycle import State
from reporter.reports.models import Decision, Report
from reporter.reports.queries import get_report, handled_here, history, messages_of, undoable
from reporter.reports.worklists import AtTriage, triage_counts, triage_list
from reporter.routing.commands import dispatch
from tests.insight.truth import all_differences, kept
from tests.make import HERE, a_case, a_category, a_moderator, a_report, a_unit, a_user, an_area, the_fallback
from tests.points.ledger import give_points

SPAN = timedelta(seconds=10)
Way = Callable[[Report, User, Hold], object]


def _some_case() -> Case:
    return db.session.scalars(select(Case).limit(1)).first() or a_case()


WAYS: dict[str, Way] = {
    "accept": lambda report, user, hold: accept(report, Judgement(), by=user.actor, hold=hold),
    "merge": lambda report, user, hold: merge(report, _some_case(), by=user.actor, hold=hold),
    "decline": lambda report, user, hold: decline(report, "Not ours.", by=user.actor, hold=hold),
    "ask": lambda report, user, hold: request_info(report, "Where?", by=user.actor, hold=hold),
    "aside": lambda report, user, hold: set_aside(report, by=user.actor, hold=hold),
}


def seen(report: Report) -> dict[str, Any]:
    """Return all that the lists and pages tell of a report."""
    db.session.expire_all()
    row = get_report(report.id)
    told = {
        column.name: getattr(row, column.name)
        for column in Report.__table__.columns
        if column.name not in {"version", "trail_length", "trail_head"}
    }
    return told | {
        "counts": triage_counts(), "said": [one.words for one in messages_of(report.id)],
        "here": len(handled_here(lon=report.lon, lat=report.lat, category_id=row.category_id)),
        "queue": [one.id for one in triage_list(AtTriage.WAITING).rows],
    }  # fmt: skip


def notices() -> set[str]:
    return set(db.session.scalars(select(Notice.what)))


def work() -> None:
    while run_next():
        pass


def later(fakes: Ports, seconds: int) -> None:
    """Let time pass and do what waits for it."""
    fakes.clock.move(timedelta(seconds=seconds))  # type: ignore[attr-defined]
    work()


@pytest.fixture
def moderator() -> User:
    the_fallback()
    return a_moderator()


@pytest.mark.parametrize("way", WAYS)
def test_what_was_undone_is_as_if_it_had_never_been(fakes: Ports, moderator: User, way: str) -> None:
    report, hold = a_report(by=a_user().actor), Hold(SPAN)
    a_case(photos=1)
    before, told, figures = seen(report), notices(), kept()

    WAYS[way](report, moderator, hold)
    later(fakes, 9)
    during = notices()
    outcome = undo_all(hold.batch, by=moderator.actor)
    later(fakes, 60)

    assert outcome.done == [report.id]
    assert seen(report) == before
    assert during == told == notices()
    assert kept() == figures
    assert list(all_differences()) == []
    assert [entry.action for entry in history(report)][-1] == "undo"


@pytest.mark.parametrize("way", WAYS)
def test_what_was_not_undone_goes_its_way_after_ten_seconds(fakes: Ports, moderator: User, way: str) -> None:
    report, hold = a_report(by=a_user().actor), Hold(SPAN)
    told = {"accept": {"case.register", "case.dispatch"}, "merge": {"report.merge", "case.join"},
            "decline": {"report.decline"}, "ask": {"report.request_info"}, "aside": set()}  # fmt: skip
    WAYS[way](report, moderator, hold)
    before = notices()

    later(fakes, 13)
    work()

    assert notices() - before == told[way]
    with pytest.raises(WrongStep, match="too late"):
        _only_why(undo_all(hold.batch, by=moderator.actor))


def _only_why(outcome: Any) -> None:
    raise outcome.left[0].why


def test_the_unit_has_the_case_only_when_it_can_no_longer_be_undone(fakes: Ports, moderator: User) -> None:
    unit = a_unit()
    case = accept(a_report(), Judgement(unit_id=unit.id), by=moderator.actor, hold=Hold(SPAN))

    later(fakes, 9)
    early = (case.state, case.lead_unit_id)
    later(fakes, 3)

    db.session.expire_all()
    assert early == (CaseState.REGISTERED, None)
    assert (case.state, case.lead_unit_id) == (CaseState.DISPATCHED, unit.id)


def test_a_unit_that_closed_meanwhile_leaves_the_case_to_the_dispatchers(
    fakes: Ports, moderator: User
) -> None:
    unit = a_unit()
    case = accept(a_report(), Judgement(unit_id=unit.id), by=moderator.actor, hold=Hold(SPAN))
    unit.active = False
    db.session.commit()

    later(fakes, 13)

    db.session.expire_all()
    assert get_case(case.id).state is CaseState.REGISTERED


def test_the_number_of_a_case_that_never_was_is_not_given_again(moderator: User) -> None:
    first, hold = a_report(), Hold(SPAN)
    case = accept(first, Judgement(), by=moderator.actor, hold=hold)
    undo_all(hold.batch, by=moderator.actor)

    again = accept(get_report(first.id), Judgement(), by=moderator.actor)

    assert get_case(case.id).state is CaseState.VOID
    assert case_history(get_case(case.id))[-1].action == "undo"
    assert list(photos_of(case.id)) == []
    assert again.number != case.number
    assert len(photos_of(again.id)) == 1


def test_what_was_corrected_with_it_is_put_back_too(moderator: User) -> None:
    report, kind, area, hold = a_report(), a_category("乱摆乱卖"), an_area("泉山街道"), Hold(SPAN)
    before, figures = seen(report), kept()

    accept(report, Judgement(category_id=kind.id, area_id=area.id), by=moderator.actor, hold=hold)
    undo_all(hold.batch, by=moderator.actor)

    assert seen(report) == before
    assert kept() == figures
    assert list(all_differences()) == []


def test_a_declined_question_waits_for_its_answer_again(moderator: User) -> None:
    report, hold = a_report(), Hold(SPAN)
    request_info(report, "Where?", by=moderator.actor)
    before = seen(report)

    decline(get_report(report.id), "Nobody answered.", by=moderator.actor, hold=hold)
    undo_all(hold.batch, by=moderator.actor)

    assert seen(report) == before
    assert get_report(report.id).state is State.INFO_REQUESTED


def test_several_at_once_are_undone_at_once(fakes: Ports, moderator: User) -> None:
    reports, hold = [a_report() for _ in range(3)], Hold(SPAN)
    before, figures = [seen(report) for report in reports], kept()
    picked = [Picked(report.id, report.version) for report in reports]
    decide_each(picked, Do.ACCEPT, by=moderator.actor, hold=hold)
    offered = [one.report_id for one in undoable(moderator.id)]

    outcome = undo_all(hold.batch, by=moderator.actor)
    later(fakes, 60)

    assert sorted(offered) == sorted(report.id for report in reports)
    assert len(outcome.done) == 3
    assert [seen(report) for report in reports] == before
    assert kept() == figures


def test_the_time_of_many_begins_when_the_last_is_decided(fakes: Ports, moderator: User) -> None:
    reports, hold = [a_report() for _ in range(2)], Hold(SPAN)
    first, second = (Picked(report.id, report.version) for report in reports)
    decide_each([first], Do.ACCEPT, by=moderator.actor, hold=hold)
    later(fakes, 8)
    decide_each([second], Do.ACCEPT, by=moderator.actor, hold=hold)

    later(fakes, 8)

    assert len(undo_all(hold.batch, by=moderator.actor).done) == 2


def test_only_whoever_decided_undoes(moderator: User) -> None:
    report, hold = a_report(), Hold(SPAN)
    decline(report, "Not ours.", by=moderator.actor, hold=hold)

    with pytest.raises(NotAllowed):
        _only_why(undo_all(hold.batch, by=a_moderator().actor))

    assert get_report(report.id).state is State.DECLINED
    assert undoable(a_moderator().id) == []


def test_twice_is_once(moderator: User) -> None:
    report, hold = a_report(), Hold(SPAN)
    decline(report, "Not ours.", by=moderator.actor, hold=hold)
    undo_all(hold.batch, by=moderator.actor)

    with pytest.raises(WrongStep, match="undone already"):
        _only_why(undo_all(hold.batch, by=moderator.actor))

    assert [entry.action for entry in history(report)].count("undo") == 1


def test_what_moved_on_stays(moderator: User) -> None:
    report, hold = a_report(), Hold(SPAN)
    request_info(report, "Where?", by=moderator.actor, hold=hold)
    followup.answer(report, "By the gate.", by=_showing_the_code(report))

    with pytest.raises(WrongStep, match="moved on"):
        _only_why(undo_all(hold.batch, by=moderator.actor))

    assert [one.words for one in messages_of(report.id)] == ["Where?", "By the gate."]


def _showing_the_code(report: Report) -> Any:
    return type(ANYONE)(id=None, report_id=report.id)


def test_a_case_that_another_report_joined_or_a_dispatcher_sent_out_stays(moderator: User) -> None:
    joined, sent = Hold(SPAN), Hold(SPAN)
    first = accept(a_report(), Judgement(), by=moderator.actor, hold=joined)
    merge(a_report(), first, by=moderator.actor)
    second = accept(a_report(), Judgement(), by=moderator.actor, hold=sent)
    dispatch(second, by=moderator.actor)

    outcomes = [undo_all(hold.batch, by=moderator.actor) for hold in (joined, sent)]

    assert [outcome.done for outcome in outcomes] == [[], []]
    assert "joined to this case" in str(outcomes[0].left[0].why)
    assert "moved on" in str(outcomes[1].left[0].why)
    assert first.is_open
    assert second.is_open


def test_the_case_gives_back_only_what_the_report_brought(moderator: User) -> None:
    case, report, hold = a_case(photos=2), a_report(photos=2), Hold(SPAN)
    cover = case.cover_photo_id

    merge(report, case, by=moderator.actor, hold=hold)
    during = (case.report_count, len(photos_of(case.id)))
    undo_all(hold.batch, by=moderator.actor)

    assert during == (2, 4)
    assert (case.report_count, len(photos_of(case.id)), case.cover_photo_id) == (1, 2, cover)
    assert [entry.action for entry in case_history(case)][-2:] == ["join", "leave"]


def test_a_press_that_never_was_is_not_found(moderator: User) -> None:
    with pytest.raises(NotFound):
        undo_all("no such press", by=moderator.actor)


def test_a_job_done_twice_tells_once(fakes: Ports, moderator: User) -> None:
    hold = Hold(SPAN)
    decline(a_report(by=a_user().actor), "Not ours.", by=moderator.actor, hold=hold)
    decision = db.session.scalars(select(Decision)).one()
    later(fakes, 13)
    once = db.session.scalars(select(Notice.id).where(Notice.what == "report.decline")).all()

    stand(decision.id)

    assert db.session.scalars(select(Notice.id).where(Notice.what == "report.decline")).all() == once
    assert len(once) == 1


def test_what_undoing_needed_is_struck_a_day_later(fakes: Ports, moderator: User) -> None:
    decline(a_report(), "Not ours.", by=moderator.actor, hold=Hold(SPAN))
    later(fakes, 13)
    forget_decisions()
    kept_for_now = db.session.scalars(select(Decision)).all()

    later(fakes, 24 * 3600)
    forget_decisions()

    assert len(kept_for_now) == 1
    assert db.session.scalars(select(Decision)).all() == []


def test_a_case_stands_as_before_among_what_lies_near(moderator: User) -> None:
    report, hold = a_report(), Hold(SPAN)

    accept(report, Judgement(), by=moderator.actor, hold=hold)
    undo_all(hold.batch, by=moderator.actor)

    assert list(handled_here(lon=HERE[0], lat=HERE[1], category_id=report.category_id)) == []
    assert db.session.scalars(select(Case.state)).all() == [CaseState.VOID]


def test_points_come_when_it_stands_and_never_when_it_was_undone(fakes: Ports, moderator: User) -> None:
    give_points()
    resident, undone = a_user().actor, Hold(SPAN)
    first, second = a_report(by=resident), a_report(by=resident)
    accept(first, Judgement(), by=moderator.actor, hold=undone)
    accept(second, Judgement(), by=moderator.actor, hold=Hold(SPAN))
    during = db.session.scalars(select(PointEntry)).all()
    undo_all(undone.batch, by=moderator.actor)

    later(fakes, 13)

    assert during == []
    assert [one.report_id for one in db.session.scalars(select(PointEntry))] == [second.id]


def test_what_came_after_a_decision_overtakes_it(fakes: Ports, moderator: User) -> None:
    give_points()
    resident, hold = a_user(), Hold(SPAN)
    void, joined = a_report(by=resident.actor), a_report(by=resident.actor)
    case = accept(void, Judgement(), by=moderator.actor, hold=hold)
    merge(joined, a_case(), by=moderator.actor, hold=hold)
    advance(case, CaseAction.VOID, by=a_user(Role.SHIFT_LEADER).actor, reason="Twice.")
    unmerge(joined, "Another lamp.", by=moderator.actor)
    told = select(Notice.what).where(Notice.user_id == resident.id).order_by(Notice.id)
    before = list(db.session.scalars(told))

    later(fakes, 13)

    assert list(db.session.scalars(told)) == before
    assert db.session.scalars(select(PointEntry)).all() == []


@pytest.mark.parametrize("why", [Busy, Conflict])
def test_where_others_write_at_that_moment_the_case_is_dispatched_later(
    fakes: Ports, moderator: User, monkeypatch: pytest.MonkeyPatch, why: type[ReporterError]
) -> None:
    case = accept(a_report(), Judgement(), by=moderator.actor, hold=Hold(SPAN))
    decision = db.session.scalars(select(Decision.id)).one()
    fakes.clock.move(timedelta(seconds=13))  # type: ignore[attr-defined]

    with monkeypatch.context() as others:
        others.setattr(holding, "dispatch", _refusing(why))
        with pytest.raises(why):
            stand(decision)
    stand(decision)

    db.session.expire_all()
    assert get_case(case.id).state is CaseState.DISPATCHED


def _refusing(why: type[ReporterError]) -> Callable[..., None]:
    def refuse(*_args: object, **_more: object) -> None:
        raise why("Please try again.")

    return refuse


def test_several_that_became_one_case_are_undone_together(fakes: Ports, moderator: User) -> None:
    reports, hold = [a_report(), a_report(), a_report()], Hold(SPAN)
    picked = [Picked(one.id, one.version) for one in reports]
    case, made = make_one_case(picked, by=moderator.actor, hold=hold)

    outcome = undo_all(hold.batch, by=moderator.actor)

    assert (sorted(outcome.done), outcome.left) == (sorted(made.done), [])
    db.session.expire_all()
    assert [get_report(one.id).state for one in reports] == [State.SUBMITTED] * 3
    assert get_case(case.id).state is CaseState.VOID
    later(fakes, 13)
    assert notices() <= {"report.submit"}
