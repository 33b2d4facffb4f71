"""Handovers: what is left to the next shift, what of it is kept, who receives it, and that it happens once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from reporter.cases.lifecycle import State as CaseState
from reporter.kernel.audit import TrailEntry, verify
from reporter.kernel.db import db, enter_city
from reporter.kernel.errors import BadInput, Conflict, NotAllowed
from reporter.kernel.policy import SYSTEM, Role
from reporter.notices.addresses import HANDOVERS
from reporter.notices.models import Notice
from reporter.notices.queries import bell_list
from reporter.ports import Ports, ports
from reporter.reports.commands.aside import set_aside
from reporter.reports.commands.handing import hand_over, receive
from reporter.reports.commands.locking import come_to
from reporter.reports.commands.noting import write_note
from reporter.reports.commands.triage import decline, request_info
from reporter.reports.desk_models import Handover
from reporter.reports.handing import AHEAD, RECEIVED_WITHIN, SHIFT, SHOWN, WORDS_AT_MOST, Heap, seal_of
from reporter.reports.handovers import get_handover, handovers, last_handover_of, standing, waiting_handovers
from reporter.reports.locks import holders_of
from tests.make import a_case, a_category, a_city, a_moderator, a_report, a_user

IDLE = timedelta(minutes=2)


def numbers_for(user_id: int) -> dict[Heap, int]:
    return {one.heap: one.number for one in standing(user_id)}


def shown_to(user_id: int, heap: Heap) -> list[str]:
    return next([thing.number for thing in one.things] for one in standing(user_id) if one.heap is heap)


# ── What is left ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_ones_own_are_what_one_looks_at_and_what_one_did_something_to_as_long_as_it_waits(
    fakes: Ports,
) -> None:
    going, other = a_moderator(), a_moderator()
    looked_at, asked, declined, theirs, noted = a_report(), a_report(), a_report(), a_report(), a_report()
    come_to(looked_at.id, by=going.actor, idle=IDLE)
    request_info(asked, "哪个门？", by=going.actor)
    decline(declined, "不在辖区", by=going.actor)
    request_info(theirs, "哪个门？", by=other.actor)
    write_note(theirs, "问过了", by=other.actor)
    write_note(noted, "先问物业", by=going.actor)

    own = set(shown_to(going.id, Heap.MINE))
    fakes.clock.move(SHIFT + timedelta(minutes=1))  # type: ignore[attr-defined]

    assert own == {looked_at.number, asked.number, noted.number}
    assert shown_to(going.id, Heap.MINE) == [looked_at.number]


def test_each_heap_holds_its_own_and_nothing_else() -> None:
    urgent = a_category(subtypes=[{"name_zh": "占消防通道", "urgent": True}])
    pressing = a_report(category=urgent, subtype=urgent.subcategories[0])
    asked, apart = a_report(), a_report()
    request_info(asked, "哪个门？", by=a_moderator().actor)
    set_aside(apart, by=SYSTEM)
    going = a_moderator()

    assert shown_to(going.id, Heap.URGENT) == [pressing.number]
    assert shown_to(going.id, Heap.ASKED) == [asked.number]
    assert shown_to(going.id, Heap.ASIDE) == [apart.number]
    assert numbers_for(going.id)[Heap.MINE] == 0


def test_what_is_due_within_eight_hours_or_overdue_is_there_the_soonest_first() -> None:
    soon, far, late = a_report(), a_report(), a_report()
    near, distant = a_case(CaseState.HANDLING), a_case(CaseState.HANDLING)
    now = ports.clock.now()
    soon.due_at, far.due_at, late.due_at = (
        now + AHEAD,
        now + AHEAD + timedelta(seconds=1),
        now - timedelta(days=1),
    )
    late.risk = 4  # its place in the queue is another one
    near.due_at, distant.due_at = now + AHEAD, now + timedelta(days=2)
    db.session.commit()
    going = a_moderator()

    assert shown_to(going.id, Heap.DUE) == [late.number, soon.number]
    assert shown_to(going.id, Heap.CASES) == [near.number]
    assert (numbers_for(going.id)[Heap.DUE], numbers_for(going.id)[Heap.CASES]) == (2, 1)


def test_nothing_of_another_city_is_left() -> None:
    set_aside(a_report(), by=SYSTEM)
    going = a_moderator()
    before = sum(numbers_for(going.id).values())

    enter_city(a_city("another").id)

    assert before > 0
    assert sum(numbers_for(going.id).values()) == 0
    assert [one.things for one in standing(going.id) if one.things] == []


# ── Handing over ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_handed_over_stays_as_it_stood_and_holds_no_words_of_a_report() -> None:
    going, report = a_moderator(), a_report(words="隔壁老王又把车停在这里")
    request_info(report, "哪个门？", by=going.actor)
    made = hand_over(" 12345 还会来电话。 ", by=going.actor)
    frozen = [dict(one) for one in made.heaps]

    decline(report, "不在辖区", by=going.actor)
    db.session.expire_all()

    kept = get_handover(made.id)
    assert kept.heaps == frozen
    assert {"heap": "asked", "number": 1, "shown": [report.number]} in kept.heaps
    assert kept.words == "12345 还会来电话。"
    assert "老王" not in str(kept.heaps)
    assert "解放大街" not in str(kept.heaps)


def test_a_handover_names_fifty_at_most() -> None:
    going = a_moderator()
    for _ in range(SHOWN + 1):
        request_info(a_report(), "哪个门？", by=going.actor)

    made = hand_over(by=going.actor)

    asked = next(one for one in made.heaps if one["heap"] == "asked")
    assert (asked["number"], len(asked["shown"])) == (SHOWN + 1, SHOWN)
    assert SHOWN * len(Heap) <= 50


def test_the_trail_knows_what_was_handed_over_and_who_received_it() -> None:
    going, coming = a_moderator(), a_moderator()
    made = hand_over("夜班注意消防通道", by=going.actor)
    receive(made, "少了一件", by=coming.actor)

    entries = db.session.scalars(
        select(TrailEntry).where(TrailEntry.subject == "handover").order_by(TrailEntry.seq)
    ).all()

    assert [(one.action, one.actor_id) for one in entries] == [
        ("hand_over", going.id),
        ("receive", coming.id),
    ]
    assert entries[0].facts["seal"] == seal_of(made.heaps, "夜班注意消防通道")
    assert seal_of(made.heaps, "改过的话") != entries[0].facts["seal"]
    assert list(verify("test")) == []


def test_nobody_receives_their_own_handover_by_another_account() -> None:
    made = hand_over("夜班注意消防通道", by=a_moderator(mobile="13847400001").actor)

    with pytest.raises(NotAllowed):
        receive(made, "", by=a_moderator(mobile="13847400001").actor)


def test_sent_twice_at_once_it_is_one_handover_and_later_another_one(fakes: Ports) -> None:
    going = a_moderator()
    first = hand_over("夜班", by=going.actor)

    again = hand_over("夜班", by=going.actor)
    other = hand_over("夜班，还有一件事", by=going.actor)
    fakes.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]
    later = hand_over("夜班，还有一件事", by=going.actor)

    assert again.id == first.id
    assert len({first.id, other.id, later.id}) == 3
    last = last_handover_of(going.id)
    assert last
    assert last.id == later.id


def test_what_one_had_open_is_free_for_colleagues_once_the_shift_is_handed_over() -> None:
    going, report = a_moderator(), a_report()
    come_to(report.id, by=going.actor, idle=IDLE)

    given = hand_over("", by=going.actor)

    assert holders_of([report.id], idle=IDLE) == {}
    assert next(one for one in given.heaps if one["heap"] == Heap.MINE)["shown"] == [report.number]


def test_too_many_words_are_refused_on_their_field() -> None:
    going, coming = a_moderator(), a_moderator()
    made = hand_over("字" * WORDS_AT_MOST, by=going.actor)

    with pytest.raises(BadInput) as long:
        hand_over("字" * (WORDS_AT_MOST + 1), by=going.actor)
    with pytest.raises(BadInput) as doubts:
        receive(made, "字" * (WORDS_AT_MOST + 1), by=coming.actor)

    assert (long.value.field, doubts.value.field) == ("words", "doubts")


# ── Receiving ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_handover_waits_until_somebody_else_receives_it() -> None:
    going, coming = a_moderator(), a_user(Role.SHIFT_LEADER)
    made = hand_over(by=going.actor)
    waited = [one.id for one in waiting_handovers()]

    with pytest.raises(NotAllowed):
        receive(made, by=going.actor)
    receive(made, by=coming.actor)

    assert waited == [made.id]
    assert waiting_handovers() == []
    assert (made.received_by_id, made.received_at) == (coming.id, ports.clock.now())


def test_what_nobody_received_within_twelve_hours_is_closed(fakes: Ports) -> None:
    given = hand_over("", by=a_moderator().actor)
    fakes.clock.move(RECEIVED_WITHIN - timedelta(seconds=1))  # type: ignore[attr-defined]
    before = [one.id for one in waiting_handovers()]
    fakes.clock.move(timedelta(seconds=1))  # type: ignore[attr-defined]

    with pytest.raises(Conflict):
        receive(given, by=a_moderator().actor)

    assert before == [given.id]
    assert waiting_handovers() == []
    assert get_handover(given.id).received_at is None


def test_a_handover_is_received_once() -> None:
    coming, late = a_moderator(), a_moderator()
    made = hand_over(by=a_moderator().actor)
    receive(made, "少了一件", by=coming.actor)

    receive(made, "少了一件", by=coming.actor)
    with pytest.raises(Conflict):
        receive(made, by=late.actor)
    with pytest.raises(Conflict):
        receive(made, "再想想", by=coming.actor)

    assert (made.received_by_id, made.doubts, made.trail_length) == (coming.id, "少了一件", 2)


@pytest.mark.parametrize(
    "role", [Role.RESIDENT, Role.HANDLER, Role.INSPECTOR, Role.LEADER, Role.SYSTEM_ADMIN]
)
def test_nobody_outside_the_centre_gives_or_receives(role: Role) -> None:
    stranger, made = a_user(role).actor, hand_over(by=a_moderator().actor)

    with pytest.raises(NotAllowed):
        hand_over(by=stranger)
    with pytest.raises(NotAllowed):
        receive(made, by=stranger)

    assert made.received_at is None


def test_the_centre_is_told_that_one_waits_and_whoever_gave_it_that_it_is_doubted() -> None:
    going, coming = a_moderator(), a_moderator()
    made = hand_over(by=going.actor)

    receive(made, "少了一件", by=coming.actor)
    told = db.session.execute(select(Notice.what, Notice.desk, Notice.user_id).order_by(Notice.id)).all()

    assert [tuple(one) for one in told] == [
        ("handover.hand_over", "centre", None),
        ("handover.doubt", "", going.id),
    ]
    assert {row.what for row in bell_list(coming.actor).rows} == {"handover.hand_over"}
    assert HANDOVERS == "/triage/handovers"


def test_the_list_begins_with_the_newest_and_goes_on_by_its_key() -> None:
    made = [hand_over(f"第 {number} 次", by=a_moderator().actor).id for number in range(3)]

    first = handovers(size=2)
    second = handovers(after=first.after, size=2)

    assert [one.id for one in first.rows] == [made[2], made[1]]
    assert [one.id for one in second.rows] == [made[0]]
    assert second.after == ""
    assert db.session.query(Handover).count() == 3
