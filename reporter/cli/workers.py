"""The operator's lines for many machines: workers, and the beat that tells them what time it is."""

from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info
from werkzeug.utils import import_string

from reporter.kernel.db import db
from reporter.kernel.errors import ConfigError
from reporter.serve import reach_stores


def _workers(app: Flask) -> Any:
    """Return the module that starts them, loaded where there is a queue: Celery takes a while to load."""
    if not app.config["QUEUE_URL"]:
        raise ConfigError("QUEUE_URL is not set: without it the work after commit is done by flask serve.")
    return import_string("reporter.workers")


@click.command()
@click.option(
    "--slow", is_flag=True, help="Only the slow kinds, for which nobody waits; else only the others."
)
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64))
@pass_script_info
def worker(info: ScriptInfo, *, slow: bool, processes: int) -> None:
    """Do the work after commit that QUEUE_URL brings, until Ctrl-C or SIGTERM; what is under way is finished.

    Wants the settings of the web process. Start as many as you like, at least one without and one with --slow.
    """
    app = info.load_app()
    workers = _workers(app)
    with app.app_context():
        reach_stores()
        db.engine.dispose()
    workers.work_on(workers.tasks_of(app), slow=slow, processes=processes)


@click.command()
@pass_script_info
def beat(info: ScriptInfo) -> None:
    """Have workers told of undone work every five seconds, and of the time once a minute. Changes no data itself.

    Start one; a second one does no harm but work.
    """
    app = info.load_app()
    workers = _workers(app)
    workers.ring(workers.tasks_of(app))
