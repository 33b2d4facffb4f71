"""The format of an export as a page: made from the tables, so that it cannot say anything else than they do."""

from collections.abc import Iterator

from sqlalchemy import Column, Table

from reporter.kernel.db import Model
from reporter.transfer.archive import END, FORMAT, SUMS
from reporter.transfer.exporting import ABOUT, COUNTS
from reporter.transfer.tables import LEFT_OUT, exported, kept, named_kind

HEAD = f"""# What an export holds

Made from the tables by `flask export --describe > docs/transfer.md`; a test holds it current.

`flask export FILE.tar --city SLUG` writes everything of one city, as it was at one moment, into a tar (`.tar.gz`
packs it). Format {FORMAT}; its files, in this order:

| file | what it is |
|---|---|
| `{ABOUT}` | format, program, schema, city, time, and names by which the keys are told again |
| `tables/NAME.jsonl` | one line of JSON for each row of a table, in UTF-8, every column by its name; a table stands after those it refers to |
| `uploads/…` | pictures without metadata: the staff's copies, not masked, and what was burnt in for the public |
| `originals/…` | with `--with-originals`: pictures as they came, sealed as they lie (AES-256-GCM, a key of `ORIGINAL_KEYS`) |
| `{COUNTS}` | how many rows of each table, files and bytes of each store |
| `{SUMS}` | SHA-256 of each file before it, as `sha256sum -c` checks it |
| `{END}` | SHA-256 of `{SUMS}` |

**Personal data.** It holds names, texts and places that residents wrote, pictures with faces, digests of passwords,
and everything of the staff's work. Columns marked *sealed* are readable with the city's `SECRET_KEY` only and are
exported as they lie. Treat it like the city itself.

`flask import FILE.tar` brings it into an installation that has no city, of the same schema and on either database:
ids, numbers and digests stay what they are, so that chains, seals and addresses hold. The keys belong along.
"""


def transfer_page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *_left_out(), *(line for table in exported() for line in _table(table))]) + "\n"


def _left_out() -> Iterator[str]:
    yield "## What stays behind\n\n| table | why |\n|---|---|"
    for name, reason in LEFT_OUT.items():
        yield f"| `{name}` | {reason} |"
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"## `{table.name}`\n\n{_said_of(table)}\n\n| column | type | may be null | refers to |\n|---|---|---|---|"
    for column in kept(table):
        yield f"| `{column.name}` | {named_kind(column.type)} | {'yes' if column.nullable else ''} | {_refers_to(column)} |"
    yield ""


def _said_of(table: Table) -> str:
    """Return the first line of what the code says of the table's rows."""
    classes = [mapper.class_ for mapper in Model.registry.mappers if mapper.local_table is table]
    return (classes[0].__doc__ or "").strip().splitlines()[0] if classes else ""


def _refers_to(column: Column[object]) -> str:
    return ", ".join(
        f"`{key.target_fullname}`" for key in sorted(column.foreign_keys, key=lambda key: key.target_fullname)
    )
