"""keys of other systems.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk__api_keys__unit_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name="fk__api_keys__made_by_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__api_keys__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__api_keys"),
        sa.UniqueConstraint("city_id", "name", name="uq__api_keys__city_id_name"),
    )
    op.create_table(
        "api_secrets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("good_until", sa.DateTime(), nullable=True),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk__api_secrets__key_id"),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__api_secrets__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__api_secrets"),
        sa.UniqueConstraint("city_id", "digest", name="uq__api_secrets__city_id_digest"),
    )
    op.create_index("ix__api_secrets__key", "api_secrets", ["key_id"])


def downgrade() -> None:
    """Take them away; every other system needs a new key then."""
    op.drop_table("api_secrets")
    op.drop_table("api_keys")
