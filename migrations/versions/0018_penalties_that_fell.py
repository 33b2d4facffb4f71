"""Penalties that do not stand any more, and posts that were taken down because of one.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


REVOCATION = sa.Enum(
    "changed", "revoked", "unlawful", "void", name="revocation", native_enum=False, length=32
)


def upgrade() -> None:
    """Add what became of a penalty."""
    op.add_column("case_results", sa.Column("revocation", REVOCATION, nullable=True))
    op.add_column("case_results", sa.Column("revoked_on", sa.Date(), nullable=True))
    op.add_column("exposures", sa.Column("revoked_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("exposures", "revoked_on")
    op.drop_column("case_results", "revoked_on")
    op.drop_column("case_results", "revocation")
