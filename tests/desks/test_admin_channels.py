"""Group robots, webhooks and undelivered notices, as the system administrator sees them."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.notices.models import Delivery, Passage, UnitRobot, Webhook
from tests.make import a_case, a_report, a_unit, a_user
from tests.notices.conftest import receiver
from tests.notices.posting import rows, work
from tests.notices.receivers import Receiver, address_of

__all__ = ["receiver"]
ROBOT = {
    "kind": "wecom",
    "name": "环卫一队工作群",
    "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=s3cr3t",
}


@pytest.fixture
def browser(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    """Return an administrator's browser."""
    return client_as(a_user(Role.SYSTEM_ADMIN, locale="en"))


def test_a_robots_address_is_never_shown_again(browser: FlaskClient) -> None:
    page = f"/admin/units/{a_unit().id}/channels"

    answer = browser.post(
        page,
        data=ROBOT
        | {
            "kind": "dingtalk",
            "address": "https://oapi.dingtalk.com/robot/send?access_token=s3cr3t",
            "key": "SECx",
        },
    )
    shown = browser.get(page).text

    assert answer.location == page
    assert "Address ends with …cr3t" in shown
    assert "s3cr3t" not in shown
    assert "SECx" not in shown


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("kind", "", "Please choose the service."),
        ("kind", "icq", "Service"),
        ("address", "", "Please paste the address of the robot."),
        ("address", "https://example.org/", "This is not the address of a group robot"),
        ("name", "x" * 41, "Name of the group"),
    ],
)
def test_a_robot_that_cannot_be_is_named_and_nothing_typed_is_lost(
    browser: FlaskClient, field: str, value: str, words: str
) -> None:
    answer = browser.post(f"/admin/units/{a_unit().id}/channels", data=ROBOT | {field: value})

    assert answer.status_code == 422
    assert words in answer.text
    assert field == "name" or "环卫一队工作群" in answer.text
    assert db.session.scalars(select(UnitRobot)).all() == []


def test_a_robot_is_tried_and_taken_away(browser: FlaskClient, receiver: Receiver) -> None:
    page = f"/admin/units/{a_unit().id}/channels"
    browser.post(page, data=ROBOT | {"address": address_of(receiver)})

    tried = browser.post(f"{page}/1/try", follow_redirects=True)
    receiver.body = b'{"errcode": 93000, "errmsg": "invalid webhook url"}'
    failed = browser.post(f"{page}/1/try", follow_redirects=True)
    gone = browser.post(f"{page}/1/drop", follow_redirects=True)

    assert "The test message was taken." in tried.text
    assert "The robot did not take the message. (errcode 93000: invalid webhook url)" in failed.text
    assert "No group robot yet" in gone.text


def test_the_key_of_a_webhook_is_shown_once(browser: FlaskClient, receiver: Receiver) -> None:
    answer = browser.post(
        "/admin/webhooks", data={"address": address_of(receiver), "events": ["case.closed"]}
    )

    key = re.search(r"<code>([\w-]{43})</code>", answer.text)
    assert key is not None
    assert key[1] not in browser.get("/admin/webhooks").text
    assert "Case closed" in browser.get("/admin/webhooks").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"address": "https://127.0.0.1/x", "events": ["case.closed"]}, "lies in a private network"),
        ({"address": "https://10.0.0.1/x", "events": ["case.closed"]}, "lies in a private network"),
        ({"address": "http://example.org/x", "events": ["case.closed"]}, "must begin with https://"),
        ({"address": "", "events": ["case.closed"]}, "Please give the address."),
        ({"address": "https://93.184.216.34/x"}, "Please choose at least one event."),
    ],
)
def test_a_webhook_that_cannot_be_is_named_and_nothing_typed_is_lost(
    browser: FlaskClient, data: dict[str, str], words: str
) -> None:
    answer = browser.post("/admin/webhooks", data=data)

    assert answer.status_code == 422
    assert words in answer.text
    assert data["address"] in answer.text
    assert db.session.scalars(select(Webhook)).all() == []


def test_a_webhook_is_tried_switched_off_and_on_and_taken_away(
    browser: FlaskClient, receiver: Receiver
) -> None:
    browser.post("/admin/webhooks", data={"address": address_of(receiver), "events": ["case.closed"]})

    tried = browser.post("/admin/webhooks/1/try", follow_redirects=True)
    receiver.status = 500
    failed = browser.post("/admin/webhooks/1/try", follow_redirects=True)
    off = browser.post("/admin/webhooks/1/off", follow_redirects=True)
    on = browser.post("/admin/webhooks/1/on", follow_redirects=True)
    gone = browser.post("/admin/webhooks/1/drop", follow_redirects=True)

    assert "The address answered as it should." in tried.text
    assert "answers with an error. (500)" in failed.text
    assert "Switched off" in off.text
    assert "In order" in on.text
    assert "No webhooks yet" in gone.text


def test_what_nobody_took_stands_on_a_page_and_is_tried_anew(browser: FlaskClient) -> None:
    report = a_report(contact="no address@", notify=True)
    work()

    page = browser.get("/admin/deliveries").text
    assert report.number in page
    assert "This is no mail address." in page
    assert "no address@" not in page
    browser.post(f"/admin/deliveries/{rows()[0].id}/again")

    assert rows()[0].state is Passage.WAITING
    assert browser.post(f"/admin/deliveries/{rows()[0].id}/again").status_code == 409
    assert browser.post("/admin/deliveries/4711/again").status_code == 404


def test_a_failure_says_what_the_other_side_said(browser: FlaskClient, receiver: Receiver) -> None:
    browser.post("/admin/webhooks", data={"address": address_of(receiver), "events": ["case.registered"]})
    receiver.status = 500
    case = a_case()
    work()

    row = db.session.scalars(select(Delivery)).one()
    assert row.error == "The webhook's address answers with an error.\n500"
    assert case.number == row.facts["number"]
