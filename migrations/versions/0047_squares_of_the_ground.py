"""squares of the ground under cases and reports, indexes by which what lies near is found, and one of supervised cases.

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

SQUARE = (
    "CAST(round((lat + 90) * 500 - 0.5) AS BIGINT) * 180000 + CAST(round((lon + 180) * 500 - 0.5) AS BIGINT)"
)
OLD = (
    ("ix__cases__near", "cases", ["city_id", "lat", "lon"]),
    ("ix__cases__kind_near", "cases", ["city_id", "category_id", "lat", "lon"]),
    ("ix__reports__kind_near", "reports", ["city_id", "category_id", "lat", "lon"]),
)
NEW = (
    ("ix__cases__near", "cases", ["city_id", "square", "state"]),
    ("ix__cases__kind_near", "cases", ["city_id", "category_id", "square", "registered_at"]),
    ("ix__cases__kind_open", "cases", ["city_id", "category_id", "square", "state"]),
    ("ix__reports__kind_near", "reports", ["city_id", "category_id", "square", "state"]),
    ("ix__notes__own", "notes", ["city_id", "author_id", "at"]),
)


def upgrade() -> None:
    """Let the database keep the square of each row, and look for what is near by it."""
    stored = True if op.get_bind().dialect.name == "postgresql" else None  # SQLite adds only one that is not
    for table in ("cases", "reports"):
        square = sa.Column("square", sa.BigInteger(), sa.Computed(SQUARE, persisted=stored), nullable=False)
        op.add_column(table, square)
    for name, table, _ in OLD:
        op.drop_index(name, table)
    for name, table, columns in NEW:
        op.create_index(name, table, columns)
    some = sa.text("supervise_count > 0")
    op.create_index(
        "ix__cases__supervised",
        "cases",
        ["city_id", "state", "due_at"],
        sqlite_where=some,
        postgresql_where=some,
    )


def downgrade() -> None:
    """Look by latitude and longitude again."""
    op.drop_index("ix__cases__supervised", "cases")
    for name, table, _ in NEW:
        op.drop_index(name, table)
    for name, table, columns in OLD:
        op.create_index(name, table, columns)
    for table in ("cases", "reports"):
        op.drop_column(table, "square")
