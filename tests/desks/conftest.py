"""A unit and one of its handlers, for the tests of the unit's desk."""

import pytest

from reporter.accounts.models import User
from reporter.kernel.policy import Role
from reporter.routing.models import Unit
from tests.make import a_unit, a_user


@pytest.fixture
def unit() -> Unit:
    """Return the unit these tests are about."""
    return a_unit("环卫一队")


@pytest.fixture
def handler(unit: Unit) -> User:
    """Return one of its handlers."""
    return a_user(Role.HANDLER, unit=unit, locale="en")
