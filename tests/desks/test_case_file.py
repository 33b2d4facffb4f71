"""A case on paper holds the chain of custody of every photo."""

from collections.abc import Callable

from flask.testing import FlaskClient

from reporter.cases.lifecycle import State
from reporter.kernel.policy import ANYONE, Role
from reporter.photos.commands.intake import take_in
from reporter.photos.commands.originals import open_original
from reporter.photos.models import PhoneClaims
from reporter.ports import Ports
from tests.make import HERE, a_case, a_user
from tests.photos import pictures

Open = Callable[..., FlaskClient]


def test_it_says_of_each_photo_where_it_comes_from_and_who_opened_it(client_as: Open, fakes: Ports) -> None:
    phone = PhoneClaims(at=fakes.clock.now(), lon=HERE[0], lat=HERE[1], in_app=True)
    seeds = range(2)
    photos = [
        take_in(pictures.jpeg(pictures.street(seed)), by=ANYONE, uploader_key="x", phone=phone)
        for seed in seeds
    ]
    case = a_case(State.HANDLING, photo_ids=[photo.id for photo in photos])
    redactor = a_user(Role.REDACTOR, name="编辑苏某")
    open_original(photos[0], "核对车牌", by=redactor.actor)

    page = client_as(redactor).get(f"/pictures/cases/{case.id}")

    assert page.status_code == 200
    assert case.number in page.text
    for photo in photos:
        assert page.text.count(photo.sha256) == 1
        assert f"/pictures/{photo.token}/1600.jpg" in page.text
    assert page.text.count("核对车牌") == 1
    assert page.text.count("编辑苏某") >= 1
    assert page.text.count("在本页用相机拍摄") == 2


def test_only_who_may_open_originals_sees_it(client_as: Open) -> None:
    case = a_case(State.HANDLING)

    assert client_as(a_user(Role.ACCEPTOR)).get(f"/pictures/cases/{case.id}").status_code == 403
    assert client_as(a_user(Role.REDACTOR)).get("/pictures/cases/999999").status_code == 404
