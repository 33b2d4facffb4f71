"""CSV files that people bring and take: in UTF-8, with a first line that names the columns. Pure."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from reporter.kernel.errors import BadInput

Line = tuple[
    int, dict[str, str]
]  # its number in the file, and its cells by column, without blanks around them
Cell = str | float | None
# What a table calculates by when a cell begins with it, also as wide letters.
FORMULAS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def read_csv(content: bytes) -> tuple[set[str], Iterator[Line]]:
    """Return the columns of a file and its lines, empty ones left out; the lines are read as they are asked for.

    Raises:
        BadInput: not UTF-8, or, here or while reading on, not CSV; field "file", the message names the line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            "This file is not written in UTF-8. Please save it as CSV in UTF-8.", field="file"
        ) from error
    rows = csv.DictReader(StringIO(text))
    try:
        columns = {name.strip() for name in rows.fieldnames or ()}
    except csv.Error as error:
        raise _no_csv(rows) from error
    return columns, _lines(rows)


def _lines(rows: "csv.DictReader[str]") -> Iterator[Line]:
    try:
        for row in rows:
            cells = {
                str(name).strip(): (cell or "").strip() for name, cell in row.items() if isinstance(cell, str)
            }
            if any(cells.values()):
                yield rows.line_num, cells
    except csv.Error as error:
        raise _no_csv(rows) from error


def _no_csv(rows: "csv.DictReader[str]") -> BadInput:
    return BadInput("This is not a CSV file: line %(line)s.", field="file", line=rows.line_num)


def written_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Return lines as RFC 4180 has them; text that a table would calculate gets an apostrophe before it."""
    text = StringIO()
    csv.writer(text).writerows([[_harmless(cell) for cell in row] for row in rows])
    return text.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell
