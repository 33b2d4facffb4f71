"""filters that moderators keep; the queue of one kind in its order.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them."""
    op.create_table(
        "saved_filters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("which", sa.String(), nullable=False),
        sa.Column("narrowing", sa.JSON(), nullable=False),
        sa.Column("sort", sa.Integer(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk__saved_filters__owner_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__saved_filters__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__saved_filters"),
        sa.UniqueConstraint("city_id", "owner_id", "name", name="uq__saved_filters__city_id_owner_id_name"),
    )
    op.create_index("ix__saved_filters__shared", "saved_filters", ["city_id", "shared"])
    op.create_index(
        "ix__reports__queue_kind", "reports", ["city_id", "state", "category_id", "risk", "due_at", "id"]
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix__reports__queue_kind", table_name="reports")
    op.drop_table("saved_filters")
