"""ready sentences of a city, and how often each was sent.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; every city has the delivered sentences without a row."""
    op.create_table(
        "ready_sentences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("label_zh", sa.String(), nullable=False),
        sa.Column("label_en", sa.String(), nullable=False),
        sa.Column("text_zh", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("category_ids", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["users.id"], name="fk__ready_sentences__changed_by_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__ready_sentences__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__ready_sentences"),
        sa.UniqueConstraint("city_id", "key", name="uq__ready_sentences__city_id_key"),
    )
    op.create_table(
        "sentence_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__sentence_uses__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__sentence_uses"),
        sa.UniqueConstraint("city_id", "key", name="uq__sentence_uses__city_id_key"),
    )


def downgrade() -> None:
    """Take them away; what cities wrote stays in their trails."""
    op.drop_table("sentence_uses")
    op.drop_table("ready_sentences")
