"""what may have to be hidden."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

SEARCHES = sa.Enum("none", "done", "failed", name="search", native_enum=False, length=32)
KINDS = sa.Enum("face", "plate", "phone", "text", name="regionkind", native_enum=False, length=32)


def upgrade() -> None:
    with op.batch_alter_table("photos") as photos:
        photos.add_column(sa.Column("searched", SEARCHES, nullable=False, server_default="none"))
        photos.add_column(sa.Column("searched_at", sa.DateTime(), nullable=True))
        photos.add_column(sa.Column("searched_by", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("photos") as photos:  # rows of before have them now; new ones say themselves
        for column in ("searched", "searched_by"):
            photos.alter_column(column, server_default=None)
    op.create_table(
        "photo_regions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("kind", KINDS, nullable=False),
        *(
            sa.Column(name, sa.Double(), nullable=False)
            for name in ("x", "y", "w", "h", "score", "threshold")
        ),
        sa.Column("finder", sa.String(), nullable=False),
        sa.Column("city_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["city_id"], ["jurisdictions.id"], name="fk__photo_regions__city_id"),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk__photo_regions__photo_id"),
        sa.PrimaryKeyConstraint("id", name="pk__photo_regions"),
    )
    op.create_index("ix__photo_regions__photo_id", "photo_regions", ["photo_id"])


def downgrade() -> None:
    op.drop_table("photo_regions")
    with op.batch_alter_table("photos") as photos:
        for column in ("searched_by", "searched_at", "searched"):
            photos.drop_column(column)
