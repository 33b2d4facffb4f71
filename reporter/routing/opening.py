"""The first step of an empty installation: its city and its first administrator, or neither."""

import hmac
from collections.abc import Mapping
from typing import Any

from reporter.accounts.commands.people import appoint
from reporter.accounts.models import User
from reporter.cases.editing import start_with_default_kinds
from reporter.cities.commands import found_city, keep_days
from reporter.cities.holidays import known_days
from reporter.cities.queries import all_cities, local
from reporter.kernel.db import command
from reporter.kernel.errors import BadInput, Conflict
from reporter.kernel.policy import SYSTEM, Role
from reporter.ports import ports
from reporter.routing.commands import save_unit


def opening_key() -> str:
    """Return what only the operator of an empty installation reads, at its start: twelve digits and letters by fours.

    It follows from `SECRET_KEY`, so that all processes of an installation know the same one.
    """
    digits = ports.seals.digest("opening")[:12]
    return "-".join(digits[at : at + 4] for at in (0, 4, 8))


def _is_key(given: str) -> bool:
    only = "".join(sign for sign in given.casefold() if sign.isalnum())
    return hmac.compare_digest(only.encode(), opening_key().replace("-", "").encode())


@command
def open_house(facts: Mapping[str, Any], *, key: str, name: str, login: str, password: str) -> User:
    """Create the first jurisdiction from its columns in `facts`, and who administers it; enter the city.

    It starts with the national holidays of the year, the default kinds and a fallback unit, so that no report is ever without an owner.

    Args:
        key: as `opening_key`; how it is spaced and whether in capitals is no matter.

    Raises:
        Conflict: there is a city already.
        BadInput: `key` is another one; or as `found_city` and `appoint`.
    """
    if all_cities():
        raise Conflict("This installation has been set up already.")
    if not _is_key(key):
        raise BadInput("This is not the key that was printed when the installation was started.", field="key")
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
