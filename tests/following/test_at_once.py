"""Two workers at the same instant write each digest once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from reporter.following.commands import digesting
from reporter.kernel.db import current_city_id, db, enter_city
from tests.following.following import EIGHT, a_post, digests, follows, sent, told
from tests.make import a_user
from tests.notices.posting import set_clock, work


def test_two_workers_at_once_write_each_digest_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digesting, "AT_ONCE", 3)
    people = [a_user() for _ in range(12)]
    for user in people:
        follows(user)
    a_post()
    set_clock(EIGHT)
    here, together = current_city_id(), Barrier(2)
    db.session.rollback()

    def tick(_: int) -> int:
        with app.app_context():
            enter_city(here)
            together.wait()
            return digesting.tick()

    with ThreadPoolExecutor(2) as pool:
        looked_at = list(pool.map(tick, range(2)))
    rest = digesting.tick()
    work()

    assert sum(looked_at) + rest == 12
    assert sorted(one.user_id for one in digests()) == [user.id for user in people]
    assert [told(user.id) for user in people] == [["1"]] * 12
    assert sorted(letter.to for letter in sent()) == sorted(str(user.email) for user in people)
