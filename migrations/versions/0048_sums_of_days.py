"""sums of whole days, told apart by one thing at a time."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

COLUMNS = ("category_id", "area_id", "unit_id")


def upgrade() -> None:
    """Make the tables; every day that was counted waits to be summed and is read from its counters until then."""
    op.create_table(
        "day_sums",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*COLUMNS, "n")),
        sa.PrimaryKeyConstraint("id", name="pk__day_sums"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__day_sums__city_id"),
    )
    op.create_index("ix__day_sums__days", "day_sums", ["city_id", "facet", "day", "measure", *COLUMNS, "n"])
    op.create_index(
        "ix__day_sums__place",
        "day_sums",
        ["city_id", "facet", "category_id", "area_id", "day", "measure", "n"],
    )
    op.create_table(
        "unsummed_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk__unsummed_days"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__unsummed_days__city_id"),
        sa.UniqueConstraint("city_id", "day", name="uq__unsummed_days__city_id_day"),
    )
    op.execute(
        "INSERT INTO unsummed_days (city_id, day) SELECT DISTINCT city_id, day FROM tallies WHERE day <> '1970-01-01'"
    )  # that day stands for counters that know none


def downgrade() -> None:
    """Read every page's figures from the counters again."""
    op.drop_table("unsummed_days")
    op.drop_table("day_sums")
