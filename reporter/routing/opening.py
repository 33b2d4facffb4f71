"""The first step of an empty installation: its city and its first administrator, or neither."""

from collections.abc import Mapping
from typing import Any

from reporter.accounts.commands.people import appoint
from reporter.accounts.models import User
from reporter.cases.editing import start_with_default_kinds
from reporter.cities.commands import found_city, keep_days
from reporter.cities.holidays import known_days
from reporter.cities.queries import all_cities, local
from reporter.kernel.db import command
from reporter.kernel.errors import Conflict
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import ports
from reporter.routing.commands import save_unit


@command
def open_house(facts: Mapping[str, Any], *, name: str, login: str, password: str) -> User:
    """Create the first jurisdiction from its columns in `facts`, and who administers it; enter the city.

    It starts with the national holidays of the year, the default kinds and a fallback unit, so that no report is ever without an owner.

    Raises:
        Conflict: there is a city already.
        BadInput: as `found_city` and `appoint`.
    """
    if all_cities():
        raise Conflict("This installation has been set up already.")
    found_city(facts, by=SYSTEM)
    keep_days(known_days(local(ports.clock.now()).year), by=SYSTEM)
    roles = [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN]
    first = appoint(name, login, password, roles=roles, unit_id=None, by=SYSTEM)
    start_with_default_kinds(by=SYSTEM)
    centre = {
        "code": "00",
        "name_zh": f"{facts['name_zh']}指挥中心",
        "name_en": f"{facts['name_en']} Command Centre",
    }
    save_unit(None, centre | {"fallback": True}, by=SYSTEM)
    return first
