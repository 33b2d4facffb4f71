"""The operator's commands. Each says in its help what it does to data."""

from flask import Flask

from reporter.cli.areas import areas
from reporter.cli.city import audit, demo, lifecycle, work
from reporter.cli.photo import photo
from reporter.cli.storage import storage
from reporter.serve import serve


def init_app(app: Flask) -> None:
    """Register the commands."""
    for group in (audit, work, demo, areas, lifecycle, photo, storage, serve):
        app.cli.add_command(group)
