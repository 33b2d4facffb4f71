"""the index of the newest requests knows where they are; a box is looked through from the newest on.

Revision ID: 0046
Revises: 0045
"""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

TABLE, NEWEST, NEAR = "service_requests", "ix__service_requests__newest", "ix__service_requests__near"


def upgrade() -> None:
    """Make the index of the newest anew, and take the one by place away."""
    op.drop_index(NEAR, TABLE)
    op.drop_index(NEWEST, TABLE)
    op.create_index(NEWEST, TABLE, ["city_id", "requested_at", "id", "lat", "lon"])


def downgrade() -> None:
    """Make both as they were."""
    op.drop_index(NEWEST, TABLE)
    op.create_index(NEWEST, TABLE, ["city_id", "requested_at", "id"])
    op.create_index(NEAR, TABLE, ["city_id", "lat", "lon"])
