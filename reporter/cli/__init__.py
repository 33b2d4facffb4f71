"""The operator's commands. Each says in its help what it does to data."""

from flask import Flask

from reporter.cli.api_keys import api_key
from reporter.cli.areas import areas
from reporter.cli.backup import backup, restore
from reporter.cli.city import audit, demo, key_of_opening, lifecycle, notices, work
from reporter.cli.clocks import calendar, deadline
from reporter.cli.export import export_city, import_city
from reporter.cli.figures import figures
from reporter.cli.history import import_open311
from reporter.cli.names import names
from reporter.cli.open311 import open311
from reporter.cli.opendata import open_data
from reporter.cli.photo import photo
from reporter.cli.points import points
from reporter.cli.routing import route
from reporter.cli.storage import storage
from reporter.cli.suggest import suggest
from reporter.cli.workers import beat, worker
from reporter.serve import serve


def init_app(app: Flask) -> None:
    """Register the commands."""
    for group in (
        api_key,
        audit,
        calendar,
        deadline,
        route,
        work,
        demo,
        key_of_opening,
        areas,
        names,
        lifecycle,
        notices,
        figures,
        import_open311,
        open311,
        photo,
        points,
        storage,
        backup,
        restore,
        export_city,
        import_city,
        open_data,
        suggest,
        serve,
        worker,
        beat,
    ):
        app.cli.add_command(group)
