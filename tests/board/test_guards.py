"""What must hold whatever happens at the same time: expiry during objections, edits after reviews, other bytes."""

from collections.abc import Callable

import pytest

from reporter.board.boxes import Box
from reporter.board.commands.copies import burn_pictures
from reporter.board.commands.exposures import pass_first, propose, publish, reject, tick
from reporter.board.commands.masks import choose_picture, confirm_mask, draft_mask
from reporter.board.commands.objections import file_objection
from reporter.board.commands.words import show_for, word
from reporter.board.lifecycle import ObjectionAction, ObjectionKind, ObjectionState, State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, get_objection, live_exposure_of
from reporter.board.shown import post
from reporter.cases.queries import get_case
from reporter.kernel.db import db
from reporter.kernel.errors import Conflict, Gone, WrongStep
from reporter.kernel.policy import ANYONE
from reporter.photos.queries import get_photo
from reporter.ports import Ports, ports
from tests.board.copies import public_files
from tests.board.posts import GOOD, an_exposure, an_objection, decided, editors, finish
from tests.make import a_photo

DECISIONS = (ObjectionAction.UPHOLD, ObjectionAction.UPHOLD_PARTLY, ObjectionAction.DISMISS)
OVER = "The time for which this post was shown is over."
REVIEWS = (State.FIRST_REVIEW, State.SECOND_REVIEW)


def _run_out(post_id: int) -> None:
    expires_at = get_exposure(post_id).expires_at
    ports.clock.set(expires_at)  # type: ignore[attr-defined]
    assert tick() == 1


@pytest.mark.parametrize("kind", [ObjectionKind.IDENTITY, ObjectionKind.NOT_TRUE])
@pytest.mark.parametrize("action", DECISIONS)
def test_a_post_that_expires_under_an_open_objection_is_over_and_the_objection_is_still_decided(
    kind: ObjectionKind, action: ObjectionAction
) -> None:
    objection = an_objection(kind=kind)
    post_id = objection.exposure_id

    _run_out(post_id)
    with pytest.raises(Gone) as gone:
        post(get_exposure(post_id).public_id)
    after = decided(objection, action)

    assert str(gone.value) == OVER
    assert get_exposure(post_id).state is State.EXPIRED
    assert (after.decided_at, after.outcome) == (ports.clock.now(), "已核实当天记录。")


def test_an_objection_filed_while_the_post_expires_finds_it_over_and_hides_nothing() -> None:
    read_before = an_exposure(State.PUBLISHED)
    assert read_before.state is State.PUBLISHED
    _run_out(read_before.id)

    with pytest.raises(WrongStep):
        file_objection(read_before, ObjectionKind.MINOR, "有孩子", by=ANYONE)

    assert get_exposure(read_before.id).state is State.EXPIRED


def test_a_post_that_is_hidden_when_its_time_is_over_is_never_shown_again() -> None:
    objection = an_objection(kind=ObjectionKind.MINOR)
    _run_out(objection.exposure_id)

    decided(objection, ObjectionAction.DISMISS)

    assert get_exposure(objection.exposure_id).state is State.EXPIRED
    assert get_objection(objection.id).state is ObjectionState.DISMISSED


@pytest.mark.parametrize("state", REVIEWS)
@pytest.mark.parametrize("edit", ["mask", "draft", "picture", "words", "days"])
def test_nothing_is_edited_once_it_is_reviewed(state: State, edit: str) -> None:
    team = editors()
    exposure, by = an_exposure(state, team=team), team.redactor.actor
    picture = exposure.pictures[0].id
    edits: dict[str, Callable[[], object]] = {
        "mask": lambda: confirm_mask(exposure, picture, [], checked=True, by=by),
        "draft": lambda: draft_mask(exposure, picture, [Box(0.1, 0.1, 0.1, 0.1, "face")], by=by),
        "picture": lambda: choose_picture(exposure, picture, used=False, by=by),
        "words": lambda: word(exposure, GOOD, by=by),
        "days": lambda: show_for(exposure, 60, by=by),
    }
    before = _as_shown(exposure)

    with pytest.raises(WrongStep):
        edits[edit]()

    db.session.expire_all()
    assert _as_shown(get_exposure(exposure.id)) == before


def _as_shown(exposure: Exposure) -> tuple[object, ...]:
    pictures = [(one.used, one.boxes, one.source_sha256) for one in exposure.pictures]
    return (
        exposure.state,
        exposure.title,
        exposure.summary,
        exposure.days,
        exposure.first_reviewer_id,
        pictures,
    )


def test_what_is_to_be_edited_after_the_first_review_goes_back_to_the_start_without_any_review() -> None:
    team = editors()
    reviewed = an_exposure(State.SECOND_REVIEW, team=team)

    reject(reviewed, "标题要改", by=team.second.actor)
    propose(get_case(reviewed.case_id), by=team.redactor.actor)

    anew = live_exposure_of(reviewed.case_id)
    assert anew is not None
    assert (anew.state, anew.first_reviewer_id, anew.redactor_ids) == (State.PROPOSED, None, [])
    assert not any(picture.confirmed for picture in anew.pictures)
    with pytest.raises(WrongStep):
        publish(anew, by=team.second.actor)
    finish(anew, team)
    with pytest.raises(WrongStep):
        pass_first(get_exposure(anew.id), by=team.first.actor)


def test_a_picture_whose_bytes_changed_after_its_mask_was_judged_is_never_published(fakes: Ports) -> None:
    team = editors()
    exposure = an_exposure(State.SECOND_REVIEW, team=team)
    own = get_photo(exposure.pictures[0].photo_id).staff_key(1600)
    other = fakes.storage.open(a_photo("other bytes").staff_key(1600))
    fakes.storage.delete(own)
    fakes.storage.put_if_absent(own, other)

    with pytest.raises(Conflict):
        publish(exposure, by=team.second.actor)
    burn_pictures(exposure.id)

    assert get_exposure(exposure.id).state is State.SECOND_REVIEW
    assert public_files(fakes) == []
