"""Many objections from one address: the way out is said, nothing typed is lost, the queue stays within its queries."""

import os
import re
from collections.abc import Callable
from ipaddress import ip_address
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reporter.board.lifecycle import HIDDEN_A_DAY, OPEN_AT_MOST, ORIGIN_DAYS, State
from reporter.board.models import Exposure, Objection
from reporter.cities.queries import current_city
from reporter.desks.origin import origins, place_of
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.ports import Ports
from tests.board.posts import an_exposure, an_objection
from tests.make import a_user
from tests.queries import counted

Client = Callable[..., FlaskClient]
FLOOD = 10_000 if os.environ.get("DEPTH") == "deep" else 300
ADDRESS = "203.0.113.7"


def _object(
    client: FlaskClient, public_id: str, *, at: str = ADDRESS, kind: str = "identity", words: str = "认得出我"
) -> TestResponse:
    sent = {"client_id": str(uuid4()), "kind": kind, "words": words}
    return client.post(f"/board/{public_id}/object", data=sent, environ_base={"REMOTE_ADDR": at})


def _hidden() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Exposure.id)).where(Exposure.state == State.HIDDEN)) or 0


@pytest.mark.pure
@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"), ("", ""), ("unix:", "unix:"),
    ],
)  # fmt: skip
def test_an_address_is_known_by_what_one_household_has(address: str, place: str) -> None:
    assert place_of(address) == place


def _called(app: Flask, address: str = ADDRESS) -> list[str]:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        return origins()


def test_tomorrow_the_address_has_another_name_and_is_still_known(app: Flask, fakes: Ports) -> None:
    today = _called(app)
    fakes.clock.set(fakes.clock.now().replace(day=24))  # type: ignore[attr-defined]

    tomorrow = _called(app)

    assert len(set(today)) == len(today) == ORIGIN_DAYS
    assert tomorrow[0] not in today
    assert tomorrow[1:] == today[:-1]
    assert set(_called(app, "203.0.113.8")).isdisjoint(tomorrow)


def test_the_name_follows_from_the_secret_and_holds_nothing_of_the_address(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = _called(app)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another")

    assert set(mine).isdisjoint(_called(app))
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in mine)


def test_no_row_of_an_objection_holds_the_address(client_as: Client) -> None:
    _object(client_as(), an_exposure(State.PUBLISHED).public_id)

    db.session.rollback()
    row = db.session.execute(select(Objection.__table__)).one()

    assert len(row.origin) == 32
    assert ADDRESS not in repr(row)
    assert ip_address(ADDRESS).packed.hex() not in repr(row)


def test_beyond_twenty_the_way_out_is_said_and_nothing_typed_is_lost(client_as: Client, app: Flask) -> None:
    post, client = an_exposure(State.PUBLISHED), client_as()
    current_city().phone = "0474-8230001"
    db.session.commit()
    for number in range(OPEN_AT_MOST):
        assert _object(client, post.public_id, kind="other", words=f"第{number}条").status_code == 302

    refused = _object(client, post.public_id, kind="minor", words="孩子看得清楚")
    elsewhere = _object(client_as(), post.public_id, at="203.0.113.8", kind="other")

    assert refused.status_code == 429
    assert "孩子看得清楚" in refused.text
    assert 'value="minor" checked' in refused.text
    assert "0474-8230001" in refused.text.split('id="errors"')[1].split("</div>")[0]
    assert elsewhere.status_code == 302


def test_a_real_victim_behind_a_shared_address_gets_a_receipt_that_says_how_soon(client_as: Client) -> None:
    posts, client = [an_exposure(State.PUBLISHED).public_id for _ in range(HIDDEN_A_DAY + 1)], client_as()
    for one in posts[:-1]:
        _object(client, one)

    filed = _object(client, posts[-1])

    receipt = client.get(filed.location)
    queue = client_as(a_user(Role.LEADER)).get("/editor/?at=objections")
    assert (filed.status_code, _hidden()) == (302, HIDDEN_A_DAY)
    assert "没有自动隐藏" in receipt.text
    assert queue.text.index("未自动隐藏") < queue.text.index("已隐藏")


def test_a_flood_of_grave_objections_hides_five_posts_and_the_queue_costs_what_it_cost(
    client_as: Client,
) -> None:
    posts = [an_exposure(State.PUBLISHED).public_id for _ in range(HIDDEN_A_DAY + 3)]
    an_objection()
    leader, client = client_as(a_user(Role.LEADER)), client_as()
    leader.get("/editor/?at=objections")
    with counted() as few:
        leader.get("/editor/?at=objections")

    answers = [_object(client, posts[number % len(posts)]).status_code for number in range(FLOOD)]
    for number in range(40):
        _object(client, posts[-1], at=f"198.51.100.{number}", kind="not_true")

    with counted() as many:
        page = leader.get("/editor/?at=objections")
    assert set(answers) <= {302, 410, 429}
    assert 0 < _hidden() <= HIDDEN_A_DAY
    assert answers.count(302) == OPEN_AT_MOST
    assert page.status_code == 200
    assert len(many) <= len(few)
    assert page.text.index("未自动隐藏") < page.text.index("已隐藏") < page.text.index("与事实不符")
