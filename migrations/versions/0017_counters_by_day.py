"""one index of the counters that holds all a page of figures asks."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Read the counters of some days from the index alone."""
    op.drop_index("ix__tallies__area", "tallies")
    columns = ["city_id", "day", "measure", "category_id", "area_id", "unit_id", "n"]
    op.create_index("ix__tallies__days", "tallies", columns)


def downgrade() -> None:
    """Look up by area again."""
    op.drop_index("ix__tallies__days", "tallies")
    op.create_index("ix__tallies__area", "tallies", ["city_id", "measure", "area_id", "day"])
