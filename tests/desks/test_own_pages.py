"""A moderator's own page is kept while nothing in the database changes, and not a commit longer."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, update

from reporter.accounts.commands.people import end_sessions
from reporter.desks.own_pages import OwnPages
from reporter.kernel.db import db, edition
from reporter.kernel.edition import edition_of
from reporter.kernel.policy import SYSTEM, Role
from reporter.reports.commands.triage import decline
from reporter.reports.models import Report
from tests.make import a_report, a_user

PAGE = "/triage/"
TRIES = 20  # a server of PostgreSQL counts the commits of all its databases, and other tests may be at work in theirs


@pytest.fixture
def drawn(app: Flask) -> Iterator[list[str]]:
    """Keep own pages; give the paths that the application itself answered."""
    plain, paths = app.wsgi_app, []

    def counting(environ: Any, start_response: Any) -> Any:
        paths.append(environ["PATH_INFO"])
        return plain(environ, start_response)

    watched = edition(app)
    assert watched is not None
    app.wsgi_app = OwnPages(counting, watched, below=("/triage/",))  # type: ignore[method-assign]
    yield paths
    app.wsgi_app = plain  # type: ignore[method-assign]
    watched.close()


def warm(client: FlaskClient, drawn: list[str], path: str = PAGE) -> str:
    """Ask until the page is kept, for the first look at a report notes who is at it; forget what was drawn so far."""
    for _ in range(3):
        page = client.get(path).text
    drawn.clear()
    return page


def test_a_page_asked_for_again_is_the_very_same_and_not_drawn(
    client_as: Callable[..., FlaskClient], drawn: list[str]
) -> None:
    a_report()
    client = client_as(a_user(Role.ACCEPTOR))
    page = warm(client, drawn)

    answers = [client.get(PAGE) for _ in range(TRIES)]

    assert {(again.status_code, again.text) for again in answers} == {(200, page)}
    assert len(drawn) < TRIES
    assert answers[-1].headers["Cache-Control"] == "no-store"


def test_after_a_colleagues_decision_the_page_is_drawn_anew(
    client_as: Callable[..., FlaskClient], drawn: list[str]
) -> None:
    report, client = a_report(), client_as(a_user(Role.ACCEPTOR))
    page = warm(client, drawn)

    decline(report, "看不清", by=a_user(Role.ACCEPTOR).actor)

    assert report.number in page
    assert report.number not in client.get(PAGE).text


def test_a_change_that_another_process_commits_is_seen(
    client_as: Callable[..., FlaskClient], drawn: list[str]
) -> None:
    report, client = a_report(), client_as(a_user(Role.ACCEPTOR))
    warm(client, drawn)
    other = update(Report).where(Report.id == report.id).values(words="另一句话")
    db.session.rollback()

    with db.engine.begin() as apart:
        apart.execute(other)

    assert "另一句话" in client.get(PAGE).text


def test_whoever_may_no_longer_see_it_does_not_see_it(
    client_as: Callable[..., FlaskClient], drawn: list[str]
) -> None:
    a_report()
    user = a_user(Role.ACCEPTOR)
    client = client_as(user)
    warm(client, drawn)

    end_sessions(user, by=SYSTEM)

    assert client.get(PAGE).status_code == 302


def test_the_page_of_one_is_never_that_of_another_nor_of_another_language(
    client_as: Callable[..., FlaskClient], drawn: list[str]
) -> None:
    a_report()
    one, other = a_user(Role.ACCEPTOR), a_user(Role.ACCEPTOR)
    page = warm(client_as(one), drawn)
    browser = client_as(one)

    theirs, stranger = client_as(other).get(PAGE).text, client_as().get(PAGE)
    english = browser.get(PAGE, headers={"Accept-Language": "en"}).text

    assert other.name in theirs
    assert stranger.status_code == 302
    assert english != page


def test_what_was_said_once_is_not_said_again(
    client_as: Callable[..., FlaskClient], drawn: list[str]
) -> None:
    a_report()
    client = client_as(a_user(Role.ACCEPTOR))
    warm(client, drawn)
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "只说一次")]

    said = [client.get(PAGE).text for _ in range(3)]

    assert ["只说一次" in page for page in said] == [True, False, False]


def test_whoever_loads_it_again_on_purpose_has_it_drawn(
    client_as: Callable[..., FlaskClient], drawn: list[str]
) -> None:
    a_report()
    client = client_as(a_user(Role.ACCEPTOR))
    warm(client, drawn)

    client.get(PAGE, headers={"Cache-Control": "no-cache"})

    assert drawn == [PAGE]


def test_what_is_sent_and_pages_that_did_not_ask_for_it_are_never_kept(
    client_as: Callable[..., FlaskClient], drawn: list[str]
) -> None:
    client = client_as(a_user(Role.ACCEPTOR))
    warm(client, drawn, "/triage/mine")

    client.get("/triage/mine")
    client.post(PAGE)

    assert drawn == ["/triage/mine", PAGE]


def test_a_database_that_cannot_be_asked_lets_nothing_be_kept(tmp_path: Path) -> None:
    nowhere = edition_of(make_url(f"sqlite:///{tmp_path / 'none.db'}"))

    assert nowhere is not None
    assert nowhere.now() is None
    assert edition_of(make_url("sqlite://")) is None
