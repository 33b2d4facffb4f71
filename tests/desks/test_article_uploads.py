"""The picture of an article that goes up in parts, ahead of its form."""

from collections.abc import Callable
from io import BytesIO

from flask.testing import FlaskClient

from reporter.editorial.queries import get_article
from reporter.kernel.policy import Role
from reporter.photos.models import Way
from reporter.photos.queries import get_photo, photos_by_tokens
from tests.desks import tus
from tests.desks.test_editorial import address
from tests.editorial.pieces import an_article, pens
from tests.make import a_picture, a_user

Client = Callable[..., FlaskClient]


def test_a_picture_that_was_sent_ahead_hangs_on_the_article(client_as: Client) -> None:
    team = pens()
    one, writer = an_article(team=team), client_as(team.writer)

    came = tus.sent(writer, a_picture("ahead"), address(one, "pictures/uploads"), piece=300)
    token = came.get_json()["token"]
    early = get_article(one.id).pictures
    sent = {"version": str(one.version), "caption": "路口", "token": token}
    answer = writer.post(address(one, "pictures"), data=sent)

    [picture] = get_article(one.id).pictures
    assert early == []
    assert answer.location == address(one, f"pictures/{picture.id}")
    assert (get_photo(picture.photo_id).token, get_photo(picture.photo_id).way) == (token, Way.ARTICLE)


def test_it_goes_on_where_it_stopped(client_as: Client) -> None:
    team = pens()
    one, writer, content = an_article(team=team), client_as(team.writer), a_picture("on")
    begun = tus.begun(writer, len(content), address(one, "pictures/uploads"))
    tus.patched(writer, begun.location, content[:200], 0)

    far = tus.asked(writer, begun.location)
    last = tus.patched(writer, begun.location, content[200:], 200)

    assert (far.headers["Upload-Offset"], far.headers["Tus-Resumable"]) == ("200", "1.0.0")
    assert last.status_code == 200


def test_a_picture_is_kept_when_something_else_is_wrong_with_the_form(client_as: Client) -> None:
    team = pens()
    one, writer = an_article(team=team), client_as(team.writer)
    plain = {
        "version": str(one.version), "caption": "", "photos": (BytesIO(a_picture("kept")), "x.jpg"),
    }  # fmt: skip

    wrong = writer.post(address(one, "pictures"), data=plain)
    token = wrong.text.split('name="token" value="')[1][:32]
    right = writer.post(
        address(one, "pictures"), data={"version": str(one.version), "caption": "路口", "token": token}
    )

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert 'href="#caption"' in wrong.text
    assert len(get_article(one.id).pictures) == 1


def test_another_file_takes_the_place_of_what_was_sent_ahead(client_as: Client) -> None:
    team = pens()
    one, writer = an_article(team=team), client_as(team.writer)
    token = tus.sent(writer, a_picture("first"), address(one, "pictures/uploads")).get_json()["token"]

    writer.post(
        address(one, "pictures"),
        data={
            "version": str(one.version), "caption": "路口", "token": token,
            "photos": (BytesIO(a_picture("second")), "y.jpg"),
        },
    )  # fmt: skip

    [picture] = get_article(one.id).pictures
    assert get_photo(picture.photo_id).token != token


def test_nobody_hangs_up_what_somebody_else_sent(client_as: Client) -> None:
    team = pens()
    one, other = an_article(team=team), client_as(a_user(Role.REDACTOR))
    came = tus.sent(client_as(team.writer), a_picture("mine"), address(one, "pictures/uploads"))
    token = came.get_json()["token"]

    sent = {"version": str(one.version), "caption": "路口", "token": token}
    answer = other.post(address(one, "pictures"), data=sent)

    assert answer.status_code == 422
    assert 'href="#photos"' in answer.text
    assert get_article(one.id).pictures == []
    assert len(photos_by_tokens([token])) == 1


def test_whoever_does_not_write_sends_nothing(client_as: Client) -> None:
    one = an_article()
    path = address(one, "pictures/uploads")

    assert tus.begun(client_as(a_user(Role.LEADER)), 5, path).status_code == 403
    assert (
        tus.begun(client_as(a_user(Role.REDACTOR)), 5, "/editor/articles/4711/pictures/uploads").status_code
        == 404
    )
