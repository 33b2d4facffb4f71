"""pictures that arrive in parts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WAYS = sa.Enum("report", "result", "demo", name="way", native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "arriving_photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("uploader_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("way", WAYS, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("phone_at", sa.DateTime(), nullable=True),
        sa.Column("phone_lon", sa.Double(), nullable=True),
        sa.Column("phone_lat", sa.Double(), nullable=True),
        sa.Column("in_app", sa.Boolean(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("photo_token", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__arriving_photos__city_id"),
        sa.PrimaryKeyConstraint("id", name="pk__arriving_photos"),
        sa.UniqueConstraint("city_id", "token", name="uq__arriving_photos__city_id_token"),
    )
    op.create_index("ix__arriving_photos__age", "arriving_photos", ["city_id", "created_at"])
    op.create_index("ix__arriving_photos__sender", "arriving_photos", ["city_id", "uploader_key", "over"])


def downgrade() -> None:
    """Forget the pictures on their way; their parts stay sealed in the store of originals under arriving/."""
    op.drop_table("arriving_photos")
