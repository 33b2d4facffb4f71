"""What two people do to the board at the same instant happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from reporter.board.commands.exposures import propose, tick
from reporter.board.commands.objections import file_objection
from reporter.board.lifecycle import ENDED, HIDDEN_A_DAY, ObjectionKind, Reach, State
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure
from reporter.cases.queries import get_case
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import ANYONE, Role
from reporter.ports import ports
from tests.board.posts import an_exposure
from tests.make import a_user


def _at_once(app: Flask, act: Callable[[], object], times: int = 4) -> list[object]:
    """Do `act` in several threads at the same instant; return what each got."""
    here, together = current_city_id(), Barrier(times)
    db.session.rollback()

    def do(_: int) -> object:
        with app.app_context():
            enter_city(here)
            together.wait()
            return act()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(do, range(times)))


def _live(case_id: int) -> list[int]:
    own = select(Exposure.id).where(Exposure.case_id == case_id, Exposure.state.not_in(ENDED))
    return list(db.session.scalars(own))


def test_a_case_proposed_again_by_several_at_once_has_one_live_post(app: Flask) -> None:
    case_id, redactor = an_exposure(State.REJECTED).case_id, a_user(Role.REDACTOR).actor

    def act() -> int | None:
        proposed = propose(get_case(case_id), by=redactor)
        return proposed.id if proposed else None

    found = _at_once(app, act)

    live = _live(case_id)
    assert len(live) == 1
    assert sorted(found, key=str) == [*live, None, None, None]


def test_the_same_grave_objection_sent_at_once_is_filed_once_and_hides_the_post(app: Flask) -> None:
    post_id, client_id = an_exposure(State.PUBLISHED).id, str(uuid4())

    def act() -> str:
        return file_objection(
            get_exposure(post_id), ObjectionKind.MINOR, "有孩子", client_id=client_id, by=ANYONE
        ).code

    codes = _at_once(app, act)

    assert codes == [db.session.scalars(select(Objection.code)).one()] * 4
    assert get_exposure(post_id).state is State.HIDDEN


def test_of_many_grave_objections_from_one_address_at_once_five_hide_their_post(app: Flask) -> None:
    posts = [an_exposure(State.PUBLISHED).id for _ in range(HIDDEN_A_DAY + 3)]
    left = iter(posts)

    def act() -> Reach:
        kind = ObjectionKind.IDENTITY
        return file_objection(get_exposure(next(left)), kind, "认得出", origins=["a" * 32], by=ANYONE).reach

    found = _at_once(app, act, times=len(posts))

    db.session.expire_all()
    assert sorted(map(str, found)) == ["hides"] * HIDDEN_A_DAY + ["many"] * 3
    assert sum(get_exposure(one).state is State.HIDDEN for one in posts) == HIDDEN_A_DAY


def test_of_several_that_look_what_is_over_each_post_is_taken_down_by_one(app: Flask) -> None:
    posts = [an_exposure(State.PUBLISHED).id for _ in range(3)]
    ports.clock.move(timedelta(days=91))  # type: ignore[attr-defined]  # the tests' clock

    found = _at_once(app, tick)

    db.session.expire_all()
    assert sum(int(str(number)) for number in found) == len(posts)
    assert [get_exposure(one).state for one in posts] == [State.EXPIRED] * 3


def test_an_objection_at_the_instant_at_which_the_time_is_over_stops_nobody(app: Flask) -> None:
    post_id = an_exposure(State.PUBLISHED).id
    ports.clock.move(timedelta(days=91))  # type: ignore[attr-defined]
    places = iter(range(6))

    _at_once(app, lambda: _object_to(post_id) if next(places) % 2 else tick(), times=6)
    tick()

    db.session.expire_all()
    assert get_exposure(post_id).state is State.EXPIRED


def _object_to(post_id: int) -> str:
    """File a grave objection; return its code, or why it was refused."""
    try:
        return file_objection(get_exposure(post_id), ObjectionKind.MINOR, "有孩子", by=ANYONE).code
    except ReporterError as refused:
        return refused.message
