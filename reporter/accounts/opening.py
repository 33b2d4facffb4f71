"""The first step of an empty installation: its city and its first administrator, or neither."""

from collections.abc import Mapping
from typing import Any

from reporter.accounts.commands import appoint
from reporter.accounts.models import User
from reporter.cities.commands import found_city
from reporter.cities.queries import all_cities
from reporter.kernel.db import command
from reporter.kernel.errors import Conflict
from reporter.kernel.policy import SYSTEM, Role


@command
def open_house(facts: Mapping[str, Any], *, name: str, login: str, password: str) -> User:
    """Create the first jurisdiction from its columns in `facts`, and who administers it; enter the city.

    Raises:
        Conflict: there is a city already.
        BadInput: as `found_city` and `appoint`.
    """
    if all_cities():
        raise Conflict("This installation has been set up already.")
    found_city(facts, by=SYSTEM)
    roles = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN]
    return appoint(name, login, password, roles=roles, unit_id=None, by=SYSTEM)
