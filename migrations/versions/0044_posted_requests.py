"""requests that other systems posted, and through which of them a report came.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what was reported so far came from our own pages."""
    op.add_column("reports", sa.Column("sent_through", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "posted_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("answered_as", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk__posted_requests__key_id"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="fk__posted_requests__report_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__posted_requests__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__posted_requests"),
        sa.UniqueConstraint("city_id", "token", name="uq__posted_requests__city_id_token"),
        sa.UniqueConstraint("city_id", "mark", name="uq__posted_requests__city_id_mark"),
    )
    op.create_index("ix__posted_requests__report", "posted_requests", ["report_id"])


def downgrade() -> None:
    """Take them away; that a post was there already is then not known any more."""
    op.drop_table("posted_requests")
    op.drop_column("reports", "sent_through")
