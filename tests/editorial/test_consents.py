"""Nobody is named by an article or the honour list who has not agreed, and whoever takes it back is gone at once."""

from datetime import timedelta
from typing import Any

import pytest

from reporter.editorial.commands.articles import NAME_AT_MOST, PEOPLE_AT_MOST, edit_article, write_article
from reporter.editorial.commands.consents import record_consent, withdraw_consent
from reporter.editorial.commands.honours import edit_honour, write_honour
from reporter.editorial.commands.pieces import hand_in, release
from reporter.editorial.lifecycle import Action, State
from reporter.editorial.models import PERSONAL, ConsentWay, Giver, HonourKind, Rubric
from reporter.editorial.queries import (
    article,
    articles,
    get_article,
    get_honour,
    honoured,
    public_picture,
    today,
)
from reporter.editorial.worklists import Lack, consents_to, history, lack_of
from reporter.kernel.errors import BadInput, Gone, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import Role
from reporter.ports import ports
from tests.editorial.pieces import a_consent, a_deed, a_text, an_article, an_honour, pens
from tests.make import a_user

HASI, TUOYA = "哈斯", "托娅"


def an_entry(state: State = State.DRAFT) -> Any:
    return an_honour(state, kind=HonourKind.PERSON, name=HASI)


def a_story(state: State = State.DRAFT) -> Any:
    return an_article(state, rubric=Rubric.CIVILITY, people=[HASI, TUOYA])


BOTH = pytest.mark.parametrize("make", [an_entry, a_story])


@pytest.mark.parametrize("kind", sorted(PERSONAL))
def test_nobody_is_on_the_honour_list_before_a_consent_is_written_down(kind: HonourKind) -> None:
    writer = a_user(Role.REDACTOR)
    one = write_honour(a_deed(kind=kind, name=HASI), by=writer.actor)

    with pytest.raises(WrongStep, match="consent"):
        hand_in(one, by=writer.actor)
    assert lack_of(one) is Lack.CONSENT
    record_consent(one, a_consent(HASI), by=writer.actor)
    hand_in(one, by=writer.actor)

    assert get_honour(one.id).state is State.IN_REVIEW


@pytest.mark.parametrize("rubric", Rubric)
def test_an_article_waits_for_the_consent_of_each_person_it_names(rubric: Rubric) -> None:
    writer = a_user(Role.REDACTOR)
    one = write_article(a_text(rubric=rubric, people=[HASI, TUOYA]), by=writer.actor)

    for name in (HASI, TUOYA):
        with pytest.raises(WrongStep, match="consent"):
            hand_in(one, by=writer.actor)
        assert lack_of(one) is Lack.CONSENT
        record_consent(one, a_consent(name), by=writer.actor)
    hand_in(one, by=writer.actor)

    assert get_article(one.id).state is State.IN_REVIEW
    assert [row.person for row in consents_to(one)] == [HASI, TUOYA]


def test_an_article_that_names_nobody_waits_for_nobody() -> None:
    assert an_article(State.PUBLISHED, rubric=Rubric.CIVILITY).people == []


@pytest.mark.parametrize("kind", sorted(set(HonourKind) - PERSONAL))
def test_units_campuses_and_villages_need_none(kind: HonourKind) -> None:
    assert an_honour(State.PUBLISHED, kind=kind).state is State.PUBLISHED


def test_somebody_who_is_named_later_has_to_agree_too() -> None:
    team = pens()
    entry = an_honour(State.IN_REVIEW, team=team)
    story = an_article(State.IN_REVIEW, team=team, people=[HASI])
    edit_honour(entry, a_deed(kind=HonourKind.PERSON, name=HASI), by=team.writer.actor)
    edit_article(story, a_text(people=[HASI, TUOYA]), by=team.writer.actor)

    for piece in (entry, story):
        with pytest.raises(WrongStep, match="consent"):
            hand_in(piece, by=team.writer.actor)


def test_a_consent_is_to_the_name_as_it_stands_there() -> None:
    team = pens()
    one = an_honour(team=team, kind=HonourKind.PERSON, name=HASI)

    edit_honour(one, a_deed(kind=HonourKind.PERSON, name="桥西街道的哈斯"), by=team.writer.actor)

    assert lack_of(one) is Lack.CONSENT


@BOTH
def test_what_is_written_down_says_who_agreed_how_and_when_and_who_wrote_it(make: Any) -> None:
    writer = a_user(Role.REDACTOR)
    one = make()

    said = a_consent(
        HASI, giver=Giver.GUARDIAN, giver_name="哈斯的母亲", way=ConsentWay.CALL, reference="录音 3"
    )
    record_consent(one, said, by=writer.actor)

    kept = consents_to(one)[0]
    assert (kept.person, kept.giver, kept.giver_name, kept.way, kept.given_on, kept.reference) == (
        HASI, Giver.GUARDIAN, "哈斯的母亲", ConsentWay.CALL, today(), "录音 3",
    )  # fmt: skip
    assert (kept.recorder_id, kept.recorded_at) == (writer.id, ports.clock.now())
    assert len(consents_to(one)) == len(one.people)
    assert not any(word in str([entry.facts for entry in history(one)]) for word in ("哈斯的母亲", HASI))


@BOTH
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("person", "别人"), ("giver_name", " "), ("giver_name", "长" * 41), ("reference", " "), ("given_on", None),
    ],
)  # fmt: skip
def test_a_consent_that_says_too_little_is_refused(make: Any, field: str, value: object) -> None:
    one = make()
    before = consents_to(one)[0].reference
    said: Any = {"person": HASI, "reference": "乙-1", field: value or today() + timedelta(days=1)}

    with pytest.raises(BadInput) as refused:
        record_consent(
            one,
            a_consent(**said),
            by=a_user(Role.REDACTOR).actor,
        )

    assert refused.value.field == field
    assert [row.reference for row in consents_to(one)] == [before] * len(one.people)


@BOTH
def test_whoever_writes_a_consent_down_does_not_release_it(make: Any) -> None:
    one, clerk = make(), a_user(Role.FIRST_REVIEWER)
    record_consent(one, a_consent(HASI), by=clerk.actor)
    hand_in(one, by=a_user(Role.REDACTOR).actor)

    with pytest.raises(NotAllowed):
        release(one, by=clerk.actor)


@BOTH
def test_a_consent_to_a_released_piece_that_is_written_down_anew_takes_it_back_to_its_release(
    make: Any,
) -> None:
    one = make(State.PUBLISHED)

    record_consent(one, a_consent(HASI, reference="乙-2"), by=a_user(Role.REDACTOR).actor)

    assert one.state is State.DRAFT


@BOTH
@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.PUBLISHED])
def test_a_consent_that_is_withdrawn_takes_the_piece_off_at_once(make: Any, state: State) -> None:
    one = make(state)
    shown = [*(row.id for row in honoured().rows), *(row.id for row in articles().rows)]
    consent = consents_to(one)[0]

    withdraw_consent(one, consent.id, "本人来电", by=a_user(Role.LEADER).actor)

    last, (first, *others) = history(one)[-1], [row.withdrawn_at for row in consents_to(one)]
    assert shown == ([one.id] if state is State.PUBLISHED else [])
    assert (honoured().rows, articles().rows) == ([], [])
    assert (one.state, one.end_words, one.ended_at) == (State.WITHDRAWN, "本人来电", ports.clock.now())
    assert first == ports.clock.now()
    assert not any(others)
    assert (last.action, last.reason, last.facts["consent_id"]) == (
        Action.WITHDRAW_CONSENT, "本人来电", consent.id,
    )  # fmt: skip


def test_an_article_goes_with_its_pictures_when_a_consent_is_withdrawn() -> None:
    one = an_article(State.PUBLISHED, rubric=Rubric.CIVILITY, pictures=1, people=[HASI])
    token = one.pictures[0].token
    assert public_picture(token).width

    withdraw_consent(one, consents_to(one)[0].id, "本人来电", by=a_user(Role.LEADER).actor)

    with pytest.raises(Gone):
        article(Rubric.CIVILITY, one.public_id)
    with pytest.raises(NotFound):
        public_picture(token)


def test_what_was_taken_off_does_not_come_back() -> None:
    one, writer = a_story(State.PUBLISHED), a_user(Role.REDACTOR).actor
    withdraw_consent(one, consents_to(one)[0].id, "本人来电", by=a_user(Role.LEADER).actor)

    for act in (
        lambda: record_consent(one, a_consent(HASI), by=writer),
        lambda: edit_article(one, a_text(), by=writer),
        lambda: withdraw_consent(one, consents_to(one)[1].id, "来电", by=a_user(Role.LEADER).actor),
    ):
        with pytest.raises(WrongStep):
            act()


@BOTH
def test_a_consent_is_withdrawn_with_words_and_only_where_there_is_one(make: Any) -> None:
    leader, one, other = a_user(Role.LEADER).actor, make(), make()

    with pytest.raises(BadInput, match="reason"):
        withdraw_consent(one, consents_to(one)[0].id, " ", by=leader)
    with pytest.raises(WrongStep, match="No consent"):
        withdraw_consent(one, consents_to(other)[0].id, "来电", by=leader)


@pytest.mark.parametrize(
    "people",
    [["长" * (NAME_AT_MOST + 1)], ["电话13847400001"], [f"名{n}" for n in range(PEOPLE_AT_MOST + 1)]],
)
def test_names_that_cannot_be_are_refused(people: list[str]) -> None:
    with pytest.raises(BadInput) as refused:
        write_article(a_text(people=people), by=a_user(Role.REDACTOR).actor)

    assert refused.value.field == "people"
