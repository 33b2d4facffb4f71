"""which account somebody's 微信 signs in to.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nobody is linked yet."""
    op.create_table(
        "wechat_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk__wechat_links__user_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__wechat_links__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__wechat_links"),
        sa.UniqueConstraint("city_id", "key", name="uq__wechat_links__city_id_key"),
        sa.UniqueConstraint("city_id", "user_id", name="uq__wechat_links__city_id_user_id"),
    )


def downgrade() -> None:
    """Take it away; whoever has no other way in has none then."""
    op.drop_table("wechat_links")
