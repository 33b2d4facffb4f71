"""Low risk by rule: each condition alone stops it; the draw, the interval, the re-check, the rule that stops itself."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Category
from reporter.cases.queries import get_case
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, WrongStep
from reporter.kernel.policy import SYSTEM, Actor, Role
from reporter.notices.models import Notice
from reporter.ports import ports
from reporter.ports.queue import run_next
from reporter.reports.calm import (
    Known,
    Need,
    Terms,
    Verdict,
    conditions,
    drawn,
    goes_too_far,
    interval,
    is_in_sample,
)
from reporter.reports.calm_lists import figures_of, known_of, newest_rule, pass_of, to_check, trial_of
from reporter.reports.commands.calm import check_pass, settle_rule, switch_off_rule, take_calm
from reporter.reports.commands.intake import Spot
from reporter.reports.commands.triage import Judgement, accept, decline
from reporter.reports.lifecycle import State
from reporter.reports.models import CalmPass, Report
from reporter.reports.queries import get_report, history
from tests.make import a_category, a_moderator, a_report, a_rule, a_unit, a_user, an_area, the_fallback

ADMIN = Actor(None, frozenset({Role.SYSTEM_ADMIN}))
PLACES = ((113.070, 41.0), (113.080, 41.0), (113.090, 41.0))


def settled(kind: Category, **terms: Any) -> None:
    settle_rule(Terms([kind.id], **terms), by=SYSTEM)


def a_trusted(kind: Category, number: int = 3) -> Actor:
    """Return somebody of whom `number` reports were accepted, an hour ago."""
    person, by = a_user().actor, a_moderator().actor
    for place in PLACES[:number]:
        accept(a_report(category=kind, by=person, at=place, words=f"在{place[0]}处堆物"), Judgement(), by=by)
    ports.clock.move(timedelta(hours=1))  # type: ignore[attr-defined]  # the tests' clock
    return person


def work() -> None:
    while run_next():
        pass
    db.session.expire_all()


@pytest.fixture
def kind() -> Category:
    """Return a kind that a routing rule gives to a unit."""
    the_fallback()
    an_area()
    kind = a_category("乱堆乱放", subtypes=["堆物堆料", {"name_zh": "堵消防通道"}])
    a_rule(a_unit(), kind)
    return kind


def sent(kind: Category, person: Actor, **facts: Any) -> Report:
    plain: dict[str, Any] = {
        "subtype": kind.subcategories[0],
        "words": "路边堆着旧砖头",
        "at": (113.12, 41.05),
    }
    return a_report(category=kind, by=person, **(plain | facts))


def test_a_report_that_fulfils_everything_is_accepted_registered_and_dispatched_by_the_system(
    kind: Category,
) -> None:
    settled(kind)
    person = a_trusted(kind)

    report = sent(kind, person)
    work()

    report = get_report(report.id)
    assert report.state is State.ACCEPTED
    assert get_case(report.case_id or 0).state is CaseState.DISPATCHED
    entry = history(report)[-1]
    assert (entry.actor_id, entry.facts["calm_rule"]) == (None, 1)
    assert [one["need"] for one in entry.facts["conditions"]] == list(Need)
    passed = pass_of(report.id)
    assert passed
    assert passed.held == entry.facts["conditions"]


def test_without_a_rule_and_with_one_that_is_off_a_moderator_decides(kind: Category) -> None:
    person = a_trusted(kind)
    first = sent(kind, person)
    settled(kind)
    switch_off_rule(by=ADMIN)
    second = sent(kind, person, at=(113.13, 41.06), words="另一处堆着木板")
    work()

    assert [get_report(one.id).state for one in (first, second)] == [State.SUBMITTED] * 2


CASES: dict[str, tuple[Need, dict[str, Any]]] = {
    "personal data": (Need.GRAVE, {"words": "联系我 13847400001"}),
    "children": (Need.GRAVE, {"words": "几个小学生在堆料上玩"}),
    "fire lane": (Need.GRAVE, {"words": "堵住了消防通道"}),
    "only typed": (Need.PLACE, {"typed": True}),
    "roughly known": (Need.PLACE, {"accuracy": 200.0}),
    "no sub-type": (Need.SUBTYPE, {"subtype": None}),
}


@pytest.mark.parametrize("name", CASES)
def test_each_condition_alone_stops_it(kind: Category, name: str) -> None:
    need, facts = CASES[name]
    settled(kind)
    person = a_trusted(kind)
    facts = dict(facts)
    if facts.pop("typed", False):
        facts["spot"] = Spot("typed", area_id=an_area().id, address="解放大街")
    elif "accuracy" in facts:
        facts["spot"] = Spot("gps", 113.12, 41.05, accuracy=facts.pop("accuracy"))

    report = sent(kind, person, **facts)
    work()

    assert get_report(report.id).state is State.SUBMITTED
    from_rule = newest_rule()
    assert from_rule
    found = conditions(from_rule.terms, known_of(get_report(report.id)))
    unmet = [one.need for one in found if not one.met]
    assert need in unmet


def _refused(kind: Category, person: Actor) -> None:
    decline(sent(kind, person, at=(113.14, 41.07), words="这里堆着杂物"), "不在辖区", by=a_moderator().actor)
    ports.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]


def _void(kind: Category, person: Actor) -> None:

    case = accept(
        sent(kind, person, at=(113.14, 41.07), words="这里堆着杂物"),
        Judgement(),
        by=a_user(Role.ACCEPTOR).actor,
    )
    advance(case, Action.VOID, by=a_user(Role.SHIFT_LEADER).actor, reason="误报")
    ports.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]


@pytest.mark.parametrize("spoil", [_refused, _void])
def test_a_sender_of_whom_one_was_refused_or_void_is_not_trusted(
    kind: Category, spoil: Callable[[Category, Actor], None]
) -> None:
    person = a_trusted(kind)
    spoil(kind, person)
    settled(kind)

    report = sent(kind, person)
    work()

    assert get_report(report.id).state is State.SUBMITTED


def test_too_few_accepted_reports_another_kind_and_nobody_known_are_left_to_moderators(
    kind: Category,
) -> None:
    other = a_category()
    few = a_trusted(kind, 2)
    trusted = a_trusted(kind)
    settled(kind)

    reports = [
        sent(kind, few),
        a_report(category=other, by=trusted, at=(113.13, 41.06)),
        a_report(category=kind, subtype=kind.subcategories[0], at=(113.135, 41.065)),
    ]
    work()

    assert [get_report(one.id).state for one in reports] == [State.SUBMITTED] * 3


def test_where_no_rule_names_a_unit_a_moderator_decides() -> None:
    the_fallback()
    kind = a_category(subtypes=["堆物堆料"])
    person = a_trusted(kind)
    settled(kind)

    report = sent(kind, person)
    work()

    assert get_report(report.id).state is State.SUBMITTED


def test_an_open_case_on_the_spot_is_left_to_moderators(kind: Category) -> None:
    person = a_trusted(kind)
    settled(kind)

    report = sent(kind, person, at=PLACES[0], words="这里又堆上了")
    work()

    assert get_report(report.id).state is State.SUBMITTED


def test_what_a_moderator_decided_meanwhile_stays_and_twice_is_once(kind: Category) -> None:
    settled(kind)
    person = a_trusted(kind)
    report, other = sent(kind, person), sent(kind, person, at=(113.14, 41.07), words="另一处木板")
    decline(report, "不在辖区", by=a_moderator().actor)
    db.session.expire_all()

    take_calm(report.id)
    decided = get_report(other.id).state
    take_calm(other.id)
    take_calm(other.id)

    assert get_report(report.id).state is State.DECLINED
    assert decided is State.SUBMITTED
    assert db.session.query(CalmPass).filter_by(report_id=other.id).count() <= 1


@pytest.mark.pure
def test_hours_may_go_over_midnight() -> None:

    terms = Terms([1], from_hour=22, until_hour=6)
    met = {
        hour: next(one.met for one in conditions(terms, Known(1, hour, 9)) if one.need is Need.HOURS)
        for hour in (21, 22, 23, 0, 5, 6)
    }

    assert met == {21: False, 22: True, 23: True, 0: True, 5: True, 6: False}


@pytest.mark.pure
def test_the_draw_follows_from_the_number_alone_and_keeps_the_share() -> None:

    draws = [drawn(sha256(str(number).encode()).hexdigest()) for number in range(4000)]

    assert draws[:2] == [drawn(sha256(b"0").hexdigest()), drawn(sha256(b"1").hexdigest())]
    assert 0.08 < sum(is_in_sample(draw, 10) for draw in draws) / len(draws) < 0.12
    assert all(is_in_sample(draw, 100) for draw in draws)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("wrong", "checked", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 20, 0.0, 0.161),
        (1, 20, 0.009, 0.236),
        (5, 50, 0.043, 0.214),
        (10, 10, 0.722, 1.0),
    ],
)
def test_the_interval_is_wilsons(wrong: int, checked: int, low: float, high: float) -> None:
    assert interval(wrong, checked) == pytest.approx((low, high), abs=0.001)


@pytest.mark.pure
def test_the_rule_stops_only_when_even_the_lower_end_is_too_high() -> None:
    assert not goes_too_far(19, 19, 5)
    assert not goes_too_far(2, 20, 5)
    assert goes_too_far(4, 20, 5)


def passes(kind: Category, number: int) -> list[CalmPass]:
    """Let the newest rule have passed so many reports, all of them drawn."""
    rule = newest_rule()
    assert rule
    reports = [
        a_report(category=kind, at=(113.07 + one / 500, 41.05), words=f"第{one}处堆物")
        for one in range(number)
    ]
    by = a_moderator().actor
    made = []
    for report in reports:
        case = accept(report, Judgement(), by=by)
        made.append(
            CalmPass(
                report_id=report.id, case_id=case.id, rule_id=rule.id, held=[], draw=0, sampled=True,
                at=ports.clock.now(), verdict="", note="",
            )
        )  # fmt: skip
    db.session.add_all(made)
    db.session.commit()
    return made


def test_too_much_disagreement_switches_the_rule_off_and_tells_the_centre(kind: Category) -> None:
    settled(kind)
    made, by = passes(kind, 20), a_moderator().actor

    stopped = [
        check_pass(one, Verdict.RIGHT if place >= 4 else Verdict.KIND, by=by)
        for place, one in enumerate(made)
    ]

    rule = newest_rule()
    assert rule
    assert stopped == [False] * 19 + [True]
    assert (rule.on, rule.why_off) == (False, "disagreement")
    figures = figures_of(rule)
    assert (figures.passed, figures.sampled, figures.checked, figures.wrong) == (20, 20, 20, 4)
    assert db.session.query(Notice).filter_by(what="calm_rule.switch_off", desk="centre").count() == 1


def test_a_re_check_is_written_once_by_somebody_who_decides(kind: Category) -> None:
    settled(kind)
    [first, second] = passes(kind, 2)
    by = a_moderator().actor
    assert [one.id for one in to_check().rows] == [first.id, second.id]

    with pytest.raises(BadInput):
        check_pass(first, "perhaps", by=by)
    with pytest.raises(NotAllowed):
        check_pass(first, Verdict.RIGHT, by=a_user(Role.DISPATCHER).actor)
    check_pass(first, Verdict.UNIT, "应由环卫处理", by=by)
    with pytest.raises(Conflict):
        check_pass(first, Verdict.RIGHT, by=by)

    assert [one.id for one in to_check().rows] == [second.id]
    assert history(get_report(first.report_id))[-1].reason == "应由环卫处理"


def test_what_was_not_drawn_is_not_checked(kind: Category) -> None:
    settled(kind)
    [one] = passes(kind, 1)
    one.sampled = False
    db.session.commit()

    with pytest.raises(WrongStep):
        check_pass(one, Verdict.RIGHT, by=a_moderator().actor)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"accepted": 0}, "accepted"),
        ({"from_hour": 24}, "from_hour"),
        ({"until_hour": 0}, "until_hour"),
        ({"from_hour": 8, "until_hour": 8}, "until_hour"),
        ({"share": 1}, "share"),
        ({"most_wrong": 50}, "most_wrong"),
        ({"category_ids": []}, "category_ids"),
    ],
)
def test_terms_that_make_no_rule_are_refused_on_their_field(wrong: dict[str, Any], field: str) -> None:
    plain: dict[str, Any] = {"category_ids": [1]}

    with pytest.raises(BadInput) as refused:
        settle_rule(Terms(**(plain | wrong)), by=ADMIN)

    assert refused.value.field == field


def test_only_an_administrator_settles_it_and_each_time_is_a_version(kind: Category) -> None:
    with pytest.raises(NotAllowed):
        settle_rule(Terms([kind.id]), by=a_moderator().actor)
    settled(kind)
    settled(kind, share=20)

    rule = newest_rule()
    assert rule
    assert (rule.number, rule.share, rule.on) == (2, 20, True)


def test_a_trial_says_what_would_have_gone_through_and_how_moderators_decided(kind: Category) -> None:
    person = a_trusted(kind)
    taken = sent(kind, person)
    accept(taken, Judgement(), by=a_moderator().actor)
    ports.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]
    changed = sent(kind, person, at=(113.13, 41.06), words="另一处木板")
    accept(changed, Judgement(category_id=a_category().id), by=a_moderator().actor)
    sent(kind, person, at=(113.14, 41.07), words="堵住消防通道")

    trial = trial_of(Terms([kind.id, get_report(changed.id).category_id]))

    assert (trial.accepted, trial.joined, trial.declined) == (1, 0, 0)
    assert trial.whole
    assert trial.through == trial.accepted + trial.changed
