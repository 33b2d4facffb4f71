"""Pictures that come with an objection: hung on it once, seen by those who decide, gone some time after the decision."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from reporter.board.commands.evidence import SEEN, forget_evidence, note_seen
from reporter.board.commands.objections import file_objection
from reporter.board.editing import sees_evidence
from reporter.board.lifecycle import EVIDENCE_AT_MOST, EVIDENCE_DAYS, ObjectionKind, ObjectionState, State
from reporter.board.models import EvidencePicture, Objection
from reporter.board.queries import get_exposure, get_objection, history
from reporter.kernel.db import db
from reporter.kernel.errors import BadInput, NotAllowed
from reporter.kernel.policy import ANYONE, STAFF, Role
from reporter.photos.models import Photo, Way
from reporter.photos.queries import same_picture
from reporter.ports import Ports
from reporter.ports.queue import run_next
from tests.board.posts import an_exposure, an_objection, editors
from tests.make import a_photo, a_user

DAY = timedelta(days=1)


def _photos() -> list[Photo]:
    db.session.rollback()
    return list(db.session.scalars(select(Photo).where(Photo.way == Way.OBJECTION)))


def _files(fakes: Ports, photo: Photo) -> list[str]:
    copies = [key for key in fakes.storage.iterate("staff/") if photo.token in key]
    return copies + [key for key in fakes.originals.files if photo.token in key]  # type: ignore[attr-defined]


def test_the_pictures_hang_on_the_objection_in_their_order() -> None:
    photos = [a_photo(way=Way.OBJECTION).id for _ in range(EVIDENCE_AT_MOST)]

    filed = file_objection(
        an_exposure(State.PUBLISHED), ObjectionKind.OTHER, "错了", photo_ids=photos, by=ANYONE
    )

    found = get_objection(filed.id)
    assert [one.photo_id for one in found.evidence] == photos
    assert found.evidence_count == EVIDENCE_AT_MOST
    assert all(photo.used for photo in _photos())


def test_a_fourth_picture_files_nothing_and_uses_none() -> None:
    photos = [a_photo(way=Way.OBJECTION).id for _ in range(EVIDENCE_AT_MOST + 1)]
    post = an_exposure(State.PUBLISHED)

    with pytest.raises(BadInput) as refused:
        file_objection(post, ObjectionKind.MINOR, "错了", photo_ids=photos, by=ANYONE)

    assert refused.value.field == "photos"
    assert get_exposure(post.id).state is State.PUBLISHED
    assert db.session.scalars(select(Objection)).all() == []
    assert not any(photo.used for photo in _photos())


def test_the_same_form_sent_twice_has_its_pictures_once() -> None:
    post, photo = an_exposure(State.PUBLISHED), a_photo(way=Way.OBJECTION)
    twice = [
        file_objection(
            get_exposure(post.id), ObjectionKind.OTHER, "错了", client_id="one", photo_ids=[photo.id], by=ANYONE
        ).id
        for _ in range(2)
    ]  # fmt: skip

    assert len(set(twice)) == 1
    assert len(db.session.scalars(select(EvidencePicture)).all()) == 1


def test_who_may_decide_sees_them_and_nobody_else_and_the_trail_has_it_once() -> None:
    team = editors()
    objection = an_objection(to=an_exposure(State.PUBLISHED, team=team), photos=1)
    judge, strangers = (
        a_user(Role.LEADER).actor,
        STAFF - {Role.LEADER, Role.FIRST_REVIEWER, Role.SECOND_REVIEWER},
    )

    for _ in range(2):
        note_seen(get_objection(objection.id), by=judge)

    assert sees_evidence(judge, objection)
    assert [one.actor_id for one in history(get_objection(objection.id)) if one.action == SEEN] == [judge.id]
    refused = [
        ANYONE,
        *(a_user(role).actor for role in strangers),
        team.redactor.actor,
        team.first.actor,
        team.second.actor,
    ]
    assert not any(sees_evidence(one, get_objection(objection.id)) for one in refused)
    with pytest.raises(NotAllowed):
        note_seen(get_objection(objection.id), by=team.first.actor)


@pytest.mark.parametrize("state", [ObjectionState.DISMISSED, ObjectionState.UPHELD, ObjectionState.PARTLY])
def test_they_go_thirty_days_after_the_decision_with_rows_and_files(
    fakes: Ports, state: ObjectionState
) -> None:
    objection = an_objection(state, photos=2)
    (one, two) = _photos()
    kept = _files(fakes, one) + _files(fakes, two)
    fakes.clock.move(EVIDENCE_DAYS * DAY - timedelta(minutes=1))  # type: ignore[attr-defined]
    too_early = forget_evidence()

    fakes.clock.move(timedelta(minutes=1))  # type: ignore[attr-defined]
    gone, again = forget_evidence(), forget_evidence()
    while run_next():
        pass

    assert (too_early, gone, again) == (0, 2, 0)
    assert len(kept) == 6
    assert _photos() == []
    assert [key for key in kept if key in {*fakes.storage.iterate(), *fakes.originals.files}] == []  # type: ignore[attr-defined]
    assert (get_objection(objection.id).evidence, get_objection(objection.id).evidence_count) == ([], 2)


def test_what_is_not_decided_keeps_its_pictures(fakes: Ports) -> None:
    an_objection(ObjectionState.IN_REVIEW, photos=1)
    fakes.clock.move(400 * DAY)  # type: ignore[attr-defined]

    assert forget_evidence() == 0
    assert len(_photos()) == 1


def test_they_are_compared_with_nothing_that_came_with_reports() -> None:
    report = a_photo("the same")
    evidence = a_photo("the same", way=Way.OBJECTION)
    later = a_photo("the same")

    assert evidence.same_as is None
    assert later.same_as == report.id
    assert evidence.id not in {one.id for one in same_picture(later)}
