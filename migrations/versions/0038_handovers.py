"""handovers at the end of a shift.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("heaps", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("received_by_id", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("doubts", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("trail_length", sa.Integer(), nullable=False),
        sa.Column("trail_head", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["given_by_id"], ["users.id"], name="fk__handovers__given_by_id"),
        sa.ForeignKeyConstraint(["received_by_id"], ["users.id"], name="fk__handovers__received_by_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__handovers__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__handovers"),
    )
    op.create_index("ix__handovers__newest", "handovers", ["city_id", "id"])
    op.create_index("ix__handovers__waiting", "handovers", ["city_id", "received_at", "id"])
    op.create_index("ix__handovers__own", "handovers", ["city_id", "given_by_id", "id"])


def downgrade() -> None:
    """Take it away; what one shift left to the next is gone then."""
    op.drop_table("handovers")
