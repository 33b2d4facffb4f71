"""appeals of whoever was slowed, stopped or put aside.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("trusted_until", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__appeals__report_id"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name="fk__appeals__decided_by_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__appeals__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__appeals"),
    )
    op.create_index("ix__appeals__waiting", "appeals", ["city_id", "decided_at", "id"])
    op.create_index("ix__appeals__sender", "appeals", ["city_id", "sender"])
    op.create_index("ix__appeals__report", "appeals", ["report_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("appeals")
