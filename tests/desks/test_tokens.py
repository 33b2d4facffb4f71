"""A form whose session was forgotten comes back with everything typed, and does nothing until it is sent again."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from reporter.accounts.models import User
from reporter.cases.lifecycle import State
from reporter.cases.queries import get_case
from reporter.desks.errors import STALE_FORM
from reporter.desks.guard import SESSION_ENDED
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.photos.commands.intake import take_in
from reporter.photos.models import Photo
from reporter.photos.queries import photos_by_tokens
from reporter.reports.queries import get_report
from tests.make import a_case, a_moderator, a_picture, a_report, a_unit, a_user, the_fallback

Client = Callable[..., FlaskClient]
OLD = "It was open for a long time. Nothing was sent yet"
TYPED = "typed with care"


@pytest.fixture
def checked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask every form for its token, as the product does."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003


@pytest.mark.parametrize(
    ("name", "field"),
    [("accept", "title"), ("ask", "ask-reason"), ("decline", "decline-reason"), ("merge", "merge-number")],
)
@pytest.mark.usefixtures("checked")
def test_a_moderators_words_outlive_the_session(client_as: Client, name: str, field: str) -> None:
    the_fallback()
    report = a_report()
    prefix = field.rpartition("-")[0]
    version = {f"{prefix}-version" if prefix else "version": report.version}

    page = client_as(a_moderator(locale="en")).post(
        f"/triage/{report.id}/{name}", data={field: TYPED, "category_id": report.category_id} | version
    )

    assert page.status_code == 422
    assert OLD in page.text
    assert TYPED in page.text
    assert get_report(report.id).version == report.version


@pytest.mark.parametrize(
    ("action", "field", "state"),
    [
        ("dispatch", "unit-reason", State.REGISTERED),
        ("dispatch", "unit-reason", State.DISPATCHED),
        ("whistle", "whistle-reason", State.HANDLING),
        ("void", "void-reason", State.HANDLING),
    ],
)
@pytest.mark.usefixtures("checked")
def test_the_centres_words_about_a_case_outlive_the_session(
    client_as: Client, action: str, field: str, state: State
) -> None:
    case = a_case(state)
    centre = client_as(a_user(Role.DISPATCHER, Role.SHIFT_LEADER, locale="en"))

    page = centre.post(
        f"/triage/cases/{case.id}/{action}", data={field: TYPED, f"{action}-version": case.version}
    )

    assert page.status_code == 422
    assert OLD in page.text
    assert TYPED in page.text
    assert get_case(case.id).version == case.version


@pytest.mark.parametrize(
    ("action", "prefix"),
    [("send-back", "back-"), ("more-time", "more-"), ("pause", "pause-"), ("result", "")],
)
@pytest.mark.usefixtures("checked")
def test_a_units_words_outlive_the_session(client_as: Client, action: str, prefix: str) -> None:
    unit = a_unit()
    case = a_case(State.HANDLING, unit=unit)
    typed = {f"{prefix}version": case.version, f"{prefix or 'words'}{'reason' if prefix else ''}": TYPED}

    page = client_as(a_user(Role.HANDLER, unit=unit, locale="en")).post(
        f"/unit/{case.id}/{action}", data=typed
    )

    assert page.status_code == 422
    assert OLD in page.text
    assert TYPED in page.text
    assert get_case(case.id).version == case.version


@pytest.mark.usefixtures("checked")
def test_without_the_token_no_picture_is_taken_in_and_none_is_given_up(client_as: Client) -> None:
    unit = a_unit()
    case, handler = a_case(State.HANDLING, unit=unit), a_user(Role.HANDLER, unit=unit, locale="en")
    kept = take_in(a_picture("kept"), by=handler.actor, uploader_key=f"user:{handler.id}").token
    before = db.session.scalar(select(func.count()).select_from(Photo))
    files = [(BytesIO(a_picture("new")), "new.jpg")]

    page = client_as(handler).post(
        f"/unit/{case.id}/result",
        data={"version": case.version, "words": TYPED, "token": kept, "drop": kept, "photos": files},
        content_type="multipart/form-data",
    )

    assert page.status_code == 422
    assert "Please add them again." in page.text
    assert f'name="token" value="{kept}"' in page.text
    assert photos_by_tokens([kept])
    assert db.session.scalar(select(func.count()).select_from(Photo)) == before


@pytest.mark.parametrize(
    ("action", "prefix", "state"),
    [
        ("pass", "inspect_pass-note", State.HANDLED),
        ("rework", "inspect_fail-reason", State.HANDLED),
        ("unfixed", "close_unfixed-reason", State.HANDLED),
        ("urge", "urge-note", State.HANDLED),
        ("supervise", "supervise-reason", State.HANDLED),
        ("reopen", "reopen-reason", State.CLOSED),
    ],
)
@pytest.mark.usefixtures("checked")
def test_an_inspectors_words_outlive_the_session(
    client_as: Client, action: str, prefix: str, state: State
) -> None:
    case = a_case(state)
    everybody = a_user(Role.INSPECTOR, Role.SUPERVISOR, Role.SHIFT_LEADER, locale="en")

    page = client_as(everybody).post(f"/inspection/{case.id}/{action}", data={prefix: TYPED})

    assert page.status_code == 422
    assert OLD in page.text
    assert TYPED in page.text
    assert get_case(case.id).version == case.version


@pytest.mark.usefixtures("checked")
def test_the_address_one_signs_in_with_outlives_the_session(client_as: Client) -> None:
    people = db.session.scalar(select(func.count()).select_from(User))

    page = client_as().post("/sign-in", data={"login": "lin@example.org", "password": "a good long password"})

    assert page.status_code == 422
    assert "打开太久了，还没有发出" in page.text
    assert "lin@example.org" in page.text
    assert db.session.scalar(select(func.count()).select_from(User)) == people


@pytest.mark.usefixtures("checked")
def test_the_form_that_came_back_is_sent_again_with_its_new_token(client_as: Client) -> None:
    case = a_case(State.HANDLING)
    browser = client_as(a_user(Role.DISPATCHER, locale="en"))
    sent = {"whistle-reason": TYPED, "whistle-version": case.version, "whistle-unit_ids": a_unit().id}
    page = browser.post(f"/triage/cases/{case.id}/whistle", data=sent | {"whistle-csrf_token": "old"})
    fresh = re.search(r'name="whistle-csrf_token"[^>]*value="([^"]+)"', page.text)

    again = browser.post(
        f"/triage/cases/{case.id}/whistle", data=sent | {"whistle-csrf_token": fresh[1] if fresh else ""}
    )

    assert page.status_code == 422
    assert again.status_code == 302


@pytest.mark.usefixtures("checked")
def test_a_press_without_a_session_says_that_it_has_ended_where_somebody_has_to_be_signed_in(
    client_as: Client,
) -> None:
    address, nobody = f"/triage/{a_report().id}/here", client_as()

    ended = nobody.post(address, headers={"Accept-Language": "en"})
    without = client_as(a_moderator(locale="en")).post(address)
    anybodys = nobody.post("/report/kind")

    assert (ended.status_code, without.status_code, anybodys.status_code) == (401, 422, 422)
    assert SESSION_ENDED in ended.text
    assert STALE_FORM in without.text
