"""Who may judge a mask, on which bytes, and what stays of it."""

import hashlib
from datetime import timedelta

import pytest

from reporter.board.boxes import Box
from reporter.board.commands.masks import choose_picture, confirm_mask, draft_mask, note_opening
from reporter.board.editing import checks_of, masks_kept, opened_by
from reporter.board.lifecycle import State
from reporter.board.queries import get_exposure
from reporter.kernel.audit import trail_of
from reporter.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, WrongStep
from reporter.kernel.policy import Role
from reporter.photos.queries import get_photo, staff_copy
from reporter.ports import Ports
from tests.board.posts import PLATE, an_exposure, editors, finish
from tests.make import a_user

WAITING = Box(0.1, 0.1, 0.2, 0.2, "text", judged=False)


def test_a_judged_mask_keeps_boxes_person_time_and_the_digest_of_the_bytes(fakes: Ports) -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR)
    picture = exposure.pictures[0]

    confirm_mask(exposure, picture.id, [PLATE], checked=True, by=redactor.actor)

    kept = get_exposure(exposure.id).pictures[0]
    assert kept.mask == [PLATE]
    assert (kept.confirmed_by, kept.confirmed_at) == (redactor.id, fakes.clock.now())
    assert kept.source_sha256 == staff_copy(get_photo(picture.photo_id)).sha256
    assert get_exposure(exposure.id).state is State.REDACTING


def test_nothing_is_confirmed_without_the_tick() -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR).actor

    with pytest.raises(BadInput) as refused:
        confirm_mask(exposure, exposure.pictures[0].id, [PLATE], by=redactor)

    assert refused.value.field == "checked"
    assert not get_exposure(exposure.id).pictures[0].confirmed
    assert get_exposure(exposure.id).state is State.PROPOSED


def test_the_trail_keeps_every_mask_with_who_drew_it_when_and_whether_they_checked(fakes: Ports) -> None:
    exposure, one, two = an_exposure(), a_user(Role.REDACTOR), a_user(Role.REDACTOR)
    picture_id, photo_id = exposure.pictures[0].id, exposure.pictures[0].photo_id
    face = Box(0.1, 0.1, 0.2, 0.2, "face", how="blur")

    draft_mask(get_exposure(exposure.id), picture_id, [WAITING], by=one.actor)
    fakes.clock.move(timedelta(minutes=5))  # type: ignore[attr-defined]
    confirm_mask(get_exposure(exposure.id), picture_id, [PLATE, face], checked=True, by=two.actor)
    choose_picture(get_exposure(exposure.id), picture_id, used=True, by=one.actor)

    kept = masks_kept(trail_of(get_exposure(exposure.id)))
    facts = [(photo, entry.actor_id, entry.facts["mask"], entry.facts["checked"]) for photo, entry in kept]
    assert facts == [
        (photo_id, one.id, [WAITING.as_dict()], False),
        (photo_id, two.id, [PLATE.as_dict(), face.as_dict()], True),
    ]
    assert kept[1][1].at - kept[0][1].at == timedelta(minutes=5)


def test_a_picture_with_nothing_to_hide_is_judged_too() -> None:
    exposure = an_exposure()

    kept = confirm_mask(exposure, exposure.pictures[0].id, [], checked=True, by=a_user(Role.REDACTOR).actor)

    assert kept.confirmed


def test_nobody_but_a_redactor_masks() -> None:
    exposure = an_exposure()

    with pytest.raises(NotAllowed):
        confirm_mask(
            exposure, exposure.pictures[0].id, [], checked=True, by=a_user(Role.FIRST_REVIEWER).actor
        )

    assert get_exposure(exposure.id).state is State.PROPOSED


def test_a_box_that_waits_keeps_the_picture_unjudged() -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR).actor

    with pytest.raises(BadInput) as refused:
        confirm_mask(exposure, exposure.pictures[0].id, [PLATE, WAITING], checked=True, by=redactor)
    kept = draft_mask(get_exposure(exposure.id), exposure.pictures[0].id, [PLATE, WAITING], by=redactor)

    assert refused.value.field == "boxes"
    assert (kept.confirmed, kept.waiting, len(kept.boxes)) == (False, 1, 2)


def test_a_draft_takes_an_earlier_judgement_back() -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR).actor
    confirm_mask(exposure, exposure.pictures[0].id, [PLATE], checked=True, by=redactor)

    kept = draft_mask(get_exposure(exposure.id), exposure.pictures[0].id, [PLATE], by=redactor)

    assert (kept.confirmed, kept.confirmed_by, kept.source_sha256) == (False, None, "")


def test_a_mask_is_refused_when_another_picture_was_looked_at() -> None:
    exposure = an_exposure()

    with pytest.raises(Conflict):
        confirm_mask(
            exposure,
            exposure.pictures[0].id,
            [],
            checked=True,
            by=a_user(Role.REDACTOR).actor,
            sha256="0" * 64,
        )

    assert not get_exposure(exposure.id).pictures[0].confirmed


def test_a_mask_is_refused_when_the_file_is_not_the_one_that_came_in(fakes: Ports) -> None:
    exposure = an_exposure()
    key = get_photo(exposure.pictures[0].photo_id).staff_key(1600)
    other = fakes.storage.open(key) + b"\0"
    fakes.storage.delete(key)
    fakes.storage.put_if_absent(key, other)

    with pytest.raises(Conflict):
        confirm_mask(
            exposure, exposure.pictures[0].id, [], checked=True, by=a_user(Role.REDACTOR).actor,
            sha256=hashlib.sha256(other).hexdigest(),
        )  # fmt: skip


def test_a_picture_of_another_post_is_not_found() -> None:
    exposure, other = an_exposure(), an_exposure()

    with pytest.raises(NotFound):
        confirm_mask(exposure, other.pictures[0].id, [], checked=True, by=a_user(Role.REDACTOR).actor)


def test_masks_do_not_move_once_reviewers_look() -> None:
    team = editors()
    exposure = an_exposure(State.FIRST_REVIEW, team=team)

    with pytest.raises(WrongStep):
        confirm_mask(exposure, exposure.pictures[0].id, [], checked=True, by=team.redactor.actor)

    assert get_exposure(exposure.id).pictures[0].mask == [PLATE]


def test_of_two_redactors_who_saw_the_same_the_second_looks_again() -> None:
    exposure = an_exposure()
    seen = exposure.version
    confirm_mask(
        exposure, exposure.pictures[0].id, [PLATE], checked=True, by=a_user(Role.REDACTOR).actor, seen=seen
    )

    with pytest.raises(Conflict):
        confirm_mask(
            get_exposure(exposure.id),
            exposure.pictures[0].id,
            [],
            checked=True,
            by=a_user(Role.REDACTOR).actor,
            seen=seen,
        )

    assert get_exposure(exposure.id).pictures[0].mask == [PLATE]


def test_a_picture_that_is_left_out_keeps_its_mask() -> None:
    exposure, redactor = an_exposure(), a_user(Role.REDACTOR).actor
    confirm_mask(exposure, exposure.pictures[0].id, [PLATE], checked=True, by=redactor)

    kept = choose_picture(get_exposure(exposure.id), exposure.pictures[0].id, used=False, by=redactor)

    assert (kept.used, kept.confirmed, kept.mask) == (False, True, [PLATE])


def test_a_picture_that_changes_after_the_judgement_is_named_by_the_checks() -> None:
    team = editors()
    exposure = an_exposure(team=team)
    finish(exposure, team)
    photo = get_photo(exposure.pictures[0].photo_id)

    photo.staff_sha256 = "0" * 64  # as if the copy had been made anew
    open_checks = [check.lack for check in checks_of(get_exposure(exposure.id)) if not check.met]

    assert open_checks == ["changed"]


def test_opening_the_unmasked_pictures_is_written_once_for_each_person() -> None:
    exposure, one, two = an_exposure(), a_user(Role.REDACTOR), a_user(Role.REDACTOR)

    first_times = [
        note_opening(get_exposure(exposure.id), by=user.actor) for user in (one, one, two, one, two)
    ]

    entries = [entry for entry in trail_of(get_exposure(exposure.id)) if entry.action == "open_picture"]
    assert first_times == [True, False, True, False, False]
    assert [entry.actor_id for entry in entries] == [one.id, two.id]
    assert opened_by(exposure, one.id, "open_picture") == entries[0]


def test_opening_them_needs_the_right_to() -> None:
    with pytest.raises(NotAllowed):
        note_opening(an_exposure(), by=a_user(Role.SECOND_REVIEWER).actor)
