"""The moderators' queue: what is on it, in which order, what its page shows, and that a longer list costs no more."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from reporter.kernel.db import enter_city
from reporter.kernel.policy import Role
from reporter.ports import Ports
from tests.make import a_case, a_category, a_city, a_moderator, a_report, a_unit, a_user, an_area, put, the_fallback
from tests.queries import counted

Client = Callable[..., FlaskClient]


@pytest.fixture
def moderator(client_as: Client) -> FlaskClient:
    """Return the browser of somebody who accepts and dispatches."""
    the_fallback()
    return client_as(a_moderator(locale="en"))


def test_the_queue_shows_its_first_report_with_words_checks_and_the_unit_it_would_go_to(moderator: FlaskClient) -> None:
    a_report(words="The whole pavement is blocked.")

    page = moderator.get("/triage/")

    assert page.status_code == 200
    assert "The whole pavement is blocked." in page.text
    assert "1 picture, enough to register" in page.text
    assert "The resident set the pin" in page.text
    assert "No rule matches this kind and place" in page.text
    assert "Accept and give to" in page.text
