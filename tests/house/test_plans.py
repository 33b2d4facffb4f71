"""What pages ask is answered by indexes, as the databases would do it in a city of a million cases."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from reporter.kernel.db import db
from reporter.kernel.dialect import LOOKED_AT
from reporter.open311.queries import Wanted, requests
from reporter.ports import ports
from reporter.serve import tick_all
from tests.crowd import copy_all
from tests.house.test_queries import EVERYBODY, addresses, one_of_each
from tests.make import a_report, a_user, the_fallback

GROWING = frozenset(
    {
        "reports", "report_photos", "report_messages", "report_traces", "cases", "case_photos", "case_results",
        "case_requests", "trail_entries", "work_orders", "photos", "exposures", "public_pictures", "notices", "jobs",
        "tallies", "day_sums", "service_requests", "request_updates", "objections", "post_terms", "shown_cells", "notes", "digests", "point_entries",
    }
)  # fmt: skip
MILLION = 1_000_000
SCAN = re.compile(r"^SCAN (\w+)")
WHOLE_CITY = re.compile(r"^SEARCH (\w+) USING (?:COVERING )?INDEX \w+ \(city_id=\?\)")
# Pages that read something from end to end on purpose, with the reason.
ALLOWED = {"/admin/trail": "the newest of all entries, by their key, as many as a page holds"}

Asked = dict[tuple[str, str], Any]  # page and statement -> its values


@contextmanager
def noted(asked: Asked, page: str) -> Iterator[None]:
    """Note what is read inside the block."""

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked[page, statement] = values

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def as_if_very_many(of_a_city: int = MILLION) -> Iterator[Callable[[str, Any], list[str]]]:
    """Give what explains a statement as if the tables that grow held a million rows: the lines that read too much.

    Args:
        of_a_city: as many of them SQLite takes for those of one city; of what it looks at briefly, `LOOKED_AT`.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SET enable_seqscan = off")
            )  # what is read from end to end now has no index
            yield lambda statement, values: _on_postgresql(connection, statement, values)
        else:
            _pretend(connection, of_a_city)
            yield lambda statement, values: _on_sqlite(connection, statement, values)
        connection.rollback()


def _pretend(connection: Any, of_a_city: int) -> None:
    """Write statistics of a city of a million into SQLite's own table, in a transaction that is taken back."""
    connection.execute(text("ANALYZE"))
    connection.execute(text("DELETE FROM sqlite_stat1"))
    for table in sorted(GROWING):
        for _, name, unique, *_ in connection.exec_driver_sql(f"PRAGMA index_list({table})").all():
            columns = [row[2] for row in connection.exec_driver_sql(f"PRAGMA index_info({name})")]
            alike = [f"{of_a_city}" if column == "city_id" else "1000" for column in columns]
            alike[-1] = "1" if unique else "10"
            row = {"table": table, "index": name, "stat": " ".join([f"{MILLION}", *alike])}
            connection.execute(text("INSERT INTO sqlite_stat1 VALUES (:table, :index, :stat)"), row)
    connection.execute(text("ANALYZE sqlite_schema"))


def _on_sqlite(connection: Any, statement: str, values: Any) -> list[str]:
    """Return what is read from end to end: a whole table, or a whole city unless it is in order and a page is enough."""
    plan = [(row[1], row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    sorted_later = {part for part, line in plan if "TEMP B-TREE" in line}
    found = []
    for part, line in plan:
        scan, city = SCAN.match(line), WHOLE_CITY.match(line)
        in_order = "LIMIT" in statement and part not in sorted_later
        if (scan and scan[1] in GROWING) or (city and city[1] in GROWING and not in_order):
            found.append(line)
    return found


def _on_postgresql(connection: Any, statement: str, values: Any) -> list[str]:
    plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]
    return [line for line in plan if (scan := re.search(r"Seq Scan on (\w+)", line)) and scan[1] in GROWING]


def test_no_page_reads_a_growing_table_from_end_to_end(
    app: Flask, client_as: Callable[..., FlaskClient]
) -> None:
    unit = the_fallback()
    person = a_user(*EVERYBODY, unit=unit)
    one_of_each(person, unit)
    copy_all(1, 4)
    client, asked = client_as(person), Asked()

    for path in addresses(app):
        db.session.expunge_all()
        with noted(asked, path):
            client.get(path)

    with as_if_very_many() as explained:
        lines = {key: explained(key[1], values) for key, values in asked.items()}
    bad = {key: some for key, some in lines.items() if some and key[0].partition("?")[0] not in ALLOWED}
    assert bad == {}


def test_a_page_of_requests_is_read_by_the_ids_of_its_rows() -> None:
    a_report()
    copy_all(1, 120)
    asked = Asked()

    with noted(asked, "requests"):
        assert len(requests(Wanted(), limit=100)) == 100

    with as_if_very_many(LOOKED_AT) as explained:
        assert [line for (_, said), values in asked.items() for line in explained(said, values)] == []


def test_once_an_hour_the_database_looks_at_its_tables(app: Flask) -> None:
    a_report()
    if "statistics_at" in app.extensions:
        del app.extensions["statistics_at"]

    tick_all()

    if db.engine.dialect.name == "sqlite":  # the other one looks by itself
        known = db.session.scalars(text("SELECT DISTINCT tbl FROM sqlite_stat1")).all()
        assert "reports" in known
    assert app.extensions["statistics_at"] == ports.clock.now()
