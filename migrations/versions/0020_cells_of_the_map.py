"""counters of the public map by cells."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LEVELS = range(2, 18)
BY = {"kind": "kind_slug", "area": "area_id", "unit": "unit_id", "outcome": "outcome"}


def upgrade() -> None:
    """Keep how many posts are on show in each cell, and count those that are."""
    op.create_table(
        "shown_cells",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("lon", sa.BigInteger(), nullable=False),
        sa.Column("lat", sa.BigInteger(), nullable=False),
        sa.Column("ids", sa.BigInteger(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__shown_cells__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__shown_cells"),
        sa.UniqueConstraint(
            "city_id", "facet", "key", "level", "x", "y", name="uq__shown_cells__city_id_facet_key_level_x_y"
        ),
    )
    empty = sa.text("n = 0")
    op.create_index(
        "ix__shown_cells__empty", "shown_cells", ["city_id"], sqlite_where=empty, postgresql_where=empty
    )
    for level in LEVELS:
        _count(level, "", "''", "on_show")
        for facet, column in BY.items():
            _count(level, facet, f"CAST({column} AS VARCHAR)", f"on_show AND {column} IS NOT NULL")
    for city_id, month, begins, ends in _months():
        of_month = "on_show AND city_id = :city_id AND published_at >= :begins AND published_at < :ends"
        for level in LEVELS:
            _count(level, "month", f"'{month}'", of_month, city_id=city_id, begins=begins, ends=ends)


def _count(level: int, facet: str, key: str, which: str, **values: object) -> None:
    """Count the posts that `which` holds for, in the cells of a level; nothing of it is typed by anybody."""
    lon, lat = (f"CAST(ROUND({degrees} * 1000000) AS BIGINT)" for degrees in ("lon", "lat"))
    x, y = (f"({point} + 180000000) * {2**level} / 90000000" for point in (lon, lat))
    statement = sa.text(
        "INSERT INTO shown_cells (city_id, facet, key, level, x, y, n, lon, lat, ids)"  # noqa: S608 - see above
        f" SELECT city_id, '{facet}', {key}, {level}, {x}, {y}, COUNT(*), SUM({lon}), SUM({lat}), SUM(id)"
        f" FROM exposures WHERE {which} GROUP BY 1, 3, 5, 6"
    )
    typed = [sa.bindparam(name, type_=sa.DateTime()) for name in ("begins", "ends") if name in values]
    op.get_bind().execute(statement.bindparams(*typed), values)


def _months() -> Iterator[tuple[int, str, datetime, datetime]]:
    """Yield each month of each city that has a post on show, and when it begins and ends, naive UTC."""
    query = sa.text(
        "SELECT c.id, c.zone, MIN(e.published_at) AS first, MAX(e.published_at) AS last FROM exposures AS e"
        " JOIN jurisdictions AS c ON c.id = e.city_id WHERE e.on_show GROUP BY c.id, c.zone"
    ).columns(first=sa.DateTime(), last=sa.DateTime())
    for city_id, zone, first, last in list(op.get_bind().execute(query)):
        begins = first.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        month = datetime(begins.year, begins.month, 1, tzinfo=ZoneInfo(zone))
        while (begins := _naive(month)) <= last:
            name = f"{month:%Y-%m}"
            month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
            yield city_id, name, begins, _naive(month)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def downgrade() -> None:
    """Let the map count again whenever it is looked at."""
    op.drop_table("shown_cells")
