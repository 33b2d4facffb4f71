"""what other systems said about requests.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "posted_updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("update_id", sa.String(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("did", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk__posted_updates__key_id"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__posted_updates__report_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__posted_updates__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__posted_updates"),
        sa.UniqueConstraint(
            "city_id", "key_id", "update_id", name="uq__posted_updates__city_id_key_id_update_id"
        ),
    )
    op.create_index("ix__posted_updates__report", "posted_updates", ["report_id"])


def downgrade() -> None:
    """Take it away; an update that is sent once more is then written once more."""
    op.drop_table("posted_updates")
