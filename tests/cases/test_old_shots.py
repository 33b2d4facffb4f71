"""A result is not proved by a picture that was there before."""

import pytest

from reporter.cases.commands import Outcome, submit_result
from reporter.cases.lifecycle import State
from reporter.cases.models import Case
from reporter.cases.queries import photos_of
from reporter.kernel.errors import BadInput
from reporter.photos.models import Photo
from reporter.photos.queries import get_photo
from reporter.routing.queries import get_unit
from tests.make import a_case, a_photo, a_unit, a_user


def hand_in(case: Case, *photos: Photo) -> None:
    by = a_user(unit=get_unit(case.lead_unit_id or 0)).actor
    submit_result(
        case, Outcome(kind="repair", words="清走了", photo_ids=[photo.id for photo in photos]), by=by
    )


def test_the_picture_from_before_the_work_is_stopped() -> None:
    case = a_case(State.HANDLING, unit=a_unit(), photo_ids=[a_photo("the heap").id])

    with pytest.raises(BadInput, match="this case has already") as refused:
        hand_in(case, a_photo("the heap"))

    assert refused.value.field == "photos"
    assert case.state is State.HANDLING


def test_a_picture_of_an_older_case_is_stopped() -> None:
    unit = a_unit()
    hand_in(a_case(State.HANDLING, unit=unit), a_photo("swept"))
    case = a_case(State.HANDLING, unit=unit)

    with pytest.raises(BadInput, match="handed in before"):
        hand_in(case, a_photo("fresh"), a_photo("swept"))

    assert case.state is State.HANDLING


def test_new_pictures_pass_also_when_one_was_chosen_twice() -> None:
    case = a_case(State.HANDLING, unit=a_unit())
    shown = len(photos_of(case.id))

    hand_in(case, a_photo("fresh"), a_photo("fresh"))

    assert case.state is State.HANDLED
    assert len(photos_of(case.id)) == shown + 2
    assert all(get_photo(one.photo_id).used for one in photos_of(case.id))
