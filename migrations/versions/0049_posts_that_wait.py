"""how many pictures of a post wait, the few posts that are looked for, and changed requests with their place.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

SOME = (
    ("waiting", ["city_id", "key_id"], "waiting > 0"),
    ("faults", ["city_id", "id"], "fault <> ''"),
    ("private", ["city_id", "at"], "sealed <> '' OR account_id <> ''"),
)
CHANGED, REQUESTS = "ix__service_requests__changed", "service_requests"
BEFORE = ["city_id", "changed_at", "id"]


def upgrade() -> None:
    """Count what waits from now on: what waits already comes as it would have."""
    op.add_column("posted_requests", sa.Column("waiting", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("posted_requests") as table:
        table.alter_column("waiting", server_default=None)
    for name, columns, where in SOME:
        few = sa.text(where)
        op.create_index(
            f"ix__posted_requests__{name}",
            "posted_requests",
            columns,
            sqlite_where=few,
            postgresql_where=few,
        )
    op.drop_index(CHANGED, REQUESTS)
    op.create_index(CHANGED, REQUESTS, [*BEFORE, "lat", "lon"])


def downgrade() -> None:
    """Look for changed requests without their place."""
    op.drop_index(CHANGED, REQUESTS)
    op.create_index(CHANGED, REQUESTS, BEFORE)
    for name, _, _ in SOME:
        op.drop_index(f"ix__posted_requests__{name}", "posted_requests")
    op.drop_column("posted_requests", "waiting")
