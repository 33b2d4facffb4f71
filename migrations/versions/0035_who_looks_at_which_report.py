"""who looks at which report.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nobody looks at anything yet."""
    op.create_table(
        "report_locks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__report_locks__report_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__report_locks__user_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__report_locks__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__report_locks"),
        sa.UniqueConstraint("city_id", "report_id", name="uq__report_locks__city_id_report_id"),
        sa.UniqueConstraint("city_id", "user_id", name="uq__report_locks__city_id_user_id"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("report_locks")
