"""A post for newspapers and television: who may take it along, what is in it, what never is."""

import re
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from PIL import Image

from reporter.board.lifecycle import State
from reporter.board.models import Exposure
from reporter.board.queries import get_exposure, history
from reporter.board.shown import picture_bytes
from reporter.kernel.policy import Role
from reporter.ports import ports
from tests.board.posts import Editors, an_exposure, editors
from tests.desks.shown import retitled, secrets_of
from tests.make import a_user

Clients = Callable[..., FlaskClient]


@pytest.fixture
def team() -> Editors:
    """Return those who edit."""
    return editors()


def path_of(post: Exposure) -> str:
    return f"/editor/{post.id}/pack.zip"


def unpacked(client: FlaskClient, post: Exposure) -> dict[str, bytes]:
    answer = client.get(path_of(post))
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with ZipFile(BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_pack_holds_words_credits_and_the_largest_masked_pictures(
    client_as: Clients, team: Editors
) -> None:
    post = an_exposure(State.PUBLISHED)

    found = unpacked(client_as(team.first), post)

    assert list(found) == ["before-1.jpg", "after-1.jpg", "text.txt", "credits.txt"]
    shown = get_exposure(post.id).used
    for picture, name in zip(shown, ("before-1.jpg", "after-1.jpg"), strict=True):
        assert found[name] == picture_bytes(picture, picture.file("1600.jpeg"))
        assert Image.open(BytesIO(found[name])).size == (picture.width, picture.height)
    text = found["text.txt"].decode()
    for words in (
        post.title,
        post.summary,
        post.road,
        post.unit_zh,
        post.basis,
        f"http://localhost/board/{post.public_id}",
    ):
        assert words in text
    credit = found["credits.txt"].decode()
    assert "CC BY 4.0" in credit
    assert (shown[0].width, shown[0].height) == (320, 240)
    assert re.search(r"before-1\.jpg：320 . 240 像素，4\.1 . 3\.0 厘米", credit)


@pytest.mark.parametrize("role", [Role.FIRST_REVIEWER, Role.SECOND_REVIEWER, Role.LEADER])
def test_who_may_withdraw_a_post_may_take_it_along_and_the_trail_says_so(
    client_as: Clients, role: Role
) -> None:
    post, person = an_exposure(State.PUBLISHED), a_user(role)

    client = client_as(person)
    unpacked(client, post)
    unpacked(client, post)

    taken = [entry.actor_id for entry in history(get_exposure(post.id)) if entry.action == "pack"]
    assert taken == [person.id, person.id]
    page = client.get(f"/editor/{post.id}").text
    assert f'href="{path_of(post)}"' in page


@pytest.mark.parametrize("role", [Role.REDACTOR, Role.ACCEPTOR, Role.RESIDENT, Role.SYSTEM_ADMIN])
def test_nobody_else_may(client_as: Clients, role: Role) -> None:
    post = an_exposure(State.PUBLISHED)

    client = client_as(a_user(role))

    assert client.get(path_of(post)).status_code == 403
    assert "pack.zip" not in client.get(f"/editor/{post.id}").text
    assert "pack" not in {entry.action for entry in history(get_exposure(post.id))}


@pytest.mark.parametrize("state", sorted(set(State) - {State.PUBLISHED}))
def test_what_the_public_does_not_see_is_not_packed(client_as: Clients, team: Editors, state: State) -> None:
    post = an_exposure(state)

    client = client_as(team.leader)

    assert client.get(path_of(post)).status_code in {404, 410}
    assert "pack.zip" not in client.get(f"/editor/{post.id}").text
    assert "pack" not in {entry.action for entry in history(get_exposure(post.id))}


def test_without_its_masked_copies_there_is_no_pack(client_as: Clients, team: Editors) -> None:
    post = an_exposure(State.PUBLISHED)
    for key in post.used[0].copies.values():
        ports.storage.delete(key)

    assert client_as(team.leader).get(path_of(post)).status_code == 404


def test_no_cache_keeps_a_pack(client_as: Clients, team: Editors) -> None:
    answer = client_as(team.leader).get(path_of(an_exposure(State.PUBLISHED)))

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_byte_tells_of_the_case_behind_a_post(client_as: Clients, team: Editors) -> None:
    post = an_exposure(State.PUBLISHED)
    secrets = secrets_of(post)

    found = unpacked(client_as(team.leader), post)

    said = b"".join([*found.values(), *(name.encode() for name in found)])
    assert [secret for secret in secrets if secret.encode() in said] == []


def test_a_hostile_title_stays_on_its_line_and_out_of_every_name(client_as: Clients, team: Editors) -> None:
    post = an_exposure(State.PUBLISHED)
    retitled(post, "../../x\r\n许可: 无\x1b[31m")

    answer = client_as(team.leader).get(path_of(post))

    with ZipFile(BytesIO(answer.data)) as archive:
        assert set(archive.namelist()) == {"before-1.jpg", "after-1.jpg", "text.txt", "credits.txt"}
        lines = archive.read("text.txt").decode().splitlines()
    assert lines[0].endswith("../../x 许可: 无[31m")
    assert not any(line.startswith("许可") for line in lines)
    name = f"post-{post.public_id}.zip"
    assert answer.headers["Content-Disposition"].endswith(f"''{name}")
