"""The desk for programs: GeoReport v2 of Open311, one blueprint, its resources by part."""

from reporter.desks.open311 import posting, requests, services, updating
from reporter.desks.open311.door import bp

__all__ = ["bp", "posting", "requests", "services", "updating"]
