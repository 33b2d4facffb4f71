"""When the public sees a post: after the hold, with its pictures made, and never a moment after it was taken down."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from reporter.board.commands.copies import burn_pictures
from reporter.board.commands.exposures import hide, show_again, withdraw
from reporter.board.commands.showing import put_on_show, set_hold
from reporter.board.lifecycle import State
from reporter.board.models import Exposure, PostTerm
from reporter.board.queries import get_exposure
from reporter.board.shown import Filter, numbers_shown, post, posts
from reporter.kernel.db import command, db
from reporter.kernel.errors import BadInput, Gone, NotAllowed, NotFound
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import Ports
from reporter.ports.queue import run_next
from tests.board.copies import accepted, public_files
from tests.board.posts import an_exposure, editors
from tests.make import a_user


def _shown() -> list[int]:
    return [one.id for one in posts(Filter()).rows]


def _work() -> None:
    while run_next():
        pass


def test_a_post_is_seen_when_its_hold_is_over_and_nothing_of_it_before(fakes: Ports) -> None:
    set_hold(4, by=SYSTEM)
    exposure = accepted()
    reviewed = fakes.clock.now()
    _work()
    early = _shown(), public_files(fakes)
    with pytest.raises(NotFound):
        post(exposure.public_id)

    fakes.clock.set(reviewed + timedelta(hours=4))  # type: ignore[attr-defined]
    _work()

    assert early == ([], [])
    assert _shown() == [exposure.id]
    assert post(exposure.public_id).published_at == reviewed + timedelta(hours=4)
    assert get_exposure(exposure.id).expires_at == reviewed + timedelta(days=30, hours=4)


def test_what_is_withdrawn_in_its_hold_was_never_a_post(fakes: Ports) -> None:
    set_hold(4, by=SYSTEM)
    team = editors()
    exposure = accepted(team)

    withdraw(get_exposure(exposure.id), "地点有误", by=team.second.actor)
    fakes.clock.move(timedelta(hours=5))  # type: ignore[attr-defined]
    _work()

    assert (_shown(), public_files(fakes), numbers_shown().total) == ([], [], 0)
    with pytest.raises(NotFound):
        post(exposure.public_id)


def test_making_the_pictures_before_the_hold_is_over_does_nothing(fakes: Ports) -> None:
    set_hold(1, by=SYSTEM)
    exposure = accepted()

    burn_pictures(exposure.id)
    put_on_show(exposure.id)

    assert (public_files(fakes), _shown()) == ([], [])


@pytest.mark.parametrize("hours", [-1, 73])
def test_a_hold_is_between_none_and_three_days(hours: int) -> None:
    with pytest.raises(BadInput) as error:
        set_hold(hours, by=SYSTEM)

    assert error.value.field == "hours"


def test_only_system_administrators_set_it() -> None:
    with pytest.raises(NotAllowed):
        set_hold(0, by=a_user(Role.SECOND_REVIEWER).actor)


def test_the_time_of_a_post_is_over_even_when_nobody_has_taken_it_down_yet(fakes: Ports) -> None:
    exposure = an_exposure(State.PUBLISHED)

    fakes.clock.move(timedelta(days=30))  # type: ignore[attr-defined]

    with pytest.raises(Gone):
        post(exposure.public_id)


def test_numbers_and_words_go_and_come_with_the_post() -> None:
    exposure = an_exposure(State.PUBLISHED)
    shown = numbers_shown()

    hide(get_exposure(exposure.id), objection_id=1)
    hidden = numbers_shown(), db.session.query(PostTerm).count()
    show_again(get_exposure(exposure.id), objection_id=1)
    burn_pictures(exposure.id)
    burn_pictures(exposure.id)

    assert (shown.total, shown.kinds, shown.areas, shown.units) == (
        1, {exposure.kind_slug: 1}, {exposure.area_id: 1} if exposure.area_id else {}, {exposure.unit_id: 1}
    )  # fmt: skip
    assert (hidden[0].total, hidden[1]) == (0, 0)
    assert numbers_shown() == shown


def test_the_database_itself_refuses_to_show_what_is_not_published() -> None:
    exposure = an_exposure(State.SECOND_REVIEW)

    @command
    def doctor() -> None:
        db.session.execute(update(Exposure).where(Exposure.id == exposure.id).values(on_show=True))

    with pytest.raises(IntegrityError):
        doctor()
