"""Who agreed to be named, at the editors' desk; and that nothing of it is ever public."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from reporter.editorial.commands.articles import write_article
from reporter.editorial.commands.honours import write_honour
from reporter.editorial.lifecycle import State
from reporter.editorial.models import Article, Honour, HonourKind, Rubric
from reporter.editorial.queries import articles, get_article, get_honour, honoured, today
from reporter.editorial.worklists import consents_to, written
from reporter.kernel.policy import Role
from tests.desks.test_editorial import ARTICLE, CONSENT, address, an_entry, send
from tests.editorial.pieces import Pens, a_deed, a_text, an_article, an_honour, pens
from tests.make import a_user

Client = Callable[..., FlaskClient]
AGREED = {"person": "哈斯", **CONSENT}
NAMING = ARTICLE | {"naming": "people", "people": " 哈斯 \n\n托娅\n哈斯"}


def a_story(state: State = State.DRAFT, *, team: Pens) -> Article:
    return an_article(state, team=team, rubric=Rubric.CIVILITY, people=["哈斯", "托娅"])


def a_person(state: State = State.DRAFT, *, team: Pens) -> Honour:
    return an_honour(state, team=team, kind=HonourKind.PERSON, name="哈斯")


def test_who_is_on_the_list_agrees_first_and_that_stays_at_the_desk(client_as: Client) -> None:
    team = pens()
    writer = client_as(team.writer)
    writer.post("/editor/honours/new", data=an_entry(kind="person", name="哈斯"))
    one = written(Honour).rows[0]
    early = send(writer, one, "hand-in")
    agreed = send(writer, one, "consent", given_on=today().isoformat(), **AGREED)
    send(writer, get_honour(one.id), "hand-in")
    send(client_as(team.releaser), get_honour(one.id), "release")

    lists = [client_as().get(path).text for path in ("/honours", "/board", "/honours/feed.atom")]

    assert (early.status_code, agreed.status_code) == (409, 302)
    assert all("哈斯" in page for page in lists)
    assert not any("哈斯的母亲" in page or "录音 3" in page for page in lists)
    assert "哈斯的母亲" in writer.get(address(one)).text


def test_each_person_an_article_names_agrees_first_and_that_stays_at_the_desk(client_as: Client) -> None:
    team = pens()
    writer = client_as(team.writer)
    writer.post("/editor/articles/new", data=NAMING)
    one = written(Article).rows[0]
    names = one.people
    answers = []
    for name in names:
        waiting = writer.get(address(one)).text
        assert f'{address(one, "hand-in")}"' not in waiting
        answers.append(send(writer, get_article(one.id), "hand-in").status_code)
        said = AGREED | {"person": name, "given_on": today().isoformat()}
        answers.append(send(writer, get_article(one.id), "consent", **said).status_code)
    send(writer, get_article(one.id), "hand-in")
    send(client_as(team.releaser), get_article(one.id), "release")

    pages = [
        client_as().get(f"/columns/civility{rest}").text for rest in ("", f"/{one.public_id}", "/feed.atom")
    ]

    assert names == ["哈斯", "托娅"]
    assert answers == [409, 302, 409, 302]
    assert all("礼让一步" in page for page in pages)
    assert not any("哈斯的母亲" in page or "录音 3" in page for page in pages)
    assert writer.get(address(one)).text.count("哈斯的母亲") >= len(names)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"naming": ""}, "naming"),
        ({"naming": "people", "people": " \n"}, "people"),
        ({"naming": "nobody", "people": "哈斯"}, "people"),
        ({"naming": "people", "people": "长" * 41}, "people"),
        ({"naming": "people", "people": "13847400001"}, "people"),
        ({"naming": "people", "people": "\n".join(f"名{n}" for n in range(31))}, "people"),
    ],
)
def test_an_article_says_whether_it_names_people_and_whom(
    client_as: Client, sent: dict[str, str], field: str
) -> None:
    answer = client_as(a_user(Role.REDACTOR)).post("/editor/articles/new", data=ARTICLE | sent)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "路口宽了。" in answer.text
    assert sent.get("people", "").strip().split("\n")[-1] in answer.text
    assert written(Article).rows == []


def test_the_form_holds_the_names_that_are_kept(client_as: Client) -> None:
    team = pens()
    named, unnamed, writer = a_story(team=team), an_article(team=team), client_as(team.writer)

    assert "哈斯\n托娅</textarea>" in writer.get(address(named, "edit")).text
    assert 'value="people" checked' in writer.get(address(named, "edit")).text
    assert 'value="nobody" checked' in writer.get(address(unnamed, "edit")).text
    assert (
        "checked"
        not in writer.get("/editor/articles/new").text.split('id="naming"')[1].split("</fieldset>")[0]
    )


@pytest.mark.parametrize("field", ["person", "giver", "giver_name", "way", "given_on", "reference"])
@pytest.mark.parametrize(
    "write",
    [
        lambda by: write_honour(a_deed(kind=HonourKind.PERSON, name="哈斯"), by=by),
        lambda by: write_article(a_text(people=["哈斯"]), by=by),
    ],
)
def test_a_consent_that_says_too_little_is_refused_at_its_field(
    client_as: Client, write: Any, field: str
) -> None:
    team = pens()
    one = write(team.writer.actor)
    sent = {"given_on": today().isoformat(), **AGREED}

    answer = send(client_as(team.writer), one, "consent", **sent | {field: ""})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert sent["reference"] in answer.text or field == "reference"
    assert consents_to(one) == []


def test_a_consent_that_meets_a_newer_version_comes_back_as_it_was_filled_in(client_as: Client) -> None:
    team = pens()
    one = a_story(team=team)
    sent = AGREED | {"given_on": today().isoformat(), "version": str(one.version - 1)}

    answer = send(client_as(team.writer), one, "consent", **sent)

    assert answer.status_code == 409
    assert 'value="录音 3"' in answer.text


@pytest.mark.parametrize("make", [a_story, a_person])
def test_a_consent_that_is_withdrawn_takes_it_off_every_page(client_as: Client, make: Any) -> None:
    team = pens()
    one = make(State.PUBLISHED, team=team)
    writer, consent = client_as(team.writer), consents_to(one)[0]
    offered = writer.get(address(one)).text
    said = {"consent": str(consent.id), "reason": "本人来电"}

    wrong = send(writer, one, "consent/withdraw", "withdraw_consent", **said | {"consent": "0"})
    silent = send(writer, one, "consent/withdraw", "withdraw_consent", **said | {"reason": ""})
    answer = send(writer, one, "consent/withdraw", "withdraw_consent", **said)

    assert f'value="{consent.id}">哈斯' in offered
    assert (wrong.status_code, silent.status_code, answer.status_code) == (422, 422, 302)
    assert 'href="#withdraw_consent-consent"' in wrong.text
    assert "本人来电" in wrong.text
    assert (honoured().rows, articles().rows) == ([], [])
    for path in ("/honours", "/board", "/columns/civility", "/", "/columns/civility/feed.json"):
        page = client_as().get(path).text
        assert "哈斯" not in page
        assert "老旧小区换了新貌" not in page
    assert "本人来电" in writer.get(address(one)).text


def test_nobody_but_writers_writes_a_consent_down(client_as: Client) -> None:
    team = pens()
    one, leader = a_story(team=team), client_as(a_user(Role.LEADER))

    answer = send(leader, one, "consent", given_on=today().isoformat(), **AGREED)

    assert answer.status_code == 403
