"""An objection by anybody: sent twice it is filed once, refused it keeps what was typed."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from reporter.board.commands.exposures import withdraw
from reporter.board.commands.objections import decide_objection, take_objection
from reporter.board.lifecycle import ObjectionAction, State
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure, get_objection
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from tests.board.posts import an_exposure
from tests.make import a_user

Client = Callable[..., FlaskClient]
WORDS = "认得出站在左边的人。"


def _url(post: Exposure) -> str:
    return f"/board/{post.public_id}/object"


def _filled(client: FlaskClient, post: Exposure, **typed: str) -> dict[str, str]:
    """Return what the form of the page sends, filled in by somebody who can be recognised."""
    return {"client_id": _number_on(client.get(_url(post)).text), "kind": "identity", "words": WORDS} | typed


def _number_on(page: str) -> str:
    found = re.search(r'name="client_id" type="hidden" value="([^"]+)"', page)
    assert found
    return found[1]


def _objections() -> list[Objection]:
    db.session.rollback()
    return list(db.session.scalars(select(Objection).order_by(Objection.id)))


@pytest.mark.parametrize("kind", ["identity", "not_true"])
def test_the_same_form_sent_twice_is_one_objection_with_one_receipt(client_as: Client, kind: str) -> None:
    post, client = an_exposure(State.PUBLISHED), client_as()
    sent = _filled(client, post, kind=kind)

    answers = [client.post(_url(post), data=sent) for _ in range(2)]

    (objection,) = _objections()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert {answer.location for answer in answers} == {f"/objections/{objection.code}"}


def test_a_form_sent_twice_and_dismissed_once_shows_the_post_again(client_as: Client) -> None:
    post, client, judge = an_exposure(State.PUBLISHED), client_as(), a_user(Role.LEADER)
    sent = _filled(client, post)
    for _ in range(2):
        client.post(_url(post), data=sent)
    (objection,) = _objections()

    take_objection(objection, by=judge.actor)
    decide_objection(get_objection(objection.id), ObjectionAction.DISMISS, "已核实", by=judge.actor)

    assert get_exposure(post.id).state is State.PUBLISHED


@pytest.mark.parametrize("kind", ["identity", "not_true"])
def test_the_same_form_sent_at_the_same_instant_is_one_objection(
    app: Flask, client_as: Client, kind: str
) -> None:
    post = an_exposure(State.PUBLISHED)
    url, sent, together = _url(post), _filled(client_as(), post, kind=kind), Barrier(4)
    db.session.rollback()

    def send(_: int) -> tuple[int, str | None]:
        with app.app_context():
            client = client_as()
            together.wait()
            answer = client.post(url, data=sent)
            return answer.status_code, answer.location

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    (objection,) = _objections()
    assert answers == [(302, f"/objections/{objection.code}")] * 4


def test_the_receipt_is_found_again_after_the_post_was_taken_down(client_as: Client) -> None:
    post, client = an_exposure(State.PUBLISHED), client_as()
    sent = _filled(client, post)
    first = client.post(_url(post), data=sent)
    withdraw(get_exposure(post.id), "先行下架", by=a_user(Role.LEADER).actor)

    second = client.post(_url(post), data=sent)

    assert (second.status_code, second.location) == (302, first.location)


def test_other_words_under_the_same_number_are_not_swallowed(client_as: Client) -> None:
    post, client = an_exposure(State.PUBLISHED), client_as()
    sent = _filled(client, post, kind="not_true")
    client.post(_url(post), data=sent)

    refused = client.post(_url(post), data=sent | {"words": "还有一处不对。"})
    again = client.post(
        _url(post), data=sent | {"words": "还有一处不对。", "client_id": _number_on(refused.text)}
    )

    assert (refused.status_code, again.status_code) == (422, 302)
    assert "还有一处不对。" in refused.text
    assert [one.words for one in _objections()] == [WORDS, "还有一处不对。"]


@pytest.mark.parametrize("number", ["", "1", "x" * 200])
def test_a_form_without_its_number_comes_back_with_a_new_one_and_all_that_was_typed(
    client_as: Client, number: str
) -> None:
    post, client = an_exposure(State.PUBLISHED), client_as()
    sent = _filled(client, post, contact="13800001234") | {"client_id": number}

    refused = client.post(_url(post), data=sent)
    again = client.post(_url(post), data=sent | {"client_id": _number_on(refused.text)})

    assert (refused.status_code, again.status_code) == (422, 302)
    assert WORDS in refused.text
    assert "13800001234" in refused.text
    assert 'class="errors"' in refused.text


def test_a_form_of_a_forgotten_session_files_nothing_and_keeps_all_that_was_typed(
    client_as: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = an_exposure(State.PUBLISHED)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)  # noqa: FBT003
    sent = {"client_id": str(uuid4()), "kind": "minor", "words": WORDS, "csrf_token": "of another session"}

    answer = client_as().post(_url(post), data=sent)

    assert answer.status_code == 422
    assert WORDS in answer.text
    assert _objections() == []


def test_an_objection_of_blanks_is_refused_on_its_field(client_as: Client) -> None:
    post, client = an_exposure(State.PUBLISHED), client_as()

    answer = client.post(_url(post), data=_filled(client, post, words=" \n "))

    assert answer.status_code == 422
    assert 'id="words-err"' in answer.text
    assert _objections() == []


def test_nothing_on_the_way_keeps_the_page_that_a_code_opens(client_as: Client) -> None:
    post, client = an_exposure(State.PUBLISHED), client_as()
    code = client.post(_url(post), data=_filled(client, post, kind="not_true")).location

    receipt = client.get(code)

    assert receipt.status_code == 200
    assert receipt.headers["Cache-Control"] == "no-store"
