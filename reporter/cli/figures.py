"""The operator's lines for the figures: compare the counters with what happened, write them anew."""

from collections.abc import Mapping

import click
from flask.cli import AppGroup

from reporter.board.cells import LEVELS
from reporter.board.commands.counting import count_cells_anew, count_numbers_anew
from reporter.board.truth import Difference as Unlike
from reporter.board.truth import wrong_cells, wrong_numbers
from reporter.cases.queries import categories
from reporter.cities.queries import current_city
from reporter.cli.city import for_each_city
from reporter.insight.commands import count_anew
from reporter.insight.models import STANDING
from reporter.insight.truth import Difference, days_counted, differences, wrong_sums
from reporter.places.queries import area_names
from reporter.routing.queries import units_by_id

Names = Mapping[int, str]

figures = AppGroup(
    "figures", help="The counters behind the figures: compare them with what happened, write them anew."
)


@figures.command("verify")
def figures_verify() -> None:
    """Count reports, cases, trails and posts and compare with every counter; exit 1 and name each difference.

    Changes nothing. Day by day, of the map level by level, and in SQL, so it may run while the city works; a day is
    compared in one statement, so what happens meanwhile is seen on both sides or on neither.
    """
    found = sum(for_each_city(lambda: _compare() + _compare_board()))
    click.echo(f"{found} differences")
    if found:
        raise SystemExit(1)


@figures.command("rebuild")
def figures_rebuild() -> None:
    """Write every counter anew from reports, cases, their trails and the posts on show.

    Each day, and each level of the map, is replaced in a transaction of its own, so it may be stopped and started again
    at any time, while the city works: a step that somebody takes waits for the one that is being written, and is
    counted once.
    """
    done = for_each_city(lambda: [count_anew(day) for day in days_counted()])
    shown = for_each_city(lambda: count_numbers_anew() + sum(map(count_cells_anew, LEVELS)))
    counters, days = sum(map(sum, done)), sum(map(len, done))
    click.echo(
        f"{counters} counters of {days} days and {sum(shown)} of the board written anew in {len(done)} cities"
    )


def _compare() -> int:
    """Print a line for each difference in the current city; return how many there are."""
    found, slug = 0, current_city().slug
    kinds = {kind.id: kind.name_zh for kind in categories(active=False, subtypes=False)}
    units = {unit.id: unit.name_zh for unit in units_by_id().values()}
    for day in days_counted():
        unlike = differences(day)
        wrong = wrong_sums(day) if day != STANDING else []
        areas = {
            number: area.name_zh
            for number, area in area_names(
                {one.area_id for one in (*unlike, *(one for _, one in wrong))}
            ).items()
        }
        for one in unlike:
            click.echo(f"{slug}: {_said(one, kinds, areas, units)}")
        for facet, one in wrong:
            click.echo(f"{slug}: sum by {facet}, {_said(one, kinds, areas, units)}")
        found += len(unlike) + len(wrong)
    return found


def _compare_board() -> int:
    """Print a line for each difference in what the city's board counts; return how many there are."""
    slug = current_city().slug
    unlike = [("board", one) for one in wrong_numbers()]
    unlike += [(f"map, level {level}", one) for level in LEVELS for one in wrong_cells(level)]
    for where, one in unlike:
        click.echo(f"{slug}: {where}, {_said_of_board(one)}")
    return len(unlike)


def _said_of_board(one: Unlike) -> str:
    """Return a difference in one line: a cell by its column and row; a wrong sum where the number is right."""
    facet, key, *cell = one.where
    where = [f"{facet} {key or 'none'}"] if facet else []
    where += [f"cell {'/'.join(map(str, cell))}"] if cell else []
    found = f"counted {one.counted}" if one.kept != one.counted else "of other posts or places"
    return f"{', '.join(where)}: the counter says {one.kept}, {found}"


def _said(one: Difference, kinds: Names, areas: Names, units: Names) -> str:
    """Return a difference in one line; a kind, area or unit that is not there is called by its number."""
    when = "now" if one.day == STANDING else f"{one.day}"
    places = ("kind", kinds, one.category_id), ("area", areas, one.area_id), ("unit", units, one.unit_id)
    where = [f"{what} {names.get(number, f'no. {number}')}" for what, names, number in places if number]
    return f"{', '.join([when, one.measure, *where])}: the counter says {one.kept}, counted {one.counted}"
