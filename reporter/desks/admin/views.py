"""The administrators' desk: one blueprint, its pages by part."""

from reporter.desks.admin import calendar, channels, ground, jobs, people, service, trails, words
from reporter.desks.admin.door import bp

__all__ = ["bp", "calendar", "channels", "ground", "jobs", "people", "service", "trails", "words"]
