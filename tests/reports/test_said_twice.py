"""What a reporter adds or answers twice at the same instant, out of one form, is said once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask

from reporter.kernel.db import current_city_id, db, enter_city
from reporter.kernel.policy import ANYONE
from reporter.reports.commands import followup, triage
from reporter.reports.queries import get_report, messages_of
from tests.make import a_moderator, a_report


@pytest.mark.parametrize("act", [followup.add_material, followup.answer])
def test_the_same_form_sent_at_once_is_said_once_and_nobody_is_refused(
    app: Flask, act: Callable[..., None]
) -> None:
    report_id, here, client_id, together = a_report().id, current_city_id(), str(uuid4()), Barrier(4)
    if act is followup.answer:
        triage.request_info(get_report(report_id), "Which crossing?", by=a_moderator().actor)

    def send(words: str) -> None:
        with app.app_context():
            enter_city(here)
            report, by = get_report(report_id), replace(ANYONE, report_id=report_id)
            together.wait()
            act(report, words, by=by, client_id=client_id)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, ["The east one."] * 4))

    db.session.rollback()  # what was read before is a snapshot of before
    said = [message.words for message in messages_of(report_id) if not message.from_centre]
    assert said == ["The east one."]
