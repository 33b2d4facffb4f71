"""How posts of a kind are answered: a setting of the city, changed by system administrators."""

from collections.abc import Mapping

from reporter.cases.queries import categories
from reporter.cities.models import Jurisdiction
from reporter.kernel.audit import record
from reporter.kernel.db import command, current_city_id, db
from reporter.kernel.errors import BadInput
from reporter.kernel.policy import Actor, Permission, require
from reporter.open311.post_models import ServiceType
from reporter.open311.posts import TYPES, service_type
from reporter.ports import ports


@command
def settle_types(wanted: Mapping[str, str], *, by: Actor) -> None:
    """Settle how posts of each kind are answered, by the kind's short name; those that are left out stay.

    Raises:
        NotAllowed: `by` is no system administrator.
        BadInput: what is wanted is no way of answering; field "types".
    """
    require(by, Permission.ADMIN_SYSTEM)
    before = {kind.slug: service_type(kind.slug) for kind in categories(active=False)}
    if not set(wanted.values()) <= set(ServiceType):
        raise BadInput("Please choose from what is offered here.", field="types")
    changed = {slug: word for slug, word in wanted.items() if slug in before and word != before[slug]}
    if changed:
        city = db.session.get_one(Jurisdiction, current_city_id(), with_for_update=True)
        city.settings = city.settings | {TYPES: city.settings.get(TYPES, {}) | changed}
        record(city, "settle_service_types", by=by, at=ports.clock.now(), facts={"types": changed})
