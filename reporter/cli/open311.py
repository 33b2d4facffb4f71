"""The operator's lines for GeoReport: compare what clients are told with what is so, write it anew."""

from collections.abc import Iterator

import click
from flask.cli import AppGroup

from reporter.cities.queries import current_city
from reporter.cli.city import for_each_city
from reporter.open311.commands.projecting import build_anew
from reporter.open311.truth import differences

AT_A_TIME = 500  # reports

open311 = AppGroup("open311", help="What clients of Open311 read: compare it with what is so, write it anew.")


@open311.command("verify")
def open311_verify() -> None:
    """Compare the row of every report with the report and its case; exit 1 and name each that differs.

    Changes nothing; some hundred reports at a time, so it may run while the city works: what happens meanwhile may be
    named once and is gone the next time.
    """
    found = sum(for_each_city(_name_differences))
    click.echo(f"{found} differences")
    if found:
        raise SystemExit(1)


@open311.command("rebuild")
def open311_rebuild() -> None:
    """Write the row of every report anew: after an update that brings them, or when verify names differences.

    Some hundred at a time, each in a transaction of its own, so it may be stopped and started again at any time, while
    the city works. What clients were told of single steps stays as it is.
    """
    changed = for_each_city(lambda: sum(_rebuilt()))
    click.echo(f"{sum(changed)} requests written anew in {len(changed)} cities")


def _rebuilt() -> Iterator[int]:
    after, changed = build_anew(0, size=AT_A_TIME)
    while after:
        yield changed
        after, changed = build_anew(after, size=AT_A_TIME)


def _name_differences() -> int:
    slug, number = current_city().slug, 0
    after, found = differences(0, size=AT_A_TIME)
    while after:
        for one in found:
            click.echo(f"{slug}: {one.number}: {one.fault}")
        number += len(found)
        after, found = differences(after, size=AT_A_TIME)
    return number
