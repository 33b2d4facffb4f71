"""how long moderators look at a report before deciding.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "decision_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("presses", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__decision_times__user_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__decision_times__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__decision_times"),
    )
    op.create_index("ix__decision_times__own", "decision_times", ["city_id", "user_id", "at"])
    op.create_index("ix__decision_times__at", "decision_times", ["city_id", "at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("decision_times")
