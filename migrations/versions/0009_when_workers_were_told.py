"""when workers were told of a job."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("handed_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Forget of which jobs workers were told; they are told again."""
    op.drop_column("jobs", "handed_at")
