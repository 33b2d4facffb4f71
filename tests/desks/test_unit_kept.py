"""What a unit typed and photographed is never lost: what changed meanwhile, too many pictures, two at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from reporter.accounts.models import User
from reporter.cases.commands import Outcome, advance, submit_result
from reporter.cases.lifecycle import Action, State
from reporter.cases.models import Case
from reporter.cases.queries import get_case, history, photos_of, requests_of, result_of
from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.errors import ReporterError
from reporter.kernel.policy import Role
from reporter.photos.commands.intake import take_in
from reporter.routing.models import Unit
from tests.make import a_case, a_photo, a_picture, a_user, hand_in

Client = Callable[..., FlaskClient]
DONE = "Swept, and the bins are emptied."
WHY = "The yard belongs to the railway."


@pytest.fixture
def browser(client_as: Client, handler: User) -> FlaskClient:
    """Return the handler's browser."""
    return client_as(handler)


@pytest.fixture
def case(unit: Unit) -> Case:
    """Return a case in the unit's hands."""
    return a_case(State.HANDLING, unit=unit)


def finish(browser: FlaskClient, case: Case, **fields: Any) -> TestResponse:
    """Send the result as the page shows it now."""
    plain = {"version": case.version, "kind": "repair", "words": DONE}
    return browser.post(f"/unit/{case.id}/result", data=plain | fields, content_type="multipart/form-data")


def ahead(handler: User, seed: object = "ahead") -> str:
    """Return the token of a picture that was sent ahead."""
    return take_in(a_picture(seed), by=handler.actor, uploader_key=f"user:{handler.id}").token


def files(number: int, name: str = "") -> list[tuple[BytesIO, str]]:
    """Return as many pictures as a browser sends them."""
    return [(BytesIO(a_picture(seed)), name or f"{seed}.jpg") for seed in range(number)]


@pytest.mark.parametrize("sent_ahead", [0, 4])
def test_more_than_nine_pictures_are_refused_and_nine_stay(
    browser: FlaskClient, handler: User, case: Case, sent_ahead: int
) -> None:
    tokens = [ahead(handler, f"ahead {seed}") for seed in range(sent_ahead)]

    page = finish(browser, case, photos=files(12 - sent_ahead), token=tokens)

    assert page.status_code == 422
    assert page.text.count("At most 9 photos") == 2  # in the summary and at the field
    assert page.text.count('name="token"') == 9
    assert result_of(case.id) is None


def test_a_very_long_name_of_a_file_is_shortened(browser: FlaskClient, case: Case) -> None:
    bad = (BytesIO(b"just words"), "x" * 20_000 + ".jpg")

    page = finish(browser, case, photos=[bad])

    assert page.status_code == 422
    assert "x" * 39 + "…" in page.text
    assert "x" * 41 not in page.text


def test_a_result_about_an_older_case_comes_back_with_words_and_pictures_and_can_be_sent_at_once(
    browser: FlaskClient, handler: User, case: Case
) -> None:
    seen, token = case.version, ahead(handler)
    advance(get_case(case.id), Action.URGE, by=a_user(Role.INSPECTOR).actor)

    page = finish(browser, case, version=seen, token=token, document="示例-17")
    now = get_case(case.id).version
    again = finish(browser, case, version=now, token=token)

    assert page.status_code == 409
    assert "nothing of yours was written" in page.text
    assert f">\r\n{DONE}</textarea>" in page.text
    assert 'value="示例-17"' in page.text
    assert f'name="token" value="{token}"' in page.text
    assert f'name="version" type="hidden" value="{now}"' in page.text
    assert again.status_code == 302


def test_the_words_of_a_result_that_a_colleague_handed_in_first_can_still_be_copied(
    browser: FlaskClient, unit: Unit, case: Case
) -> None:
    seen = case.version
    hand_in(get_case(case.id), by=a_user(Role.HANDLER, unit=unit).actor)

    page = finish(browser, case, version=seen)

    assert page.status_code == 409
    assert f"You had written: “{DONE}”" in page.text


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("send-back", {"back-code": "not_ours", "back-reason": WHY}),
        ("more-time", {"more-minutes": "60", "more-reason": WHY}),
        ("pause", {"pause-kind": "defer", "pause-review_on": "2026-12-01", "pause-reason": WHY}),
    ],
)
def test_a_request_about_an_older_case_stays_in_its_dialog(
    browser: FlaskClient, case: Case, action: str, fields: dict[str, str]
) -> None:
    prefix = next(iter(fields)).partition("-")[0]
    seen = case.version
    advance(get_case(case.id), Action.URGE, by=a_user(Role.INSPECTOR).actor)

    page = browser.post(f"/unit/{case.id}/{action}", data=fields | {f"{prefix}-version": seen})

    assert page.status_code == 409
    assert f"{WHY}</textarea>" in page.text
    assert f'name="{prefix}-version" type="hidden" value="{get_case(case.id).version}"' in page.text
    assert not requests_of(case.id)


def test_done_already_is_said_only_about_the_same_act(browser: FlaskClient, unit: Unit) -> None:
    case = a_case(State.DISPATCHED, unit=unit)
    seen = case.version
    browser.post(f"/unit/{case.id}/claim", data={"version": seen})

    page = browser.post(
        f"/unit/{case.id}/send-back",
        data={"back-version": seen, "back-code": "not_ours", "back-reason": WHY},
    )

    assert page.status_code == 409
    assert "You have done this already" not in page.text
    assert "nothing of yours was written" in page.text


@pytest.mark.parametrize("version", ["", "x", None])
def test_a_claim_without_the_version_that_was_seen_says_why_it_did_nothing(
    browser: FlaskClient, unit: Unit, version: str | None
) -> None:
    case = a_case(State.DISPATCHED, unit=unit)

    page = browser.post(f"/unit/{case.id}/claim", data={"version": version} if version is not None else {})

    assert page.status_code == 422
    assert 'id="errors"' in page.text
    assert get_case(case.id).state is State.DISPATCHED


def test_what_is_wrong_with_a_form_whose_dialog_is_gone_is_said_on_the_page(
    browser: FlaskClient, unit: Unit
) -> None:
    case = a_case(State.HANDLED, unit=unit)

    page = browser.post(f"/unit/{case.id}/send-back", data={"back-version": case.version})

    assert page.status_code == 422
    assert "Please give a reason." in page.text


def at_once(app: Flask, acts: Sequence[Callable[[], object]]) -> list[Any]:
    """Do each of `acts` in a thread of its own, all at the same instant; return what each came to."""
    here, together = current_city_id(), Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        with app.app_context():
            enter_city(here)
            together.wait()
            try:
                return act()
            except ReporterError as error:
                return error.status
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        done = list(pool.map(do, acts))
    db.session.rollback()  # what was read before is a snapshot of before
    return done


def test_of_the_same_result_handed_in_twice_at_once_the_second_is_told_that_the_case_moved_on(
    app: Flask, handler: User, case: Case
) -> None:
    case_id, seen, photo, by = case.id, case.version, a_photo().id, handler.actor

    def act() -> int:
        submit_result(get_case(case_id), Outcome("repair", DONE, photo_ids=[photo]), by=by, seen=seen)
        return 302

    statuses = at_once(app, [act] * 4)

    assert sorted(statuses) == [302, 409, 409, 409]
    assert [entry.action for entry in history(get_case(case_id))].count("submit_result") == 1


def test_a_picture_handed_in_for_two_cases_at_once_hangs_on_one_and_the_other_form_keeps_its_words(
    app: Flask, handler: User, unit: Unit
) -> None:
    cases = [a_case(State.HANDLING, unit=unit) for _ in range(2)]
    token, user_id = ahead(handler), handler.id

    def sending(case: Case) -> Callable[[], tuple[int, str]]:
        path, fields = f"/unit/{case.id}/result", {"version": case.version, "kind": "repair"}

        def act() -> tuple[int, str]:
            browser = app.test_client()
            with browser.session_transaction() as session:
                session["_user_id"] = str(user_id)
            answer = browser.post(path, data=fields | {"words": DONE, "token": token})
            return answer.status_code, answer.text

        return act

    answers = sorted(at_once(app, [sending(case) for case in cases]))

    assert [status for status, _ in answers] == [302, 422]
    assert DONE in answers[1][1]
    assert sorted(len(photos_of(case.id)) for case in cases) == [1, 2]
