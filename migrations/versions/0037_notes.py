"""internal notes at reports and cases.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("for_unit", sa.Boolean(), nullable=False),
        sa.Column("named_ids", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__notes__report_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk__notes__case_id"),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk__notes__author_id"),
        sa.ForeignKeyConstraint(["removed_by_id"], ["users.id"], name="fk__notes__removed_by_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__notes__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__notes"),
    )
    op.create_index("ix__notes__report", "notes", ["report_id"])
    op.create_index("ix__notes__case", "notes", ["case_id"])


def downgrade() -> None:
    """Take it away; what staff wrote to each other is gone then."""
    op.drop_table("notes")
