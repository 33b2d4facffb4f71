"""The administrators' desk: one blueprint, its pages by part."""

from reporter.desks.admin import ground, jobs, people, service, trails, words
from reporter.desks.admin.door import bp

__all__ = ["bp", "ground", "jobs", "people", "service", "trails", "words"]
