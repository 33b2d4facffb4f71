"""What somebody who objects reads when the post's time is over, and that nothing anybody types ever runs."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from reporter.board.commands.exposures import tick
from reporter.board.lifecycle import ObjectionAction, ObjectionKind, State
from reporter.board.models import Exposure, Objection
from reporter.board.queries import get_exposure
from reporter.kernel.db import db
from reporter.kernel.policy import Role
from reporter.ports import Ports
from tests.board.posts import an_exposure, an_objection, decided
from tests.make import a_user

Client = Callable[..., FlaskClient]
SCRIPT = "'\"><script>alert(1)</script><img src=x onerror=alert(1)>"


def _run_out(one: Exposure, fakes: Ports) -> None:
    fakes.clock.set(get_exposure(one.id).expires_at)  # type: ignore[attr-defined]
    assert tick() == 1


@pytest.mark.parametrize("kind", ["minor", "not_true"])
def test_a_form_sent_after_the_posts_time_is_answered_that_it_is_over(
    client_as: Client, fakes: Ports, kind: str
) -> None:
    one, client = an_exposure(State.PUBLISHED), client_as()
    form = client.get(f"/board/{one.public_id}/object")
    _run_out(one, fakes)

    sent = {"client_id": str(uuid4()), "kind": kind, "words": "错了"}
    answer = client.post(f"/board/{one.public_id}/object", data=sent)

    assert (form.status_code, answer.status_code) == (200, 410)
    assert "在榜时间已到" in answer.text
    assert list(db.session.scalars(select(Objection))) == []


@pytest.mark.parametrize("action", [ObjectionAction.UPHOLD, ObjectionAction.DISMISS])
def test_whoever_objected_reads_the_outcome_though_the_post_expired_meanwhile(
    client_as: Client, fakes: Ports, action: ObjectionAction
) -> None:
    objection = an_objection(kind=ObjectionKind.IDENTITY)
    one = get_exposure(objection.exposure_id)
    _run_out(one, fakes)

    decided(objection, action, "当天已核实，说明如下。")

    client = client_as()
    assert client.get(f"/board/{one.public_id}").status_code == 410
    receipt = client.get(f"/objections/{objection.code}")
    assert receipt.status_code == 200
    assert "当天已核实，说明如下。" in receipt.text


def test_what_an_objection_or_a_post_holds_is_shown_as_text_everywhere(client_as: Client) -> None:
    published, client = an_exposure(State.PUBLISHED), client_as()
    fields = (
        "title", "summary", "road", "basis", "basis_source", "basis_date", "correction", "kind_zh", "area_zh", "unit_zh",
    )  # fmt: skip
    for field in fields:
        setattr(published, field, SCRIPT)
    db.session.commit()
    sent = {"client_id": str(uuid4()), "kind": "not_true", "words": SCRIPT, "contact": SCRIPT}
    receipt = client.post(f"/board/{published.public_id}/object", data=sent).location
    objection = db.session.scalars(select(Objection)).one()
    decided(objection, ObjectionAction.DISMISS, SCRIPT)
    leader = client_as(a_user(Role.LEADER))

    pages = [
        client.get("/"), client.get("/board"), client.get("/map"), client.get(f"/board/{published.public_id}"),
        client.get(f"/board/{published.public_id}/object"), client.get(receipt),
        client.post(f"/board/{published.public_id}/object", data=sent | {"kind": SCRIPT, "client_id": SCRIPT}),
        leader.get(f"/editor/objections/{objection.id}"), leader.get("/editor/?at=objections"),
        leader.get("/editor/?at=board"), leader.get(f"/editor/{published.id}"),
        client.get("/board/feed.atom"),
    ]  # fmt: skip

    assert {one.status_code for one in pages} <= {200, 422}
    assert [one.request.path for one in pages if re.search(r"<script>alert|<img src=x", one.text)] == []
    assert sum("&lt;script&gt;alert(1)" in one.text for one in pages) >= 8
