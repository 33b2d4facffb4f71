"""From a closed case to the board and off it again."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from reporter.board.boxes import Box
from reporter.board.commands.copies import burn_pictures
from reporter.board.commands.exposures import (
    correct,
    pass_first,
    propose,
    publish,
    reject,
    submit,
    tick,
    withdraw,
)
from reporter.board.commands.masks import choose_picture, confirm_mask, draft_mask
from reporter.board.commands.words import word
from reporter.board.lifecycle import ENDED, State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, last_exposure_of, live_exposure_of
from reporter.cases.commands import advance
from reporter.cases.lifecycle import Action as CaseAction
from reporter.cases.lifecycle import State as CaseState
from reporter.cases.models import Nature
from reporter.cases.queries import get_case
from reporter.kernel.audit import trail_of
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, WrongStep
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import Ports
from reporter.ports.queue import Job
from tests.board.posts import GOOD, PLATE, an_exposure, editors, finish
from tests.make import a_case, a_category, a_user


def _how_many() -> int:
    return db.session.scalar(select(func.count()).select_from(Exposure)) or 0


def _jobs(kind: str) -> int:
    return db.session.scalar(select(func.count()).select_from(Job).where(Job.kind == kind)) or 0


def test_a_case_that_closes_is_proposed_by_the_system() -> None:
    case = a_case(CaseState.CLOSED)

    exposure = live_exposure_of(case.id)

    assert exposure is not None
    assert exposure.state is State.PROPOSED
    assert [(entry.action, entry.actor_id) for entry in trail_of(exposure)] == [("propose", None)]


@pytest.mark.parametrize("state", [CaseState.HANDLED, CaseState.CLOSED_UNFIXED, CaseState.VOID])
def test_a_case_that_was_not_put_right_is_never_proposed(state: CaseState) -> None:
    a_case(state)

    assert _how_many() == 0


def test_a_kind_that_is_not_shown_is_never_proposed() -> None:
    a_case(CaseState.CLOSED, category=a_category(exposable=False))

    assert _how_many() == 0


def test_a_case_is_proposed_once() -> None:
    case = a_case(CaseState.CLOSED)

    again = propose(get_case(case.id), by=SYSTEM)

    assert again is None
    assert _how_many() == 1


def test_a_proposal_knows_the_place_to_a_hundred_metres_and_the_time_to_the_hour() -> None:
    exposure = an_exposure(
        lon=113.123456, lat=41.034567, reported_at=datetime.fromisoformat("2026-11-23T13:47:31+08:00")
    )

    assert (exposure.lon, exposure.lat) == (113.123, 41.035)
    assert exposure.happened_at == datetime.fromisoformat("2026-11-23T13:00:00+08:00")


def test_a_proposal_names_the_road_and_no_dwelling() -> None:
    exposure = an_exposure(address="解放大街101号院3号楼2单元501室")

    assert exposure.road == "解放大街"
    assert exposure.title.startswith("解放大街")


def test_a_proposal_takes_the_first_picture_before_and_the_first_after() -> None:
    exposure = an_exposure(photos=2)

    assert [(picture.stage, picture.used) for picture in exposure.pictures] == [
        ("before", True), ("before", False), ("after", True),
    ]  # fmt: skip


def test_a_case_that_is_taken_up_again_takes_its_post_down() -> None:
    exposure = an_exposure(State.PUBLISHED)

    advance(get_case(exposure.case_id), CaseAction.REOPEN, by=a_user(Role.SUPERVISOR).actor, reason="反弹")

    after = get_exposure(exposure.id)
    assert after.state is State.WITHDRAWN
    assert _jobs("board.drop") == 1


def test_a_rejected_case_may_be_proposed_again_and_brings_its_boxes_along_unjudged() -> None:
    team = editors()
    rejected = an_exposure(State.REJECTED, team=team)

    again = propose(get_case(rejected.case_id), by=team.redactor.actor)

    assert again is not None
    assert [(one.waiting, one.confirmed) for one in again.pictures] == [(1, False), (1, False)]
    assert last_exposure_of(rejected.case_id) is again


def test_nobody_but_a_redactor_proposes_by_hand() -> None:
    rejected = an_exposure(State.REJECTED)

    with pytest.raises(NotAllowed):
        propose(get_case(rejected.case_id), by=a_user(Role.FIRST_REVIEWER).actor)


def test_a_post_that_lacks_something_cannot_be_handed_in() -> None:
    team = editors()
    exposure = an_exposure(State.REDACTING, team=team)

    with pytest.raises(WrongStep):
        submit(exposure, by=team.redactor.actor)

    assert get_exposure(exposure.id).state is State.REDACTING
    assert _jobs("board.burn") == 0


def test_handing_in_makes_no_public_copies() -> None:
    team = editors()
    exposure = an_exposure(team=team)
    finish(exposure, team)

    submit(get_exposure(exposure.id), by=team.redactor.actor)

    assert _jobs("board.burn") == 0
    assert not any(picture.copies for picture in get_exposure(exposure.id).pictures)


def test_whoever_redacted_does_not_review_first() -> None:
    both = a_user(Role.REDACTOR, Role.FIRST_REVIEWER)
    team = editors()
    exposure = an_exposure(team=team)
    finish(exposure, team)
    word(get_exposure(exposure.id), GOOD, by=both.actor)
    submit(get_exposure(exposure.id), by=team.redactor.actor)

    with pytest.raises(NotAllowed):
        pass_first(get_exposure(exposure.id), by=both.actor)

    assert get_exposure(exposure.id).state is State.FIRST_REVIEW


@pytest.mark.parametrize("part", ["box", "draft", "choice", "words", "hand_in"])
def test_any_hand_in_the_redaction_keeps_a_person_from_both_reviews(part: str) -> None:
    jack = a_user(Role.REDACTOR, Role.FIRST_REVIEWER, Role.SECOND_REVIEWER).actor
    team = editors()
    exposure = an_exposure(team=team)
    picture_id = exposure.pictures[0].id
    if part == "box":
        confirm_mask(exposure, picture_id, [PLATE], checked=True, by=jack)
    elif part == "draft":
        draft_mask(exposure, picture_id, [PLATE], by=jack)
    elif part == "choice":
        choose_picture(exposure, picture_id, used=True, by=jack)
    elif part == "words":
        word(exposure, GOOD, by=jack)
    finish(get_exposure(exposure.id), team)
    submit(get_exposure(exposure.id), by=jack if part == "hand_in" else team.redactor.actor)

    with pytest.raises(NotAllowed):
        pass_first(get_exposure(exposure.id), by=jack)
    pass_first(get_exposure(exposure.id), by=team.first.actor)
    burn_pictures(exposure.id)
    with pytest.raises(NotAllowed):
        publish(get_exposure(exposure.id), by=jack)


def test_the_first_reviewer_does_not_review_again() -> None:
    both = a_user(Role.FIRST_REVIEWER, Role.SECOND_REVIEWER)
    exposure = an_exposure(State.FIRST_REVIEW)
    pass_first(exposure, by=both.actor)

    with pytest.raises(NotAllowed):
        publish(get_exposure(exposure.id), by=both.actor)


def test_a_published_post_was_seen_by_three_people_and_ends_after_its_days() -> None:
    exposure = an_exposure(State.PUBLISHED)

    hands = {exposure.redactor_id, exposure.first_reviewer_id, exposure.second_reviewer_id}
    assert None not in hands
    assert len(hands) == 3
    assert exposure.published_at is not None
    assert exposure.expires_at == exposure.published_at + timedelta(days=30)


def test_publishing_queues_the_public_copies() -> None:
    team = editors()
    exposure = an_exposure(State.SECOND_REVIEW, team=team)

    publish(exposure, by=team.second.actor)

    assert _jobs("board.burn") == 1
    assert not any(picture.copies for picture in get_exposure(exposure.id).pictures)


def test_a_post_of_a_kind_that_is_no_longer_shown_is_not_published() -> None:
    team, kind = editors(), a_category()
    exposure = an_exposure(State.SECOND_REVIEW, team=team, category=kind)
    kind.exposable = False
    db.session.commit()

    with pytest.raises(WrongStep):
        publish(get_exposure(exposure.id), by=team.second.actor)


def test_two_editors_who_saw_the_same_post_end_with_one_winner() -> None:
    team = editors()
    exposure = an_exposure(State.FIRST_REVIEW, team=team)
    seen = exposure.version

    pass_first(get_exposure(exposure.id), by=team.first.actor, seen=seen)

    with pytest.raises(Conflict):
        reject(get_exposure(exposure.id), "看不清", by=a_user(Role.FIRST_REVIEWER).actor, seen=seen)


def test_a_rejected_post_is_over_and_its_pictures_are_dropped() -> None:
    exposure = an_exposure(State.REJECTED)

    assert exposure.end_words == "看不清路段"
    assert exposure.ended_at is not None
    assert _jobs("board.drop") == 1


def test_a_correction_stands_on_the_post_and_in_its_trail() -> None:
    exposure = an_exposure(State.PUBLISHED)

    correct(exposure, " 地点应为新华街 ", by=a_user(Role.LEADER).actor)

    after = get_exposure(exposure.id)
    assert (after.state, after.correction) == (State.PUBLISHED, "地点应为新华街")
    assert trail_of(after)[-1].reason == "地点应为新华街"


def test_a_correction_with_a_phone_number_is_refused() -> None:
    exposure = an_exposure(State.PUBLISHED)

    with pytest.raises(BadInput) as refused:
        correct(exposure, "请电 13800001234", by=a_user(Role.LEADER).actor)

    assert refused.value.field == "reason"
    assert get_exposure(exposure.id).correction == ""


def test_a_post_stays_to_its_last_minute_and_is_taken_down_then(fakes: Ports) -> None:
    exposure = an_exposure(State.PUBLISHED)
    assert exposure.expires_at is not None

    fakes.clock.set(exposure.expires_at - timedelta(minutes=1))  # type: ignore[attr-defined]
    early = tick()
    fakes.clock.set(exposure.expires_at)  # type: ignore[attr-defined]
    due = tick()

    assert (early, due, tick()) == (0, 1, 0)
    assert get_exposure(exposure.id).state is State.EXPIRED


@pytest.mark.parametrize("state", sorted(ENDED))
def test_nothing_is_done_with_what_has_ended(state: State) -> None:
    exposure = an_exposure(state)

    with pytest.raises(WrongStep):
        withdraw(exposure, "再来一次", by=a_user(Role.LEADER).actor)


def test_an_act_needs_no_picture_from_after() -> None:
    team = editors()
    kind = a_category("乱穿乱闯", nature=Nature.ACT)

    exposure = an_exposure(State.PUBLISHED, team=team, category=kind)

    assert [picture.stage for picture in exposure.pictures] == ["before"]


def test_a_condition_is_not_shown_without_its_picture_from_after() -> None:
    team = editors()
    exposure = an_exposure(team=team)
    finish(exposure, team)
    after = get_exposure(exposure.id).after
    assert after is not None
    choose_picture(get_exposure(exposure.id), after.id, used=False, by=team.redactor.actor)

    with pytest.raises(WrongStep):
        submit(get_exposure(exposure.id), by=team.redactor.actor)


def test_a_box_with_no_judgement_keeps_the_post_from_review() -> None:
    team = editors()
    exposure = an_exposure(team=team)
    finish(exposure, team)
    proposed = Box(0.1, 0.1, 0.1, 0.1, "text", judged=False)
    draft_mask(get_exposure(exposure.id), exposure.pictures[0].id, [proposed], by=team.redactor.actor)

    with pytest.raises(WrongStep):
        submit(get_exposure(exposure.id), by=team.redactor.actor)
