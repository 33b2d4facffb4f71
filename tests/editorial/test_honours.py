"""The honour list: nobody is named who has not agreed, everybody goes when their days are over or they say so."""

from datetime import timedelta

import pytest

from reporter.editorial.commands.honours import (
    edit_honour,
    record_consent,
    withdraw_consent,
    write_honour,
)
from reporter.editorial.commands.pieces import hand_in, release
from reporter.editorial.lifecycle import State
from reporter.editorial.models import PERSONAL, ConsentWay, Giver, HonourKind
from reporter.editorial.queries import get_honour, honoured, today
from reporter.editorial.worklists import Lack, consent_to, history, lack_of
from reporter.kernel.errors import BadInput, NotAllowed, WrongStep
from reporter.kernel.policy import Role
from reporter.ports import ports
from tests.editorial.pieces import a_consent, a_deed, an_honour, pens
from tests.make import a_user


@pytest.mark.parametrize("kind", sorted(PERSONAL))
def test_nobody_is_named_before_a_consent_is_written_down(kind: HonourKind) -> None:
    writer = a_user(Role.REDACTOR)
    one = write_honour(a_deed(kind=kind, name="哈斯"), by=writer.actor)

    with pytest.raises(WrongStep, match="consent"):
        hand_in(one, by=writer.actor)
    assert lack_of(one) is Lack.CONSENT
    record_consent(one, a_consent(), by=writer.actor)
    hand_in(one, by=writer.actor)

    assert get_honour(one.id).state is State.IN_REVIEW


@pytest.mark.parametrize("kind", sorted(set(HonourKind) - PERSONAL))
def test_units_campuses_and_villages_need_none(kind: HonourKind) -> None:
    assert an_honour(State.PUBLISHED, kind=kind).state is State.PUBLISHED


def test_an_entry_that_is_changed_to_name_a_person_needs_one_too() -> None:
    team = pens()
    one = an_honour(State.IN_REVIEW, team=team)
    edit_honour(one, a_deed(kind=HonourKind.PERSON, name="哈斯"), by=team.writer.actor)

    with pytest.raises(WrongStep, match="consent"):
        hand_in(one, by=team.writer.actor)


def test_what_is_written_down_says_who_agreed_how_and_when_and_who_wrote_it() -> None:
    writer = a_user(Role.REDACTOR)
    one = an_honour(kind=HonourKind.PERSON)

    said = a_consent(giver=Giver.GUARDIAN, giver_name="哈斯的母亲", way=ConsentWay.CALL, reference="录音 3")
    record_consent(one, said, by=writer.actor)

    kept = consent_to(one)
    assert kept is not None
    assert (kept.giver, kept.giver_name, kept.way, kept.given_on, kept.reference) == (
        Giver.GUARDIAN, "哈斯的母亲", ConsentWay.CALL, today(), "录音 3",
    )  # fmt: skip
    assert (kept.recorder_id, kept.recorded_at) == (writer.id, ports.clock.now())
    assert "哈斯的母亲" not in str([entry.facts for entry in history(one)])


@pytest.mark.parametrize(
    ("field", "value"),
    [("giver_name", " "), ("giver_name", "长" * 41), ("reference", ""), ("given_on", None)],
)
def test_a_consent_that_says_too_little_is_refused(field: str, value: object) -> None:
    one = an_honour(kind=HonourKind.UNIT)
    given = value if value is not None else today() + timedelta(days=1)

    with pytest.raises(BadInput) as refused:
        record_consent(one, a_consent(**{field: given}), by=a_user(Role.REDACTOR).actor)

    assert refused.value.field == field
    assert consent_to(one) is None


def test_whoever_writes_a_consent_down_does_not_release_the_entry() -> None:
    one, clerk = an_honour(kind=HonourKind.PERSON), a_user(Role.FIRST_REVIEWER)
    record_consent(one, a_consent(), by=clerk.actor)
    hand_in(one, by=a_user(Role.REDACTOR).actor)

    with pytest.raises(NotAllowed):
        release(one, by=clerk.actor)


def test_a_consent_that_is_withdrawn_takes_the_entry_off_at_once() -> None:
    one = an_honour(State.PUBLISHED, kind=HonourKind.PERSON)
    assert [row.id for row in honoured().rows] == [one.id]

    withdraw_consent(one, "本人来电", by=a_user(Role.LEADER).actor)

    gone, consent = get_honour(one.id), consent_to(one)
    assert honoured().rows == []
    assert (gone.state, gone.end_words, gone.ended_at) == (State.WITHDRAWN, "本人来电", ports.clock.now())
    assert consent is not None
    assert consent.withdrawn_at == ports.clock.now()
    assert (history(one)[-1].action, history(one)[-1].reason) == ("withdraw_consent", "本人来电")


def test_a_consent_is_withdrawn_with_words_and_only_where_there_is_one() -> None:
    leader = a_user(Role.LEADER).actor

    with pytest.raises(BadInput, match="reason"):
        withdraw_consent(an_honour(kind=HonourKind.PERSON), " ", by=leader)
    with pytest.raises(WrongStep, match="No consent"):
        withdraw_consent(an_honour(kind=HonourKind.UNIT), "来电", by=leader)


def test_an_entry_is_shown_up_to_its_last_day() -> None:
    an_honour(State.PUBLISHED, until=today() + timedelta(days=1))

    seen = []
    for _day in range(3):
        seen.append(len(honoured().rows))
        ports.clock.move(timedelta(days=1))  # type: ignore[attr-defined]

    assert seen == [1, 1, 0]


def test_the_newest_stand_first_a_page_at_a_time() -> None:
    made = [an_honour(State.PUBLISHED, name=f"第{number}队").id for number in range(5)]

    first = honoured(size=3)
    rest = honoured(after=first.after, size=3)

    assert [row.id for row in (*first.rows, *rest.rows)] == made[::-1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("deed", "长" * 201), ("deed", "家住3号楼2单元"), ("deed", "电话13847400001"), ("day", 1), ("until", -1),
        ("until", 400),
    ],
)  # fmt: skip
def test_words_and_days_that_cannot_be_are_refused_with_their_field(field: str, value: str | int) -> None:
    given = value if isinstance(value, str) else today() + timedelta(days=value)

    with pytest.raises(BadInput) as refused:
        write_honour(a_deed(**{field: given}), by=a_user(Role.REDACTOR).actor)

    assert refused.value.field == field
