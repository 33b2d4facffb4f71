"""Internal notes: who reads and writes which, who is named, until when one is changed, and what stays of one taken away."""

import pytest
from sqlalchemy import select

from reporter.accounts.commands.own import empty_account
from reporter.accounts.queries import get_user
from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.kernel.db import command, db, enter_city
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, WrongStep
from reporter.kernel.policy import SYSTEM, Actor, Role
from reporter.notices.models import Notice
from reporter.notices.queries import bell_list, bell_of
from reporter.ports import ports
from reporter.reports.commands.noting import change_note, remove_note, write_note
from reporter.reports.desk_models import Note
from reporter.reports.notes import colleagues, get_note, notes_for, notes_of_report
from reporter.reports.noting import CHANGED_FOR, WORDS_AT_MOST, named_in
from tests.make import a_case, a_city, a_moderator, a_report, a_unit, a_user


def told() -> list[tuple[int | None, str]]:
    """Return who was told of a note, and of which number."""
    named = select(Notice.user_id, Notice.number).where(Notice.what == "note.name").order_by(Notice.user_id)
    return [(user_id, number) for user_id, number in db.session.execute(named)]


def worked_on() -> tuple[Case, Actor]:
    """Return a case that a unit handles, and one of the unit's handlers."""
    unit = a_unit("环卫三队")
    return a_case(State.HANDLING, unit=unit), a_user(Role.HANDLER, unit=unit, name="娜仁").actor


# ── Who reads and writes ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_note_at_a_report_is_of_the_centre_alone() -> None:
    report, writer = a_report(), a_moderator().actor

    write_note(report, " 先问物业。 ", by=writer)

    assert [note.words for note in notes_of_report(report.id)] == ["先问物业。"]
    for role in (Role.RESIDENT, Role.INSPECTOR, Role.LEADER, Role.SYSTEM_ADMIN, Role.REDACTOR):
        with pytest.raises(NotAllowed):
            write_note(report, "我也来", by=a_user(role).actor)


def test_a_unit_reads_only_what_is_meant_for_it() -> None:
    (case, handler), writer = worked_on(), a_moderator().actor
    write_note(case, "只给中心看", by=writer)
    write_note(case, "请先联系社区", by=writer, for_unit=True)

    read = [note.words for note in notes_for(case, handler)]

    assert read == ["请先联系社区"]
    assert len(notes_for(case, a_user(Role.INSPECTOR).actor)) == 2
    assert notes_for(case, a_user(Role.HANDLER, unit=a_unit("别的队")).actor) == []
    assert notes_for(case, a_user(Role.SECURITY_ADMIN).actor) == []


def test_what_a_unit_writes_the_centre_reads_and_another_unit_does_not_write() -> None:
    case, handler = worked_on()

    write_note(case, "产权单位不在", by=handler)

    assert [note.for_unit for note in notes_for(case, a_moderator().actor)] == [True]
    with pytest.raises(NotAllowed):
        write_note(case, "路过", by=a_user(Role.HANDLER, unit=a_unit("别的队")).actor)


@pytest.mark.parametrize("words", ["", " \r\n ", "字" * (WORDS_AT_MOST + 1)])
def test_a_note_has_words_and_not_too_many(words: str) -> None:
    with pytest.raises(BadInput) as refused:
        write_note(a_report(), words, by=a_moderator().actor)

    assert refused.value.field == "words"
    assert db.session.scalars(select(Note)).all() == []


# ── Who is named ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.pure
def test_the_longer_name_is_meant_and_all_of_one_name() -> None:
    people = [(1, "孟和"), (2, "孟和平"), (3, "孟和"), (4, "")]

    assert named_in("@孟和平 请看", people) == [2]
    assert named_in("@孟和，和@孟和平", people) == [2, 1, 3]
    assert named_in("孟和 a@b.example", people) == []


def test_what_follows_a_name_is_not_named_and_an_address_of_mail_names_nobody() -> None:
    people = [(1, "孟和平"), (2, "李雷"), (3, "bob"), (4, "Al")]

    assert named_in("@孟和平李雷已去过", people) == [1]
    assert named_in("请@李雷看", people) == [2]
    assert named_in("写给 alice@bob.example", people) == []
    assert named_in("@Alice 不在", people) == []
    assert named_in("@Al去过，@bob.", people) == [3, 4]


def test_whoever_is_named_hears_their_bell_once_with_the_way_to_it() -> None:
    report, writer = a_report(), a_moderator(name="写的人").actor
    named = a_moderator(name="孟和").actor

    note = write_note(report, "@孟和 @写的人 请看", by=writer)
    change_note(note, "@孟和 请看一眼", by=writer, seen=note.version)

    assert told() == [(named.id, report.number)]
    assert (bell_of(named).unread, bell_of(writer).unread) == (1, 0)
    assert bell_list(named).rows[0].reason == ""


def test_nobody_is_told_of_a_note_that_they_may_not_read() -> None:
    (case, handler), writer = worked_on(), a_moderator().actor
    a_user(Role.RESIDENT, name="居民甲")

    write_note(case, "@娜仁 @居民甲 只给中心看", by=writer)
    before = told()
    write_note(case, "@娜仁 @居民甲 请看", by=writer, for_unit=True)

    assert before == []
    assert told() == [(handler.id, case.number)]


def test_colleagues_are_those_who_may_read_it() -> None:
    (case, _), _ = worked_on(), a_moderator(name="受理员甲")
    a_user(Role.RESIDENT, name="居民甲")
    a_user(Role.ACCEPTOR, name="离开的人", active=False)

    centre = {one.name for one in colleagues(case, for_unit=False)}
    everybody = {one.name for one in colleagues(case, for_unit=True)}

    assert "娜仁" in everybody - centre
    assert "受理员甲" in centre
    assert not {"居民甲", "离开的人"} & everybody


def test_people_of_another_city_are_neither_offered_nor_told() -> None:
    a_moderator(name="孟和")
    enter_city(a_city("another").id)
    report, writer = a_report(), a_moderator(name="写的人").actor

    write_note(report, "@孟和 请看", by=writer)

    assert [one.name for one in colleagues(None, for_unit=False)] == ["写的人"]
    assert told() == []


# ── Changed and taken away ───────────────────────────────────────────────────────────────────────────────────────


def test_its_writer_changes_a_note_for_ten_minutes_and_nobody_else_does() -> None:
    writer = a_moderator().actor
    note = write_note(a_report(), "先问物业", by=writer)

    with pytest.raises(NotAllowed):
        change_note(note, "改成别的", by=a_moderator().actor, seen=note.version)
    with pytest.raises(Conflict):
        change_note(note, "旧窗口", by=writer, seen=note.version - 1)
    change_note(note, "先问社区", by=writer, seen=note.version)
    ports.clock.move(CHANGED_FOR)  # type: ignore[attr-defined]  # the tests' clock
    with pytest.raises(WrongStep):
        change_note(note, "太晚了", by=writer, seen=note.version)

    assert get_note(note.id).words == "先问社区"
    assert get_note(note.id).changed_at is not None


def test_of_a_note_that_was_taken_away_a_trace_stays_and_no_word() -> None:
    writer, leader = a_moderator().actor, a_user(Role.SHIFT_LEADER).actor
    note = write_note(a_report(), "写错地方了", by=writer)

    with pytest.raises(NotAllowed):
        remove_note(note, by=a_moderator().actor)
    remove_note(note, by=leader)
    remove_note(note, by=writer)

    kept = get_note(note.id)
    assert (kept.words, kept.author_id, kept.removed_by_id) == ("", writer.id, leader.id)
    with pytest.raises(WrongStep):
        change_note(kept, "再来", by=writer, seen=kept.version)


def test_a_note_outlives_the_account_of_its_writer() -> None:
    report, writer = a_report(), a_moderator()
    note = write_note(report, "先问物业", by=writer.actor)

    command(empty_account)(get_user(writer.id), by=SYSTEM)

    assert [one.words for one in notes_of_report(report.id)] == ["先问物业"]
    assert get_user(note.author_id).name == ""
