"""A case that many claim at the same instant has one handler; everybody else is told who it is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporter.accounts.models import User
from reporter.cases.lifecycle import Action, State
from reporter.cases.queries import get_case, history
from reporter.kernel.audit import verify
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.policy import Role
from reporter.routing.models import Unit
from tests.make import a_case, a_user

Client = Callable[..., FlaskClient]


def claimed_at_once(app: Flask, case_id: int, people: list[User]) -> list[tuple[int, str]]:
    """Let all of `people` press the button at the same instant; return status and page of each."""
    here, together, seen = current_city_id(), Barrier(len(people)), get_case(case_id).version
    ids = [person.id for person in people]
    db.session.rollback()

    def press(user_id: int) -> tuple[int, str]:
        with app.app_context():
            enter_city(here)
            browser = app.test_client()
            with browser.session_transaction() as session:
                session["_user_id"] = str(user_id)
            together.wait()
            answer = browser.post(f"/unit/{case_id}/claim", data={"version": seen})
            db.session.remove()
            return answer.status_code, answer.text

    with ThreadPoolExecutor(len(ids)) as pool:
        answers = list(pool.map(press, ids))
    db.session.rollback()  # what was read before is a snapshot of before
    return answers


@pytest.mark.parametrize("number", [2, 50])
def test_of_all_who_claim_at_once_one_handles_the_case_and_the_others_read_who_it_is(
    app: Flask, unit: Unit, number: int
) -> None:
    people = [
        a_user(Role.HANDLER, unit=unit, locale="en", name=f"handler no {serial:02d}")
        for serial in range(number)
    ]
    case = a_case(State.DISPATCHED, unit=unit)

    answers = claimed_at_once(app, case.id, people)

    case = get_case(case.id)
    winner = next(person for person in people if person.id == case.handler_id)
    won = [status for status, _ in answers].index(302)
    assert people[won].id == winner.id
    assert sorted(status for status, _ in answers) == [302] + [409] * (number - 1)
    assert all(
        f"{winner.name} claimed the case first, at 14:00" in page for status, page in answers if status == 409
    )
    assert case.state is State.HANDLING
    assert [entry.action for entry in history(case)].count(Action.CLAIM) == 1
    assert not list(verify(app.config["SECRET_KEY"]))


def test_who_presses_twice_is_told_that_it_is_done(client_as: Client, handler: User, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)
    browser, seen = client_as(handler), case.version
    browser.post(f"/unit/{case.id}/claim", data={"version": seen})

    page = browser.post(f"/unit/{case.id}/claim", data={"version": seen})

    assert page.status_code == 409
    assert "You have done this already; nothing was done twice." in page.text
