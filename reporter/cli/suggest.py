"""The operator's line that lets the city learn kinds from its decided reports; never in the web process."""

from importlib import import_module

import click
from flask.cli import AppGroup

from reporter.cities.queries import current_city
from reporter.cli.city import for_each_city
from reporter.kernel.policy import SYSTEM, Role
from reporter.learning.commands.lessons import keep_lesson
from reporter.learning.queries import decided_reports

ABSENT = "Nothing on this machine learns: `make learn` installs what does. What was learnt before is used all the same."

suggest = AppGroup("suggest", help="Learn from decided reports which kind goes with which words.")


@suggest.command("train")
def suggest_train() -> None:
    """Learn anew in every city, judge it by the newest reports, and use it from now on."""
    try:
        training = import_module("reporter.learning.training")
    except ModuleNotFoundError as error:
        raise click.ClickException(ABSENT) from error

    def train() -> None:
        try:
            learnt = training.learn(decided_reports())
        except training.TooFew as few:
            click.echo(f"{current_city().slug}: nothing learnt, {few}")
            return
        lesson = keep_lesson(learnt, by=SYSTEM.lent(Role.SYSTEM_ADMIN))
        from_where = (
            "never sure enough" if lesson.threshold is None else f"suggests from {lesson.threshold:.0%}"
        )
        click.echo(
            f"{current_city().slug}: learnt from {lesson.learnt}, right in {lesson.right} of {lesson.held} held back; "
            f"{from_where}, right in {lesson.rightly} of {lesson.suggested}"
        )

    for_each_city(train)
