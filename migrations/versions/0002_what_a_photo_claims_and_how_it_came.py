"""what a photo claims and how it came."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WAYS = sa.Enum("report", "result", "demo", name="way", native_enum=False, length=32)


def upgrade() -> None:
    with op.batch_alter_table("photos") as photos:
        photos.add_column(sa.Column("way", WAYS, nullable=False, server_default="report"))
        photos.add_column(sa.Column("accuracy", sa.Double(), nullable=True))
        photos.add_column(sa.Column("datum", sa.String(), nullable=False, server_default=""))
        photos.add_column(sa.Column("flags", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("photos") as photos:  # rows of before have them now; new ones say themselves
        for column in ("way", "datum", "flags"):
            photos.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("photos") as photos:
        for column in ("flags", "datum", "accuracy", "way"):
            photos.drop_column(column)
