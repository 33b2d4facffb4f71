"""Objections: anybody files, grave ones hide at once, nobody decides on their own post."""

from dataclasses import replace
from datetime import datetime

import pytest

from reporter.board.commands.exposures import withdraw
from reporter.board.commands.objections import decide_objection, file_objection, take_objection
from reporter.board.lifecycle import (
    GRAVE,
    ObjectionAction,
    ObjectionKind,
    ObjectionState,
    State,
)
from reporter.board.models import Objection
from reporter.board.queries import get_exposure, get_objection, objection_by_code
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import ANYONE, Role
from tests.board.posts import an_exposure, an_objection, editors
from tests.make import a_user

UPHOLD, PARTLY, DISMISS = ObjectionAction.UPHOLD, ObjectionAction.UPHOLD_PARTLY, ObjectionAction.DISMISS
JUDGES = (Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.LEADER)


def _decide(objection: Objection, action: ObjectionAction, outcome: str = "已核实当天记录。") -> None:
    judge = a_user(Role.LEADER).actor
    take_objection(get_objection(objection.id), by=judge)
    decide_objection(get_objection(objection.id), action, outcome, by=judge)


def _post(objection: Objection) -> State:
    return get_exposure(objection.exposure_id).state


@pytest.mark.parametrize("kind", list(ObjectionKind))
def test_a_claim_of_minor_identity_or_place_hides_the_post_at_once(kind: ObjectionKind) -> None:
    objection = an_objection(kind=kind)

    assert _post(objection) is (State.HIDDEN if kind in GRAVE else State.PUBLISHED)


def test_anybody_objects_and_finds_the_objection_by_its_code() -> None:
    filed = an_objection()

    typed = f" {filed.code[:4].lower()}-{filed.code[4:]} "

    assert objection_by_code(typed).id == filed.id
    with pytest.raises(NotFound):
        objection_by_code("WRONG")


def test_it_is_due_after_three_working_days() -> None:
    objection = an_objection()  # on a Monday

    assert objection.due_at.date() == datetime.fromisoformat("2026-11-26").date()


@pytest.mark.parametrize(("words", "contact"), [("", ""), ("  ", ""), ("x" * 1001, ""), ("错了", "x" * 201)])
def test_an_objection_says_what_is_wrong_in_a_thousand_letters(words: str, contact: str) -> None:
    post = an_exposure(State.PUBLISHED)

    with pytest.raises(BadInput) as refused:
        file_objection(post, ObjectionKind.MINOR, words, contact=contact, by=ANYONE)

    assert refused.value.field == ("contact" if contact else "words")
    assert get_exposure(post.id).state is State.PUBLISHED


@pytest.mark.parametrize("state", [State.SECOND_REVIEW, State.WITHDRAWN, State.EXPIRED])
def test_what_is_not_shown_cannot_be_objected_to(state: State) -> None:
    with pytest.raises(WrongStep):
        file_objection(an_exposure(state), ObjectionKind.OTHER, "错了", by=ANYONE)


@pytest.mark.parametrize(
    ("hand", "role"),
    [("redactor", Role.REDACTOR), ("first", Role.FIRST_REVIEWER), ("second", Role.SECOND_REVIEWER)],
)
def test_nobody_who_had_a_hand_in_publishing_takes_or_decides(hand: str, role: Role) -> None:
    partial = a_user(role, Role.LEADER)
    team = replace(editors(), **{hand: partial})
    post = an_exposure(State.PUBLISHED, team=team)
    objection = file_objection(post, ObjectionKind.NOT_TRUE, "不属实", by=ANYONE)

    with pytest.raises(NotAllowed):
        take_objection(objection, by=partial.actor)
    take_objection(get_objection(objection.id), by=a_user(Role.LEADER).actor)
    with pytest.raises(NotAllowed):
        decide_objection(get_objection(objection.id), DISMISS, "属实", by=partial.actor)


@pytest.mark.parametrize("role", JUDGES)
def test_a_reviewer_or_leader_with_no_hand_in_it_decides(role: Role) -> None:
    objection, judge = an_objection(), a_user(role)

    take_objection(objection, by=judge.actor)
    decide_objection(get_objection(objection.id), DISMISS, "已核实", by=judge.actor)

    after = get_objection(objection.id)
    assert (after.state, after.decider_id, after.outcome) == (ObjectionState.DISMISSED, judge.id, "已核实")


def test_an_upheld_objection_takes_the_post_down() -> None:
    objection = an_objection(kind=ObjectionKind.MINOR)

    _decide(objection, UPHOLD, "画面里确有未成年人。")

    assert _post(objection) is State.WITHDRAWN
    assert get_exposure(objection.exposure_id).end_words == "画面里确有未成年人。"


def test_a_partly_upheld_one_corrects_the_post_and_shows_it_again() -> None:
    objection = an_objection(kind=ObjectionKind.WRONG_PLACE)

    _decide(objection, PARTLY, "地点更正为新华街。")

    post = get_exposure(objection.exposure_id)
    assert (post.state, post.correction) == (State.PUBLISHED, "地点更正为新华街。")


def test_a_dismissed_one_shows_the_post_again_as_it_was() -> None:
    objection = an_objection(kind=ObjectionKind.IDENTITY)

    _decide(objection, DISMISS)

    post = get_exposure(objection.exposure_id)
    assert (post.state, post.correction) == (State.PUBLISHED, "")


def test_a_post_stays_hidden_until_the_last_grave_objection_is_decided() -> None:
    first = an_objection(kind=ObjectionKind.MINOR)
    second = file_objection(get_exposure(first.exposure_id), ObjectionKind.IDENTITY, "认得出", by=ANYONE)

    _decide(first, DISMISS)
    after_one = _post(first)
    _decide(second, DISMISS)

    assert (after_one, _post(second)) == (State.HIDDEN, State.PUBLISHED)


def test_a_plain_objection_does_not_keep_a_post_hidden() -> None:
    grave = an_objection(kind=ObjectionKind.MINOR)
    file_objection(get_exposure(grave.exposure_id), ObjectionKind.OTHER, "有异议", by=ANYONE)

    _decide(grave, DISMISS)

    assert _post(grave) is State.PUBLISHED


@pytest.mark.parametrize("action", [UPHOLD, PARTLY, DISMISS])
def test_an_objection_outlives_its_post(action: ObjectionAction) -> None:
    objection = an_objection(kind=ObjectionKind.MINOR)
    withdraw(get_exposure(objection.exposure_id), "先行下架", by=a_user(Role.LEADER).actor)

    _decide(objection, action)

    assert get_objection(objection.id).decided_at is not None
    assert get_exposure(objection.exposure_id).end_words == "先行下架"


def test_a_correction_to_be_published_holds_nobodys_number_and_the_objection_stays_open() -> None:
    objection = an_objection(ObjectionState.IN_REVIEW)

    with pytest.raises(BadInput) as refused:
        decide_objection(objection, PARTLY, "请电 13800001234", by=a_user(Role.LEADER).actor)

    assert refused.value.field == "reason"
    assert get_objection(objection.id).state is ObjectionState.IN_REVIEW


def test_of_two_judges_who_saw_the_same_one_wins() -> None:
    objection = an_objection(ObjectionState.IN_REVIEW)
    seen = objection.version

    decide_objection(objection, DISMISS, "属实", by=a_user(Role.LEADER).actor, seen=seen)

    with pytest.raises(Conflict):
        decide_objection(
            get_objection(objection.id), UPHOLD, "不属实", by=a_user(Role.LEADER).actor, seen=seen
        )
