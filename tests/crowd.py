"""Many rows at once: what a test made by the real steps, copied within the tables as if it had happened many times."""

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    String,
    Table,
    UniqueConstraint,
    case,
    insert,
    literal,
    select,
)

from reporter.kernel.db import db

APART = 10_000  # between the ids of a row and of its copy; a test makes fewer rows than that
ONE_FOR_ALL = frozenset(
    {
        "jurisdictions",
        "area_editions",
        "calm_passes",
        "calm_rules",
        "ready_sentences",
        "counters",
        "gazetteers",
        "holidays",
        "jobs",
        "point_terms",
        "rule_sets",
        "sentence_uses",
        "shown_cells",
        "shown_counts",
        "trail_seals",
        "trail_sealed_heads",
        "unsummed_days",
    }
)
STAYS = frozenset({"city_id", "gazetteer_id", "last_entry_id", "rule_set_id"})


def copy_all(first: int, last: int) -> None:
    """Copy every row of the city to the copies numbered `first` to `last`, with all that hangs on it.

    A copy of a case has copies of the case's kind, area, unit, people and pictures. What only the first row of a
    kind may have to itself (numbers, codes, names of files) is told apart by the number of the copy.
    """
    with db.engine.begin() as connection:
        for table in db.metadata.sorted_tables:
            if table.name in ONE_FOR_ALL:
                continue
            written = [column for column in table.columns if column.computed is None]
            for number in range(first, last + 1):
                copied = [_copied(table, column, number) for column in written]
                originals = select(*copied).where(table.c.id < APART)
                connection.execute(insert(table).from_select([column.name for column in written], originals))
    db.session.rollback()


def _copied(table: Table, column: Column[Any], number: int) -> ColumnElement[Any]:
    names_a_row = column.name == "id" or (column.name.endswith("_id") and column.name not in STAYS)
    if names_a_row and isinstance(column.type, Integer):
        return case((column > 0, column + number * APART), else_=column)
    if column.name in _told_apart(table):
        return column + literal(f"-{number}")
    return column


def _told_apart(table: Table) -> set[str]:
    """Return the words that a unique constraint of `table` holds apart when no id does."""
    found = set()
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            others = [column for column in constraint.columns if column.name not in STAYS]
            if not any(column.name.endswith("_id") and isinstance(column.type, Integer) for column in others):
                found |= {column.name for column in others if isinstance(column.type, String)}
    return found
