"""Staff see clean copies; nobody else does."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from reporter.kernel.policy import Role
from tests.make import a_photo, a_user

Client = Callable[..., FlaskClient]


@pytest.mark.parametrize("size", [1600, 320])
def test_staff_get_a_clean_copy(client_as: Client, size: int) -> None:
    photo = a_photo()

    answer = client_as(a_user(Role.ACCEPTOR)).get(f"/pictures/{photo.token}/{size}.jpg")

    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.data.startswith(b"\xff\xd8")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_resident_gets_no_picture_of_the_staffs(client_as: Client) -> None:
    photo = a_photo()

    answer = client_as(a_user(Role.RESIDENT)).get(f"/pictures/{photo.token}/320.jpg")

    assert answer.status_code == 403
    assert not answer.data.startswith(b"\xff\xd8")


def test_who_is_not_signed_in_is_led_to_the_sign_in(client_as: Client) -> None:
    photo = a_photo()

    answer = client_as().get(f"/pictures/{photo.token}/320.jpg")

    assert answer.status_code == 302


@pytest.mark.parametrize(
    "path", ["/pictures/0000/320.jpg", "/pictures/{token}/1601.jpg", "/pictures/{token}/0.jpg"]
)
def test_an_unknown_picture_or_size_is_not_found(client_as: Client, path: str) -> None:
    photo = a_photo()

    answer = client_as(a_user(Role.INSPECTOR)).get(path.format(token=photo.token))

    assert answer.status_code == 404
