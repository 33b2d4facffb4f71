"""The editors' lists: who sees them, what stands on them, what they cost."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.board.lifecycle import ObjectionKind, State
from reporter.kernel.db import enter_city
from reporter.kernel.policy import Role
from tests.board.posts import an_exposure, an_objection
from tests.make import a_city, a_user

Client = Callable[..., FlaskClient]
EDITORS = (Role.REDACTOR, Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.LEADER)
STAGES = {
    "proposed": State.PROPOSED,
    "redacting": State.REDACTING,
    "first": State.FIRST_REVIEW,
    "second": State.SECOND_REVIEW,
    "board": State.PUBLISHED,
    "ended": State.REJECTED,
}


@pytest.mark.parametrize("role", EDITORS)
def test_every_editor_opens_the_desk(client_as: Client, role: Role) -> None:
    answer = client_as(a_user(role)).get("/editor/")

    assert answer.status_code == 200


@pytest.mark.parametrize("role", sorted(set(Role) - set(EDITORS) - {Role.REPORTER, Role.SYSTEM, Role.LINK}))
def test_nobody_else_of_the_staff_does(client_as: Client, role: Role) -> None:
    exposure = an_exposure(State.SECOND_REVIEW)
    client = client_as(a_user(role))

    answers = [client.get(path).status_code for path in ("/editor/", f"/editor/{exposure.id}")]

    assert answers == [403, 403]


def test_who_is_not_signed_in_is_led_to_the_sign_in(client_as: Client) -> None:
    assert client_as().get("/editor/").status_code == 302


@pytest.mark.parametrize(("at", "state"), STAGES.items())
def test_an_exposure_stands_on_the_list_of_its_step_and_on_no_other(
    client_as: Client, at: str, state: State
) -> None:
    exposure = an_exposure(state)
    client = client_as(a_user(Role.LEADER))

    pages = {name: client.get(f"/editor/?at={name}").text for name in (*STAGES, "objections")}

    link = f'href="/editor/{exposure.id}"'
    assert [name for name, page in pages.items() if link in page] == [at]


def test_an_objection_stands_on_its_list_with_the_post_it_is_about(client_as: Client) -> None:
    objection = an_objection(kind=ObjectionKind.MINOR)

    page = client_as(a_user(Role.LEADER)).get("/editor/?at=objections").text

    assert f'href="/editor/objections/{objection.id}"' in page
    assert "解放大街占道，已整改" in page


@pytest.mark.parametrize("query", ["at=nonsense", "at=board&after=zzz", "at=objections&after=e30"])
def test_a_list_that_is_none_and_a_damaged_page_are_refused_in_words(client_as: Client, query: str) -> None:
    answer = client_as(a_user(Role.LEADER)).get(f"/editor/?{query}")

    assert answer.status_code == 422
    assert "Traceback" not in answer.text


def test_a_reviewer_gets_no_address_of_an_unmasked_picture(client_as: Client) -> None:
    an_exposure()
    judged = an_exposure(State.REDACTING)

    pages = [
        client_as(a_user(role)).get("/editor/?at=redacting").text for role in (Role.REDACTOR, Role.LEADER)
    ]

    assert ['src="/pictures/' in page for page in pages] == [True, False]
    assert all(f"/editor/{judged.id}/pictures/{judged.pictures[0].id}/small.jpg" in page for page in pages)


def test_another_citys_posts_are_neither_listed_nor_opened(client_as: Client) -> None:
    exposure, objection = an_exposure(), an_objection()
    elsewhere = a_city(hosts=["other.example"])
    enter_city(elsewhere.id)
    leader = a_user(Role.LEADER)
    client, host = client_as(), "http://other.example"
    with client.session_transaction(base_url=host) as session:
        session["_user_id"] = str(leader.id)

    paths = ("/editor/", f"/editor/{exposure.id}", f"/editor/objections/{objection.id}")
    answers = [client.get(path, base_url=host) for path in paths]

    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert f"/editor/{exposure.id}" not in answers[0].text


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.REDACTOR, "To redact"),
        (Role.FIRST_REVIEWER, "First review"),
        (Role.SECOND_REVIEWER, "Second review"),
        (Role.LEADER, "Objections"),
    ],
)
def test_everybody_finds_first_what_waits_for_them(client_as: Client, role: Role, name: str) -> None:
    page = client_as(a_user(role, locale="en")).get("/editor/").text

    assert f"<title>{name} · " in page
