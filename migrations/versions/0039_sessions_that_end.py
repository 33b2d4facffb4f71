"""sessions of an account that end together; the own number of residents who sign in with it.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the number, and write down whose phone it is by which somebody signs in."""
    op.add_column("users", sa.Column("session_no", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE users SET mobile = phone, mobile_mark = phone_mark "
        "WHERE phone_mark IS NOT NULL AND mobile_mark IS NULL"
    )


def downgrade() -> None:
    """Take the number away; what was written down besides is as true as before."""
    op.drop_column("users", "session_no")
