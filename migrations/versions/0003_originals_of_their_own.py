"""originals in a store of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("photos") as photos:
        photos.add_column(sa.Column("sealed_with", sa.String(), nullable=False, server_default=""))
        photos.add_column(sa.Column("original_gone_at", sa.DateTime(), nullable=True))
        photos.create_index("ix__photos__original", ["city_id", "original_gone_at", "created_at"])
        photos.create_index("ix__photos__seal", ["city_id", "sealed_with", "id"])
    with op.batch_alter_table("photos") as photos:  # rows of before have it now; new ones say it themselves
        photos.alter_column("sealed_with", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("photos") as photos:
        photos.drop_index("ix__photos__seal")
        photos.drop_index("ix__photos__original")
        photos.drop_column("original_gone_at")
        photos.drop_column("sealed_with")
